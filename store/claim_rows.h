/* claim_rows.h - claims inside a transaction; private to store/ */
#ifndef STORE_CLAIM_ROWS_H
#define STORE_CLAIM_ROWS_H

#include "store/db.h"

/* @actor has decided, by @operation: their claims on its messages are done with. */
bool claims_end(Store *store, int64_t operation, const char *actor, GError **error);

#endif
