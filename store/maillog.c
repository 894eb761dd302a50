#include "store/maillog.h"

#include <string.h>

#include "mail/queue_id.h"
#include "store/envelope_change.h"
#include "store/intake.h"
#include "store/ledger.h"
#include "store/maillog_find.h"
#include "store/message_rows.h"
#include "store/traffic.h"

enum {
	BATCH = 200,       /* mails of the log, or messages they are asked about */
	NAME_BATCH = 2000, /* messages whose Message-ID is written down */
};

/* In source_mark: the last message whose Message-ID was written down. */
static const char named_mark[] = "maillog messages";

typedef struct Joiner {
	Store *store;
	const LogJoin *join;
	LogJoinSummary *summary;
	int64_t after;        /* the mail of the log that was asked about last */
	GPtrArray *changes;   /* of EnvelopeChange, to be made at the end of the batch */
	GHashTable *messages; /* of int64_t *: those that are among these */
	GHashTable *keys;     /* likewise: what was asked about in this batch */
} Joiner;

static void
joiner_clear(Joiner *joiner)
{
	g_ptr_array_unref(joiner->changes);
	g_hash_table_unref(joiner->messages);
	g_hash_table_unref(joiner->keys);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Joiner, joiner_clear)

static bool
is_stopped(Joiner *joiner)
{
	const LogJoin *join = joiner->join;

	if (join->stop && join->stop(join->data))
		joiner->summary->stopped = true;
	return joiner->summary->stopped;
}

/* ---- messages by their Message-ID ---- */

static bool
add_name(Store *store, int64_t message, const char *message_id, GError **error)
{
	static const char sql[] = "INSERT OR IGNORE INTO named (key, message)"
				  " VALUES (:key, :message)";
	g_autofree char *form = text_as_logged(message_id);
	int64_t key = logged_key(form);
	g_autoptr(Kept) insert = db_kept(store, sql, error);

	if (!insert)
		return false;
	db_bind_int(insert, ":key", key);
	db_bind_int(insert, ":message", message);
	return db_run(store, insert, error) && logged_touch(store, key, error);
}

/* *last is the last that was looked at. */
static bool
add_names(Store *store, int64_t *last, int *count, GError **error)
{
	static const char sql[] = "SELECT id, message_id FROM message WHERE id > :after"
				  " ORDER BY id LIMIT :limit";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	*count = 0;
	if (!select)
		return false;
	db_bind_int(select, ":after", *last);
	db_bind_int(select, ":limit", NAME_BATCH);
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		const char *message_id = (const char *)sqlite3_column_text(select, 1);

		*last = db_int(select, 0);
		++*count;
		if (message_id && !add_name(store, *last, message_id, error))
			return false;
	}
	return step == STEP_DONE;
}

/* One transaction; *count is 0 when all messages are named. */
static bool
name_some(Store *store, int *count, GError **error)
{
	g_autoptr(StoreBatch) batch = store_batch_begin(store, error);
	g_autofree char *mark = NULL;
	g_autofree char *next = NULL;
	int64_t last;

	if (!batch || !store_source_mark(store, named_mark, &mark, error))
		return false;
	last = mark ? g_ascii_strtoll(mark, NULL, 10) : 0;
	if (!add_names(store, &last, count, error))
		return false;
	next = g_strdup_printf("%" G_GINT64_FORMAT, last);
	return *count == 0 ||
		(store_batch_mark(batch, named_mark, next, error) &&
			store_batch_commit(batch, error));
}

static bool
name_messages(Joiner *joiner, GError **error)
{
	int count = 1;

	while (count > 0 && !is_stopped(joiner)) {
		if (!name_some(joiner->store, &count, error))
			return false;
	}
	return true;
}

bool
store_name_messages(Store *store, const LogJoin *join, LogJoinSummary *summary, GError **error)
{
	Joiner joiner = { .store = store, .join = join, .summary = summary };

	return name_messages(&joiner, error);
}

/* ---- what one message gets ---- */

