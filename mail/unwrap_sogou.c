/* unwrap_sogou.c - Sogou's redirect
 *
 * sogou.com/link?url=CODE: only Sogou knows the target.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "sogou.com", .path = "/link" },
	{ NULL },
};

const Unwrapper unwrap_sogou = {
	.id = "sogou",
	.summary = "Sogou's redirect",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
};
