#include "store/burst_breadth.h"

#include <string.h>

#include "store/message_sql.h"

/* What messages are told apart by, as traffic.c counts them; their numbers are BurstKey's. */
static const struct {
	const char *key, *value;
} keys[] = {
	[BURST_ACCOUNT] = { "CASE m.account_signed WHEN 0 THEN 1 ELSE 0 END", "m.account" },
	[BURST_CLAIMED_ACCOUNT] = { "1", "iif(m.account_signed, NULL, m.account)" },
	[BURST_CONFIG] = { "2", "m.config_set" },
	[BURST_IP] = { "3", MESSAGE_IP },
	[BURST_REGION] = { "4", "m.region" },
	[BURST_DOMAIN] = { "5", "nullif(m.domain, '')" },
};
G_STATIC_ASSERT(G_N_ELEMENTS(keys) == BURST_KEYS && BURST_CLAIMED_ACCOUNT == 1 &&
	BURST_DOMAIN == 5 && STATES == 3 && ORDER_ARRIVED_SHIFT == 22);

/* Those received in the windows, found by the index of their arrival. */
#define IN_WINDOWS                                             \
	" m.state IN (0, 1, 2) AND m.arrived >= (:from << 22)" \
	" AND m.arrived < (:end << 22)"

typedef struct Breadth {
	Store *store;
	const BurstList *list;
	int64_t from, end; /* Unix time */
	GHashTable *rows;  /* of BurstRow *, by name_of() */
} Breadth;

static char *
name_of(int64_t key, const char *value)
{
	return g_strdup_printf("%" G_GINT64_FORMAT " %s", key, value);
}

static GHashTable *
rows_by_name(const GPtrArray *rows)
{
	GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < rows->len; i++) {
		BurstRow *row = g_ptr_array_index(rows, i);

		g_hash_table_insert(table, name_of(row->key, row->value), row);
	}
	return table;
}

/* The row that @stmt is about; NULL: none. */
static BurstRow *
row_at(const Breadth *breadth, sqlite3_stmt *stmt)
{
	const char *value = (const char *)sqlite3_column_text(stmt, 1);
	g_autofree char *name = value ? name_of(db_int(stmt, 0), value) : NULL;

	return name ? g_hash_table_lookup(breadth->rows, name) : NULL;
}

static sqlite3_stmt *
prepare(const Breadth *breadth, const char *format_columns, const char *tables, GError **error)
{
	BurstKey key = breadth->list->key;
	g_autofree char *sql = g_strdup_printf(
		"SELECT %s AS key, %s AS value, %s FROM %s WHERE" IN_WINDOWS " GROUP BY 1, 2",
		keys[key].key, keys[key].value, format_columns, tables);
	g_autoptr(sqlite3_stmt) stmt = db_prepare(breadth->store, sql, error);

	if (!stmt)
		return NULL;
	db_bind_int(stmt, ":from", breadth->from);
	db_bind_int(stmt, ":end", breadth->end);
	return g_steal_pointer(&stmt);
}

/* *all is how many messages there are, with the key or without. */
static bool
count_messages(const Breadth *breadth, int64_t *all, GError **error)
{
	g_autoptr(sqlite3_stmt) stmt = prepare(breadth,
		"count(*), min(m.received), max(m.received), count(DISTINCT m.subject),"
		" count(DISTINCT m.campaign)",
		"message AS m", error);
	Step step;

	*all = 0;
	if (!stmt)
		return false;
	while ((step = db_step(breadth->store, stmt, error)) == STEP_ROW) {
		BurstRow *row = row_at(breadth, stmt);

		*all += db_int(stmt, 2);
		if (!row)
			continue;
		row->first = db_int(stmt, 3);
		row->last = db_int(stmt, 4);
		row->subjects = db_int(stmt, 5);
		row->campaigns = db_int(stmt, 6);
	}
	return step == STEP_DONE;
}

static bool
count_recipients(const Breadth *breadth, GError **error)
{
	g_autoptr(sqlite3_stmt) stmt = prepare(breadth, "count(DISTINCT lower(r.address))",
		"message AS m CROSS JOIN recipient AS r ON r.message = m.id", error);
	Step step;

	if (!stmt)
		return false;
	while ((step = db_step(breadth->store, stmt, error)) == STEP_ROW) {
		BurstRow *row = row_at(breadth, stmt);

		if (row)
			row->recipients = db_int(stmt, 2);
	}
	return step == STEP_DONE;
}

bool
burst_add_breadth(
	Store *store, const BurstList *list, int64_t end, const GPtrArray *rows, GError **error)
{
	g_autoptr(GHashTable) table = rows_by_name(rows);
	const Breadth breadth = {
		.store = store,
		.list = list,
		.from = (end + 1) * BURST_SLOT - list->window * BURST_WINDOWS,
		.end = (end + 1) * BURST_SLOT,
		.rows = table,
	};
	int64_t all;

	if (!count_messages(&breadth, &all, error) || !count_recipients(&breadth, error))
		return false;
	for (guint i = 0; i < rows->len; i++)
		((BurstRow *)g_ptr_array_index(rows, i))->of = all;
	return true;
}
