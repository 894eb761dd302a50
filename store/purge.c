#include "store/purge.h"

#include "mail/digest.h"
#include "store/chain.h"
#include "store/db.h"
#include "store/ledger.h"
#include "store/lookup.h"
#include "store/message_sql.h"
#include "store/purge_rows.h"

enum {
	LARGEST_OPERATION = 5000,  /* messages: written down in one transaction */
	LOOK_AHEAD = 250,          /* messages whose rows one transaction may remove */
	TURN = G_USEC_PER_SEC / 8, /* after which it ends: tidying up takes as long again */
	MERGED_PAGES = 256,        /* of an index, in one transaction */
};

typedef struct Purge {
	Store *store;
	const PurgeRequest *request;
	const PurgeWatch *watch;
	PurgeSummary *summary;
	int64_t total;
} Purge;

static bool
is_stopped(Purge *purge)
{
	const PurgeWatch *watch = purge->watch;

	if (!purge->summary->stopped && watch->stop && watch->stop(watch->data))
		purge->summary->stopped = true;
	return purge->summary->stopped;
}

static void
tell(const Purge *purge, const char *noun, int64_t done, int64_t total)
{
	if (purge->watch->progress)
		purge->watch->progress(noun, done, total, purge->watch->data);
}

/* ---- first it is written down ---- */

/* The only place that appends to purged; its operation is the last one, and has no decision. */
static bool
append(Store *store, int64_t operation, int64_t message, GError **error)
{
	static const char sql[] =
		"INSERT INTO purged (message, operation, hash) SELECT :message, o.id, " CHAIN_PURGED(
			CHAIN_LAST_OF_OPERATION, ":message", "o.id") " FROM operation o"
								     " WHERE o.id = :operation";
	g_autoptr(Kept) insert = db_kept(store, sql, error);

	if (!insert)
		return false;
	db_bind_int(insert, ":operation", operation);
	db_bind_int(insert, ":message", message);
	return db_run(store, insert, error);
}

static bool
enter(Store *store, int64_t operation, int64_t message, GError **error)
{
	static const char version[] = "UPDATE message SET version = version + 1 WHERE id = :id";
	static const char due[] = "INSERT INTO purging (message) VALUES (:id)";

	return append(store, operation, message, error) &&
		db_run_id(store, version, message, error) && db_run_id(store, due, message, error);
}

/* Of @targets, by id, those that are still as they were seen. */
static GArray *
still_to_go(Purge *purge, const GArray *targets, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(false, false, sizeof(int64_t));

	for (guint i = 0; i < targets->len; i++) {
		const PurgeTarget *target = &g_array_index(targets, PurgeTarget, i);
		PurgeSubject subject;

		if (!purge_look_at(purge->store, purge->request, target->message, &subject, error))
			return NULL;
		if (subject.reason == KEPT_REASONS && subject.target.version == target->version)
			g_array_append_val(ids, target->message);
		else
			purge->summary->changed++;
	}
	return g_steal_pointer(&ids);
}

static int64_t
enter_all(Purge *purge, const GArray *ids, GError **error)
{
	const PurgeRequest *request = purge->request;
	const Entry entry = {
		.verb = VERB_PURGE,
		.actor = request->actor,
		.reason = request->reason,
		.at = request->now,
	};
	int64_t operation = ledger_operation(purge->store, &entry, error);

	for (guint i = 0; operation && i < ids->len; i++) {
		if (!enter(purge->store, operation, g_array_index(ids, int64_t, i), error))
			return 0;
	}
	return operation;
}

static bool
write_down(Purge *purge, const GArray *targets, GError **error)
{
	static const char words[] = "INSERT OR IGNORE INTO unmerged VALUES ('search'), ('word')";
	g_autoptr(Transaction) transaction = db_begin(purge->store, error);
	g_autoptr(GArray) ids = transaction ? still_to_go(purge, targets, error) : NULL;
	int64_t operation;

	if (!ids)
		return false;
	if (ids->len == 0)
		return true;
	operation = enter_all(purge, ids, error);
	if (!operation || !db_exec(purge->store, words, error) ||
		!transaction_commit(transaction, error))
		return false;
	purge->summary->operation = operation;
	return true;
}

