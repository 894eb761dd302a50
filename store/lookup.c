#include "store/lookup.h"

#include <string.h>

enum {
	/* Of the small table, whose pages an import has in its cache; a larger store has a larger
	 * one, so that as many entries as ever go to a page when they are merged. */
	MOST_NEW = 65536,
	SHARE_NEW = 32,
	PARTS = 16, /* a part takes a few milliseconds: somebody may wait for the transaction */
};

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

/* ---- from the small table to the large one ---- */

typedef struct Entry {
	int64_t space, key, row;
} Entry;

/* A store from elsewhere may have entries of spaces that are none, and they are moved as well. */
static const Entry before_all = { G_MININT64, G_MININT64, G_MININT64 };

static void
bind_entry(Kept *stmt, const Entry *entry)
{
	db_bind_int(stmt, ":space", entry->space);
	db_bind_int(stmt, ":key", entry->key);
	db_bind_int(stmt, ":row", entry->row);
}

/* The last of the @part entries behind @from; false in *found where there is none. */
static bool
find_end(Store *store, const Entry *from, int64_t part, Entry *end, bool *found, GError **error)
{
	static const char sql[] =
		"SELECT space, key, row FROM (SELECT space, key, row FROM lookup_new"
		" WHERE (space, key, row) > (:space, :key, :row) ORDER BY 1, 2, 3 LIMIT :part)"
		" ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT 1";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	bind_entry(select, from);
	db_bind_int(select, ":part", part);
	step = db_step(store, select, error);
	*found = step == STEP_ROW;
	if (*found)
		*end = (Entry){ db_int(select, 0), db_int(select, 1), db_int(select, 2) };
	return step != STEP_ERROR;
}

static bool
move_entries(Store *store, const Entry *from, const Entry *end, GError **error)
{
#define BETWEEN                                           \
	" WHERE (space, key, row) > (:space, :key, :row)" \
	" AND (space, key, row) <= (:end_space, :end_key, :end_row)"
	static const char *const steps[] = {
		"INSERT INTO lookup (space, key, row)"
		" SELECT space, key, row FROM lookup_new" BETWEEN " ORDER BY 1, 2, 3",
		"DELETE FROM lookup_new" BETWEEN,
	};
#undef BETWEEN

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_autoptr(Kept) stmt = db_kept(store, steps[i], error);

		if (!stmt)
			return false;
		bind_entry(stmt, from);
		db_bind_int(stmt, ":end_space", end->space);
		db_bind_int(stmt, ":end_key", end->key);
		db_bind_int(stmt, ":end_row", end->row);
		if (!db_run(store, stmt, error))
			return false;
	}
	return true;
}

static bool
read_merged(Store *store, Entry *merged, GError **error)
{
	static const char sql[] = "SELECT space, key, row FROM lookup_merged";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select || !db_row(store, select, error))
		return false;
	*merged = (Entry){ db_int(select, 0), db_int(select, 1), db_int(select, 2) };
	return true;
}

static bool
write_merged(Store *store, const Entry *merged, GError **error)
{
	static const char sql[] = "UPDATE lookup_merged SET space = :space, key = :key, row = :row";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	bind_entry(update, merged);
	return db_run(store, update, error);
}

/* A part begins where the one before ended: so each is where most is new.  Behind the last entry
 * of all comes the first. */
static bool
merge_part(Store *store, int64_t part, GError **error)
{
	Entry from = before_all;
	Entry end;
	bool found = false;

	if (!read_merged(store, &from, error) || !find_end(store, &from, part, &end, &found, error))
		return false;
	if (!found)
		return write_merged(store, &before_all, error);
	return move_entries(store, &from, &end, error) && write_merged(store, &end, error);
}

bool
lookup_merge_parts(Store *store, int64_t most, int64_t part, GError **error)
{
	static const char sql[] = "SELECT count(*) FROM lookup_new";
	int64_t entries;

	if (!db_value(store, sql, &entries, error))
		return false;
	while (entries > most) {
		if (!merge_part(store, part, error) || !db_value(store, sql, &entries, error))
			return false;
	}
	return true;
}

bool
lookup_merge(Store *store, GError **error)
{
	static const char sql[] = "SELECT ifnull((SELECT max(id) FROM edge), 0)"
				  " + ifnull((SELECT max(id) FROM raw), 0)";
	int64_t entries;
	int64_t most;

	if (!db_value(store, sql, &entries, error))
		return false;
	/* Those of a large store are counted in a millisecond or more: not after every mail. */
	if (entries < store->merge_due)
		return true;
	most = MAX(MOST_NEW, entries / SHARE_NEW);
	store->merge_due = entries + most / PARTS;
	return lookup_merge_parts(store, most, most / PARTS, error);
}
