/* turns.h - what is written for long, in transactions that let others in between; private to store/
 *
 *     for each row:
 *         turns_next() and write it
 *     turns_end()
 */
#ifndef STORE_TURNS_H
#define STORE_TURNS_H

#include "store/db.h"

typedef struct Turns {
	Store *store;
	Transaction *transaction; /* NULL: it is nobody's turn, or another's */
	int64_t begun;            /* monotonic, */
	int64_t looked;           /* whether anybody waits */
	bool first;               /* nothing was written in it yet */
} Turns;

/* A transaction is open for what is written next: the one that was, or, where that has been open
 * for a quarter of a second, or for a fiftieth while somebody waits, another one. */
bool turns_next(Turns *turns, GError **error);
bool turns_end(Turns *turns, GError **error);
/* What is not ended is rolled back. */
void turns_clear(Turns *turns);

#endif
