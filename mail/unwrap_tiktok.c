/* unwrap_tiktok.c - TikTok's redirect
 *
 * tiktok.com/link/v2?aid=...&target=TARGET.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "tiktok.com", .path = "/link/", .target = "target" },
	{ NULL },
};

const Unwrapper unwrap_tiktok = {
	.id = "tiktok",
	.summary = "TikTok's redirect",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
};
