/* listed_rows.h - what of a message is on a list; private to store/ */
#ifndef STORE_LISTED_ROWS_H
#define STORE_LISTED_ROWS_H

#include "mail/history.h"
#include "store/db.h"

enum {
	LISTED_SHOWN = 10, /* of one message that are read */
};

/* Adds what message @id, whose rows stand, has of lists to @listed (of Listed), the oldest
 * first; what had expired by @received does not count. */
bool listed_read(Store *store, int64_t id, int64_t received, GPtrArray *listed, GError **error);

#endif
