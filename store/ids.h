/* ids.h - which messages a query finds, to be asked one by one; private to store/ */
#ifndef STORE_IDS_H
#define STORE_IDS_H

#include "store/message.h"

/* Ids of all that @query finds, sorted: int64_t.  NULL on error. */
GArray *ids_found(Store *store, const Query *query, GError **error);
/* How such are sorted: both point to an int64_t. */
int ids_compare(const void *a, const void *b);
/* @id is one of @ids, which are sorted; NULL: all are. */
bool ids_have(const GArray *ids, int64_t id);

#endif
