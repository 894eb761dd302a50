/* rescore.h - messages read again: their verdicts made anew
 *
 * What reading found is replaced: findings, score, links, attachments, texts, who sent
 * it.  What people did with it and how it came stay: decisions, state, version, seen,
 * envelope, time received.
 */
#ifndef STORE_RESCORE_H
#define STORE_RESCORE_H

#include "store/message.h"

/* A message of the store as it reads now: everything borrowed. */
typedef struct Rereading {
	int64_t id;
	const Message *message;
	GBytes *raw;       /* as in Arrival, or NULL: it is looked up */
	GBytes *body;      /* as in Arrival, */
	GBytes *links;     /* and this */
	const char *basis; /* as in Arrival */
} Rereading;

typedef struct Rescored {
	int64_t id;
	int before, after; /* scores */
	bool changed;      /* the score, or which findings make it */
} Rescored;

/* All @count of @readings in one transaction: it took place or it did not.  Adds one
 * Rescored each to @outcomes. */
bool store_rescore(
	Store *store, const Rereading *readings, size_t count, GArray *outcomes, GError **error);

/* Messages whose verdicts rest on something else than @basis names; -1 on error.
 * From a kept counter. */
int64_t store_count_outdated(Store *store, const char *basis, GError **error);
/* Their ids, of those that @query finds: int64_t. */
GArray *store_outdated(Store *store, const char *basis, const Query *query, GError **error);

#endif
