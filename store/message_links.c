#include "store/message_links.h"

#include <string.h>

#include "mail/pack.h"
#include "store/json.h"
#include "store/match.h"
#include "store/message_sql.h"
#include "store/raw.h"

enum {
	MAX_LINKS = 64 * 1024 * 1024, /* bytes of one message's: above what leaves a box */
};

/* ---- in ---- */

static uint32_t
all_flags(const GPtrArray *links)
{
	uint32_t flags = 0;

	for (guint i = 0; i < links->len; i++)
		flags |= ((const Link *)g_ptr_array_index(links, i))->flags;
	return flags;
}

static bool
add_packed(Addition *add, GError **error)
{
	static const char sql[] = "INSERT INTO links (message, flags, size, zstd)"
				  " VALUES (:message, :flags, :size, :zstd)";
	g_autoptr(Kept) stmt = db_kept(add->store, sql, error);
	g_autoptr(GBytes) packed = add->arrival->links ? g_bytes_ref(add->arrival->links)
						       : message_pack_links(add->message);
	g_autoptr(GBytes) frame = NULL;
	gsize size, length;
	const void *bytes = g_bytes_get_data(packed, &size);

	if (!stmt)
		return false;
	frame = add->baler ? baler_frame(add->baler, bytes, size) : raw_compress(bytes, size);
	bytes = g_bytes_get_data(frame, &length);
	db_bind_int(stmt, ":message", add->id);
	db_bind_int(stmt, ":flags", all_flags(add->message->links));
	db_bind_int(stmt, ":size", (int64_t)size);
	db_bind_blob(stmt, ":zstd", bytes, length);
	return db_run(add->store, stmt, error);
}

static bool
add_domains(Addition *add, GError **error)
{
	static const char sql[] = "INSERT OR IGNORE INTO link_domain (domain, message)"
				  " VALUES (:domain, :message)";
	g_autoptr(Kept) stmt = db_kept(add->store, sql, error);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	if (!stmt)
		return false;
	for (guint i = 0; i < add->message->links->len; i++) {
		const Link *link = g_ptr_array_index(add->message->links, i);

		if (!link->domain || !g_hash_table_add(seen, link->domain))
			continue;
		db_bind_text(stmt, ":domain", link->domain);
		db_bind_int(stmt, ":message", add->id);
		if (!db_run(add->store, stmt, error))
			return false;
	}
	return true;
}

bool
message_add_links(Addition *add, GError **error)
{
	return add->message->links->len == 0 || (add_packed(add, error) && add_domains(add, error));
}

static bool
remove_domain(Addition *add, const char *domain, GError **error)
{
	static const char sql[] =
		"DELETE FROM link_domain WHERE domain = :domain AND message = :message";
	g_autoptr(Kept) stmt = db_kept(add->store, sql, error);

	if (!stmt)
		return false;
	db_bind_text(stmt, ":domain", domain);
	db_bind_int(stmt, ":message", add->id);
	return db_run(add->store, stmt, error);
}

/* By what the links say: the table has no index of messages.  Where that can't be read they stay:
 * what is looked up by a domain is looked at. */
static bool
remove_domains(Addition *add, GError **error)
{
	g_autoptr(Message) message = message_new();
	bool whole = false;

	if (!message_load_links(add->store, add->id, message, &whole, error))
		return false;
	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);

		if (link->domain && !remove_domain(add, link->domain, error))
			return false;
	}
	return true;
}

bool
message_remove_links(Addition *add, GError **error)
{
	static const char packed[] = "DELETE FROM links WHERE message = :id";
	static const char rows[] = "DELETE FROM link WHERE message = :id";

	return remove_domains(add, error) && db_run_id(add->store, packed, add->id, error) &&
		db_run_id(add->store, rows, add->id, error);
}

/* ---- out ---- */

/* What the schema says is never NULL; a store from elsewhere may differ. */
static char *
text_of(sqlite3_stmt *stmt, int column)
{
	char *text = db_text(stmt, column);

	return text ? text : g_strdup("");
}

static void *
link_of_row(sqlite3_stmt *stmt)
{
	Link *link = g_new0(Link, 1);

	link->text = text_of(stmt, 0);
	link->url = text_of(stmt, 1);
	link->chain = json_read_texts((const char *)sqlite3_column_text(stmt, 2));
	link->final = text_of(stmt, 3);
	link->domain = db_text(stmt, 4);
	link->flags = (uint32_t)db_int(stmt, 5);
	link->services = json_read_texts((const char *)sqlite3_column_text(stmt, 6));
	link->where = text_of(stmt, 7);
	return link;
}

/* NULL where it is none. */
static GBytes *
expand(const void *frame, size_t length, int64_t size)
{
	return size > 0 && size <= MAX_LINKS ? raw_expand(frame, length, (size_t)size) : NULL;
}

