/* unwrap_doubleclick.c - the click counters of Google's advertisements
 *
 *     ...&adurl=TARGET                 the last parameter
 *     /ddm/clk/NUMBER;NUMBER;x?TARGET  Campaign Manager, as it is
 *
 * Observed in public code.
 */
#include "mail/unwrap.h"

#include <string.h>

#include "mail/link.h"

static UnwrapResult
unwrap_doubleclick_link(const Url *url, Unwrapped *unwrapped)
{
	const char *query = strchr(url->path, '?');

	if (unwrap_parameter(url, "adurl", unwrapped) == UNWRAP_TARGET)
		return UNWRAP_TARGET;
	if (!query || !g_str_has_prefix(url->path, "/ddm/"))
		return UNWRAP_OPAQUE;
	return unwrap_text(unwrapped, url_decode(query + 1, strlen(query + 1)));
}

static const WrapForm forms[] = {
	{ .host = "doubleclick.net" },
	{ .host = "googleadservices.com" },
	{ .host = "google.*", .path = "/aclk" },
	{ NULL },
};

const Unwrapper unwrap_doubleclick = {
	.id = "doubleclick",
	.summary = "a click counter of Google's advertisements",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
	.unwrap = unwrap_doubleclick_link,
};
