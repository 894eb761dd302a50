/* bloom.h - what the large table of lookups certainly does not have; private to store/
 *
 * Most of what an import looks up is new, and to see that, a page of the large table is read each
 * time.  So while much is imported (bulk.h), a Bloom filter (Bloom 1970) of the table's keys is kept
 * in memory: it says no of nearly all that is not there, and never of what is.  From one import to
 * the next it is kept in the store, with the number of merges that it knows of: merges alone bring
 * entries into that table (tier.h), and whoever merges without it leaves it behind.  A transaction
 * that is given up takes it along, as its merges are none.
 */
#ifndef STORE_BLOOM_H
#define STORE_BLOOM_H

#include "store/db.h"

typedef struct Bloom Bloom;

/* Before a transaction in which much may be looked up, in a store of about @entries lookups: reads
 * it, or makes it where that pays after what was added since. */
bool bloom_prepare(Store *store, int64_t entries, GError **error);
/* At the beginning of a write transaction: forgets one that another process's merges left
 * behind. */
bool bloom_check(Store *store, GError **error);
/* Before merges of one's own: reads the one that is kept, so that they are noted in it. */
bool bloom_fetch(Store *store, GError **error);
void bloom_note(Store *store, int64_t space, int64_t key);
/* After them. */
bool bloom_follow(Store *store, GError **error);

/* False: the large table has no such entry, as of the last bloom_check().  Outside of a transaction
 * that is a hint: another process may have merged since. */
bool bloom_may_have(const Store *store, int64_t space, int64_t key);

/* For the next import, in a transaction of its own: what can't be kept is made again. */
void bloom_keep(Store *store);

/* That of the store, to see whether it is right; none where it was left behind. */
bool bloom_read(Store *store, GError **error);
void bloom_forget(Store *store);
/* The store keeps none any more: of what was removed it could be asked whether it was there. */
bool bloom_drop(Store *store, GError **error);

#endif
