/* unwrap_fireeye.c - Trellix (FireEye) URL protection
 *
 * protect2.fireeye.com/v1/url?k=...&q=1&e=...&u=TARGET (observed on public lists).
 */
#include "mail/unwrap.h"

static const WrapForm forms[] = {
	{ .host = "fireeye.com", .path = "/url", .target = "u" },
	{ .host = "fireeye.com", .path = "/v1/url", .target = "u" },
	{ NULL },
};

const Unwrapper unwrap_fireeye = {
	.id = "fireeye",
	.summary = "Trellix (FireEye) URL protection",
	.forms = forms,
};
