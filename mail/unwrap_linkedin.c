/* unwrap_linkedin.c - LinkedIn's redirect
 *
 * /redir/redirect?url=TARGET and /safety/go?url=TARGET hold it; /slink?code=CODE,
 * a favourite of lures, does not.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "linkedin.com", .path = "/redir/", .target = "url" },
	{ .host = "linkedin.com", .path = "/safety/go", .target = "url" },
	{ .host = "linkedin.com", .path = "/slink" },
	{ NULL },
};

const Unwrapper unwrap_linkedin = {
	.id = "linkedin",
	.summary = "LinkedIn's redirect",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
};