/* What the index would keep the words of, because nobody can tell them, is left. */
static bool
take_legible(Purge *purge, const PurgeTarget *target, GArray *targets, GError **error)
{
	bool whole = false;
	g_autoptr(Message) message =
		message_load_parts(purge->store, target->message, &whole, error);

	if (!message)
		return false;
	if (whole)
		g_array_append_vals(targets, target, 1);
	else
		purge->summary->outdated++;
	return true;
}

/* ---- then the mail is removed ---- */

static GArray *
next_due(Store *store, GError **error)
{
	static const char sql[] = "SELECT message FROM purging ORDER BY message LIMIT :limit";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return NULL;
	db_bind_int(select, ":limit", LOOK_AHEAD);
	return db_ids(store, select, error);
}

/* As many as have time; *removed. */
static bool
remove_in_turn(Purge *purge, int64_t *removed, GError **error)
{
	g_autoptr(Transaction) transaction = db_begin(purge->store, error);
	g_autoptr(Removal) removal = removal_new(purge->store);
	g_autoptr(GArray) ids = transaction ? next_due(purge->store, error) : NULL;
	int64_t end = g_get_monotonic_time() + TURN;

	*removed = 0;
	while (ids && *removed < ids->len && (*removed == 0 || g_get_monotonic_time() < end)) {
		int64_t id = g_array_index(ids, int64_t, *removed);

		if (!removal_add(removal, id, error))
			return false;
		(*removed)++;
	}
	return ids && removal_end(removal, error) && transaction_commit(transaction, error);
}

static bool
remove_due(Purge *purge, GError **error)
{
	int64_t removed = 1;

	while (removed > 0 && !is_stopped(purge)) {
		if (!remove_in_turn(purge, &removed, error))
			return false;
		purge->summary->messages += removed;
		tell(purge, "messages", purge->summary->messages, purge->total);
		g_usleep(STORE_GAP);
	}
	return true;
}

static bool
purge_some(Purge *purge, const GArray *planned, guint first, guint end, GError **error)
{
	g_autoptr(GArray) targets = g_array_new(false, false, sizeof(PurgeTarget));

	for (guint i = first; i < end; i++) {
		const PurgeTarget *target = &g_array_index(planned, PurgeTarget, i);

		if (!take_legible(purge, target, targets, error))
			return false;
	}
	return write_down(purge, targets, error) && remove_due(purge, error);
}

static bool
purge_all(Purge *purge, const GArray *planned, GError **error)
{
	if (!remove_due(purge, error))
		return false;
	for (guint at = 0; at < planned->len && !is_stopped(purge); at += LARGEST_OPERATION) {
		guint end = MIN(planned->len, at + LARGEST_OPERATION);

		if (!purge_some(purge, planned, at, end, error))
			return false;
	}
	return true;
}

/* ---- and the indexes forget ---- */

/* FTS5 notes what was removed, and drops it with what that was where segments become one. */
typedef struct Index {
	const char *name;
	const char *begin; /* all segments are to become one */
	const char *go_on;
	const char *done;
} Index;

static const Index indexes[] = {
	{
		.name = "search",
		.begin = "INSERT INTO search (search, rank) VALUES ('merge', -:pages)",
		.go_on = "INSERT INTO search (search, rank) VALUES ('merge', :pages)",
		.done = "DELETE FROM unmerged WHERE name = 'search'",
	},
	{
		.name = "word",
		.begin = "INSERT INTO word (word, rank) VALUES ('merge', -:pages)",
		.go_on = "INSERT INTO word (word, rank) VALUES ('merge', :pages)",
		.done = "DELETE FROM unmerged WHERE name = 'word'",
	},
};

/* One turn; *more where there may be another.  A step that wrote less than two rows was the
 * last one, says FTS5. */
