/* unwrap_facebook.c - Facebook's link shim
 *
 * l.facebook.com/l.php?u=TARGET&h=... ("Link Shim", engineering.fb.com).
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "facebook.com", .path = "/l.php", .target = "u" },
	{ .host = "facebook.com", .path = "/flx/warn/", .target = "u" },
	{ .host = "messenger.com", .path = "/l.php", .target = "u" },
	{ NULL },
};

const Unwrapper unwrap_facebook = {
	.id = "facebook",
	.summary = "Facebook's link shim",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
};
