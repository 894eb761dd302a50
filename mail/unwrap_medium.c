/* unwrap_medium.c - Medium's redirect
 *
 * medium.com/r/?url=TARGET.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "medium.com", .path = "/r/", .target = "url" },
	{ NULL },
};

const Unwrapper unwrap_medium = {
	.id = "medium",
	.summary = "Medium's redirect",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
};