static void
tell(Joiner *joiner, const Sought *sought, const Found *found, const EnvelopeChange *change,
	const char *left)
{
	const LogOutcome outcome = {
		.message = sought->id,
		.queue_id = found->logged ? found->logged->queue_id : NULL,
		.server = found->logged ? found->logged->server : NULL,
		.sender = change ? change->sender : NULL,
		.recipients = change && change->recipients->len > 0 ? change->recipients : NULL,
		.left = left,
	};

	joiner->summary->left += left != NULL;
	if (joiner->join->outcome && (change || left))
		joiner->join->outcome(&outcome, joiner->join->data);
}

/* From now on the message is that mail; its client counts where the message names none. */
static bool
bind(Joiner *joiner, const Sought *sought, const Found *found, GError **error)
{
	static const char sql[] = "INSERT INTO message_log (message, logged, matched)"
				  " VALUES (:message, :logged, :matched)";
	g_autoptr(Kept) insert = NULL;

	if (sought->joined)
		return true;
	joiner->summary->joined++;
	if (!traffic_count(joiner->store, sought->id, -1, error))
		return false;
	insert = db_kept(joiner->store, sql, error);
	if (!insert)
		return false;
	db_bind_int(insert, ":message", sought->id);
	db_bind_int(insert, ":logged", found->logged->id);
	db_bind_int(insert, ":matched", found->match);
	return db_run(joiner->store, insert, error) &&
		traffic_count(joiner->store, sought->id, 1, error);
}

/* A mail is released once: not by its bytes with another envelope, nor by a copy. */
static bool
is_addressed_elsewhere(
	Store *store, const Sought *sought, const Logged *logged, bool *is, GError **error)
{
	static const char sql[] =
		"SELECT EXISTS (SELECT 1 FROM message m JOIN recipient r ON r.message = m.id"
		"  WHERE m.raw = :raw AND m.id <> :id)"
		" OR EXISTS (SELECT 1 FROM message_log l WHERE l.logged = :logged"
		"  AND l.message <> :id AND l.restored & :recipients)";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":raw", sought->raw);
	db_bind_int(select, ":id", sought->id);
	db_bind_int(select, ":logged", logged->id);
	db_bind_int(select, ":recipients", RESTORED_RECIPIENTS);
	if (!db_row(store, select, error))
		return false;
	*is = db_int(select, 0) != 0;
	return true;
}

/* The same mail may have given them to another message in this very batch. */
static bool
is_in_batch(const Joiner *joiner, const Logged *logged)
{
	for (guint i = 0; i < joiner->changes->len; i++) {
		const EnvelopeChange *change = g_ptr_array_index(joiner->changes, i);

		if (change->recipients->len > 0 && change->at == logged->at &&
			strcmp(change->queue_id, logged->queue_id) == 0 &&
			strcmp(change->server, logged->server) == 0)
			return true;
	}
	return false;
}

static bool
is_excepted(const LogJoin *join, const char *recipient)
{
	for (const char *const *one = join->except; one && *one; one++) {
		if (g_ascii_strcasecmp(*one, recipient) == 0)
			return true;
	}
	return false;
}

static void
give_recipients(const LogJoin *join, EnvelopeChange *change, const GPtrArray *recipients)
{
	for (guint i = 0; i < recipients->len; i++) {
		const char *recipient = g_ptr_array_index(recipients, i);

		if (!is_excepted(join, recipient))
			g_ptr_array_add(change->recipients, g_strdup(recipient));
	}
}

/* Whether the recipients may be given: *why is what is said where not; NULL is nothing, for
 * the log may have more of them yet. */
static bool
may_give(Joiner *joiner, const Sought *sought, const Logged *logged, const char **why, bool *may,
	GError **error)
{
	bool elsewhere = false;

	*may = false;
	if (!is_addressed_elsewhere(joiner->store, sought, logged, &elsewhere, error))
		return false;
	if (sought->destroyed)
		*why = "its export destroyed bytes: it is not what its recipients were sent";
	else if (elsewhere || is_in_batch(joiner, logged))
		*why = "another message is the same mail, and has its recipients";
	else
		*may = true;
	return true;
}

/* *why as above. */
static bool
find_recipients(Joiner *joiner, const Sought *sought, const Found *found, EnvelopeChange *change,
	const char **why, GError **error)
{
	bool later = false, may = false;
	g_autoptr(GPtrArray) recipients =
		logged_recipients(joiner->store, found->logged, found->only, why, &later, error);

	if (!recipients)
		return false;
	if (later)
		*why = NULL;
	if (*why || later)
		return true;
	if (!may_give(joiner, sought, found->logged, why, &may, error))
		return false;
	if (!may)
		return true;
	give_recipients(joiner->join, change, recipients);
	if (change->recipients->len == 0)
		*why = "the log names no recipient but those that are excepted";
	return true;
}

