#include "store/campaign.h"
#include "store/claim_rows.h"
#include "store/history_rows.h"
#include "store/ledger.h"
#include "store/rule_rows.h"
#include "store/undo_kind.h"

/* The log says which rule an operation was about, long after it is removed, and how wide
 * it was: the history is a chain, a rule's row is not. */
static int64_t
log_rule(Store *store, const Rule *rule, Entry entry, GError **error)
{
	g_autofree char *words = rule_record(rule);

	entry.reason = words;
	return ledger_operation(store, &entry, error);
}

static bool
insert_rule(Store *store, Rule *rule, GError **error)
{
	static const char sql[] =
		"INSERT INTO rule (kind, account, domain, sender, link, url, file, campaign,"
		" recipients, from_domains, lifts, owner, reason, created, expires, idle)"
		" SELECT r.kind, r.account, r.domain, r.sender, r.link, r.url, r.file, r.campaign,"
		" r.recipients, r.from_domains, r.lifts, :owner, :reason, :created, :expires, :idle"
		" FROM " RULE_GIVEN " r";
	g_autoptr(Kept) insert = db_kept(store, sql, error);

	if (!insert)
		return false;
	rule_bind(rule, insert);
	db_bind_text(insert, ":owner", rule->owner);
	db_bind_text(insert, ":reason", rule->reason);
	db_bind_int(insert, ":created", rule->created);
	db_bind_int(insert, ":expires", rule->expires);
	db_bind_int(insert, ":idle", rule->idle);
	if (!db_run(store, insert, error))
		return false;
	rule->id = db_last_id(store);
	return true;
}

GArray *
rule_read_held(Store *store, const Rule *rule, GError **error)
{
	static const char sql[] = "WITH " RULE_CANDIDATES " SELECT m.id, m.version FROM found f"
				  " CROSS JOIN message m ON m.id = f.id CROSS JOIN " RULE_GIVEN " r"
				  " WHERE m.state = :held AND " RULE_MATCHES " ORDER BY m.id";
	g_autoptr(GArray) changes = g_array_new(false, false, sizeof(Change));
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	rule_bind(rule, select);
	db_bind_int(select, ":allow", RULE_ALLOW);
	db_bind_int(select, ":held", STATE_HELD);
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		Change change = {
			.message = db_int(select, 0),
			.version = db_int(select, 1),
			.before = STATE_HELD,
			.after = STATE_BLOCKED,
		};

		g_array_append_val(changes, change);
	}
	return step == STEP_DONE ? g_steal_pointer(&changes) : NULL;
}

/* A release waits for a person's eyes: only a deny rule settles what is here. */
static bool
settle(Store *store, const Rule *rule, int64_t operation, GError **error)
{
	g_autoptr(GArray) changes = NULL;

	if (rule->kind == RULE_ALLOW)
		return true;
	changes = rule_read_held(store, rule, error);
	for (guint i = 0; changes && i < changes->len; i++) {
		if (!ledger_decide(
			    store, operation, &g_array_index(changes, Change, i), rule->id, error))
			return false;
	}
	return changes != NULL;
}

/* The only place that says whether a rule is removed, and which operation did that. */
static bool
change_rule(Store *store, int64_t operation, int64_t rule, int64_t removed, GError **error)
{
	static const char set[] = "UPDATE rule SET removed = :removed WHERE id = :rule";
	static const char record[] = "INSERT INTO rule_change (operation, rule, removed)"
				     " VALUES (:operation, :rule, :removed)";
	g_autoptr(Kept) update = db_kept(store, set, error);
	g_autoptr(Kept) insert = update ? db_kept(store, record, error) : NULL;

	if (!insert)
		return false;
	db_bind_int(update, ":removed", removed);
	db_bind_int(update, ":rule", rule);
	db_bind_int(insert, ":operation", operation);
	db_bind_int(insert, ":rule", rule);
	db_bind_int(insert, ":removed", removed);
	return db_run(store, update, error) && db_run(store, insert, error);
}

bool
rule_find_campaign(Store *store, Rule *rule, GError **error)
{
	return rule->campaign == 0 || store_campaign_id(store, &rule->campaign, error);
}

static int64_t
add_rule(Store *store, Rule *rule, GError **error)
{
	Entry entry = {
		.verb = rule_kind_name(rule->kind),
		.actor = rule->owner,
		.at = rule->created,
	};
	int64_t operation = 0;

	if (rule_find_campaign(store, rule, error) && insert_rule(store, rule, error))
		operation = log_rule(store, rule, entry, error);

	return operation && change_rule(store, operation, rule->id, 0, error) &&
			settle(store, rule, operation, error) &&
			claims_end(store, operation, rule->owner, error)
		? operation
		: 0;
}

