/* unwrap_zoho.c - Zoho Campaigns tracking
 *
 * ACCOUNT.maillist-manage.com/click/CODE/CODE, and zcsend.net.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "maillist-manage.com", .path = "/click/" },
	{ .host = "maillist-manage.eu", .path = "/click/" },
	{ .host = "maillist-manage.in", .path = "/click/" },
	{ .host = "zcsend.net" },
	{ NULL },
};

const Unwrapper unwrap_zoho = {
	.id = "zoho",
	.summary = "Zoho Campaigns tracking",
	.flags = LINK_TRACKED,
	.forms = forms,
};
