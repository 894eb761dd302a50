/* sieve.h - what the large table of lookups certainly does not have; private to store/
 *
 * Most of what an import looks up is new, and to see that, a page of the large table is read each
 * time: in a store of a hundred thousand messages that was two fifths of all that grew with it.
 * So while much is imported, a Bloom filter (Bloom 1970) of the table's keys is kept in memory: it
 * says no of nearly all that is not there, and never of what is.  From one import to the next it
 * is kept in the store, with the number of merges that it knows of: merges alone bring entries into
 * that table (tier.h), and whoever merges without it leaves it behind.
 */
#ifndef STORE_SIEVE_H
#define STORE_SIEVE_H

#include "store/lookup.h"

typedef struct Sieve Sieve;

/* From here on it may be used; then not any more, and it is kept for the next time. */
void sieve_allow(Store *store);
void sieve_end(Store *store);

/* Before a transaction in which much may be looked up: reads it or makes it, where that pays after
 * what was brought since. */
bool sieve_prepare(Store *store, GError **error);
/* In it, before one merges: that which is kept is read, so as not to be left behind. */
bool sieve_fetch(Store *store, GError **error);
/* And at its beginning: another process may have merged meanwhile. */
bool sieve_check(Store *store, GError **error);
/* After merges of one's own, each of whose entries was noted. */
bool sieve_follow(Store *store, GError **error);
void sieve_note(Store *store, int64_t space, int64_t key);

/* False: the large table has no such entry. */
bool sieve_may_have(const Store *store, int64_t space, int64_t key);

/* That of the store, to see whether it is right; none where it was left behind. */
bool sieve_read(Store *store, GError **error);
void sieve_forget(Store *store);
/* The store keeps none any more: of what was removed it could be asked whether it was there. */
bool sieve_drop(Store *store, GError **error);

#endif
