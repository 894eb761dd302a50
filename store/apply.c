#include "store/apply.h"

#include "store/ledger.h"
#include "store/rule_rows.h"

/* Most stores have no rules, and every message would be asked about them. */
static bool
has_rules(Store *store, bool *any, GError **error)
{
	static const char sql[] = "SELECT EXISTS (SELECT 1 FROM rule WHERE removed = 0)";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select || !db_row(store, select, error))
		return false;
	*any = db_int(select, 0) != 0;
	return true;
}

/* The rule that decides about @message: deny before allow, the older first.
 * *found is NULL when there is none. */
static bool
find_rule(Store *store, int64_t message, int64_t now, Rule **found, GError **error)
{
	static const char sql[] = "WITH " RULE_MARKS " SELECT " RULE_COLUMNS
				  " FROM mark k CROSS JOIN rule r ON r.anchor = k.value"
				  " CROSS JOIN message m ON m.id = :message"
				  " WHERE r.removed = 0 AND " RULE_LIVES " AND " RULE_MATCHES
				  " AND " RULE_KIN " ORDER BY r.kind = :allow, r.id LIMIT 1";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":allow", RULE_ALLOW);
	rule_bind_kin(select);
	db_bind_int(select, ":message", message);
	db_bind_int(select, ":now", now);
	step = db_step(store, select, error);
	*found = step == STEP_ROW ? rule_of_row(select, now) : NULL;
	return step != STEP_ERROR;
}

static bool
count_hit(Store *store, const Rule *rule, int64_t now, GError **error)
{
	static const char sql[] = "UPDATE rule SET hits = hits + 1, last_hit = :now WHERE id = :id";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":now", now);
	db_bind_int(update, ":id", rule->id);
	return db_run(store, update, error);
}

static bool
read_change(Store *store, int64_t message, Change *change, GError **error)
{
	static const char sql[] = "SELECT version, state FROM message WHERE id = :message";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":message", message);
	if (!db_row(store, select, error))
		return false;
	change->message = message;
	change->version = db_int(select, 0);
	change->before = (MessageState)ledger_enum(select, 1, STATES);
	return true;
}

static bool
apply(Store *store, const Rule *rule, Change *change, const Arrival *arrival, GError **error)
{
	Entry entry = {
		.verb = VERB_RULE,
		.actor = rule->owner,
		.reason = rule->reason,
		.at = arrival->now,
	};
	Errand errand = {
		.operation = ledger_operation(store, &entry, error),
		.message = change->message,
		.transport = arrival->transport,
		.copy_to = arrival->copy_to,
		.at = arrival->now,
		.hold = arrival->hold,
	};

	return errand.operation != 0 &&
		ledger_decide(store, errand.operation, change, rule->id, error) &&
		count_hit(store, rule, arrival->now, error) &&
		(change->after != STATE_RELEASED || ledger_queue(store, &errand, error));
}

bool
rules_apply(Store *store, int64_t message, const Arrival *arrival, GError **error)
{
	g_autoptr(GPtrArray) recipients = NULL;
	g_autoptr(Rule) rule = NULL;
	Change change = { 0 };
	bool any = false;

	if (!has_rules(store, &any, error))
		return false;
	if (any && !find_rule(store, message, arrival->now, &rule, error))
		return false;
	if (!rule)
		return true;
	recipients = ledger_recipients(store, message, error);
	if (!recipients || !read_change(store, message, &change, error))
		return false;
	if (rule->kind == RULE_ALLOW && (recipients->len == 0 || !arrival->transport))
		return true;
	change.after = rule->kind == RULE_ALLOW ? STATE_RELEASED : STATE_BLOCKED;
	return apply(store, rule, &change, arrival, error);
}
