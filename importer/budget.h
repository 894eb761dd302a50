/* budget.h - bytes of messages that all clients of a listener together may have brought and
 * that are not taken yet */
#ifndef IMPORTER_BUDGET_H
#define IMPORTER_BUDGET_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Budget {
	size_t most;
	size_t held;
} Budget;

/* False: who brought @length more is to be told to try again. */
static inline bool
budget_take(Budget *budget, size_t length)
{
	if (budget->held > budget->most || length > budget->most - budget->held)
		return false;
	budget->held += length;
	return true;
}

static inline void
budget_give(Budget *budget, size_t length)
{
	budget->held -= length;
}

#endif
