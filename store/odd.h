/* odd.h - which of many messages are unlike the rest, and in what
 *
 * A value is the rule where nine in ten of the messages share it, or all but one of
 * four to nine; then the others are odd in that.  Compared are the From domain, the final
 * link domain, whether there is an attachment and which, whether a recipient is a role
 * (RFC 2142, and those that fraud is after: finance@, payroll@), the recipient's domain,
 * authentication and how sure it is that Amazon SES sent it.
 */
#ifndef STORE_ODD_H
#define STORE_ODD_H

#include "store/store.h"

typedef struct Odd {
	int64_t message;
	char *text; /* "#881 to finance@here.example has a PDF"; holds what mail says, so it
	             * is shown like mail */
} Odd;
void odd_free(Odd *odd);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Odd, odd_free)

/* Of Odd: those of @ids (int64_t) that are odd in anything, those in most things first;
 * at most @limit (0: all).  An id that is no message is passed over. */
GPtrArray *store_odd(Store *store, const GArray *ids, int limit, GError **error);

#endif