bool
message_load_links(Store *store, int64_t id, Message *message, bool *whole, GError **error)
{
	static const char rows[] = "SELECT text, url, chain, final, domain, flags, services, place"
				   " FROM link WHERE message = :id ORDER BY position";
	static const char sql[] = "SELECT zstd, size FROM links WHERE message = :id";
	g_autoptr(Kept) stmt = db_kept(store, sql, error);
	g_autoptr(GBytes) packed = NULL;
	gsize size;
	const void *bytes;
	Step step;

	*whole = true;
	if (!stmt)
		return false;
	db_bind_int(stmt, ":id", id);
	step = db_step(store, stmt, error);
	if (step == STEP_DONE)
		return message_load_rows(store, rows, id, link_of_row, message->links, error);
	if (step == STEP_ERROR)
		return false;
	packed = expand(sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0),
		db_int(stmt, 1));
	bytes = packed ? g_bytes_get_data(packed, &size) : NULL;
	*whole = bytes && message_unpack_links(bytes, size, message);
	return true;
}

/* ---- in queries ---- */

/* Strings stand in the bytes as they are, a NUL behind each. */
static bool
may_hold(const char *bytes, size_t size, const char *needle)
{
	size_t length = strlen(needle);
	const char *end = bytes + size;

	if (!g_str_is_ascii(needle))
		return true;
	/* Behind the last string stand numbers, and no NUL need be behind those. */
	while (end > bytes && end[-1] != '\0')
		end--;
	for (const char *at = bytes; at < end; at += strlen(at) + 1) {
		if ((size_t)(end - at) > length && strcasestr(at, needle))
			return true;
	}
	return false;
}

static bool
one_holds(const Link *link, const char *needle, bool prefix)
{
	bool found =
		match_holds(link->final, needle, prefix) || match_holds(link->url, needle, prefix);

	for (guint i = 0; i < link->chain->len && !found; i++)
		found = match_holds(g_ptr_array_index(link->chain, i), needle, prefix);
	return found;
}

static bool
some_hold(const void *bytes, size_t size, const char *needle, bool prefix)
{
	g_autoptr(Message) message = message_new();
	bool found = false;

	if (!message_unpack_links(bytes, size, message))
		return false;
	for (guint i = 0; i < message->links->len && !found; i++)
		found = one_holds(g_ptr_array_index(message->links, i), needle, prefix);
	return found;
}

/* zstd and size in a row, of thousands: NULL where they are none. */
static GBytes *
expand_values(sqlite3_context *context, sqlite3_value **values)
{
	int64_t size = sqlite3_value_int64(values[1]);

	if (size <= 0 || size > MAX_LINKS)
		return NULL;
	return raw_reader_expand(sqlite3_user_data(context), sqlite3_value_blob(values[0]),
		(size_t)sqlite3_value_bytes(values[0]), (size_t)size);
}

static void
sql_link_holds(sqlite3_context *context, G_GNUC_UNUSED int count, sqlite3_value **values)
{
	g_autoptr(GBytes) packed = expand_values(context, values);
	const char *needle = (const char *)sqlite3_value_text(values[2]);
	gsize size = 0;
	const void *bytes = packed ? g_bytes_get_data(packed, &size) : NULL;

	sqlite3_result_int(context,
		bytes && needle && may_hold(bytes, size, needle) &&
			some_hold(bytes, size, needle, sqlite3_value_int(values[3])));
}

static json_t *
ends_of(const Message *message)
{
	json_t *ends = json_array();

	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);
		json_t *end = json_array();

		json_array_append_new(end, link->domain ? json_text(link->domain) : json_null());
		json_array_append_new(end, json_text(link->final));
		json_array_append_new(ends, end);
	}
	return ends;
}

static void
sql_link_ends(sqlite3_context *context, G_GNUC_UNUSED int count, sqlite3_value **values)
{
	g_autoptr(GBytes) packed = expand_values(context, values);
	g_autoptr(Message) message = message_new();
	g_autoptr(json_t) ends = NULL;
	g_autofree char *line = NULL;
	gsize size = 0;
	const void *bytes = packed ? g_bytes_get_data(packed, &size) : NULL;

	if (bytes)
		message_unpack_links(bytes, size, message);
	ends = ends_of(message);
	line = json_line(ends);
	sqlite3_result_text(context, line, -1, SQLITE_TRANSIENT);
}

static void
free_reader(void *reader)
{
	raw_reader_free(reader);
}

static bool
add_function(sqlite3 *db, const char *name, int arguments,
	void (*run)(sqlite3_context *context, int count, sqlite3_value **values))
{
	/* DIRECTONLY: not from the schema of a store that came from elsewhere. */
	const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

	return sqlite3_create_function_v2(db, name, arguments, flags, raw_reader_new(), run, NULL,
		       NULL, free_reader) == SQLITE_OK;
}

bool
links_register(Store *store)
{
	return add_function(store->db, "link_holds", 4, sql_link_holds) &&
		add_function(store->db, "link_ends", 2, sql_link_ends);
}