static EnvelopeChange *
change_new(const Sought *sought, const Found *found)
{
	EnvelopeChange *change = g_new0(EnvelopeChange, 1);

	change->message = sought->id;
	change->recipients = g_ptr_array_new_with_free_func(g_free);
	change->server = g_strdup(found->logged->server);
	change->queue_id = g_strdup(found->logged->queue_id);
	change->at = found->logged->at;
	change->match = found->match;
	return change;
}

static bool
is_trusted(const Logged *logged)
{
	return !(logged->flags & (LOGGED_SEVERAL_IDS | LOGGED_CONTRADICTS));
}

static void
keep_change(Joiner *joiner, EnvelopeChange *change)
{
	joiner->summary->senders += change->sender != NULL;
	joiner->summary->recipients += change->recipients->len > 0;
	g_hash_table_add(joiner->messages, g_memdup2(&change->message, sizeof(change->message)));
	g_ptr_array_add(joiner->changes, change);
}

/* What the log does not have yet it will tell: then the mail is asked about again. */
static bool
fill(Joiner *joiner, const Sought *sought, const Found *found, GError **error)
{
	g_autoptr(EnvelopeChange) change = change_new(sought, found);
	const char *why = NULL;

	if (sought->taken_back)
		return true;
	if (!sought->sender && is_trusted(found->logged))
		change->sender = g_strdup(found->logged->sender);
	if (!sought->addressed && !find_recipients(joiner, sought, found, change, &why, error))
		return false;
	if (!change->sender && change->recipients->len == 0) {
		tell(joiner, sought, found, NULL, why);
		return true;
	}
	tell(joiner, sought, found, change, why);
	keep_change(joiner, g_steal_pointer(&change));
	return true;
}

/* *later: it is to be asked about again. */
static bool
join_message(Joiner *joiner, int64_t message, bool *later, GError **error)
{
	g_autoptr(Sought) sought = NULL;
	g_auto(Found) found = { 0 };

	if (g_hash_table_contains(joiner->messages, &message))
		return true;
	sought = sought_load(joiner->store, message, error);
	if (!sought)
		return false;
	if (sought_lacks_nothing(sought))
		return true;
	if (!maillog_find(joiner->store, sought, joiner->join->until, &found, error))
		return false;
	if (!found.logged) {
		bool lacks = !sought->sender || !sought->addressed;

		tell(joiner, sought, &found, NULL, lacks && !sought->taken_back ? found.why : NULL);
	} else if (!bind(joiner, sought, &found, error) || !fill(joiner, sought, &found, error)) {
		return false;
	}
	*later = *later || found.later;
	return true;
}

/* ---- mail after mail ---- */

static bool
read_batch(Joiner *joiner, GArray *mails, GArray *keys, GError **error)
{
	static const char sql[] = "SELECT id, ifnull(key, 0) FROM logged WHERE changed"
				  " AND id > :after ORDER BY id LIMIT :limit";
	g_autoptr(Kept) select = db_kept(joiner->store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":after", joiner->after);
	db_bind_int(select, ":limit", BATCH);
	while ((step = db_step(joiner->store, select, error)) == STEP_ROW) {
		int64_t id = db_int(select, 0);
		int64_t key = db_int(select, 1);

		g_array_append_val(mails, id);
		g_array_append_val(keys, key);
	}
	return step == STEP_DONE;
}

static GArray *
named_messages(Store *store, int64_t key, GError **error)
{
	static const char sql[] =
		"SELECT message FROM named WHERE key = :key ORDER BY message LIMIT :limit";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return NULL;
	db_bind_int(select, ":key", key);
	db_bind_int(select, ":limit", BATCH);
	return db_ids(store, select, error);
}

