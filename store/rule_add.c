#include "store/ledger.h"
#include "store/rule_rows.h"

/* The log says which rule an operation was about, long after it is removed. */
static bool
log_rule(Store *store, const Rule *rule, Entry entry, GError **error)
{
	g_autofree char *words = g_strdup_printf("rule %" G_GINT64_FORMAT " (%s%s%s%s%s): %s",
		rule->id, rule_kind_name(rule->kind), rule->account ? " account " : "",
		rule->account ? rule->account : "", rule->domain ? " domain " : "",
		rule->domain ? rule->domain : "", rule->reason);

	entry.reason = words;
	return ledger_operation(store, &entry, error) != 0;
}

static bool
insert_rule(Store *store, Rule *rule, GError **error)
{
	static const char sql[] =
		"INSERT INTO rule (kind, account, domain, owner, reason, created, expires)"
		" VALUES (:kind, :account, :domain, :owner, :reason, :created, :expires)";
	g_autoptr(Kept) insert = db_kept(store, sql, error);

	if (!insert)
		return false;
	db_bind_int(insert, ":kind", rule->kind);
	db_bind_text(insert, ":account", rule->account);
	db_bind_text(insert, ":domain", rule->domain);
	db_bind_text(insert, ":owner", rule->owner);
	db_bind_text(insert, ":reason", rule->reason);
	db_bind_int(insert, ":created", rule->created);
	db_bind_int(insert, ":expires", rule->expires);
	if (!db_run(store, insert, error))
		return false;
	rule->id = db_last_id(store);
	return true;
}

bool
store_add_rule(Store *store, Rule *rule, GError **error)
{
	g_autoptr(Transaction) transaction = NULL;
	Entry entry = {
		.verb = rule_kind_name(rule->kind),
		.actor = rule->owner,
		.at = rule->created,
	};

	g_assert(rule->id == 0);

	if (!rule_check(rule, error))
		return false;
	transaction = db_begin(store, error);
	if (transaction && insert_rule(store, rule, error) && log_rule(store, rule, entry, error) &&
		transaction_commit(transaction, error))
		return true;
	rule->id = 0;
	return false;
}

static bool
mark_removed(Store *store, int64_t id, int64_t now, GError **error)
{
	static const char sql[] = "UPDATE rule SET removed = :now WHERE id = :id";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":now", now);
	db_bind_int(update, ":id", id);
	return db_run(store, update, error);
}

bool
store_remove_rule(Store *store, int64_t id, const char *actor, int64_t now, GError **error)
{
	g_autoptr(Transaction) transaction = db_begin(store, error);
	g_autoptr(Rule) rule = transaction ? rule_read(store, id, now, error) : NULL;
	Entry entry = { .verb = "remove", .actor = actor, .at = now };

	return rule && mark_removed(store, id, now, error) && log_rule(store, rule, entry, error) &&
		transaction_commit(transaction, error);
}
