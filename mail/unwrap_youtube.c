/* unwrap_youtube.c - YouTube's redirect
 *
 * youtube.com/redirect?event=...&q=TARGET, below videos.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "youtube.com", .path = "/redirect", .target = "q" },
	{ NULL },
};

const Unwrapper unwrap_youtube = {
	.id = "youtube",
	.summary = "YouTube's redirect",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
};
