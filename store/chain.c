#include "store/chain.h"

#include "mail/digest.h"
#include "store/db.h"

/* Byte order and sizes are fixed: a store may be carried to another machine. */
static void
add_number(GByteArray *row, uint64_t number)
{
	uint64_t bytes = GUINT64_TO_BE(number);

	g_byte_array_append(row, (const guint8 *)&bytes, sizeof bytes);
}

static void
add_bytes(GByteArray *row, sqlite3_value *value)
{
	const void *bytes = sqlite3_value_blob(value);
	int length = sqlite3_value_bytes(value);

	add_number(row, (uint64_t)length);
	if (length > 0)
		g_byte_array_append(row, bytes, (guint)length);
}

static void
add_value(GByteArray *row, sqlite3_value *value)
{
	int type = sqlite3_value_type(value);
	uint8_t tag = (uint8_t)type;

	g_byte_array_append(row, &tag, 1);
	switch (type) {
	case SQLITE_NULL:
		break;
	case SQLITE_INTEGER:
		add_number(row, (uint64_t)sqlite3_value_int64(value));
		break;
	default:
		/* A REAL is nothing of ours: its digits do. */
		add_bytes(row, value);
	}
}

static void
sql_row_hash(sqlite3_context *context, int count, sqlite3_value **values)
{
	g_autoptr(GByteArray) row = g_byte_array_new();
	uint8_t digest[DIGEST_SIZE];

	for (int i = 0; i < count; i++)
		add_value(row, values[i]);
	digest_sha256(row->data, row->len, digest);
	sqlite3_result_blob(context, digest, sizeof digest, SQLITE_TRANSIENT);
}

bool
chain_register(sqlite3 *db)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

	return sqlite3_create_function_v2(db, "row_hash", -1, flags, NULL, sql_row_hash, NULL, NULL,
		       NULL) == SQLITE_OK;
}

/* ---- what was there before there was a chain ---- */

/* Both ask for the row before by its place, and so run in the order of the chain. */
static bool
hash_operation(Store *store, int64_t id, GError **error)
{
	static const char sql[] = "UPDATE operation AS o SET hash = " CHAIN_OPERATION(
		"(SELECT ifnull((SELECT d.hash FROM decision d WHERE d.operation = p.id"
		" ORDER BY d.id DESC LIMIT 1), p.hash) FROM operation p WHERE p.id < :id"
		" ORDER BY p.id DESC LIMIT 1)",
		"id", "at", "actor", "verb", "reason", "undoes", "origin") " WHERE id = :id";

	return db_run_id(store, sql, id, error);
}

static bool
hash_decision(Store *store, int64_t id, GError **error)
{
	static const char sql[] = "UPDATE decision AS o SET hash = " CHAIN_DECISION(
		"ifnull((SELECT p.hash FROM decision p WHERE p.operation = o.operation"
		" AND p.id < :id ORDER BY p.id DESC LIMIT 1),"
		" (SELECT p.hash FROM operation p WHERE p.id = o.operation))",
		"id", "operation", "message", "kind", "before", "after", "rule") " WHERE id = :id";

	return db_run_id(store, sql, id, error);
}

/* Ids of @sql: of one row each. */
static GArray *
read_ids(Store *store, const char *sql, int64_t operation, GError **error)
{
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return NULL;
	db_bind_int(select, ":operation", operation);
	return db_ids(store, select, error);
}

static bool
hash_decisions(Store *store, int64_t operation, GError **error)
{
	static const char sql[] =
		"SELECT id FROM decision WHERE operation = :operation ORDER BY id";
	g_autoptr(GArray) ids = read_ids(store, sql, operation, error);

	for (guint i = 0; ids && i < ids->len; i++) {
		if (!hash_decision(store, g_array_index(ids, int64_t, i), error))
			return false;
	}
	return ids != NULL;
}

bool
chain_existing(Store *store, GError **error)
{
	static const char sql[] = "SELECT id FROM operation WHERE id > :operation ORDER BY id";
	g_autoptr(GArray) ids = read_ids(store, sql, 0, error);

	for (guint i = 0; ids && i < ids->len; i++) {
		int64_t id = g_array_index(ids, int64_t, i);

		if (!hash_operation(store, id, error) || !hash_decisions(store, id, error))
			return false;
	}
	return ids != NULL;
}
