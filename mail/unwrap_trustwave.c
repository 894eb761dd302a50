/* unwrap_trustwave.c - Trustwave blended threat protection
 *
 * scanmail.trustwave.com/?c=...&d=...&u=TARGET (observed on public lists).
 */
#include "mail/unwrap.h"

static const WrapForm forms[] = {
	{ .host = "scanmail.trustwave.com", .target = "u" },
	{ NULL },
};

const Unwrapper unwrap_trustwave = {
	.id = "trustwave",
	.summary = "Trustwave blended threat protection",
	.forms = forms,
};
