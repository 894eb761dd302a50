/* edge_change.h - what operations do to edges; private to store/ */
#ifndef STORE_EDGE_CHANGE_H
#define STORE_EDGE_CHANGE_H

#include "store/campaign_rows.h"

/* @edge, whose state is @before, gets state @after, and @operation says so. */
bool edge_change(Store *store, int64_t operation, int64_t edge, EdgeState before, EdgeState after,
	GError **error);

#endif
