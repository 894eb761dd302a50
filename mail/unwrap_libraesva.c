/* unwrap_libraesva.c - Libraesva URL sandbox
 *
 * urlsand.esvalabs.com/?u=TARGET&e=...&h=...&f=y&p=y (observed on public lists).
 */
#include "mail/unwrap.h"

static const WrapForm forms[] = {
	{ .host = "urlsand.esvalabs.com", .target = "u" },
	{ NULL },
};

const Unwrapper unwrap_libraesva = {
	.id = "libraesva",
	.summary = "Libraesva URL sandbox",
	.forms = forms,
};
