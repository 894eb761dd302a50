#include "store/logged.h"

#include <string.h>

#include "mail/digest.h"
#include "mail/queue_id.h"
#include "store/message_rows.h"

enum {
	SLACK = 1, /* seconds: one log cuts off what another has of a second */
};

void
logged_free(Logged *logged)
{
	if (!logged)
		return;
	g_free(logged->server);
	g_free(logged->queue_id);
	g_free(logged->message_id);
	g_free(logged->sender);
	g_free(logged->held_for);
	g_free(logged->ip);
	g_free(logged);
}

Logged *
logged_read(sqlite3_stmt *stmt)
{
	const Logged logged = {
		.id = db_int(stmt, 0),
		.server = db_text(stmt, 1),
		.queue_id = db_text(stmt, 2),
		.at = db_int(stmt, 3),
		.ended = db_int(stmt, 4),
		.message_id = db_text(stmt, 5),
		.flags = (unsigned)db_int(stmt, 6),
		.sender = db_text(stmt, 7),
		.total = db_int(stmt, 8),
		.held_for = db_text(stmt, 9),
		.ip = db_text(stmt, 10),
	};

	return g_memdup2(&logged, sizeof(logged));
}

int64_t
logged_key(const char *message_id)
{
	uint8_t digest[DIGEST_SIZE];
	int64_t key;

	digest_sha256(message_id, strlen(message_id), digest);
	memcpy(&key, digest, sizeof(key));
	key = GINT64_FROM_BE(key) & G_MAXINT64;
	return key ? key : 1;
}

/* ---- facts in ---- */

static void
bind_place(sqlite3_stmt *stmt, const LogFact *fact)
{
	db_bind_text(stmt, ":server", fact->server);
	db_bind_text(stmt, ":queue_id", fact->queue_id);
	db_bind_int(stmt, ":at", fact->at);
}

/* The mail that a line at @fact->at is about; *logged is NULL where none is.  A long queue id
 * is one mail's, whatever the clocks of two logs say. */
static bool
find(Store *store, const LogFact *fact, Logged **logged, GError **error)
{
	static const char sql[] = "SELECT " LOGGED_COLUMNS " FROM logged l"
				  " WHERE l.queue_id = :queue_id AND l.server = :server"
				  " AND (l.at <= :at + :slack OR :long) ORDER BY l.at DESC LIMIT 1";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	*logged = NULL;
	if (!select)
		return false;
	bind_place(select, fact);
	db_bind_int(select, ":slack", SLACK);
	db_bind_int(select, ":long", queue_id_is_long(fact->queue_id));
	step = db_step(store, select, error);
	if (step == STEP_ROW)
		*logged = logged_read(select);
	return step != STEP_ERROR;
}

static bool
is_over(const Logged *logged, int64_t at)
{
	return logged->ended && !queue_id_is_long(logged->queue_id) && at > logged->ended + SLACK;
}

/* Nothing more is taken for it; @flags say why. */
static bool
end(Store *store, const Logged *logged, int64_t at, unsigned flags, GError **error)
{
	static const char sql[] =
		"UPDATE logged SET ended = ifnull(ended, :at), flags = flags | :flags, changed = 1"
		" WHERE id = :id AND (ended IS NULL OR flags <> flags | :flags)";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":at", at);
	db_bind_int(update, ":flags", flags);
	db_bind_int(update, ":id", logged->id);
	return db_run(store, update, error);
}

static void
bind_client(sqlite3_stmt *stmt, const LogFact *fact)
{
	db_bind_text(stmt, ":name", fact->name);
	db_bind_text(stmt, ":ip", fact->ip);
	db_bind_text(stmt, ":login", fact->login);
}

static bool
insert(Store *store, const LogFact *fact, const char *message_id, unsigned flags, GError **error)
{
	static const char sql[] =
		"INSERT INTO logged (server, queue_id, at, key, message_id, flags, client_name,"
		" client_ip, login) VALUES (:server, :queue_id, :at, nullif(:key, 0), :message_id,"
		" :flags, :name, :ip, :login)";
	g_autoptr(Kept) stmt = db_kept(store, sql, error);

	if (!stmt)
		return false;
	bind_place(stmt, fact);
	bind_client(stmt, fact);
	db_bind_int(stmt, ":key", message_id ? logged_key(message_id) : 0);
	db_bind_text(stmt, ":message_id", message_id);
	db_bind_int(stmt, ":flags", flags);
	return db_run(store, stmt, error);
}

