#include "store/envelope_change.h"

#include <string.h>

#include "mail/digest.h"
#include "store/json.h"
#include "store/message_sql.h"
#include "store/words.h"

void
envelope_change_free(EnvelopeChange *change)
{
	if (!change)
		return;
	g_free(change->sender);
	g_ptr_array_unref(change->recipients);
	g_free(change->server);
	g_free(change->queue_id);
	g_free(change);
}

/* ---- the message's own rows ---- */

static bool
set_sender(Store *store, const EnvelopeChange *change, GError **error)
{
	static const char sql[] = "UPDATE message SET version = version + 1,"
				  " sender = CASE WHEN :sender IS NULL THEN sender"
				  "  WHEN :removed THEN NULL ELSE :sender END WHERE id = :message";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_text(update, ":sender", change->sender);
	db_bind_int(update, ":removed", change->removed);
	db_bind_int(update, ":message", change->message);
	return db_run(store, update, error);
}

static bool
add_recipients(Store *store, const EnvelopeChange *change, GError **error)
{
	static const char sql[] = "INSERT INTO recipient (message, position, address)"
				  " VALUES (:message, :position, :address)";
	g_autoptr(Kept) insert = db_kept(store, sql, error);

	if (!insert)
		return false;
	for (guint i = 0; i < change->recipients->len; i++) {
		db_bind_int(insert, ":message", change->message);
		db_bind_int(insert, ":position", i);
		db_bind_text(insert, ":address", g_ptr_array_index(change->recipients, i));
		if (!db_run(store, insert, error))
			return false;
	}
	return true;
}

static bool
remove_recipients(Store *store, int64_t message, GError **error)
{
	static const char sql[] = "DELETE FROM recipient WHERE message = :id";

	return db_run_id(store, sql, message, error);
}

static bool
set_recipients(Store *store, const EnvelopeChange *change, GError **error)
{
	if (change->recipients->len == 0)
		return true;
	return change->removed ? remove_recipients(store, change->message, error)
			       : add_recipients(store, change, error);
}

static bool
set_restored(Store *store, const EnvelopeChange *change, GError **error)
{
	static const char sql[] = "UPDATE message_log SET restored = CASE WHEN :removed"
				  " THEN restored & ~:bits ELSE restored | :bits END"
				  " WHERE message = :message";
	unsigned bits = (change->sender ? RESTORED_SENDER : 0) |
		(change->recipients->len > 0 ? RESTORED_RECIPIENTS : 0);
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":removed", change->removed);
	db_bind_int(update, ":bits", bits);
	db_bind_int(update, ":message", change->message);
	return db_run(store, update, error);
}

/* Bare words find it by its envelope as well.  Where what was read of it can't be read any
 * more, it is found by what it was found by. */
static bool
replace_words(Store *store, int64_t id, const Message *before, bool was_whole, GError **error)
{
	bool whole = false;
	g_autoptr(Message) after = message_load_parts(store, id, &whole, error);
	g_autoptr(Words) old = NULL;
	g_autoptr(Words) new = NULL;

	if (!after)
		return false;
	if (!whole || !was_whole)
		return true;
	old = words_new(id, before, before->envelope);
	new = words_new(id, after, after->envelope);
	return words_replace(store, old, new, error);
}

static bool
change_rows(Store *store, const EnvelopeChange *change, GError **error)
{
	bool whole = false;
	g_autoptr(Message) before = message_load_parts(store, change->message, &whole, error);

	return before && set_sender(store, change, error) && set_recipients(store, change, error) &&
		set_restored(store, change, error) &&
		replace_words(store, change->message, before, whole, error);
}

/* ---- what is written down ---- */

static char *
recipients_json(const EnvelopeChange *change)
{
	g_autoptr(json_t) array = json_texts(change->recipients);

	return json_line(array);
}

static bool
record(Store *store, int64_t operation, const EnvelopeChange *change, GError **error)
{
	static const char sql[] =
		"INSERT INTO restored (operation, message, removed, sender, recipients, server,"
		" queue_id, at, matched) VALUES (:operation, :message, :removed, :sender,"
		" :recipients, :server, :queue_id, :at, :matched)";
	g_autoptr(Kept) insert = db_kept(store, sql, error);
	g_autofree char *recipients = recipients_json(change);

	if (!insert)
		return false;
	db_bind_int(insert, ":operation", operation);
	db_bind_int(insert, ":message", change->message);
	db_bind_int(insert, ":removed", change->removed);
	db_bind_text(insert, ":sender", change->sender);
	db_bind_text(insert, ":recipients", recipients);
	db_bind_text(insert, ":server", change->server);
	db_bind_text(insert, ":queue_id", change->queue_id);
	db_bind_int(insert, ":at", change->at);
	db_bind_int(insert, ":matched", change->match);
	return db_run(store, insert, error);
}

bool
envelope_change(Store *store, int64_t operation, const EnvelopeChange *change, GError **error)
{
	return change_rows(store, change, error) && record(store, operation, change, error);
}

static EnvelopeChange *
change_of_row(sqlite3_stmt *stmt)
{
	EnvelopeChange *change = g_new0(EnvelopeChange, 1);

	change->message = db_int(stmt, 0);
	change->removed = db_int(stmt, 1) != 0;
	change->sender = db_text(stmt, 2);
	change->recipients = json_read_texts((const char *)sqlite3_column_text(stmt, 3));
	change->server = db_text(stmt, 4);
	change->queue_id = db_text(stmt, 5);
	change->at = db_int(stmt, 6);
	change->match = db_int(stmt, 7) == MATCH_TIME ? MATCH_TIME : MATCH_QUEUE_ID;
	return change;
}

GPtrArray *
envelope_changes(Store *store, int64_t operation, GError **error)
{
	static const char sql[] = "SELECT message, removed, sender, recipients, server, queue_id,"
				  " at, matched FROM restored WHERE operation = :operation"
				  " ORDER BY message";
	g_autoptr(GPtrArray) changes =
		g_ptr_array_new_with_free_func((GDestroyNotify)envelope_change_free);
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":operation", operation);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		g_ptr_array_add(changes, change_of_row(select));
	return step == STEP_DONE ? g_steal_pointer(&changes) : NULL;
}

/* Each with its length, so that no two lists give the same. */
static void
seal_text(GString *text, const char *value)
{
	if (value)
		g_string_append_printf(text, "%zu:%s", strlen(value), value);
	else
		g_string_append_c(text, '-');
}

char *
envelope_seal(const GPtrArray *changes)
{
	g_autoptr(GString) text = g_string_new(NULL);
	uint8_t digest[DIGEST_SIZE];
	char hex[DIGEST_HEX];

	for (guint i = 0; i < changes->len; i++) {
		const EnvelopeChange *change = g_ptr_array_index(changes, i);
		g_autofree char *recipients = recipients_json(change);

		g_string_append_printf(text, "%" G_GINT64_FORMAT " %d %" G_GINT64_FORMAT " %d ",
			change->message, change->removed, change->at, change->match);
		seal_text(text, change->sender);
		seal_text(text, recipients);
		seal_text(text, change->server);
		seal_text(text, change->queue_id);
	}
	digest_sha256(text->str, text->len, digest);
	digest_hex(digest, hex);
	return g_strconcat(ENVELOPE_SEAL, hex, NULL);
}
