/* bale.h - mails that came together, and their bodies, compressed as one; private to store/
 *
 * What one mail shares with the next (the same header fields, the same template) is most of
 * what there is to save: mails in bales take a fifth less than each by itself, and less time
 * (observed).  To read one, its bale is expanded: so bales are small.
 */
#ifndef STORE_BALE_H
#define STORE_BALE_H

#include "store/db.h"

/* Where bytes stand.  A bale of 0: in none. */
typedef struct BalePlace {
	int64_t bale;
	int64_t at;
} BalePlace;

/* A bale that is being filled, inside a transaction of the caller's. */
typedef struct Baler Baler;
Baler *baler_new(Store *store, GError **error);
void baler_free(Baler *baler);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Baler, baler_free)

/* May so many bytes go into a bale?  A large mail makes one that is slow to read. */
bool bale_takes(size_t size);
/* Where they stand once baler_finish() has written them.  bale_takes(@size). */
BalePlace baler_put(Baler *baler, const void *bytes, size_t size);
/* @bytes by themselves, as raw_compress() does it, with the memory that is here. */
GBytes *baler_frame(Baler *baler, const void *bytes, size_t size);
/* It is due when the bale is as large as it should be. */
bool baler_is_due(const Baler *baler);
/* Begins the next one: what was put is compressed meanwhile, and written by the next call, or
 * by baler_finish(), after which all is. */
bool baler_flush(Baler *baler, GError **error);
bool baler_finish(Baler *baler, GError **error);

/* The @size bytes at @place.  *bytes is NULL where there are none: the store is damaged. */
bool bale_read(Store *store, BalePlace place, int64_t size, GBytes **bytes, GError **error);

/* Writes what still stands in bale @id, the places of rows of raw and body, into a bale of its
 * own, and removes @id: of all else in it nothing is left.  Inside the caller's transaction.
 * NOT_A_STORE where the bale is damaged. */
bool bale_keep_used(Store *store, int64_t id, GError **error);

/* It may be one that was rolled back. */
void bale_forget(Store *store);

#endif