int64_t
store_add_rule(Store *store, Rule *rule, const Site *site, GError **error)
{
	g_autoptr(Transaction) transaction = NULL;
	int64_t operation;

	g_assert(rule->id == 0);

	if (!rule_check(rule, site, error))
		return 0;
	transaction = db_begin(store, error);
	operation = transaction ? add_rule(store, rule, error) : 0;
	if (operation && history_settle(store, error) && transaction_commit(transaction, error))
		return operation;
	rule->id = 0;
	return 0;
}

int64_t
store_remove_rule(Store *store, int64_t id, const char *actor, int64_t now, GError **error)
{
	g_autoptr(Transaction) transaction = db_begin(store, error);
	g_autoptr(Rule) rule = transaction ? rule_read(store, id, now, error) : NULL;
	Entry entry = { .verb = "remove", .actor = actor, .at = now };
	int64_t operation = rule ? log_rule(store, rule, entry, error) : 0;

	return operation && change_rule(store, operation, id, MAX(now, 1), error) &&
			transaction_commit(transaction, error)
		? operation
		: 0;
}

/* ---- undo ---- */

/* A rule as an operation left it. */
typedef struct RuleChange {
	int64_t rule;
	bool removed;
	bool stands; /* it is still so */
} RuleChange;

static GArray *
read_changes(const Undoing *undoing, GError **error)
{
	static const char sql[] = "SELECT c.rule, c.removed <> 0, (c.removed = 0) = (r.removed = 0)"
				  " FROM rule_change c JOIN rule r ON r.id = c.rule"
				  " WHERE c.operation = :operation";
	g_autoptr(GArray) changes = g_array_new(false, false, sizeof(RuleChange));
	g_autoptr(Kept) select = db_kept(undoing->store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":operation", undoing->id);
	while ((step = db_step(undoing->store, select, error)) == STEP_ROW) {
		RuleChange change = {
			.rule = db_int(select, 0),
			.removed = db_int(select, 1) != 0,
			.stands = db_int(select, 2) != 0,
		};

		g_array_append_val(changes, change);
	}
	return step == STEP_DONE ? g_steal_pointer(&changes) : NULL;
}

/* Who made of the rule what it is now. */
static char *
blame(const Undoing *undoing, int64_t rule, GError **error)
{
	static const char sql[] = "SELECT o.actor, c.removed, o.id FROM rule_change c"
				  " JOIN operation o ON o.id = c.operation"
				  " WHERE c.rule = :rule ORDER BY c.operation DESC LIMIT 1";
	g_autoptr(Kept) select = db_kept(undoing->store, sql, error);

	if (!select)
		return NULL;
	db_bind_int(select, ":rule", rule);
	if (!db_row(undoing->store, select, error))
		return NULL;
	return g_strdup_printf("rule %" G_GINT64_FORMAT
			       " was %s by %s since (operation %" G_GINT64_FORMAT ")",
		rule, db_int(select, 1) ? "removed" : "brought back",
		(const char *)sqlite3_column_text(select, 0), db_int(select, 2));
}

static bool
check(const Undoing *undoing, GError **error)
{
	g_autoptr(GArray) changes = read_changes(undoing, error);

	for (guint i = 0; changes && i < changes->len; i++) {
		const RuleChange *change = &g_array_index(changes, RuleChange, i);
		g_autofree char *words = NULL;

		if (change->stands)
			continue;
		words = blame(undoing, change->rule, error);
		if (words)
			g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
				"%s: operation %" G_GINT64_FORMAT " cannot be taken back", words,
				undoing->id);
		return false;
	}
	return changes != NULL;
}

static bool
restore(const Undoing *undoing, int64_t operation, GError **error)
{
	g_autoptr(GArray) changes = read_changes(undoing, error);

	for (guint i = 0; changes && i < changes->len; i++) {
		const RuleChange *change = &g_array_index(changes, RuleChange, i);
		int64_t removed = change->removed ? 0 : MAX(undoing->now, 1);

		if (!change_rule(undoing->store, operation, change->rule, removed, error))
			return false;
	}
	return changes != NULL;
}

extern const UndoKind undo_rules;
const UndoKind undo_rules = {
	.carried = "SELECT EXISTS (SELECT 1 FROM rule_change WHERE operation = :operation)",
	.check = check,
	.restore = restore,
};
