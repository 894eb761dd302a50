#include "store/db.h"

#include <errno.h>
#include <unistd.h>

#include "store/bale.h"
#include "store/bloom.h"
#include "store/chain.h"
#include "store/lookup.h"
#include "store/marks.h"
#include "store/match.h"
#include "store/message_links.h"
#include "store/phrase.h"
#include "store/turn.h"
#include "store/vfs.h"

enum {
	BUSY_MILLISECONDS = 10000,
	BUSY_TRY = 1000,  /* microseconds between two tries */
	STOP_STEPS = 500, /* of SQLite's machine, some 20 us: how often a long read asks */
	/* A store from elsewhere may hold anything: nothing of ours is larger. */
	MAX_VALUE = 256 * 1024 * 1024,
};

struct Transaction {
	Store *store;
	bool committed;
};

struct Snapshot {
	Store *store; /* NULL inside another transaction */
};

/* RLIMIT_FSIZE and some quotas show as a failed write, not as SQLITE_FULL. */
static bool
out_of_space(int system_error)
{
	return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

static StoreError
code_of_cantopen(int system_error)
{
	if (system_error == EACCES || system_error == EPERM || system_error == EROFS)
		return STORE_ERROR_PERMISSION;
	if (out_of_space(system_error))
		return STORE_ERROR_FULL;
	return STORE_ERROR_IO;
}

static StoreError
code_of(int result, int system_error)
{
	switch (result & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return STORE_ERROR_BUSY;
	case SQLITE_FULL:
		return STORE_ERROR_FULL;
	case SQLITE_IOERR:
		return out_of_space(system_error) ? STORE_ERROR_FULL : STORE_ERROR_IO;
	case SQLITE_CANTOPEN:
		return code_of_cantopen(system_error);
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_READONLY:
		return STORE_ERROR_PERMISSION;
	case SQLITE_INTERRUPT:
		return STORE_ERROR_STOPPED;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return STORE_ERROR_NOT_A_STORE;
	default:
		return STORE_ERROR_SQL;
	}
}

static const char *
way_out(StoreError code)
{
	static const char *const words[] = {
		[STORE_ERROR_BUSY] = "database is locked by another lazaret; try again",
		[STORE_ERROR_FULL] = "no space left for the store; make room and try again",
		[STORE_ERROR_PERMISSION] = "the store, or the folder it is in, may not be written",
		[STORE_ERROR_STOPPED] = "what was read was stopped",
	};

	return code < G_N_ELEMENTS(words) ? words[code] : NULL;
}

void
db_error(Store *store, GError **error)
{
	int last = errno;
	int result = sqlite3_extended_errcode(store->db);
	/* 3.40 keeps no errno of a write to the -wal file that failed, nor of its fsync. */
	bool unkept = result == SQLITE_IOERR_WRITE || result == SQLITE_IOERR_FSYNC;
	int system_error = unkept ? last : sqlite3_system_errno(store->db);
	StoreError code = code_of(result, system_error);
	/* It may quote the file. */
	g_autofree char *words = g_utf8_make_valid(sqlite3_errmsg(store->db), -1);

	if (way_out(code))
		g_set_error(error, STORE_ERROR, code, "%s: %s", store->path, way_out(code));
	else if (code == STORE_ERROR_NOT_A_STORE && result == SQLITE_NOTADB)
		g_set_error(error, STORE_ERROR, code, "%s: not a lazaret store", store->path);
	else if (code == STORE_ERROR_NOT_A_STORE)
		g_set_error(error, STORE_ERROR, code, "%s: the store is damaged (%s)", store->path,
			words);
	else if (code == STORE_ERROR_IO && system_error)
		g_set_error(
			error, STORE_ERROR, code, "%s: %s", store->path, g_strerror(system_error));
	else
		g_set_error(error, STORE_ERROR, code, "%s: %s", store->path, words);
}

static void
finalize(void *stmt)
{
	sqlite3_finalize(stmt);
}

/* SQLite's own waits up to 100 ms between tries, and would miss the few that an import leaves
 * between its transactions. */
static int
wait_turn(void *data, int tries)
{
	Store *store = data;
	int64_t now = g_get_monotonic_time();

	if (tries == 0)
		store->refused = now;
	if (now - store->refused >= (int64_t)store->patience * 1000)
		return 0;
	turn_wait(store);
	g_usleep(BUSY_TRY);
	return 1;
}

static bool
prepare_connection(Store *store)
{
	sqlite3 *db = store->db;

	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_handler(db, wait_turn, store);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, MAX_VALUE);
	return match_register(db) && marks_register(db) && chain_register(db) &&
		lookup_register(store) && phrase_register(store) && links_register(store);
}

