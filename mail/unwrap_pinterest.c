/* unwrap_pinterest.c - Pinterest's redirect
 *
 * pinterest.com/offsite/?token=...&url=TARGET.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "pinterest.*", .path = "/offsite", .target = "url" },
	{ NULL },
};

const Unwrapper unwrap_pinterest = {
	.id = "pinterest",
	.summary = "Pinterest's redirect",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
};