/* A log that begins before the one that was read first has how it came. */
static bool
add_head(Store *store, const Logged *logged, const LogFact *fact, GError **error)
{
	static const char sql[] =
		"UPDATE logged SET client_name = :name, client_ip = :ip, login = :login,"
		" flags = flags & ~:flag, changed = 1 WHERE id = :id";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	bind_client(update, fact);
	db_bind_int(update, ":flag", LOGGED_HEADLESS);
	db_bind_int(update, ":id", logged->id);
	return db_run(store, update, error);
}

static bool
is_same(const Logged *logged, const LogFact *fact)
{
	if (queue_id_is_long(fact->queue_id))
		return true;
	return ABS(logged->at - fact->at) <= SLACK &&
		(logged->flags & LOGGED_HEADLESS || g_strcmp0(logged->ip, fact->ip) == 0);
}

/* A queue id that is given again ends the mail that had it. */
static bool
begin(Store *store, const Logged *logged, const LogFact *fact, GError **error)
{
	if (logged && is_same(logged, fact))
		return !(logged->flags & LOGGED_HEADLESS) || add_head(store, logged, fact, error);
	if (logged && !logged->ended && !end(store, logged, fact->at - 1 - SLACK, 0, error))
		return false;
	return insert(store, fact, NULL, 0, error);
}

static bool
is_named(Store *store, const char *message_id, bool *named, GError **error)
{
	static const char sql[] = "SELECT 1 FROM named WHERE key = :key LIMIT 1";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":key", logged_key(message_id));
	step = db_step(store, select, error);
	*named = step == STEP_ROW;
	return step != STEP_ERROR;
}

static bool
set_message_id(Store *store, const Logged *logged, const char *message_id, GError **error)
{
	static const char sql[] = "UPDATE logged SET key = :key, message_id = :message_id,"
				  " changed = 1 WHERE id = :id";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":key", logged_key(message_id));
	db_bind_text(update, ":message_id", message_id);
	db_bind_int(update, ":id", logged->id);
	return db_run(store, update, error);
}

static bool
remove_unnamed(Store *store, const Logged *logged, GError **error)
{
	static const char sql[] = "DELETE FROM logged WHERE id = :id AND message_id IS NULL";

	return db_run_id(store, sql, logged->id, error);
}

/* Of a mail that nobody asks for nothing is kept. */
static bool
name(Store *store, const Logged *logged, const LogFact *fact, GError **error)
{
	bool wanted = fact->wanted;

	if (!wanted && *fact->text && !is_named(store, fact->text, &wanted, error))
		return false;
	if (!logged)
		return !wanted || insert(store, fact, fact->text, LOGGED_HEADLESS, error);
	if (!logged->message_id)
		return wanted ? set_message_id(store, logged, fact->text, error)
			      : remove_unnamed(store, logged, error);
	return strcmp(logged->message_id, fact->text) == 0 ||
		end(store, logged, fact->at, LOGGED_SEVERAL_IDS, error);
}

static bool
activate(Store *store, const Logged *logged, const LogFact *fact, GError **error)
{
	static const char sql[] = "UPDATE logged SET sender = :sender, total = :total, changed = 1"
				  " WHERE id = :id AND total IS NULL";
	g_autoptr(Kept) update = NULL;

	if ((logged->sender && strcmp(logged->sender, fact->text) != 0) ||
		(logged->total >= 0 && logged->total != fact->total))
		return end(store, logged, fact->at, LOGGED_CONTRADICTS, error);
	update = db_kept(store, sql, error);
	if (!update)
		return false;
	db_bind_text(update, ":sender", fact->text);
	db_bind_int(update, ":total", fact->total);
	db_bind_int(update, ":id", logged->id);
	return db_run(store, update, error);
}

static bool
touch(Store *store, const Logged *logged, GError **error)
{
	static const char sql[] = "UPDATE logged SET changed = 1 WHERE id = :id";

	return db_run_id(store, sql, logged->id, error);
}