/* All that bear one Message-ID are asked about at once, however many there are. */
static bool
join_key(Joiner *joiner, int64_t key, GError **error)
{
	static const char done[] = "UPDATE logged SET changed = 0 WHERE key = :id AND changed";
	g_autoptr(GArray) messages = NULL;
	bool later = false;

	if (!g_hash_table_add(joiner->keys, g_memdup2(&key, sizeof(key))))
		return true;
	messages = named_messages(joiner->store, key, error);
	for (guint i = 0; messages && i < messages->len; i++) {
		if (!join_message(joiner, g_array_index(messages, int64_t, i), &later, error))
			return false;
	}
	return messages && (later || db_run_id(joiner->store, done, key, error));
}

static bool
join_mail(Joiner *joiner, int64_t mail, int64_t key, GError **error)
{
	static const char done[] = "UPDATE logged SET changed = 0 WHERE id = :id";

	joiner->after = mail;
	return key ? join_key(joiner, key, error) : db_run_id(joiner->store, done, mail, error);
}

static int
compare_changes(gconstpointer a, gconstpointer b)
{
	const EnvelopeChange *one = *(const EnvelopeChange *const *)a;
	const EnvelopeChange *other = *(const EnvelopeChange *const *)b;

	return (one->message > other->message) - (one->message < other->message);
}

static bool
make_changes(Joiner *joiner, GError **error)
{
	g_autofree char *seal = NULL;
	g_autofree char *reason = NULL;
	Entry entry = {
		.verb = VERB_MAILLOG,
		.actor = joiner->join->actor,
		.at = joiner->join->now,
	};
	int64_t operation;

	if (joiner->changes->len == 0)
		return true;
	g_ptr_array_sort(joiner->changes, compare_changes);
	seal = envelope_seal(joiner->changes);
	reason = g_strdup_printf("%s; %s", joiner->join->reason, seal);
	entry.reason = reason;
	operation = ledger_operation(joiner->store, &entry, error);
	for (guint i = 0; operation && i < joiner->changes->len; i++) {
		if (!envelope_change(
			    joiner->store, operation, g_ptr_array_index(joiner->changes, i), error))
			return false;
	}
	return operation != 0;
}

static bool
join_batch(Joiner *joiner, bool *more, GError **error)
{
	g_autoptr(GArray) mails = g_array_new(false, false, sizeof(int64_t));
	g_autoptr(GArray) keys = g_array_new(false, false, sizeof(int64_t));
	g_autoptr(Transaction) transaction = db_begin(joiner->store, error);

	g_ptr_array_set_size(joiner->changes, 0);
	g_hash_table_remove_all(joiner->messages);
	g_hash_table_remove_all(joiner->keys);
	if (!transaction || !read_batch(joiner, mails, keys, error))
		return false;
	for (guint i = 0; i < mails->len; i++) {
		if (!join_mail(joiner, g_array_index(mails, int64_t, i),
			    g_array_index(keys, int64_t, i), error))
			return false;
	}
	*more = mails->len == BATCH;
	return joiner->join->dry_run ||
		(make_changes(joiner, error) && transaction_commit(transaction, error));
}

bool
store_join_log(Store *store, const LogJoin *join, LogJoinSummary *summary, GError **error)
{
	g_auto(Joiner) joiner = {
		.store = store,
		.join = join,
		.summary = summary,
		.changes = g_ptr_array_new_with_free_func((GDestroyNotify)envelope_change_free),
		.messages = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
		.keys = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
	};
	bool more = true;

	if (!name_messages(&joiner, error))
		return false;
	while (more && !is_stopped(&joiner)) {
		if (!join_batch(&joiner, &more, error))
			return false;
	}
	return true;
}

/* ---- in words ---- */

char *
message_log_words(const MessageLog *log)
{
	const char *what = log->sender && log->recipients ? "sender and recipients"
		: log->sender                             ? "the sender"
		: log->recipients                         ? "the recipients"
							  : NULL;

	if (!what)
		return NULL;
	return g_strdup_printf("%s from the log of %s, joined by Message-ID and %s", what,
		log->server, log->by_time ? "time" : "queue id");
}

char *
message_log_client(const MessageLog *log)
{
	GString *words;

	if (!log->client_ip)
		return NULL;
	words = g_string_new(log->client_name ? log->client_name : "unknown");
	g_string_append_printf(words, " [%s]", log->client_ip);
	if (log->helo)
		g_string_append_printf(words, ", HELO %s", log->helo);
	if (log->login)
		g_string_append_printf(words, ", login %s", log->login);
	return g_string_free(words, FALSE);
}
