/* unwrap_barracuda.c - Barracuda Link Protection
 *
 * linkprotect.cudasvc.com/url?a=TARGET&c=...&typo=1 (observed on public lists).
 */
#include "mail/unwrap.h"

static const WrapForm forms[] = {
	{ .host = "linkprotect.cudasvc.com", .target = "a" },
	{ NULL },
};

const Unwrapper unwrap_barracuda = {
	.id = "barracuda",
	.summary = "Barracuda Link Protection",
	.forms = forms,
};