static bool
add_recipient(Store *store, const Logged *logged, const LogFact *fact, GError **error)
{
	static const char sql[] =
		"INSERT OR IGNORE INTO logged_recipient (logged, address, original, local)"
		" VALUES (:logged, :address, :original, :local)";
	g_autoptr(Kept) stmt = db_kept(store, sql, error);

	if (!stmt)
		return false;
	db_bind_int(stmt, ":logged", logged->id);
	db_bind_text(stmt, ":address", fact->text);
	db_bind_text(stmt, ":original", fact->original ? fact->original : "");
	db_bind_int(stmt, ":local", fact->local);
	return db_run(store, stmt, error) &&
		(db_changes(store) == 0 || touch(store, logged, error));
}

static bool
hold(Store *store, const Logged *logged, const LogFact *fact, GError **error)
{
	static const char sql[] = "UPDATE logged SET sender = ifnull(sender, :sender),"
				  " held_for = :held_for, helo = :helo, changed = 1"
				  " WHERE id = :id AND held_for IS NULL";
	g_autoptr(Kept) update = NULL;

	if (!fact->text)
		return true;
	if (logged->sender && strcmp(logged->sender, fact->sender) != 0)
		return end(store, logged, fact->at, LOGGED_CONTRADICTS, error);
	update = db_kept(store, sql, error);
	if (!update)
		return false;
	db_bind_text(update, ":sender", fact->sender);
	db_bind_text(update, ":held_for", fact->text);
	db_bind_text(update, ":helo", fact->helo);
	db_bind_int(update, ":id", logged->id);
	return db_run(store, update, error);
}

static bool
redirect(Store *store, const Logged *logged, GError **error)
{
	static const char sql[] = "UPDATE logged SET flags = flags | :flag, changed = 1"
				  " WHERE id = :id AND flags <> flags | :flag";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":flag", LOGGED_REDIRECTED);
	db_bind_int(update, ":id", logged->id);
	return db_run(store, update, error);
}

static bool
note(Store *store, const Logged *logged, const LogFact *fact, GError **error)
{
	switch (fact->kind) {
	case FACT_BEGUN:
		return begin(store, logged, fact, error);
	case FACT_MESSAGE_ID:
		return name(store, logged, fact, error);
	case FACT_ACTIVE:
		return !logged || activate(store, logged, fact, error);
	case FACT_RECIPIENT:
		return !logged || add_recipient(store, logged, fact, error);
	case FACT_HELD:
		return !logged || hold(store, logged, fact, error);
	case FACT_REDIRECTED:
		return !logged || redirect(store, logged, error);
	case FACT_REMOVED:
		return !logged || end(store, logged, fact->at, LOGGED_REMOVED, error);
	}
	g_assert_not_reached();
}

/* What stands behind the Message-ID in every log. */
static bool
needs_name(FactKind kind)
{
	return kind == FACT_ACTIVE || kind == FACT_RECIPIENT;
}

bool
store_batch_log(StoreBatch *batch, const LogFact *fact, GError **error)
{
	Store *store = store_batch_store(batch);
	g_autoptr(Logged) logged = NULL;

	if (!find(store, fact, &logged, error))
		return false;
	if (logged && fact->kind != FACT_BEGUN && is_over(logged, fact->at))
		g_clear_pointer(&logged, logged_free);
	if (logged && !logged->message_id && needs_name(fact->kind))
		return true;
	return note(store, logged, fact, error);
}

bool
store_log_client(Store *store, const LogFact *fact, char **name, char **ip, GError **error)
{
	static const char sql[] = "SELECT client_name, client_ip FROM logged"
				  " WHERE queue_id = :queue_id AND server = :server"
				  " AND at <= :at + :slack ORDER BY at DESC LIMIT 1";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	*name = *ip = NULL;
	if (!select)
		return false;
	bind_place(select, fact);
	db_bind_int(select, ":slack", SLACK);
	step = db_step(store, select, error);
	if (step == STEP_ROW) {
		*name = db_text(select, 0);
		*ip = db_text(select, 1);
	}
	return step != STEP_ERROR;
}

/* ---- all recipients, or none ---- */

typedef struct Tally {
	GPtrArray *recipients; /* of char * */
	int64_t records;       /* lines of different recipients */
	bool local;
	bool whole; /* each is an address with a host */
} Tally;

