/* purge_rows.c - what goes of a message that is purged, and what has to follow */
#include "store/purge_rows.h"

#include <string.h>

#include "mail/digest.h"
#include "mail/history.h"
#include "mail/queue_id.h"
#include "store/bale.h"
#include "store/campaign.h"
#include "store/logged.h"
#include "store/lookup.h"
#include "store/message_rows.h"
#include "store/message_sql.h"
#include "store/words.h"

struct Removal {
	Store *store;
	GPtrArray *words;  /* of Words: see words.h on why they are kept */
	GHashTable *bales; /* ids: in which something stands no more */
	GHashTable *edges; /* ids: of messages that were removed */
};

Removal *
removal_new(Store *store)
{
	Removal *removal = g_new0(Removal, 1);

	removal->store = store;
	removal->words = g_ptr_array_new_with_free_func((GDestroyNotify)words_free);
	removal->bales = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	removal->edges = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	return removal;
}

void
removal_free(Removal *removal)
{
	if (!removal)
		return;
	g_ptr_array_unref(removal->words);
	g_hash_table_unref(removal->bales);
	g_hash_table_unref(removal->edges);
	g_free(removal);
}

/* ---- what is to follow ---- */

/* The index forgets only what it is told exactly. */
static bool
note_words(Removal *removal, int64_t id, GError **error)
{
	static const char sql[] = "SELECT apart FROM message WHERE id = :id";
	bool whole = false;
	g_autoptr(Message) message = message_load_parts(removal->store, id, &whole, error);
	g_autoptr(Kept) select = NULL;
	Words *words;

	if (!message)
		return false;
	if (!whole)
		return message_fail_damaged(removal->store, id, "what was read", error);
	select = message_find_row(removal->store, sql, id, error);
	if (!select)
		return false;
	words = words_new(id, message, message->envelope);
	words->apart = db_int(select, 0) != 0;
	g_ptr_array_add(removal->words, words);
	return true;
}

/* Adds the ids that @sql has for message @id. */
static bool
note_ids(Removal *removal, GHashTable *set, const char *sql, int64_t id, GError **error)
{
	g_autoptr(Kept) select = db_kept(removal->store, sql, error);
	g_autoptr(GArray) ids = NULL;

	if (!select)
		return false;
	db_bind_int(select, ":id", id);
	ids = db_ids(removal->store, select, error);
	for (guint i = 0; ids && i < ids->len; i++)
		g_hash_table_add(set, g_memdup2(&g_array_index(ids, int64_t, i), sizeof(int64_t)));
	return ids != NULL;
}

/* ---- one message ---- */

/* Nobody else has these bytes, or has them still. */
#define RAW_IS_LAST                                                                     \
	" AND NOT EXISTS (SELECT 1 FROM message o WHERE o.raw = raw.id AND o.id <> :id" \
	" AND (o.id NOT IN (SELECT message FROM purged)"                                \
	"  OR o.id IN (SELECT message FROM purging)))"

/* In this order: the first rows say which the last ones are. */
static const char *const steps[] = {
	"DELETE FROM body WHERE message = :id",
	"UPDATE raw SET zstd = x'', bale = NULL, at = NULL"
	" WHERE id = (SELECT raw FROM message WHERE id = :id)" RAW_IS_LAST,
	"DELETE FROM recipient WHERE message = :id",
	"DELETE FROM links WHERE message = :id",
	"DELETE FROM link WHERE message = :id",
	"UPDATE attachment SET name = NULL, declared = '', inside = '[]' WHERE message = :id",
	"UPDATE finding SET text = '', evidence = '',"
	" place = CASE place WHEN '" HISTORY_PLACE "' THEN place ELSE '' END WHERE message = :id",
	/* Who got it is told apart still. */
	"UPDATE delivery SET reply = NULL, recipient = 'recipient-' || n.number FROM"
	" (SELECT id, dense_rank() OVER (ORDER BY recipient) AS number FROM delivery"
	"  WHERE message = :id AND report IS NULL) AS n WHERE n.id = delivery.id",
	/* What was told of it goes with it; that it was told stays. */
	"UPDATE report SET body = NULL WHERE id IN"
	" (SELECT report FROM reported WHERE message = :id)",
	"UPDATE restored SET sender = NULL, recipients = '[]' WHERE message = :id",
	"DELETE FROM logged_recipient WHERE logged IN (SELECT l.logged FROM message_log l"
	" WHERE l.message = :id AND NOT EXISTS (SELECT 1 FROM message_log o"
	"  WHERE o.logged = l.logged AND o.message <> :id))",
	"UPDATE logged SET sender = NULL, held_for = NULL, key = NULL, message_id = NULL,"
	" login = NULL, total = NULL, ended = ifnull(ended, at), changed = 0"
	" WHERE id IN (SELECT l.logged FROM message_log l WHERE l.message = :id"
	"  AND NOT EXISTS (SELECT 1 FROM message_log o WHERE o.logged = l.logged"
	"   AND o.message <> :id))",
	"UPDATE message AS m SET ip = " MESSAGE_IP " WHERE id = :id",
	"DELETE FROM message_log WHERE message = :id",
	"UPDATE message SET subject = '', from_address = '', from_name = '', reply_to = NULL,"
	" reply_name = NULL, sender = NULL, header_to = '', message_id = NULL, ses_id = NULL,"
	" source = '', top_finding = NULL, claimed_by = NULL, claimed_until = 0,"
	" basis = (SELECT id FROM basis WHERE digest = 'purged') WHERE id = :id",
	"DELETE FROM purging WHERE message = :id",
};

