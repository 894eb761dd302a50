#include "store/ids.h"

#include <stdlib.h>

int
ids_compare(const void *a, const void *b)
{
	const int64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

GArray *
ids_found(Store *store, const Query *query, GError **error)
{
	GArray *ids = store_ids(store, query, error);

	if (ids)
		g_array_sort(ids, ids_compare);
	return ids;
}

bool
ids_have(const GArray *ids, int64_t id)
{
	if (!ids)
		return true;
	return ids->len > 0 && bsearch(&id, ids->data, ids->len, sizeof id, ids_compare);
}