static void
tally_row(Tally *tally, sqlite3_stmt *stmt)
{
	const char *address = (const char *)sqlite3_column_text(stmt, 0);
	const char *original = (const char *)sqlite3_column_text(stmt, 1);
	const char *recipient = strchr(original, '@') ? original : address;

	tally->records++;
	tally->local |= db_int(stmt, 2) != 0;
	tally->whole &= strchr(recipient, '@') != NULL;
	if (!g_ptr_array_find_with_equal_func(tally->recipients, recipient, g_str_equal, NULL))
		g_ptr_array_add(tally->recipients, g_strdup(recipient));
}

static bool
tally_recipients(Store *store, const Logged *logged, Tally *tally, GError **error)
{
	static const char sql[] = "SELECT address, original, local FROM logged_recipient"
				  " WHERE logged = :logged ORDER BY address, original";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":logged", logged->id);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		tally_row(tally, select);
	return step == STEP_DONE;
}

/* NULL: all are there. */
static const char *
what_is_missing(const Logged *logged, const Tally *tally, const char *only)
{
	if (logged->flags & (LOGGED_SEVERAL_IDS | LOGGED_CONTRADICTS))
		return "the log says different things of the mail with its queue id";
	if (logged->flags & LOGGED_HEADLESS)
		return "the log does not have its beginning";
	if (logged->flags & LOGGED_REDIRECTED)
		return "its recipients were replaced by others before they were logged";
	if (logged->total < 0 && logged->held_for)
		return only ? "the log and the message name different recipients"
			    : "it was put on hold, of which the log names one recipient alone";
	if (logged->total < 0 || tally->records < logged->total)
		return "the log does not have all its recipients";
	if (tally->local && !(logged->flags & LOGGED_REMOVED))
		return "it is still in the queue, and an alias may name several recipients";
	if (!tally->whole)
		return "the log names a recipient without a domain";
	return NULL;
}

static bool
same_address(const char *a, const char *b)
{
	return a && b && g_ascii_strcasecmp(a, b) == 0;
}

GPtrArray *
logged_recipients(Store *store, const Logged *logged, const char *only, const char **why,
	bool *later, GError **error)
{
	g_autoptr(GPtrArray) recipients = g_ptr_array_new_with_free_func(g_free);
	Tally tally = { .recipients = recipients, .whole = true };

	*later = false;
	if (!tally_recipients(store, logged, &tally, error))
		return NULL;
	/* Postfix names a recipient in the message where there is no other. */
	if (logged->total < 0 && same_address(logged->held_for, only)) {
		g_ptr_array_set_size(recipients, 0);
		g_ptr_array_add(recipients, g_strdup(logged->held_for));
		tally.records = 1;
		*why = logged->flags == 0 || logged->flags == LOGGED_REMOVED
			? NULL
			: what_is_missing(logged, &tally, only);
		return g_steal_pointer(&recipients);
	}
	*why = what_is_missing(logged, &tally, only);
	*later = *why && !logged->ended && !logged->held_for;
	if (!*why && only &&
		(recipients->len != 1 || !same_address(g_ptr_array_index(recipients, 0), only)))
		*why = "the log and the message name different recipients";
	return g_steal_pointer(&recipients);
}

/* ---- what is asked again, and what is forgotten ---- */

bool
logged_touch(Store *store, int64_t key, GError **error)
{
	static const char sql[] = "UPDATE logged SET changed = 1 WHERE key = :key";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":key", key);
	return db_run(store, update, error);
}

static bool
forget(Store *store, const char *sql, int64_t before, GError **error)
{
	g_autoptr(Kept) stmt = db_kept(store, sql, error);

	if (!stmt)
		return false;
	db_bind_int(stmt, ":before", before);
	return db_run(store, stmt, error);
}

bool
store_forget_log(Store *store, int64_t before, GError **error)
{
	static const char recipients[] =
		"DELETE FROM logged_recipient WHERE logged IN (SELECT id FROM logged"
		" WHERE at < :before AND id NOT IN (SELECT logged FROM message_log))";
	static const char mails[] = "DELETE FROM logged WHERE at < :before"
				    " AND id NOT IN (SELECT logged FROM message_log)";
	g_autoptr(Transaction) transaction = db_begin(store, error);

	return transaction && forget(store, recipients, before, error) &&
		forget(store, mails, before, error) && transaction_commit(transaction, error);
}