/* Older stores have the addresses themselves. */
static bool
digest_envelope(Store *store, int64_t id, GError **error)
{
	static const char old[] = "SELECT envelope FROM message WHERE id = :id";
	static const char sql[] = "UPDATE message SET envelope = :envelope WHERE id = :id";
	g_autoptr(Kept) select = message_find_row(store, old, id, error);
	g_autoptr(Kept) update = NULL;
	uint8_t digest[DIGEST_SIZE];

	if (!select)
		return false;
	if (sqlite3_column_type(select, 0) != SQLITE_TEXT)
		return true;
	digest_sha256(
		sqlite3_column_blob(select, 0), (size_t)sqlite3_column_bytes(select, 0), digest);
	update = db_kept(store, sql, error);
	if (!update)
		return false;
	db_bind_blob(update, ":envelope", digest, ENVELOPE_DIGEST);
	db_bind_int(update, ":id", id);
	return db_run(store, update, error);
}

/* By its key: in the order of messages it has no index, and it has a row for each of the store. */
static bool
forget_name(Store *store, int64_t id, GError **error)
{
	static const char old[] = "SELECT message_id FROM message WHERE id = :id";
	static const char sql[] = "DELETE FROM named WHERE key = :key AND message = :id";
	g_autoptr(Kept) select = message_find_row(store, old, id, error);
	g_autoptr(Kept) delete = NULL;
	g_autofree char *message_id = select ? db_text(select, 0) : NULL;
	g_autofree char *form = message_id ? text_as_logged(message_id) : NULL;

	if (!form)
		return select != NULL;
	delete = db_kept(store, sql, error);
	if (!delete)
		return false;
	db_bind_int(delete, ":key", logged_key(form));
	db_bind_int(delete, ":id", id);
	return db_run(store, delete, error);
}

bool
removal_add(Removal *removal, int64_t id, GError **error)
{
	static const char bales[] =
		"SELECT bale FROM body WHERE message = :id AND bale IS NOT NULL UNION"
		" SELECT r.bale FROM message m JOIN raw r ON r.id = m.raw WHERE m.id = :id"
		" AND r.bale IS NOT NULL";
	static const char edges[] = "SELECT edge FROM message_edge WHERE message = :id";

	if (!note_words(removal, id, error) ||
		!note_ids(removal, removal->bales, bales, id, error) ||
		!note_ids(removal, removal->edges, edges, id, error) ||
		!digest_envelope(removal->store, id, error) ||
		!forget_name(removal->store, id, error))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (!db_run_id(removal->store, steps[i], id, error))
			return false;
	}
	return true;
}

/* ---- what follows ---- */

/* A subject, and a page with what stands behind its host, may name whom it was for.  What
 * messages share that keep their mail stands in these as well. */
static bool
find_to_forget(
	Store *store, int64_t edge, EdgeKind *kind, int64_t *key, bool *found, GError **error)
{
	static const char sql[] =
		"SELECT kind, lookup_key(value) FROM edge WHERE id = :edge"
		" AND (kind = :subject OR kind = :link AND instr(value, '/') > 0)"
		" AND NOT EXISTS (SELECT 1 FROM message_edge me WHERE me.edge = edge.id"
		"  AND me.message NOT IN (SELECT message FROM purged))";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":edge", edge);
	db_bind_int(select, ":subject", EDGE_SUBJECT);
	db_bind_int(select, ":link", EDGE_LINK);
	step = db_step(store, select, error);
	*found = step == STEP_ROW;
	if (*found) {
		*kind = (EdgeKind)db_int(select, 0);
		*key = db_int(select, 1);
	}
	return step != STEP_ERROR;
}

static bool
write_value(Store *store, int64_t edge, const char *value, GError **error)
{
	static const char sql[] = "UPDATE edge SET value = :value WHERE id = :edge";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":edge", edge);
	db_bind_text(update, ":value", value);
	return db_run(store, update, error);
}

/* What it is looked for by goes as well: a word can be told by its digest. */
static bool
forget_edge(Store *store, int64_t edge, GError **error)
{
	g_autofree char *value = g_strdup_printf("(purged %" G_GINT64_FORMAT ")", edge);
	EdgeKind kind = EDGE_KINDS;
	int64_t key = 0;
	bool found = false;

	if (!find_to_forget(store, edge, &kind, &key, &found, error))
		return false;
	return !found ||
		(lookup_remove(store, LOOKUP_EDGE + kind, key, edge, error) &&
			write_value(store, edge, value, error) &&
			lookup_add(store, LOOKUP_EDGE + kind, lookup_text_key(value), edge, error));
}

static bool
for_all(Store *store, GHashTable *ids, bool (*act)(Store *store, int64_t id, GError **error),
	GError **error)
{
	GHashTableIter iter;
	void *id;

	g_hash_table_iter_init(&iter, ids);
	while (g_hash_table_iter_next(&iter, &id, NULL)) {
		if (!act(store, *(const int64_t *)id, error))
			return false;
	}
	return true;
}

bool
removal_end(Removal *removal, GError **error)
{
	if (!for_all(removal->store, removal->bales, bale_keep_used, error) ||
		!for_all(removal->store, removal->edges, forget_edge, error))
		return false;
	for (guint i = 0; i < removal->words->len; i++) {
		if (!words_remove(removal->store, g_ptr_array_index(removal->words, i), error))
			return false;
	}
	return true;
}
