/* unwrap_fortimail.c - FortiMail URL protection
 *
 * HOST/fmlurlsvc/?fewReq=...&url=TARGET, on the customer's host (observed on public lists).
 */
#include "mail/unwrap.h"

static const WrapForm forms[] = {
	{ .path = "/fmlurlsvc/", .target = "url" },
	{ NULL },
};

const Unwrapper unwrap_fortimail = {
	.id = "fortimail",
	.summary = "FortiMail URL protection",
	.forms = forms,
};
