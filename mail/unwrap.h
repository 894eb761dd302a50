/* unwrap.h - wrapped links undone offline; nothing is ever fetched
 *
 * To add one: write mail/unwrap_NAME.c, add its row in mail/unwrap.c, and put
 * links of it, and some that only look like it, into tests/mail/unwrap/ID.tsv.
 * What is not known for sure about a service's links is not guessed: they are
 * opaque.
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
	UNWRAP_PIXEL,    /* this service's, and it leads nowhere: it counts who opens the mail */
} UnwrapResult;

struct Unwrapper;

typedef struct Unwrapped {
	const struct Unwrapper *by; /* whose link it is; NULL if nobody's */
	char *target;
	char *host;     /* of an opaque one: the host it leads to, where it names that */
	char *id;       /* the wrapper's message id where it carries one; or NULL */
	uint32_t flags; /* of LinkFlag, to add */
} Unwrapped;

/* One form of a service's web links. */
typedef struct WrapForm {
	const char *host;   /* for known_host_is(); NULL for any host */
	const char *path;   /* how the decoded path begins, "/..."; NULL for any */
	const char *needs;  /* a parameter that has to be there, or NULL */
	const char *target; /* the parameter that is the target; NULL if none is */
} WrapForm;

typedef struct Unwrapper {
	const char *id;        /* stable; stored with each link: "ses" */
	const char *summary;   /* whose links they are: "Amazon SES tracking" */
	uint32_t flags;        /* of LinkFlag, for each of its links */
	const WrapForm *forms; /* ends with an empty row; NULL: every link is shown to unwrap() */
	/* Fills @unwrapped, which comes zeroed, from a link that has one of the forms;
	 * NULL if the forms say all that can be known. */
	UnwrapResult (*unwrap)(const Url *url, Unwrapped *unwrapped);
} Unwrapper;

/* NULL-terminated. */
const Unwrapper *const *unwrappers(void);

/* The one that was stored as @id, or NULL. */
const Unwrapper *unwrapper_find(const char *id);

/* Asks each in turn; the first whose link it is answers.  A target that is no web
 * address, or hides behind a name and '@', is flagged. */
UnwrapResult unwrap(const Url *url, Unwrapped *unwrapped);

/* What unwrappers are made of.  @text ("takes"; NULL if there is none) becomes the
 * target if it is a URL: UNWRAP_TARGET, else UNWRAP_OPAQUE. */
UnwrapResult unwrap_text(Unwrapped *unwrapped, char *text);

/* The same for the value of parameter @name. */
UnwrapResult unwrap_parameter(const Url *url, const char *name, Unwrapped *unwrapped);

/* What @text says in base64 of either alphabet, padded or not; NULL if that is no
 * text.  Yours. */
char *unwrap_base64(const char *text);

void unwrapped_clear(Unwrapped *unwrapped);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Unwrapped, unwrapped_clear)

#endif
