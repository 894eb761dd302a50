#include "store/stats.h"

#include <string.h>

#include "store/message_sql.h"
#include "store/query_sql.h"

/* clang-format off */
static const struct {
	const char *name;
	const char *sql;
} keys[] = {
	[STATS_ACCOUNT] = { "account", "m.account" },
	[STATS_CONFIG] = { "config", "m.config_set" },
	[STATS_IP] = { "ip", MESSAGE_IP },
	[STATS_REGION] = { "region", "m.region" },
	[STATS_DOMAIN] = { "domain", "nullif(m.domain, '')" },
	[STATS_SES] = { "ses", "m.ses" },
};
/* clang-format on */
G_STATIC_ASSERT(G_N_ELEMENTS(keys) == STATS_KEYS);

const char *
stats_key_name(StatsKey key)
{
	g_assert(key < STATS_KEYS);
	return keys[key].name;
}

bool
stats_key_from_name(const char *name, StatsKey *key)
{
	for (int i = 0; i < STATS_KEYS; i++) {
		if (strcmp(keys[i].name, name) != 0)
			continue;
		*key = (StatsKey)i;
		return true;
	}
	return false;
}

void
stats_row_free(StatsRow *row)
{
	if (!row)
		return;
	g_free(row->value);
	g_free(row);
}

static char *
read_value(sqlite3_stmt *stmt, StatsKey key)
{
	int64_t class = db_int(stmt, 0);

	if (key != STATS_SES)
		return db_text(stmt, 0);
	return class >= 0 && class < SES_CLASSES ? g_strdup(ses_class_name((SesClass) class))
						 : NULL;
}

static StatsRow *
read_row(sqlite3_stmt *stmt, StatsKey key)
{
	StatsRow *row = g_new0(StatsRow, 1);

	row->value = read_value(stmt, key);
	row->messages = db_int(stmt, 1);
	row->first = db_int(stmt, 2);
	row->last = db_int(stmt, 3);
	row->max_score = (int)db_int(stmt, 4);
	row->subjects = db_int(stmt, 5);
	row->campaigns = db_int(stmt, 6);
	for (int i = 0; i < STATES; i++)
		row->by_state[i] = db_int(stmt, 7 + i);
	return row;
}

static void
add_condition(GString *sql, const Query *query)
{
	if (query && query->where->len)
		g_string_append_printf(sql, " WHERE %s", query->where->str);
}

static char *
stats_sql(StatsKey key, const Query *query)
{
	GString *sql = g_string_new(NULL);

	g_string_append_printf(sql,
		"SELECT %s AS value, count(*) AS messages, min(m.received), max(m.received),"
		" max(m.score), count(DISTINCT m.subject), count(DISTINCT m.campaign)",
		keys[key].sql);
	for (int i = 0; i < STATES; i++)
		g_string_append_printf(sql, ", sum(m.state = %d)", i);
	g_string_append(sql, " FROM message AS m");
	add_condition(sql, query);
	g_string_append(sql, " GROUP BY value ORDER BY messages DESC, value");
	return g_string_free(sql, false);
}

/* A message has several: they are counted by themselves. */
static char *
recipients_sql(StatsKey key, const Query *query)
{
	GString *sql = g_string_new(NULL);

	g_string_append_printf(sql,
		"SELECT %s AS value, count(DISTINCT lower(r.address)) FROM message AS m"
		" CROSS JOIN recipient AS r ON r.message = m.id",
		keys[key].sql);
	add_condition(sql, query);
	g_string_append(sql, " GROUP BY value");
	return g_string_free(sql, false);
}

static sqlite3_stmt *
prepare(Store *store, const char *sql, const Query *query, GError **error)
{
	g_autoptr(sqlite3_stmt) stmt = db_prepare(store, sql, error);

	if (stmt && query)
		query_bind(query, stmt);
	return g_steal_pointer(&stmt);
}

/* No value is a key as well: NULL. */
static GHashTable *
rows_by_value(const GPtrArray *rows)
{
	GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < rows->len; i++) {
		StatsRow *row = g_ptr_array_index(rows, i);

		if (row->value)
			g_hash_table_insert(table, row->value, row);
	}
	return table;
}

static StatsRow *
row_without_value(const GPtrArray *rows)
{
	for (guint i = 0; i < rows->len; i++) {
		StatsRow *row = g_ptr_array_index(rows, i);

		if (!row->value)
			return row;
	}
	return NULL;
}

static bool
count_recipients(
	Store *store, StatsKey key, const Query *query, const GPtrArray *rows, GError **error)
{
	g_autofree char *sql = recipients_sql(key, query);
	g_autoptr(sqlite3_stmt) stmt = prepare(store, sql, query, error);
	g_autoptr(GHashTable) table = rows_by_value(rows);
	Step step;

	if (!stmt)
		return false;
	while ((step = db_step(store, stmt, error)) == STEP_ROW) {
		g_autofree char *value = read_value(stmt, key);
		StatsRow *row = value ? g_hash_table_lookup(table, value) : row_without_value(rows);

		if (row)
			row->recipients = db_int(stmt, 1);
	}
	return step == STEP_DONE;
}

static GPtrArray *
count_messages(Store *store, StatsKey key, const Query *query, GError **error)
{
	g_autofree char *sql = stats_sql(key, query);
	g_autoptr(sqlite3_stmt) stmt = prepare(store, sql, query, error);
	g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)stats_row_free);
	Step step;

	if (!stmt)
		return NULL;
	while ((step = db_step(store, stmt, error)) == STEP_ROW)
		g_ptr_array_add(rows, read_row(stmt, key));
	return step == STEP_DONE ? g_steal_pointer(&rows) : NULL;
}

GPtrArray *
store_stats(Store *store, StatsKey key, const Query *query, GError **error)
{
	g_autoptr(Snapshot) look = store_snapshot(store, error);
	g_autoptr(GPtrArray) rows = look ? count_messages(store, key, query, error) : NULL;

	return rows && count_recipients(store, key, query, rows, error) ? g_steal_pointer(&rows)
									: NULL;
}
