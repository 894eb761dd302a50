/* unwrap.h - wrapped links undone offline; nothing is ever fetched
 *
 * To add one: write mail/unwrap_NAME.c, add its row in mail/unwrap.c.
 */
#ifndef MAIL_UNWRAP_H
#define MAIL_UNWRAP_H

#include <glib.h>
#include <stdint.h>

#include "mail/url.h"

enum {
	UNWRAP_MAX_STEPS = 5
};

typedef enum {
	UNWRAP_NOT_MINE, /* not this service's link, though flags may say that it pretends */
	UNWRAP_TARGET,   /* target is where it leads */
	UNWRAP_OPAQUE,   /* this service's, but no target is in it */
} UnwrapResult;

typedef struct Unwrapped {
	char *target;
	char *id;       /* the wrapper's message id where it carries one; or NULL */
	uint32_t flags; /* of LinkFlag, to add */
} Unwrapped;

typedef struct Unwrapper {
	const char *id;      /* "ses" */
	const char *summary; /* for the manual */
	/* Fills @unwrapped, which comes zeroed. */
	UnwrapResult (*unwrap)(const Url *url, Unwrapped *unwrapped);
} Unwrapper;

/* NULL-terminated. */
const Unwrapper *const *unwrappers(void);

/* Asks each in turn; the first whose link it is answers. */
UnwrapResult unwrap(const Url *url, Unwrapped *unwrapped);

void unwrapped_clear(Unwrapped *unwrapped);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Unwrapped, unwrapped_clear)

#endif
