/* bulk.h - for who writes thousands of messages
 *
 * More of the store is kept in memory, and what was committed is moved from the -wal file on
 * into the store by a thread, while its owner goes on (a checkpoint: most of what it takes is
 * waiting for the disk).  Only when the -wal file has become long does the owner wait for it: it
 * is begun anew only once all of it was moved.
 */
#ifndef STORE_BULK_H
#define STORE_BULK_H

#include "store/store.h"

typedef struct Bulk Bulk;

/* Pages of the -wal file: when the thread moves them on, and when its owner waits for that. */
typedef struct BulkLimits {
	int due, longest;
} BulkLimits;

/* Until bulk_end(), which must come before @store is closed.  @limits NULL: the usual ones.  No
 * fork(2) meanwhile, but by who goes on to exec(3). */
Bulk *bulk_begin(Store *store, const BulkLimits *limits);
void bulk_end(Bulk *bulk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bulk, bulk_end)

/* What holds for all others, and for @store again afterwards. */
bool bulk_usual(Store *store, GError **error);

#endif