static bool
merge_some(Store *store, const char *sql, bool *more, GError **error)
{
	g_autoptr(Transaction) transaction = db_begin(store, error);
	g_autoptr(Kept) insert = transaction ? db_kept(store, sql, error) : NULL;
	int64_t before = sqlite3_total_changes64(db_handle(store));

	if (!insert)
		return false;
	db_bind_int(insert, ":pages", MERGED_PAGES);
	if (!db_run(store, insert, error))
		return false;
	*more = sqlite3_total_changes64(db_handle(store)) - before >= 2;
	return transaction_commit(transaction, error);
}

static bool
merge_index(Purge *purge, const Index *index, GError **error)
{
	int64_t pages = 0;
	bool more = true;

	if (!merge_some(purge->store, index->begin, &more, error))
		return false;
	while (more && !is_stopped(purge)) {
		tell(purge, "pages", pages += MERGED_PAGES, 0);
		g_usleep(STORE_GAP);
		if (!merge_some(purge->store, index->go_on, &more, error))
			return false;
	}
	return purge->summary->stopped || db_exec(purge->store, index->done, error);
}

static bool
is_unmerged(Store *store, const Index *index, bool *unmerged, GError **error)
{
	static const char sql[] = "SELECT 1 FROM unmerged WHERE name = :name";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_text(select, ":name", index->name);
	step = db_step(store, select, error);
	*unmerged = step == STEP_ROW;
	return step != STEP_ERROR;
}

static bool
merge_all(Purge *purge, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(indexes) && !is_stopped(purge); i++) {
		bool unmerged = false;

		if (!is_unmerged(purge->store, &indexes[i], &unmerged, error) ||
			(unmerged && !merge_index(purge, &indexes[i], error)))
			return false;
	}
	return true;
}

/* What was written lately stands in the -wal file, and what it was before as well. */
static bool
empty_wal(Store *store, bool *pending, GError **error)
{
	int64_t busy = 0;

	if (!db_value(store, "PRAGMA wal_checkpoint(TRUNCATE)", &busy, error))
		return false;
	*pending = busy != 0;
	return true;
}

bool
store_purge(Store *store, const PurgeRequest *request, const PurgePlan *plan,
	const PurgeWatch *watch, PurgeSummary *summary, GError **error)
{
	Purge purge = {
		.store = store,
		.request = request,
		.watch = watch,
		.summary = summary,
		.total = plan->unfinished + plan->targets->len,
	};

	*summary = (PurgeSummary){ 0 };
	return purge_all(&purge, plan->targets, error) && merge_all(&purge, error) &&
		empty_wal(store, &summary->pending, error);
}

bool
store_vacuum(Store *store, GError **error)
{
	bool pending;
	bool done;

	/* All of the store would have to fit into memory. */
	if (!db_exec(store, "PRAGMA temp_store = FILE", error))
		return false;
	done = db_exec(store, "VACUUM", error);
	return db_exec(store, "PRAGMA temp_store = MEMORY", done ? error : NULL) && done &&
		empty_wal(store, &pending, error);
}

/* ---- what is known of it ---- */

bool
store_purge_words(Store *store, int64_t id, char **words, GError **error)
{
	static const char sql[] = "SELECT o.at, o.actor, o.id FROM purged p"
				  " JOIN operation o ON o.id = p.operation WHERE p.message = :id";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	*words = NULL;
	if (!select)
		return false;
	db_bind_int(select, ":id", id);
	step = db_step(store, select, error);
	if (step == STEP_ROW)
		*words = purge_mark_words(db_int(select, 0),
			(const char *)sqlite3_column_text(select, 1), db_int(select, 2));
	return step != STEP_ERROR;
}

bool
store_knows_purged(Store *store, const uint8_t *sha256, bool *purged, GError **error)
{
	static const LookupSql sql =
		LOOKUP_RAW_SQL("1", " WHERE r.bale IS NULL AND length(r.zstd) = 0");
	g_autoptr(Kept) select = lookup_prepare_raw(store, &sql, sha256, error);
	Step step;

	*purged = false;
	if (!select)
		return false;
	step = db_step(store, select, error);
	*purged = step == STEP_ROW;
	return step != STEP_ERROR;
}
