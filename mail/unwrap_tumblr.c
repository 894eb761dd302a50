/* unwrap_tumblr.c - Tumblr's redirect
 *
 * t.umblr.com/redirect?z=TARGET&t=....
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "t.umblr.com", .path = "/redirect", .target = "z" },
	{ NULL },
};

const Unwrapper unwrap_tumblr = {
	.id = "tumblr",
	.summary = "Tumblr's redirect",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
};