/* Nobody asks SQLite what memory it has, and counting that takes a lock for each piece.  Too
 * late once a store was opened: then it was asked before. */
static void
configure(void)
{
	static gsize configured = 0;

	if (!g_once_init_enter(&configured))
		return;
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	g_once_init_leave(&configured, 1);
}

Store *
db_open(const char *path, const char *location, int flags, GError **error)
{
	g_autoptr(Store) store = g_new0(Store, 1);

	configure();
	store->path = g_strdup(path);
	store->patience = BUSY_MILLISECONDS;
	store->folder = -1;
	store->kept = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, finalize);
	if (sqlite3_open_v2(location, &store->db, flags | SQLITE_OPEN_NOMUTEX, vfs_name()) !=
			SQLITE_OK ||
		!prepare_connection(store)) {
		db_error(store, error);
		return NULL;
	}
	return g_steal_pointer(&store);
}

void
db_close(Store *store)
{
	if (!store)
		return;
	bale_forget(store);
	bloom_forget(store);
	lookup_forget(store);
	g_hash_table_unref(store->kept);
	sqlite3_close(store->db);
	if (store->folder >= 0)
		close(store->folder);
	g_free(store->path);
	g_free(store);
}

bool
db_exec(Store *store, const char *sql, GError **error)
{
	int result = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

	turn_comes(store);
	if (result == SQLITE_OK)
		return true;
	db_error(store, error);
	return false;
}

/* What is written to a file that was removed, or put aside for another one, is lost. */
static bool
is_in_place(Store *store, GError **error)
{
	int moved = 0;

	if (sqlite3_file_control(store->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK ||
		!moved)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_NO_STORE,
		"%s: the store was removed or replaced, nothing is written; open it again",
		store->path);
	return false;
}

/* A newer lazaret may have changed the tables under a console that has been open for weeks. */
static bool
is_of_its_version(Store *store, GError **error)
{
	int64_t version = 0;

	if (store->version == 0)
		return true;
	if (!db_value(store, "PRAGMA user_version", &version, error))
		return false;
	if (version == store->version)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_NEWER,
		"%s: changed by a newer lazaret meanwhile (schema %d, this one knows %d), nothing is"
		" written; leave this one and use that",
		store->path, (int)version, (int)store->version);
	return false;
}

Transaction *
db_begin(Store *store, GError **error)
{
	g_autoptr(Transaction) transaction = NULL;

	g_assert(sqlite3_get_autocommit(store->db));
	if (!is_in_place(store, error) || !db_exec(store, "BEGIN IMMEDIATE", error))
		return NULL;
	transaction = g_new0(Transaction, 1);
	transaction->store = store;
	store->traffic_newest = -1;
	return is_of_its_version(store, error) ? g_steal_pointer(&transaction) : NULL;
}

bool
transaction_commit(Transaction *transaction, GError **error)
{
	transaction->committed = db_exec(transaction->store, "COMMIT", error);
	return transaction->committed;
}

void
transaction_end(Transaction *transaction)
{
	if (!transaction)
		return;
	/* A full disk makes SQLite roll back by itself. */
	if (!transaction->committed && !sqlite3_get_autocommit(transaction->store->db))
		db_exec(transaction->store, "ROLLBACK", NULL);
	if (!transaction->committed) {
		bale_forget(transaction->store);
		bloom_forget(transaction->store);
	}
	g_free(transaction);
}

Snapshot *
store_snapshot(Store *store, GError **error)
{
	Snapshot *snapshot = NULL;
	bool inside = !sqlite3_get_autocommit(store->db);

	if (!inside && !db_exec(store, "BEGIN", error))
		return NULL;
	snapshot = g_new0(Snapshot, 1);
	snapshot->store = inside ? NULL : store;
	return snapshot;
}

void
snapshot_end(Snapshot *snapshot)
{
	if (!snapshot)
		return;
	if (snapshot->store)
		db_exec(snapshot->store, "ROLLBACK", NULL);
	g_free(snapshot);
}

sqlite3_stmt *
db_prepare(Store *store, const char *sql, GError **error)
{
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		db_error(store, error);
	return stmt;
}

Kept *
db_kept(Store *store, const char *sql, GError **error)
{
	sqlite3_stmt *stmt = g_hash_table_lookup(store->kept, sql);

	if (stmt) {
		g_assert(!sqlite3_stmt_busy(stmt));
		return stmt;
	}
	if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) !=
		SQLITE_OK) {
		db_error(store, error);
		return NULL;
	}
	g_hash_table_insert(store->kept, (void *)sql, stmt);
	return stmt;
}

void
kept_release(Kept *stmt)
{
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
}

static int
ask_stop(void *data)
{
	const Store *store = data;

	return store->stop(store->stop_data);
}

