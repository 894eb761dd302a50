/* unwrap_edgepilot.c - EdgePilot link protection
 *
 * link.edgepilot.com/s/ID/ID?u=TARGET (observed in public code).
 */
#include "mail/unwrap.h"

static const WrapForm forms[] = {
	{ .host = "link.edgepilot.com", .target = "u" },
	{ NULL },
};

const Unwrapper unwrap_edgepilot = {
	.id = "edgepilot",
	.summary = "EdgePilot link protection",
	.forms = forms,
};
