/* unwrap_instagram.c - Instagram's link shim
 *
 * l.instagram.com/?u=TARGET&e=..., and the same at Threads.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "l.instagram.com", .target = "u" },
	{ .host = "instagram.com", .path = "/linkshim", .target = "u" },
	{ .host = "l.threads.net", .target = "u" },
	{ .host = "l.threads.com", .target = "u" },
	{ NULL },
};

const Unwrapper unwrap_instagram = {
	.id = "instagram",
	.summary = "Instagram's link shim",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
};
