#include "store/bulk.h"

#include <pthread.h>

#include "store/bloom.h"
#include "store/db.h"
#include "store/lookup.h"
#include "store/vfs.h"
#include "system/thread.h"

static const BulkLimits usual = { .worth = 4000, .due = 16000, .longest = 40000 };

struct Bulk {
	Store *store;
	BulkLimits limits;
	sqlite3 *beside;   /* the thread's connection */
	sqlite3_file *log; /* of that: the -wal file */
	bool relaxed;      /* a commit is secured by the thread, and does not wait for the disk */
	GThread *thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	int pages, moved;     /* of the -wal file; and when a checkpoint was last asked for */
	int wanted, done;     /* checkpoints */
	int written, secured; /* what was committed, counted by bulk_secure() */
	int failure;          /* of securing it: SQLite's code; SQLITE_OK */
	bool leaving;
};

static int
bring_to_disk(sqlite3_file *log)
{
	return log->pMethods->xSync(log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
}

/* ---- the thread ---- */

/* A disk that failed once may say the next time that all is well. */
static void
note(Bulk *bulk, int result)
{
	if (bulk->failure == SQLITE_OK)
		bulk->failure = result;
}

/* Holds the mutex, but not while it works, as the next. */
static void
secure(Bulk *bulk)
{
	int written = bulk->written;
	int result;

	pthread_mutex_unlock(&bulk->mutex);
	result = bring_to_disk(bulk->log);
	pthread_mutex_lock(&bulk->mutex);
	note(bulk, result);
	bulk->secured = written;
	pthread_cond_broadcast(&bulk->changed);
}

static void
move_on(Bulk *bulk)
{
	int wanted = bulk->wanted;
	int result;

	pthread_mutex_unlock(&bulk->mutex);
	result = sqlite3_wal_checkpoint_v2(
		bulk->beside, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	pthread_mutex_lock(&bulk->mutex);
	/* It brings the -wal file to the disk first.  All else is tried again, and is told by the
	 * next commit if it stays. */
	if (result == SQLITE_IOERR_FSYNC)
		note(bulk, result);
	bulk->done = wanted;
	pthread_cond_broadcast(&bulk->changed);
}

static void *
work(void *data)
{
	Bulk *bulk = data;

	pthread_mutex_lock(&bulk->mutex);
	while (!bulk->leaving || bulk->secured != bulk->written) {
		if (bulk->secured != bulk->written)
			secure(bulk);
		else if (bulk->done != bulk->wanted)
			move_on(bulk);
		else
			pthread_cond_wait(&bulk->changed, &bulk->mutex);
	}
	pthread_mutex_unlock(&bulk->mutex);
	return NULL;
}

/* A connection that has read nothing does not know that there is a -wal file. */
static sqlite3 *
connect_beside(Store *store)
{
	const char *file = sqlite3_db_filename(store->db, "main");
	sqlite3 *beside = NULL;
	bool connected = sqlite3_open_v2(file, &beside, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
				 NULL) == SQLITE_OK &&
		sqlite3_extended_result_codes(beside, 1) == SQLITE_OK &&
		sqlite3_exec(beside, "PRAGMA schema_version", NULL, NULL, NULL) == SQLITE_OK;

	if (!connected)
		g_clear_pointer(&beside, sqlite3_close);
	return beside;
}

static bool
find_log(sqlite3 *db, sqlite3_file **log)
{
	return sqlite3_file_control(db, NULL, SQLITE_FCNTL_JOURNAL_POINTER, log) == SQLITE_OK &&
		*log && (*log)->pMethods;
}

static bool
start(Bulk *bulk)
{
	if (!bulk->beside)
		bulk->beside = connect_beside(bulk->store);
	if (bulk->beside && !bulk->thread && find_log(bulk->beside, &bulk->log))
		bulk->thread = thread_start("checkpoints", work, bulk);
	return bulk->thread != NULL;
}

/* Of all that is committed by now. */
static void
checkpoint(Bulk *bulk, bool wait)
{
	int wanted;

	pthread_mutex_lock(&bulk->mutex);
	wanted = ++bulk->wanted;
	pthread_cond_broadcast(&bulk->changed);
	while (wait && bulk->done < wanted)
		pthread_cond_wait(&bulk->changed, &bulk->mutex);
	pthread_mutex_unlock(&bulk->mutex);
}

/* A -wal file that is shorter than it was is a new one. */
static void
note_pages(Bulk *bulk, int pages)
{
	bulk->pages = pages;
	if (pages < bulk->moved)
		bulk->moved = 0;
}

static void
ask(Bulk *bulk, bool wait)
{
	bulk->moved = bulk->pages;
	checkpoint(bulk, wait);
}

/* SQLite calls it after each commit.  Of a -wal file that is too long its owner waits for what the
 * next commit wrote, once the thread is at what was there before. */
static int
committed(void *data, sqlite3 *db, const char *name, int pages)
{
	Bulk *bulk = data;
	const BulkLimits *limits = &bulk->limits;

	note_pages(bulk, pages);
	if (pages < limits->worth)
		return SQLITE_OK;
	if (!start(bulk))
		sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	else if (pages >= limits->longest)
		ask(bulk, bulk->moved >= limits->longest);
	else if (pages - bulk->moved >= limits->due)
		ask(bulk, false);
	return SQLITE_OK;
}

void
bulk_move_on(Bulk *bulk)
{
	if (bulk->thread && bulk->pages - bulk->moved >= bulk->limits.worth)
		ask(bulk, false);
}

bool
bulk_usual(Store *store, GError **error)
{
	return db_exec(store,
		"PRAGMA synchronous = FULL;"
		"PRAGMA cache_size = -12288;"
		"PRAGMA wal_autocheckpoint = 8000;"
		"PRAGMA journal_size_limit = 67108864;",
		error);
}

Bulk *
bulk_begin(Store *store, const BulkLimits *limits)
{
	Bulk *bulk = g_new0(Bulk, 1);

	bulk->store = store;
	bulk->limits = limits ? *limits : usual;
	pthread_mutex_init(&bulk->mutex, NULL);
	pthread_cond_init(&bulk->changed, NULL);
	db_exec(store, "PRAGMA cache_size = -40960; PRAGMA journal_size_limit = 335544320", NULL);
	sqlite3_wal_hook(store->db, committed, bulk);
	vfs_gather(store->db, true);
	store->bulk = true;
	store->added = 0;
	return bulk;
}

static bool
fail_unsecured(Store *store, int result, GError **error)
{
	g_set_error(error, STORE_ERROR, STORE_ERROR_IO,
		"%s: what was written last may not be on the disk: %s; import again",
		store_path(store), sqlite3_errstr(result));
	return false;
}

/* The thread is started by a commit that is worth it, which waited for the disk itself. */
bool
bulk_secure(Bulk *bulk, bool wait, GError **error)
{
	int failure;

	if (!bulk->thread)
		return true;
	if (!bulk->relaxed) {
		bulk->relaxed = db_exec(bulk->store, "PRAGMA synchronous = NORMAL", error);
		return bulk->relaxed;
	}
	pthread_mutex_lock(&bulk->mutex);
	bulk->written++;
	pthread_cond_broadcast(&bulk->changed);
	while (wait && bulk->secured != bulk->written)
		pthread_cond_wait(&bulk->changed, &bulk->mutex);
	failure = bulk->failure;
	pthread_mutex_unlock(&bulk->mutex);
	return failure == SQLITE_OK || fail_unsecured(bulk->store, failure, error);
}

bool
store_secure_read(Store *store, GError **error)
{
	sqlite3_file *log = NULL;
	int64_t others = 0;
	int result = SQLITE_OK;

	if (!db_value(store, "PRAGMA data_version", &others, error))
		return false;
	if (others == store->secured)
		return true;
	if (find_log(store->db, &log))
		result = bring_to_disk(log);
	if (result != SQLITE_OK)
		return fail_unsecured(store, result, error);
	store->secured = others;
	return true;
}

static void
stop(Bulk *bulk)
{
	pthread_mutex_lock(&bulk->mutex);
	bulk->leaving = true;
	pthread_cond_broadcast(&bulk->changed);
	pthread_mutex_unlock(&bulk->mutex);
	g_thread_join(bulk->thread);
}

/* What others commit comes behind what the disk may not have, and would be lost with it: all that
 * is there is written once more, into the store, and the -wal file begun anew. */
static void
write_once_more(Bulk *bulk)
{
	sqlite3_wal_checkpoint_v2(bulk->beside, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

void
bulk_end(Bulk *bulk)
{
	if (!bulk)
		return;
	bloom_keep(bulk->store);
	bulk->store->bulk = false;
	vfs_gather(bulk->store->db, false);
	bloom_forget(bulk->store);
	lookup_forget(bulk->store);
	if (bulk->thread)
		stop(bulk);
	if (bulk->failure != SQLITE_OK)
		write_once_more(bulk);
	sqlite3_close(bulk->beside);
	bulk_usual(bulk->store, NULL); /* it takes the hook's place as well */
	pthread_mutex_destroy(&bulk->mutex);
	pthread_cond_destroy(&bulk->changed);
	g_free(bulk);
}
