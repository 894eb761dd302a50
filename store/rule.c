#include "store/rule.h"

#include "store/ledger.h"
#include "store/rule_rows.h"

static const char *const kind_names[RULES] = {
	[RULE_ALLOW] = "allow",
	[RULE_DENY] = "deny",
};

const char *
rule_kind_name(RuleKind kind)
{
	g_assert(kind < RULES);
	return kind_names[kind];
}

void
rule_free(Rule *rule)
{
	if (!rule)
		return;
	g_free(rule->account);
	g_free(rule->domain);
	g_free(rule->owner);
	g_free(rule->reason);
	g_free(rule);
}

Rule *
rule_of_row(sqlite3_stmt *stmt, int64_t now)
{
	Rule *rule = g_new0(Rule, 1);

	rule->id = db_int(stmt, 0);
	rule->kind = (RuleKind)ledger_enum(stmt, 1, RULES);
	rule->account = db_text(stmt, 2);
	rule->domain = db_text(stmt, 3);
	rule->owner = db_text(stmt, 4);
	rule->reason = db_text(stmt, 5);
	rule->created = db_int(stmt, 6);
	rule->expires = db_int(stmt, 7);
	rule->hits = db_int(stmt, 8);
	rule->last_hit = db_int(stmt, 9);
	rule->expired = rule->expires != 0 && rule->expires <= now;
	return rule;
}

GPtrArray *
store_rules(Store *store, int64_t now, GError **error)
{
	static const char sql[] =
		"SELECT " RULE_COLUMNS " FROM rule r WHERE removed = 0 ORDER BY id";
	g_autoptr(GPtrArray) rules = g_ptr_array_new_with_free_func((GDestroyNotify)rule_free);
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	while ((step = db_step(store, select, error)) == STEP_ROW)
		g_ptr_array_add(rules, rule_of_row(select, now));
	return step == STEP_DONE ? g_steal_pointer(&rules) : NULL;
}

Rule *
rule_read(Store *store, int64_t id, int64_t now, GError **error)
{
	static const char sql[] =
		"SELECT " RULE_COLUMNS " FROM rule r WHERE id = :id AND removed = 0";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":id", id);
	step = db_step(store, select, error);
	if (step == STEP_DONE)
		g_set_error(
			error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "no rule %" G_GINT64_FORMAT, id);
	return step == STEP_ROW ? rule_of_row(select, now) : NULL;
}
