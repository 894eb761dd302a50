#include "store/message.h"

#include "store/json.h"
#include "store/message_bytes.h"
#include "store/message_links.h"
#include "store/message_sql.h"
#include "store/purge.h"

static bool
fail_missing(int64_t id, GError **error)
{
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "no message %" G_GINT64_FORMAT, id);
	return false;
}

bool
message_fail_damaged(Store *store, int64_t id, const char *what, GError **error)
{
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_A_STORE,
		"%s: %s of message %" G_GINT64_FORMAT " is damaged", store_path(store), what, id);
	return false;
}

Kept *
message_find_row(Store *store, const char *sql, int64_t id, GError **error)
{
	g_autoptr(Kept) stmt = db_kept(store, sql, error);
	Step step;

	if (!stmt)
		return NULL;
	db_bind_int(stmt, ":id", id);
	step = db_step(store, stmt, error);
	if (step == STEP_DONE)
		fail_missing(id, error);
	return step == STEP_ROW ? g_steal_pointer(&stmt) : NULL;
}

MessageRow *
store_row(Store *store, int64_t id, GError **error)
{
	static const char sql[] =
		"SELECT m.ord, " MESSAGE_ROW_COLUMNS " FROM message AS m WHERE m.id = :id";
	g_autoptr(Kept) stmt = message_find_row(store, sql, id, error);

	return stmt ? message_row_read(stmt) : NULL;
}

/* Its statement ends before anything is written: a read that becomes a write gets no
 * second chance when another process writes. */
static bool
is_seen(Store *store, int64_t id, bool *seen, GError **error)
{
	static const char sql[] = "SELECT seen FROM message WHERE id = :id";
	g_autoptr(Kept) stmt = message_find_row(store, sql, id, error);

	if (!stmt)
		return false;
	*seen = db_int(stmt, 0) != 0;
	return true;
}

/* Looks before it writes: the console calls this for each message it shows. */
bool
store_mark_seen(Store *store, int64_t id, GError **error)
{
	static const char sql[] = "UPDATE message SET seen = 1 WHERE id = :id";
	g_autoptr(Kept) update = NULL;
	bool seen;

	if (!is_seen(store, id, &seen, error))
		return false;
	if (seen || store->read_only)
		return true;
	update = db_kept(store, sql, error);
	if (!update)
		return false;
	db_bind_int(update, ":id", id);
	return db_try(store, update, error);
}

/* ---- a message from its rows ---- */

/* What the schema says is never NULL; a store from elsewhere may differ. */
static void
take_text(char **field, sqlite3_stmt *stmt, int column)
{
	char *text = db_text(stmt, column);

	g_free(*field);
	*field = text ? text : g_strdup("");
}

static void
take_origin(SesOrigin *ses, sqlite3_stmt *stmt, int column)
{
	int64_t class = db_int(stmt, column++);

	ses->class = class >= 0 && class < SES_CLASSES ? (SesClass) class : SES_NONE;
	ses->region = db_text(stmt, column++);
	ses->account = db_text(stmt, column++);
	ses->account_signed = db_int(stmt, column++);
	ses->ip = db_text(stmt, column++);
	ses->config_set = db_text(stmt, column++);
	ses->mail_from = db_text(stmt, column++);
	ses->tracking_label = db_text(stmt, column++);
	ses->message_id = db_text(stmt, column);
}

static char *
text_unless_empty(sqlite3_stmt *stmt, int column)
{
	g_autofree char *text = db_text(stmt, column);

	return text && *text ? g_steal_pointer(&text) : NULL;
}

static void
take_reply_to(Message *message, sqlite3_stmt *stmt, int column)
{
	if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
		return;
	message->reply_to = g_new0(Address, 1);
	message->reply_to->address = db_text(stmt, column);
	message->reply_to->name = db_text(stmt, column + 1);
}

static bool
load_message(Store *store, int64_t id, Message *message, GError **error)
{
	static const char sql[] =
		"SELECT subject, from_address, header_to, from_name, domain, reply_to, reply_name,"
		" sender, message_id, date, received, score, identity_domain, authenticated,"
		" ses, region, account, account_signed, ip, config_set, mail_from, tracking_label,"
		" ses_id FROM message WHERE id = :id";
	g_autoptr(Kept) stmt = message_find_row(store, sql, id, error);

	if (!stmt)
		return false;
	take_text(&message->subject, stmt, 0);
	take_text(&message->from->address, stmt, 1);
	take_text(&message->to, stmt, 2);
	message->from->name = text_unless_empty(stmt, 3);
	message->from_domain = text_unless_empty(stmt, 4);
	take_reply_to(message, stmt, 5);
	message->envelope->sender = db_text(stmt, 7);
	message->message_id = db_text(stmt, 8);
	message->date = db_int(stmt, 9);
	message->received = db_int(stmt, 10);
	message->score = (int)db_int(stmt, 11);
	message->account_domain = db_text(stmt, 12);
	message->authenticated = db_int(stmt, 13);
	take_origin(message->ses, stmt, 14);
	return true;
}

