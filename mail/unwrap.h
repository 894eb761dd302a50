/* unwrap.h - wrapped links undone offline; nothing is ever fetched
 *
 * To add one: write mail/unwrap_NAME.c, add its row in mail/unwrap.c.
 */
#ifndef MAIL_UNWRAP_H
#define MAIL_UNWRAP_H

#include <glib.h>
#include <stdint.h>

enum {
	UNWRAP_MAX_STEPS = 5
};

typedef enum {
	UNWRAP_NOT_MINE, /* not this service's link */
	UNWRAP_TARGET,   /* *target is where it leads: yours */
	UNWRAP_OPAQUE,   /* this service's, but the target is not in it */
} UnwrapResult;

typedef struct Unwrapper {
	const char *id;      /* "ses" */
	const char *summary; /* for the manual */
	/* @host is the URL's, lower-case.  May set flags and *id: the wrapper's
	 * message id where it carries one (yours; NULL if not). */
	UnwrapResult (*unwrap)(
		const char *url, const char *host, char **target, uint32_t *flags, char **id);
} Unwrapper;

const Unwrapper *const *unwrappers(void);

#endif
