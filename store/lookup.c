#include "store/lookup.h"

#include <string.h>

#include "store/bloom.h"
#include "store/tier.h"

enum {
	HINTS = 65536, /* 1.5 MiB */
};

/* A store from elsewhere may have entries of spaces that are none, and they are moved as well. */
#define BEFORE_ALL "-9223372036854775808, -9223372036854775808, -9223372036854775808"

static const Tier tier = TIER("lookup", "lookup_new", "lookup_merged", "space", "key", "row", "",
	"space, lookup_noted(space, key), row", " ON CONFLICT DO NOTHING", BEFORE_ALL);

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

/* On its way into the large table. */
static void
sql_lookup_noted(sqlite3_context *context, int count G_GNUC_UNUSED, sqlite3_value **values)
{
	int64_t key = sqlite3_value_int64(values[1]);

	bloom_note(sqlite3_user_data(context), sqlite3_value_int64(values[0]), key);
	sqlite3_result_int64(context, key);
}

static void
sql_lookup_may_have(sqlite3_context *context, int count G_GNUC_UNUSED, sqlite3_value **values)
{
	sqlite3_result_int(context,
		bloom_may_have(sqlite3_user_data(context), sqlite3_value_int64(values[0]),
			sqlite3_value_int64(values[1])));
}

bool
lookup_register(Store *store)
{
	const int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY;

	return sqlite3_create_function_v2(store->db, "lookup_key", 1, flags | SQLITE_DETERMINISTIC,
		       NULL, sql_lookup_key, NULL, NULL, NULL) == SQLITE_OK &&
		sqlite3_create_function_v2(store->db, "lookup_noted", 2, flags, store,
			sql_lookup_noted, NULL, NULL, NULL) == SQLITE_OK &&
		sqlite3_create_function_v2(store->db, "lookup_may_have", 2, flags, store,
			sql_lookup_may_have, NULL, NULL, NULL) == SQLITE_OK;
}

/* ---- entries ---- */

static void
bind(Kept *stmt, LookupSpace space, int64_t key)
{
	db_bind_int(stmt, ":space", space);
	db_bind_int(stmt, ":key", key);
}

Kept *
lookup_prepare(Store *store, const LookupSql *sql, LookupSpace space, int64_t key, GError **error)
{
	Kept *stmt = db_kept(
		store, bloom_may_have(store, space, key) ? sql->in_both : sql->in_small, error);

	if (stmt)
		bind(stmt, space, key);
	return stmt;
}

Kept *
lookup_prepare_edge(
	Store *store, const LookupSql *sql, EdgeKind kind, const char *value, GError **error)
{
	Kept *stmt = lookup_prepare(store, sql, LOOKUP_EDGE + kind, lookup_text_key(value), error);

	if (stmt)
		db_bind_text(stmt, ":value", value);
	return stmt;
}

Kept *
lookup_prepare_raw(
	Store *store, const LookupSql *sql, const uint8_t sha256[DIGEST_SIZE], GError **error)
{
	Kept *stmt = lookup_prepare(store, sql, LOOKUP_RAW, lookup_digest_key(sha256), error);

	if (stmt)
		db_bind_blob(stmt, ":sha256", sha256, DIGEST_SIZE);
	return stmt;
}

/* ---- what was found before ---- */

/* Where it was found last, by its key: saves walking two trees for what recurs.  Of two that want
 * the same place the newer one has it. */
typedef struct LookupHints {
	struct {
		int64_t space, key, row;
	} found[HINTS];
} LookupHints;

static size_t
hint_of(LookupSpace space, int64_t key)
{
	return ((size_t)key ^ (size_t)space) % HINTS;
}

int64_t
lookup_hint(const Store *store, LookupSpace space, int64_t key)
{
	const LookupHints *hints = store->hints;
	size_t hint = hint_of(space, key);

	if (!hints || hints->found[hint].key != key || hints->found[hint].space != space)
		return 0;
	return hints->found[hint].row;
}

void
lookup_remember(Store *store, LookupSpace space, int64_t key, int64_t row)
{
	size_t hint = hint_of(space, key);

	if (!store->bulk)
		return;
	if (!store->hints)
		store->hints = g_new0(LookupHints, 1);
	store->hints->found[hint].space = space;
	store->hints->found[hint].key = key;
	store->hints->found[hint].row = row;
}

void
lookup_forget(Store *store)
{
	g_clear_pointer(&store->hints, g_free);
}

static bool
run_on_entry(
	Store *store, const char *sql, LookupSpace space, int64_t key, int64_t row, GError **error)
{
	g_autoptr(Kept) stmt = db_kept(store, sql, error);

	if (!stmt)
		return false;
	bind(stmt, space, key);
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
	static const char from_merged[] =
		"UPDATE lookup_merged SET (space, key, row) = (" BEFORE_ALL ")"
		" WHERE space = :space AND key = :key AND row = :row";

	return bloom_drop(store, error) && run_on_entry(store, from_new, space, key, row, error) &&
		run_on_entry(store, from_all, space, key, row, error) &&
		run_on_entry(store, from_merged, space, key, row, error);
}

bool
lookup_count(Store *store, int64_t *entries, GError **error)
{
	static const char sql[] = "SELECT ifnull((SELECT max(id) FROM edge), 0)"
				  " + 2 * ifnull((SELECT max(id) FROM raw), 0)";

	return db_value(store, sql, entries, error);
}

bool
lookup_merge_parts(Store *store, int64_t most, int64_t part, GError **error)
{
	bool above;

	if (!tier_is_above(store, &tier, most, &above, error))
		return false;
	return !above ||
		(bloom_fetch(store, error) && tier_merge(store, &tier, most, part, error) &&
			bloom_follow(store, error));
}

bool
lookup_merge(Store *store, GError **error)
{
	int64_t entries;
	TierLimits limits;

	if (!lookup_count(store, &entries, error))
		return false;
	return !tier_is_due(entries, &store->lookups_due, &limits) ||
		lookup_merge_parts(store, limits.most, limits.part, error);
}
