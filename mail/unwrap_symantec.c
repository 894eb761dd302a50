/* unwrap_symantec.c - Symantec click-time protection
 *
 * clicktime.symantec.com/ID?u=TARGET, in later ones with h=... before it; some
 * have no target (observed in public code).
 */
#include "mail/unwrap.h"

static const WrapForm forms[] = {
	{ .host = "clicktime.symantec.com", .target = "u" },
	{ NULL },
};

const Unwrapper unwrap_symantec = {
	.id = "symantec",
	.summary = "Symantec click-time protection",
	.forms = forms,
};