void
store_set_stop(Store *store, bool (*stop)(void *data), void *data)
{
	store->stop = stop;
	store->stop_data = data;
	sqlite3_progress_handler(store->db, STOP_STEPS, stop ? ask_stop : NULL, store);
}

/* Many short statements are as slow as a long one, and ask nobody. */
static bool
is_stopped(Store *store, GError **error)
{
	if (!store->stop || !store->stop(store->stop_data))
		return false;
	g_set_error(error, STORE_ERROR, STORE_ERROR_STOPPED, "%s: %s", store->path,
		way_out(STORE_ERROR_STOPPED));
	return true;
}

Step
db_step(Store *store, sqlite3_stmt *stmt, GError **error)
{
	int result;

	if (is_stopped(store, error))
		return STEP_ERROR;
	result = sqlite3_step(stmt);
	turn_comes(store);
	switch (result) {
	case SQLITE_ROW:
		return STEP_ROW;
	case SQLITE_DONE:
		return STEP_DONE;
	default:
		db_error(store, error);
		return STEP_ERROR;
	}
}

bool
db_row(Store *store, sqlite3_stmt *stmt, GError **error)
{
	Step step = db_step(store, stmt, error);

	if (step == STEP_DONE)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_A_STORE,
			"%s: the store is damaged (a row is missing); lazaret verify tells more",
			store->path);
	return step == STEP_ROW;
}

GArray *
db_ids(Store *store, sqlite3_stmt *stmt, GError **error)
{
	g_autoptr(GArray) ids = g_array_new(false, false, sizeof(int64_t));
	Step step;

	while ((step = db_step(store, stmt, error)) == STEP_ROW) {
		int64_t id = db_int(stmt, 0);

		g_array_append_val(ids, id);
	}
	return step == STEP_DONE ? g_steal_pointer(&ids) : NULL;
}

void
store_set_patience(Store *store, int milliseconds)
{
	store->patience = milliseconds;
}

bool
db_run(Store *store, sqlite3_stmt *stmt, GError **error)
{
	Step step = db_step(store, stmt, error);

	sqlite3_reset(stmt);
	return step == STEP_DONE;
}

bool
db_run_kept(Store *store, const char *sql, GError **error)
{
	g_autoptr(Kept) stmt = db_kept(store, sql, error);

	return stmt && db_run(store, stmt, error);
}

bool
db_run_id(Store *store, const char *sql, int64_t id, GError **error)
{
	g_autoptr(Kept) stmt = db_kept(store, sql, error);

	if (!stmt)
		return false;
	db_bind_int(stmt, ":id", id);
	return db_run(store, stmt, error);
}

bool
db_try(Store *store, sqlite3_stmt *stmt, GError **error)
{
	g_autoptr(GError) problem = NULL;
	int patience = store->patience;
	bool done;

	store->patience = 0;
	done = db_run(store, stmt, &problem);
	store->patience = patience;
	if (done || g_error_matches(problem, STORE_ERROR, STORE_ERROR_BUSY))
		return true;
	g_propagate_error(error, g_steal_pointer(&problem));
	return false;
}

bool
db_value(Store *store, const char *sql, int64_t *value, GError **error)
{
	g_autoptr(Kept) stmt = db_kept(store, sql, error);
	Step step = stmt ? db_step(store, stmt, error) : STEP_ERROR;

	*value = step == STEP_ROW ? db_int(stmt, 0) : 0;
	return step != STEP_ERROR;
}

int64_t
db_last_id(Store *store)
{
	return sqlite3_last_insert_rowid(store->db);
}

int
db_changes(Store *store)
{
	return sqlite3_changes(store->db);
}

static int
param(sqlite3_stmt *stmt, const char *name)
{
	int index = sqlite3_bind_parameter_index(stmt, name);

	g_assert(index > 0);
	return index;
}

void
db_bind_int(sqlite3_stmt *stmt, const char *name, int64_t value)
{
	sqlite3_bind_int64(stmt, param(stmt, name), value);
}

void
db_bind_text(sqlite3_stmt *stmt, const char *name, const char *value)
{
	sqlite3_bind_text(stmt, param(stmt, name), value, -1, SQLITE_TRANSIENT);
}

void
db_bind_blob(sqlite3_stmt *stmt, const char *name, const void *bytes, size_t length)
{
	sqlite3_bind_blob64(stmt, param(stmt, name), bytes, length, SQLITE_TRANSIENT);
}

char *
db_text(sqlite3_stmt *stmt, int column)
{
	return g_strdup((const char *)sqlite3_column_text(stmt, column));
}

int64_t
db_int(sqlite3_stmt *stmt, int column)
{
	return sqlite3_column_int64(stmt, column);
}

sqlite3 *
db_handle(Store *store)
{
	return store->db;
}
