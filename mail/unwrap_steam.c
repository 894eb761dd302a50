/* unwrap_steam.c - Steam's link filter
 *
 * steamcommunity.com/linkfilter/?u=TARGET; url= in older ones.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "steamcommunity.com", .path = "/linkfilter", .target = "u" },
	{ .host = "steamcommunity.com", .path = "/linkfilter", .target = "url" },
	{ NULL },
};

const Unwrapper unwrap_steam = {
	.id = "steam",
	.summary = "Steam's link filter",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
};
