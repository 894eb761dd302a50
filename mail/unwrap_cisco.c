/* unwrap_cisco.c - URL rewriting of Cisco Secure Email
 *
 * secure-web.cisco.com/CODE/TARGET, escaped so that TARGET has no slash; some have
 * the code alone (observed on public lists).
 */
#include "mail/unwrap.h"

#include <string.h>

static UnwrapResult
unwrap_cisco_link(const Url *url, Unwrapped *unwrapped)
{
	const char *slash = *url->path ? strchr(url->path + 1, '/') : NULL;

	if (!slash)
		return UNWRAP_OPAQUE;
	return unwrap_text(unwrapped, url_decode(slash + 1, strlen(slash + 1)));
}

static const WrapForm forms[] = {
	{ .host = "secure-web.cisco.com" },
	{ NULL },
};

const Unwrapper unwrap_cisco = {
	.id = "cisco",
	.summary = "Cisco Secure Email URL rewriting",
	.forms = forms,
	.unwrap = unwrap_cisco_link,
};