bool
message_load_rows(Store *store, const char *sql, int64_t id, void *(*take)(sqlite3_stmt *stmt),
	GPtrArray *rows, GError **error)
{
	g_autoptr(Kept) stmt = db_kept(store, sql, error);
	Step step;

	if (!stmt)
		return false;
	db_bind_int(stmt, ":id", id);
	while ((step = db_step(store, stmt, error)) == STEP_ROW)
		g_ptr_array_add(rows, take(stmt));
	return step == STEP_DONE;
}

static void *
take_recipient(sqlite3_stmt *stmt)
{
	char *address = NULL;

	take_text(&address, stmt, 0);
	return address;
}

static void *
take_attachment(sqlite3_stmt *stmt)
{
	Attachment *attachment = attachment_new();

	take_text(&attachment->path, stmt, 0);
	attachment->name = db_text(stmt, 1);
	take_text(&attachment->declared, stmt, 2);
	take_text(&attachment->detected, stmt, 3);
	attachment->size = db_int(stmt, 4);
	take_text(&attachment->sha256, stmt, 5);
	attachment->flags = (uint32_t)db_int(stmt, 6);
	g_ptr_array_unref(attachment->inside);
	attachment->inside = json_read_texts((const char *)sqlite3_column_text(stmt, 7));
	return attachment;
}

Finding *
finding_of_row(sqlite3_stmt *stmt)
{
	Finding *finding = g_new0(Finding, 1);

	take_text(&finding->id, stmt, 0);
	finding->weight = (int)db_int(stmt, 1);
	take_text(&finding->text, stmt, 2);
	take_text(&finding->evidence, stmt, 3);
	take_text(&finding->where, stmt, 4);
	return finding;
}

static void *
take_finding(sqlite3_stmt *stmt)
{
	return finding_of_row(stmt);
}

bool
message_load_findings(Store *store, int64_t id, GPtrArray *findings, GError **error)
{
	static const char sql[] = "SELECT id, weight, text, evidence, place FROM finding"
				  " WHERE message = :id ORDER BY position";

	return message_load_rows(store, sql, id, take_finding, findings, error);
}

static bool
load_lists(Store *store, int64_t id, Message *message, bool *whole, GError **error)
{
	static const char recipients[] =
		"SELECT address FROM recipient WHERE message = :id ORDER BY position";
	static const char attachments[] =
		"SELECT path, name, declared, detected, size, sha256, flags, inside FROM attachment"
		" WHERE message = :id ORDER BY position";

	return message_load_rows(store, recipients, id, take_recipient,
		       message->envelope->recipients, error) &&
		message_load_links(store, id, message, whole, error) &&
		message_load_rows(
			store, attachments, id, take_attachment, message->attachments, error) &&
		message_load_findings(store, id, message->findings, error);
}

static bool
is_removed(Store *store, int64_t id, bool *removed, GError **error)
{
	static const char sql[] = "SELECT EXISTS (SELECT 1 FROM purged WHERE message = :id)"
				  " AND NOT EXISTS (SELECT 1 FROM purging WHERE message = :id)";
	g_autoptr(Kept) select = message_find_row(store, sql, id, error);

	*removed = select && db_int(select, 0) != 0;
	return select != NULL;
}

Message *
message_load_parts(Store *store, int64_t id, bool *whole, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	g_autoptr(Message) message = message_new();
	bool links = false;
	bool body = false;

	if (!snapshot || !load_message(store, id, message, error) ||
		!load_lists(store, id, message, &links, error) ||
		!is_removed(store, id, &body, error) ||
		(!body && !message_load_body(store, id, message, &body, error)))
		return NULL;
	*whole = links && body;
	return g_steal_pointer(&message);
}

bool
message_fail_purged(Store *store, int64_t id, GError **error)
{
	g_autofree char *words = NULL;

	if (!store_purge_words(store, id, &words, error))
		return true;
	if (words)
		g_set_error(error, STORE_ERROR, STORE_ERROR_PURGED,
			"message %" G_GINT64_FORMAT " was %s: only its record is left", id, words);
	return words != NULL;
}

Message *
store_load(Store *store, int64_t id, GError **error)
{
	return message_fail_purged(store, id, error) ? NULL : store_load_record(store, id, error);
}

Message *
store_load_record(Store *store, int64_t id, GError **error)
{
	bool whole = false;
	g_autoptr(Message) message = message_load_parts(store, id, &whole, error);

	if (!message || whole)
		return g_steal_pointer(&message);
	g_set_error(error, STORE_ERROR, STORE_ERROR_OUTDATED,
		"message %" G_GINT64_FORMAT " was read by another version of lazaret: `lazaret "
		"rescore id:%" G_GINT64_FORMAT "` reads it again",
		id, id);
	return NULL;
}
