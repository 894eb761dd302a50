#include "store/lookup.h"

#include <string.h>

#include "store/tier.h"

/* A store from elsewhere may have entries of spaces that are none, and they are moved as well. */
#define BEFORE_ALL "-9223372036854775808, -9223372036854775808, -9223372036854775808"

static const Tier tier =
	TIER("lookup", "lookup_new", "lookup_merged", "space", "key", "row", "", "", BEFORE_ALL);

static int64_t
key_of(const void *bytes, size_t length)
{
	uint64_t key = 0;

	if (length > 0)
		memcpy(&key, bytes, MIN(length, sizeof key));
	return (int64_t)(GUINT64_FROM_BE(key) ^ G_GUINT64_CONSTANT(1) << 63);
}

int64_t
lookup_digest_key(const uint8_t digest[DIGEST_SIZE])
{
	return key_of(digest, DIGEST_SIZE);
}

int64_t
lookup_text_key(const char *text)
{
	uint8_t digest[DIGEST_SIZE];

	digest_sha256(text, strlen(text), digest);
	return lookup_digest_key(digest);
}

/* A damaged digest has a key as well: what is wrong with it is verify's to say. */
static void
sql_lookup_key(sqlite3_context *context, int count G_GNUC_UNUSED, sqlite3_value **values)
{
	sqlite3_value *value = values[0];
	bool text = sqlite3_value_type(value) == SQLITE_TEXT;
	const void *bytes = text ? sqlite3_value_text(value) : sqlite3_value_blob(value);

	sqlite3_result_int64(context,
		text ? lookup_text_key(bytes) : key_of(bytes, (size_t)sqlite3_value_bytes(value)));
}

bool
lookup_register(sqlite3 *db)
{
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

	return sqlite3_create_function_v2(db, "lookup_key", 1, flags, NULL, sql_lookup_key, NULL,
		       NULL, NULL) == SQLITE_OK;
}

/* ---- entries ---- */

void
lookup_bind(Kept *stmt, LookupSpace space, int64_t key)
{
	db_bind_int(stmt, ":space", space);
	db_bind_int(stmt, ":key", key);
}

void
lookup_bind_edge(Kept *stmt, EdgeKind kind, const char *value)
{
	lookup_bind(stmt, LOOKUP_EDGE + kind, lookup_text_key(value));
	db_bind_text(stmt, ":value", value);
}

void
lookup_bind_raw(Kept *stmt, const uint8_t sha256[DIGEST_SIZE])
{
	lookup_bind(stmt, LOOKUP_RAW, lookup_digest_key(sha256));
	db_bind_blob(stmt, ":sha256", sha256, DIGEST_SIZE);
}

static bool
run_on_entry(
	Store *store, const char *sql, LookupSpace space, int64_t key, int64_t row, GError **error)
{
	g_autoptr(Kept) stmt = db_kept(store, sql, error);

	if (!stmt)
		return false;
	lookup_bind(stmt, space, key);
	db_bind_int(stmt, ":row", row);
	return db_run(store, stmt, error);
}

bool
lookup_add(Store *store, LookupSpace space, int64_t key, int64_t row, GError **error)
{
	static const char sql[] =
		"INSERT INTO lookup_new (space, key, row) VALUES (:space, :key, :row)";

	return run_on_entry(store, sql, space, key, row, error);
}

bool
lookup_remove(Store *store, LookupSpace space, int64_t key, int64_t row, GError **error)
{
	static const char from_new[] =
		"DELETE FROM lookup_new WHERE space = :space AND key = :key AND row = :row";
	static const char from_all[] =
		"DELETE FROM lookup WHERE space = :space AND key = :key AND row = :row";
	static const char from_merged[] = "UPDATE lookup_merged SET space = -3, key = 0, row = 0"
					  " WHERE space = :space AND key = :key AND row = :row";

	return run_on_entry(store, from_new, space, key, row, error) &&
		run_on_entry(store, from_all, space, key, row, error) &&
		run_on_entry(store, from_merged, space, key, row, error);
}

bool
lookup_merge_parts(Store *store, int64_t most, int64_t part, GError **error)
{
	return tier_merge(store, &tier, most, part, error);
}

bool
lookup_merge(Store *store, GError **error)
{
	static const char sql[] = "SELECT ifnull((SELECT max(id) FROM edge), 0)"
				  " + ifnull((SELECT max(id) FROM raw), 0)";
	int64_t entries;

	return db_value(store, sql, &entries, error) &&
		tier_merge_due(store, &tier, entries, &store->lookups_due, error);
}
