/* unwrap_mimecast.c - URL protection of Mimecast
 *
 *     protect-REGION.mimecast.com/s/CODE?domain=HOST
 *     url.REGION.m.mimecastprotect.com/s/CODE?domain=HOST
 *
 * Only Mimecast knows what the code stands for; the host is named where the
 * customer wants that (observed in public code).
 */
#include "mail/unwrap.h"

static UnwrapResult
unwrap_mimecast_link(const Url *url, Unwrapped *unwrapped)
{
	if (!g_str_has_prefix(url->host, "protect-") && !g_str_has_prefix(url->host, "url."))
		return UNWRAP_NOT_MINE;
	unwrapped->host = url_parameter(url, "domain");
	return UNWRAP_OPAQUE;
}

static const WrapForm forms[] = {
	{ .host = "mimecast.com", .path = "/s/" },
	{ .host = "mimecastprotect.com", .path = "/s/" },
	{ NULL },
};

const Unwrapper unwrap_mimecast = {
	.id = "mimecast",
	.summary = "Mimecast URL protection",
	.forms = forms,
	.unwrap = unwrap_mimecast_link,
};
