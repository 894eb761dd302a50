/* walk.h - messages in the order of a list, each asked whether a query lets it through;
 * private to store/
 *
 * Whatever many match is found within the first rows of a list's order, and whatever few
 * match is better looked for by what they have in common: so a walk has an end, behind
 * which the other way is taken.
 */
#ifndef STORE_WALK_H
#define STORE_WALK_H

#include "store/message_sql.h"
#include "store/query_sql.h"

typedef struct Walk Walk;

/* Where @list begins; its query's sets are @marks, both lent.  A snapshot must be held. */
Walk *walk_begin(Store *store, const StoreList *list, const GPtrArray *marks, GError **error);
void walk_end(Walk *walk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Walk, walk_end)

typedef struct Place {
	int64_t position; /* in the order of the list */
	int64_t id;
	int64_t campaign; /* it is in; 0: none, or the list is not by score */
} Place;

typedef enum {
	WALK_ERROR,
	WALK_FOUND, /* *place is the next that matches */
	WALK_OVER,  /* no more match */
	WALK_LOST,  /* it was too long: nothing is known of what comes */
} WalkStep;

WalkStep walk_next(Walk *walk, Place *place, GError **error);
/* So many rows more count as walked. */
void walk_spend(Walk *walk, int64_t rows);

/* The rows of one state, in order: position, id, campaign, whether they match. */
char *walk_sql(const StoreList *list, int state);

/* It pays to walk for what @query lets through, whose sets are @marks. */
bool walk_pays(const Store *store, const Query *query, const GPtrArray *marks);

#endif
