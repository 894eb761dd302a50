/* unwrap_constantcontact.c - Constant Contact tracking
 *
 * r20.rs6.net/tn.jsp?f=CODE.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "rs6.net" },
	{ NULL },
};

const Unwrapper unwrap_constantcontact = {
	.id = "constantcontact",
	.summary = "Constant Contact tracking",
	.flags = LINK_TRACKED,
	.forms = forms,
};
