/* odd.h - which of many messages are unlike the rest, and in what */
#ifndef STORE_ODD_H
#define STORE_ODD_H

#include "store/store.h"

/* One way in which a message differs from the overwhelming majority of those it was
 * looked at with. */
typedef struct Odd {
	int64_t message;
	char *text; /* one sentence without a full stop: "#881 to finance@ has a PDF" */
} Odd;
void odd_free(Odd *odd);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Odd, odd_free)

/* Of Odd: those of @ids (int64_t) whose From domain, final link domain, attachment, kind
 * of recipient, authentication or SES class is not the one that nine in ten of them
 * share; most differences first, one row a message, at most @limit (0: all).  Empty
 * where they are too few, or too different, to have a majority. */
GPtrArray *store_odd(Store *store, const GArray *ids, int limit, GError **error);

#endif
