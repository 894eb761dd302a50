/* unwrap_reddit.c - Reddit's redirect
 *
 * out.reddit.com/ID?url=TARGET&token=....
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "out.reddit.com", .target = "url" },
	{ NULL },
};

const Unwrapper unwrap_reddit = {
	.id = "reddit",
	.summary = "Reddit's redirect",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
};
