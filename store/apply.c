#include "store/apply.h"

#include "store/ledger.h"
#include "store/rule_rows.h"

/* Does rule r match message m? */
#define RULE_MATCHES                                                                        \
	"CASE r.kind WHEN :deny THEN (r.account IS NULL OR r.account = m.account)"          \
	"  AND (r.domain IS NULL OR r.domain = m.domain OR under(m.from_address, r.domain)" \
	"   OR under('@' || m.identity_domain, r.domain))"                                  \
	" ELSE r.account = m.account AND r.domain = m.identity_domain COLLATE NOCASE"       \
	"  AND " RULE_PROVEN " END"

bool
store_test_rule(Store *store, Rule *rule, RuleTest *test, GError **error)
{
	static const char sql[] =
		"SELECT count(*), ifnull(sum(m.state = :held), 0),"
		" ifnull(sum(m.state = :against AND (SELECT d.rule IS NULL FROM decision d"
		"  WHERE d.message = m.id ORDER BY d.id DESC LIMIT 1)), 0)"
		" FROM (SELECT :kind AS kind, :account AS account, :domain AS domain) r"
		" CROSS JOIN message m WHERE " RULE_MATCHES;
	g_autoptr(Kept) select = NULL;

	if (!rule_check_identity(rule, error))
		return false;
	select = db_kept(store, sql, error);
	if (!select)
		return false;
	db_bind_int(select, ":deny", RULE_DENY);
	db_bind_int(select, ":held", STATE_HELD);
	db_bind_int(select, ":against", rule->kind == RULE_ALLOW ? STATE_BLOCKED : STATE_RELEASED);
	db_bind_int(select, ":kind", rule->kind);
	db_bind_text(select, ":account", rule->account);
	db_bind_text(select, ":domain", rule->domain);
	if (db_step(store, select, error) != STEP_ROW)
		return false;
	test->matches = db_int(select, 0);
	test->held = db_int(select, 1);
	test->against = db_int(select, 2);
	return true;
}

/* The rule that decides about @message: deny before allow, the older first.
 * *found is NULL when there is none. */
static bool
find_rule(Store *store, int64_t message, int64_t now, Rule **found, GError **error)
{
	static const char sql[] =
		"SELECT " RULE_COLUMNS " FROM message m JOIN rule r ON " RULE_MATCHES
		" WHERE m.id = :message AND r.removed = 0 AND (r.expires = 0 OR r.expires > :now)"
		" ORDER BY r.kind = :deny DESC, r.id LIMIT 1";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":deny", RULE_DENY);
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
	if (db_step(store, select, error) != STEP_ROW)
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

	if (!find_rule(store, message, arrival->now, &rule, error))
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
