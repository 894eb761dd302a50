/* unwrap_duckduckgo.c - DuckDuckGo's redirect
 *
 * duckduckgo.com/l/?uddg=TARGET&rut=..., on the pages without script.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "duckduckgo.com", .path = "/l/", .target = "uddg" },
	{ NULL },
};

const Unwrapper unwrap_duckduckgo = {
	.id = "duckduckgo",
	.summary = "DuckDuckGo's redirect",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
};
