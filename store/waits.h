/* waits.h - how long many have waited, in memory that does not grow with how many; private to store/
 *
 * A few thousand are kept as they are.  Beyond, they are counted by length, so that what is told
 * of them is within a hundredth of what was so.
 */
#ifndef STORE_WAITS_H
#define STORE_WAITS_H

#include <glib.h>
#include <stdint.h>

enum {
	WAITS_EXACT = 4096,
};

typedef struct Waits Waits;
Waits *waits_new(void);
void waits_free(Waits *waits);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Waits, waits_free)

/* @seconds, of 0 or more. */
void waits_add(Waits *waits, int64_t seconds);
int64_t waits_count(const Waits *waits);
/* The least that @percent of them are not above (nearest rank); -1 of none. */
int64_t waits_percentile(Waits *waits, unsigned percent);

#endif
