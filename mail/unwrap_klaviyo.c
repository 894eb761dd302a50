/* unwrap_klaviyo.c - Klaviyo tracking
 *
 * ctrk.klclick.com/l/CODE and its numbered kin.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "klclick.com" },
	{ .host = "klclick1.com" },
	{ .host = "klclick2.com" },
	{ .host = "klclick3.com" },
	{ .host = "klaviyomail.com" },
	{ NULL },
};

const Unwrapper unwrap_klaviyo = {
	.id = "klaviyo",
	.summary = "Klaviyo tracking",
	.flags = LINK_TRACKED,
	.forms = forms,
};
