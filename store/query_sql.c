#include "store/query_sql.h"

#include "store/marks.h"

typedef struct QueryValue {
	enum {
		VALUE_INT,
		VALUE_TEXT,
		VALUE_BLOB,
	} kind;
	int64_t number;
	GString *bytes;
} QueryValue;

static void
query_value_free(void *data)
{
	QueryValue *value = data;

	if (value->bytes)
		g_string_free(value->bytes, true);
	g_free(value);
}

Query *
query_new(void)
{
	Query *query = g_new0(Query, 1);

	query->where = g_string_new(NULL);
	query->each = g_string_new(NULL);
	query->values = g_ptr_array_new_with_free_func(query_value_free);
	query->sets = g_ptr_array_new_with_free_func(g_free);
	query->open_set = -1;
	query->reach =
		(Reach){ .may = REACH_ALL, .must = REACH_ALL, .placed = true, .most = INT64_MAX };
	return query;
}

void
query_free(Query *query)
{
	if (!query)
		return;
	g_string_free(query->where, true);
	g_string_free(query->each, true);
	g_ptr_array_unref(query->values);
	g_ptr_array_unref(query->sets);
	g_free(query);
}

void
query_emit(Query *query, const char *sql)
{
	g_string_append(query->where, sql);
	if (query->open_set < 0)
		g_string_append(query->each, sql);
}

void
query_begin_set(Query *query)
{
	g_assert(query->open_set < 0);
	g_string_append(query->where, "m.id IN (");
	g_string_append_printf(query->each, "marked(:s%u, m.id)", query->sets->len);
	query->open_set = (int)query->where->len;
}

void
query_end_set(Query *query)
{
	g_assert(query->open_set >= 0);
	g_ptr_array_add(query->sets, g_strdup(query->where->str + query->open_set));
	g_string_append(query->where, ")");
	query->open_set = -1;
}

void
query_emit_again(Query *query, int value)
{
	g_autofree char *name = g_strdup_printf(":q%d", value);

	query_emit(query, name);
}

static void
emit_value(Query *query, QueryValue value)
{
	query_emit_again(query, (int)query->values->len);
	g_ptr_array_add(query->values, g_memdup2(&value, sizeof(value)));
}

void
query_emit_int(Query *query, int64_t value)
{
	emit_value(query, (QueryValue){ .kind = VALUE_INT, .number = value });
}

void
query_emit_text(Query *query, const char *text)
{
	emit_value(query, (QueryValue){ .kind = VALUE_TEXT, .bytes = g_string_new(text) });
}

void
query_extend_text(Query *query, int value, const char *text)
{
	QueryValue *found = g_ptr_array_index(query->values, value);

	g_assert(found->kind == VALUE_TEXT);
	g_string_append(found->bytes, text);
}

void
query_emit_blob(Query *query, const void *bytes, size_t length)
{
	GString *copy = g_string_new_len(bytes, (gssize)length);

	emit_value(query, (QueryValue){ .kind = VALUE_BLOB, .bytes = copy });
}

void
query_bind(const Query *query, sqlite3_stmt *stmt)
{
	for (guint i = 0; i < query->values->len; i++) {
		const QueryValue *value = g_ptr_array_index(query->values, i);
		g_autofree char *name = g_strdup_printf(":q%u", i);

		if (sqlite3_bind_parameter_index(stmt, name) == 0)
			continue;
		switch (value->kind) {
		case VALUE_INT:
			db_bind_int(stmt, name, value->number);
			break;
		case VALUE_TEXT:
			db_bind_text(stmt, name, value->bytes->str);
			break;
		case VALUE_BLOB:
			db_bind_blob(stmt, name, value->bytes->str, value->bytes->len);
			break;
		}
	}
}

static Marks *
read_marks(Store *store, const Query *query, const char *sql, GError **error)
{
	g_autoptr(sqlite3_stmt) select = db_prepare(store, sql, error);
	g_autoptr(Marks) marks = marks_new();
	Step step;

	if (!select)
		return NULL;
	query_bind(query, select);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		marks_add(marks, db_int(select, 0));
	return step == STEP_DONE ? g_steal_pointer(&marks) : NULL;
}

GPtrArray *
query_marks(Store *store, const Query *query, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)marks_free);

	for (guint i = 0; i < query->sets->len; i++) {
		Marks *marks = read_marks(store, query, g_ptr_array_index(query->sets, i), error);

		if (!marks)
			return NULL;
		g_ptr_array_add(all, marks);
	}
	return g_steal_pointer(&all);
}

void
query_bind_marks(const Query *query, const GPtrArray *marks, sqlite3_stmt *stmt)
{
	query_bind(query, stmt);
	for (guint i = 0; i < marks->len; i++) {
		g_autofree char *name = g_strdup_printf(":s%u", i);

		marks_bind(g_ptr_array_index(marks, i), stmt, name);
	}
}
