#include "store/rule.h"

#include "mail/edge.h"

#include "store/json.h"
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
	g_free(rule->sender);
	g_free(rule->link);
	g_free(rule->url);
	g_free(rule->file);
	g_clear_pointer(&rule->recipients, g_ptr_array_unref);
	g_clear_pointer(&rule->from_domains, g_ptr_array_unref);
	g_clear_pointer(&rule->lifts, g_ptr_array_unref);
	g_free(rule->owner);
	g_free(rule->reason);
	g_free(rule);
}

bool
rule_is_expired(const Rule *rule, int64_t now)
{
	return (rule->expires != 0 && rule->expires <= now) ||
		(rule->idle != 0 && MAX(rule->created, rule->last_hit) + rule->idle <= now);
}

static GPtrArray *
column_texts(sqlite3_stmt *stmt, int column)
{
	return json_read_texts((const char *)sqlite3_column_text(stmt, column));
}

Rule *
rule_of_row(sqlite3_stmt *stmt, int64_t now)
{
	Rule *rule = g_new0(Rule, 1);
	int column = 0;

	rule->id = db_int(stmt, column++);
	rule->kind = (RuleKind)ledger_enum(stmt, column++, RULES);
	rule->account = db_text(stmt, column++);
	rule->domain = db_text(stmt, column++);
	rule->sender = db_text(stmt, column++);
	rule->link = db_text(stmt, column++);
	rule->url = db_text(stmt, column++);
	rule->file = db_text(stmt, column++);
	rule->campaign = db_int(stmt, column++);
	rule->recipients = column_texts(stmt, column++);
	rule->from_domains = column_texts(stmt, column++);
	rule->lifts_all =
		rule->kind == RULE_ALLOW && sqlite3_column_type(stmt, column) == SQLITE_NULL;
	rule->lifts = column_texts(stmt, column++);
	rule->owner = db_text(stmt, column++);
	rule->reason = db_text(stmt, column++);
	rule->created = db_int(stmt, column++);
	rule->expires = db_int(stmt, column++);
	rule->idle = db_int(stmt, column++);
	rule->hits = db_int(stmt, column++);
	rule->last_hit = db_int(stmt, column++);
	rule->expired = rule_is_expired(rule, now);
	g_assert(column == RULE_COLUMN_COUNT);
	return rule;
}

static void
bind_texts(sqlite3_stmt *stmt, const char *name, const GPtrArray *texts)
{
	g_autoptr(json_t) array = texts ? json_texts(texts) : json_array();
	g_autofree char *line = json_line(array);

	db_bind_text(stmt, name, line);
}

void
rule_bind_kin(sqlite3_stmt *stmt)
{
	db_bind_int(stmt, ":link", EDGE_LINK);
	db_bind_int(stmt, ":person", EDGE_PERSON);
	db_bind_int(stmt, ":blocked", STATE_BLOCKED);
}

void
rule_bind(const Rule *rule, sqlite3_stmt *stmt)
{
	db_bind_int(stmt, ":kind", rule->kind);
	db_bind_text(stmt, ":account", rule->account);
	db_bind_text(stmt, ":domain", rule->domain);
	db_bind_text(stmt, ":sender", rule->sender);
	db_bind_text(stmt, ":link", rule->link);
	db_bind_text(stmt, ":url", rule->url);
	db_bind_text(stmt, ":file", rule->file);
	if (rule->campaign)
		db_bind_int(stmt, ":campaign", rule->campaign);
	else
		db_bind_text(stmt, ":campaign", NULL);
	bind_texts(stmt, ":recipients", rule->recipients);
	bind_texts(stmt, ":from_domains", rule->from_domains);
	if (rule->kind == RULE_DENY || rule->lifts_all)
		db_bind_text(stmt, ":lifts", NULL);
	else
		bind_texts(stmt, ":lifts", rule->lifts);
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
