/* db.h - the one place that talks to SQLite; private to store/ */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <sqlite3.h>

#include "mail/site.h"
#include "store/store.h"

/* How far a list is walked before what matches is looked for: walk.h. */
typedef struct WalkLimits {
	int64_t rows;   /* of the table */
	int64_t placed; /* of an index that knows the answer */
	int64_t few;    /* hits that are faster looked up and sorted */
} WalkLimits;

struct Store {
	sqlite3 *db;
	char *path;       /* as the user wrote it, for messages */
	GHashTable *kept; /* SQL constant -> statement: db_kept() */
	int patience;     /* ms, for one that is locked */
	int64_t refused;  /* when it was found locked, monotonic */
	int folder;       /* turn.h; -1: not open */
	bool waits;
	bool read_only;
	int64_t secured; /* PRAGMA data_version when store_secure_read() last was; 0 */
	/* How many rows there are when those of the small tables are counted next: tier.h. */
	int64_t lookups_due;
	int64_t traffic_due;
	int64_t traffic_newest; /* of the slots in traffic, while somebody writes; -1: not asked */
	int64_t version;        /* of the schema, when it was opened; 0: whatever it is */
	/* While much is imported (bulk.h): */
	bool bulk;
	int64_t added;             /* messages since that began */
	struct LookupHints *hints; /* lookup.h; NULL: none yet */
	struct Bloom *bloom;       /* bloom.h; NULL: none */
	bool bloom_sought;         /* the one in the store was asked for */
	const Weights *weights;    /* store_judge_by() */
	bool unlearned;
	bool (*stop)(void *data); /* store_set_stop() */
	void *stop_data;
	const WalkLimits *walk_limits; /* NULL: the usual ones; tests have others */
	/* The bale that was read last (bale.h), which is likely to be read next; 0: none. */
	int64_t bale_id;
	GBytes *bale;
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, sqlite3_finalize)

/* Opens the file alone: what a store must be is store_open()'s to check.
 * @flags are sqlite3_open_v2()'s. */
Store *db_open(const char *path, const char *location, int flags, GError **error);
void db_close(Store *store);

typedef enum {
	STEP_ERROR,
	STEP_ROW,
	STEP_DONE,
} Step;

/* A write transaction that rolls back when it goes out of scope uncommitted.
 * One at a time in a Store; db_begin() inside one is a bug. */
typedef struct Transaction Transaction;

Transaction *db_begin(Store *store, GError **error);
bool transaction_commit(Transaction *transaction, GError **error);
void transaction_end(Transaction *transaction);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Transaction, transaction_end)

sqlite3_stmt *db_prepare(Store *store, const char *sql, GError **error);

/* A statement that is prepared once and kept as long as the store is open; @sql
 * must be a constant, since its address is the key.  The scope's end gives it back:
 * g_autoptr(Kept), never g_autoptr(sqlite3_stmt).  One borrower at a time. */
typedef sqlite3_stmt Kept;
Kept *db_kept(Store *store, const char *sql, GError **error);
void kept_release(Kept *stmt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Kept, kept_release)

Step db_step(Store *store, sqlite3_stmt *stmt, GError **error);
/* Steps to a row that every whole store has: NOT_A_STORE where there is none. */
bool db_row(Store *store, sqlite3_stmt *stmt, GError **error);
/* What the first column has in all rows from here on: int64_t. */
GArray *db_ids(Store *store, sqlite3_stmt *stmt, GError **error);
/* A statement without rows, to its end; then reset, so that it can be bound and run again. */
bool db_run(Store *store, sqlite3_stmt *stmt, GError **error);
/* @sql, kept, about the one row whose number is its :id. */
bool db_run_id(Store *store, const char *sql, int64_t id, GError **error);
/* The same of @sql that nothing is bound to. */
bool db_run_kept(Store *store, const char *sql, GError **error);
/* db_run() without waiting: where another process is writing nothing is done, and that
 * is no error. */
bool db_try(Store *store, sqlite3_stmt *stmt, GError **error);
bool db_exec(Store *store, const char *sql, GError **error);
/* The one integer that the constant query @sql gives; 0 if it gives no row. */
bool db_value(Store *store, const char *sql, int64_t *value, GError **error);
int64_t db_last_id(Store *store);
int db_changes(Store *store);
/* The error SQLite last gave, as STORE_ERROR, prefixed with the store's path. */
void db_error(Store *store, GError **error);

/* Named parameters only; a name the statement lacks is a bug and aborts. */
void db_bind_int(sqlite3_stmt *stmt, const char *name, int64_t value);
void db_bind_text(sqlite3_stmt *stmt, const char *name, const char *value); /* NULL binds NULL */
void db_bind_blob(sqlite3_stmt *stmt, const char *name, const void *bytes, size_t length);

/* Columns by number; text is yours, NULL for NULL. */
char *db_text(sqlite3_stmt *stmt, int column);
int64_t db_int(sqlite3_stmt *stmt, int column);
/* The store's connection, for what stands nowhere else: progress, interrupts. */
sqlite3 *db_handle(Store *store);

#endif
