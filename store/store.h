/* store.h - the quarantine database: open, close, errors
 *
 * No SQL and no SQLite type stands in the public headers of this folder, so
 * that the same calls can stand on another database.  Ids and times (UTC, Unix)
 * are int64_t.  A Store belongs to one thread and never crosses a fork.  Several of one file
 * may be open in one process, each in its own thread: they share nothing but the file, and
 * those that read wait for nobody.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Store Store;

#define STORE_ERROR (store_error_quark())
GQuark store_error_quark(void);

typedef enum {
	STORE_ERROR_SQL,         /* anything the database reports that has no code below */
	STORE_ERROR_BUSY,        /* another process held the write lock too long */
	STORE_ERROR_NOT_FOUND,   /* no such message, operation, rule */
	STORE_ERROR_NO_STORE,    /* no file at that path, or not the one that was opened */
	STORE_ERROR_NOT_A_STORE, /* a file, but not a lazaret store, or damaged */
	STORE_ERROR_NEWER,       /* written by a newer lazaret, be it since it was opened */
	STORE_ERROR_FULL,        /* disk or quota full */
	STORE_ERROR_IO,          /* read or write failed */
	STORE_ERROR_PERMISSION,  /* may not be read or written */
	STORE_ERROR_OUTDATED, /* what was read of a message is not to be read any more: rescore */
	STORE_ERROR_CONFLICT, /* the message changed since it was looked at, or undo is too late */
	STORE_ERROR_REFUSED, /* asked for what must not be: a rule on nothing, a release to nobody */
	STORE_ERROR_PURGED,  /* the mail is gone, its record is left: purge.h */
	STORE_ERROR_STOPPED, /* store_set_stop() said so: nothing was changed */
} StoreError;

typedef enum {
	STORE_READ,      /* must exist; still migrated when older and writable */
	STORE_GLANCE,    /* must exist, and not be older: nothing is migrated */
	STORE_UNTOUCHED, /* likewise, and no file is made or written, beside it neither */
	STORE_WRITE,     /* must exist */
	STORE_CREATE,    /* made when missing, 0600, with its folder 0700 */
} StoreMode;

enum {
	/* Microseconds that who writes for long leaves to others between two transactions: they
	 * try every millisecond. */
	STORE_GAP = 2000,
	/* Microseconds that he writes on for while somebody waits: less than that is spent on letting
	 * go and taking up again. */
	STORE_TURN = 20000,
	/* Seconds that the clocks of two machines may differ. */
	STORE_CLOCK_SLACK = 300,
};

Store *store_open(const char *path, StoreMode mode, GError **error);
void store_close(Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)

const char *store_path(const Store *store);

/* How long a call waits for another process to let go of the store before it fails with
 * STORE_ERROR_BUSY: ten seconds until this is called. */
void store_set_patience(Store *store, int milliseconds);

/* Does another one wait to write?  To be asked by who writes for long, who then ends his
 * transaction and leaves STORE_GAP. */
bool store_is_awaited(Store *store);

/* One look: until it ends, all that is read is of one state of the store.  Inside
 * another look, or a transaction, it is that one. */
typedef struct Snapshot Snapshot;
Snapshot *store_snapshot(Store *store, GError **error);
void snapshot_end(Snapshot *snapshot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Snapshot, snapshot_end)

/* Keeps less of the file in memory from now on: for a Store beside another one. */
void store_spare_memory(Store *store);

/* From now on what is read here ends, with STOPPED, soon after @stop says true: it is asked
 * every few microseconds, by the thread that reads.  NULL: what is read is read to its end.
 * Not for writing. */
void store_set_stop(Store *store, bool (*stop)(void *data), void *data);

/* Changes whenever any process changed the store: cheap to poll. */
int64_t store_generation(Store *store);

#endif
