#include "store/query_sql.h"

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
	query->values = g_ptr_array_new_with_free_func(query_value_free);
	query->reach = (Reach){ REACH_ALL, REACH_ALL, false };
	return query;
}

void
query_free(Query *query)
{
	if (!query)
		return;
	g_string_free(query->where, true);
	g_ptr_array_unref(query->values);
	g_free(query);
}

void
query_emit(Query *query, const char *sql)
{
	g_string_append(query->where, sql);
}

static void
emit_value(Query *query, QueryValue value)
{
	g_string_append_printf(query->where, ":q%u", query->values->len);
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
query_emit_again(Query *query, int value)
{
	g_string_append_printf(query->where, ":q%d", value);
}

void
query_bind(const Query *query, sqlite3_stmt *stmt)
{
	for (guint i = 0; i < query->values->len; i++) {
		const QueryValue *value = g_ptr_array_index(query->values, i);
		g_autofree char *name = g_strdup_printf(":q%u", i);

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
