/* bulk.h - for who writes thousands of messages
 *
 * More of the store is kept in memory, and what was committed is brought to the disk by a thread,
 * while its owner goes on: first the -wal file (that is when it is safe), then, moved on from there,
 * into the store (a checkpoint).  Only when the -wal file has become long does the owner wait for
 * the latter: it is begun anew only once all of it was moved.  What is looked up is filtered and
 * remembered (bloom.h, lookup.h): bulk_end() writes the filter into the store.
 */
#ifndef STORE_BULK_H
#define STORE_BULK_H

#include "store/store.h"

typedef struct Bulk Bulk;

/* Pages of the -wal file. */
typedef struct BulkLimits {
	int worth;   /* with so many a thread is started, which stays until bulk_end() */
	int due;     /* so many more than the last time, and it moves them on: the more at once, the
	                fewer pages are moved several times */
	int longest; /* and its owner waits for that */
} BulkLimits;

/* Until bulk_end(), which must come before @store is closed.  @limits NULL: the usual ones.  No
 * fork(2) meanwhile, but by who goes on to exec(3). */
Bulk *bulk_begin(Store *store, const BulkLimits *limits);
void bulk_end(Bulk *bulk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bulk, bulk_end)

/* While nothing else is to be written: what was committed is moved on now, if it is worth it, so that
 * less is left for the end. */
void bulk_move_on(Bulk *bulk);

/* After each commit: has it brought to the disk, and, where @wait is set, waits until it is there.
 * Fails when what was committed since the last one that was waited for may not be: what rests on
 * it must not be told to anybody.  Who tells after each commit does not call it: then each waits
 * for the disk itself, and one that did not come there is none. */
bool bulk_secure(Bulk *bulk, bool wait, GError **error);

/* Before anybody is told of what was read here: it may be of another's large import, and not on
 * the disk yet.  Costs next to nothing where no other wrote since. */
bool store_secure_read(Store *store, GError **error);

/* What holds for all others, and for @store again afterwards. */
bool bulk_usual(Store *store, GError **error);

#endif
