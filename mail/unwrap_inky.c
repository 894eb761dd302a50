/* unwrap_inky.c - link protection of INKY
 *
 * shared.outlook.inky.com/link?domain=HOST&t=CODE: only INKY knows what the code
 * stands for (observed in public code).
 */
#include "mail/unwrap.h"

static UnwrapResult
unwrap_inky_link(const Url *url, Unwrapped *unwrapped)
{
	unwrapped->host = url_parameter(url, "domain");
	return UNWRAP_OPAQUE;
}

static const WrapForm forms[] = {
	{ .host = "inky.com", .path = "/link" },
	{ NULL },
};

const Unwrapper unwrap_inky = {
	.id = "inky",
	.summary = "INKY link protection",
	.forms = forms,
	.unwrap = unwrap_inky_link,
};
