#include "store/message_bytes.h"

#include <string.h>

#include "mail/digest.h"
#include "mail/pack.h"
#include "store/lookup.h"
#include "store/message_sql.h"
#include "store/raw.h"

/* ---- in ---- */

static void
bind_place(sqlite3_stmt *stmt, const BalePlace *place)
{
	if (place->bale == 0)
		return;
	db_bind_int(stmt, ":bale", place->bale);
	db_bind_int(stmt, ":at", place->at);
}

static void
bind_frame(sqlite3_stmt *stmt, GBytes *frame)
{
	gsize length = 0;
	const void *bytes = frame ? g_bytes_get_data(frame, &length) : NULL;

	db_bind_blob(stmt, ":zstd", bytes ? bytes : "", length);
}

static bool
goes_into_bale(const Addition *add, GBytes *bytes)
{
	return add->baler && bale_takes(g_bytes_get_size(bytes));
}

static BalePlace
put(const Addition *add, GBytes *bytes)
{
	gsize size;
	const void *data = g_bytes_get_data(bytes, &size);

	return baler_put(add->baler, data, size);
}

static GBytes *
alone(GBytes *bytes)
{
	gsize size;
	const void *data = g_bytes_get_data(bytes, &size);

	return raw_compress(data, size);
}

/* Those of a purged message may come again, to someone else: then they stand where they stood. */
bool
message_add_raw(Addition *add, GError **error)
{
	static const char sql[] =
		"INSERT INTO raw (id, sha256, size, zstd, bale, at)"
		" VALUES (nullif(:purged, 0), :sha256, :size, :zstd, :bale, :at)"
		" ON CONFLICT (id) DO UPDATE SET zstd = excluded.zstd, bale = excluded.bale,"
		" at = excluded.at RETURNING id";
	g_autoptr(Kept) stmt = db_kept(add->store, sql, error);
	g_autoptr(GBytes) frame = NULL;
	BalePlace place = { 0 };

	if (!stmt)
		return false;
	if (goes_into_bale(add, add->arrival->raw))
		place = put(add, add->arrival->raw);
	else
		frame = alone(add->arrival->raw);
	db_bind_int(stmt, ":purged", add->purged_raw);
	db_bind_blob(stmt, ":sha256", add->arrival->sha256, DIGEST_SIZE);
	db_bind_int(stmt, ":size", (int64_t)g_bytes_get_size(add->arrival->raw));
	bind_frame(stmt, frame);
	bind_place(stmt, &place);
	if (!db_row(add->store, stmt, error))
		return false;
	add->raw = db_int(stmt, 0);
	return add->purged_raw != 0 ||
		lookup_add(add->store, LOOKUP_RAW, lookup_digest_key(add->arrival->sha256),
			add->raw, error);
}

static GBytes *
behind_raw(const Addition *add, GBytes *body)
{
	g_autoptr(GBytes) raw = add->arrival->raw ? g_bytes_ref(add->arrival->raw)
						  : store_raw(add->store, add->id, NULL);
	gsize size = 0;
	const void *bytes = raw ? g_bytes_get_data(raw, &size) : NULL;

	return body_compress(body, bytes, size);
}

bool
message_add_body(Addition *add, GError **error)
{
	static const char sql[] = "INSERT INTO body (message, size, zstd, bale, at)"
				  " VALUES (:message, :size, :zstd, :bale, :at)";
	g_autoptr(Kept) stmt = db_kept(add->store, sql, error);
	g_autoptr(GBytes) body = add->arrival->body ? g_bytes_ref(add->arrival->body)
						    : message_pack_body(add->message);
	g_autoptr(GBytes) frame = NULL;
	BalePlace place = { 0 };

	if (!stmt)
		return false;
	if (goes_into_bale(add, body))
		place = put(add, body);
	else
		frame = behind_raw(add, body);
	db_bind_int(stmt, ":message", add->id);
	db_bind_int(stmt, ":size", (int64_t)g_bytes_get_size(body));
	bind_frame(stmt, frame);
	bind_place(stmt, &place);
	return db_run(add->store, stmt, error);
}

/* ---- out ---- */

static bool
has_digest(GBytes *raw, sqlite3_stmt *stmt, int column)
{
	uint8_t digest[DIGEST_SIZE];
	gsize size;
	const void *bytes = g_bytes_get_data(raw, &size);

	digest_sha256(bytes, size, digest);
	return sqlite3_column_bytes(stmt, column) == DIGEST_SIZE &&
		memcmp(sqlite3_column_blob(stmt, column), digest, DIGEST_SIZE) == 0;
}

bool
raw_of_row(Store *store, sqlite3_stmt *stmt, GBytes **raw, GError **error)
{
	BalePlace place = { .bale = db_int(stmt, 2), .at = db_int(stmt, 3) };
	g_autoptr(GBytes) bytes = NULL;

	*raw = NULL;
	if (place.bale == 0)
		bytes = raw_expand(sqlite3_column_blob(stmt, 0),
			(size_t)sqlite3_column_bytes(stmt, 0), (size_t)db_int(stmt, 1));
	else if (!bale_read(store, place, db_int(stmt, 1), &bytes, error))
		return false;
	if (bytes && has_digest(bytes, stmt, 4))
		*raw = g_steal_pointer(&bytes);
	return true;
}

static GBytes *
load_raw(Store *store, int64_t id, GError **error)
{
	static const char sql[] = "SELECT " RAW_COLUMNS " FROM message AS m"
				  " JOIN raw AS r ON r.id = m.raw WHERE m.id = :id";
	g_autoptr(Kept) stmt = message_find_row(store, sql, id, error);
	GBytes *raw;

	if (!stmt || !raw_of_row(store, stmt, &raw, error))
		return NULL;
	if (!raw)
		message_fail_damaged(store, id, "the raw mail", error);
	return raw;
}

GBytes *
store_raw(Store *store, int64_t id, GError **error)
{
	return message_fail_purged(store, id, error) ? NULL : load_raw(store, id, error);
}

/* NULL where it does not expand. */
static GBytes *
expand_body(Store *store, int64_t id, sqlite3_stmt *stmt)
{
	const void *frame = sqlite3_column_blob(stmt, 0);
	size_t length = (size_t)sqlite3_column_bytes(stmt, 0);
	g_autoptr(GBytes) raw = NULL;

	/* A raw mail that is damaged is said where it is asked for: here it does not expand. */
	if (body_needs_raw(frame, length))
		raw = load_raw(store, id, NULL);
	return body_expand(frame, length, (size_t)db_int(stmt, 1), raw);
}

bool
message_load_body(Store *store, int64_t id, Message *message, bool *whole, GError **error)
{
	static const char sql[] = "SELECT zstd, size, bale, at FROM body WHERE message = :id";
	g_autoptr(Kept) stmt = message_find_row(store, sql, id, error);
	g_autoptr(GBytes) packed = NULL;
	BalePlace place;

	if (!stmt)
		return false;
	place = (BalePlace){ .bale = db_int(stmt, 2), .at = db_int(stmt, 3) };
	if (place.bale == 0)
		packed = expand_body(store, id, stmt);
	else if (!bale_read(store, place, db_int(stmt, 1), &packed, error))
		return false;
	*whole = packed && message_unpack_body(packed, message);
	return true;
}
