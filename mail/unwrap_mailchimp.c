/* unwrap_mailchimp.c - Mailchimp tracking
 *
 * ACCOUNT.list-manage.com/track/click?u=...&id=...&e=...: numbers of rows, no target.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static UnwrapResult
unwrap_mailchimp_link(const Url *url, G_GNUC_UNUSED Unwrapped *unwrapped)
{
	return g_str_has_prefix(url->path, "/track/open") ? UNWRAP_PIXEL : UNWRAP_OPAQUE;
}

static const WrapForm forms[] = {
	{ .host = "list-manage.com", .path = "/track/" },
	{ .host = "list-manage1.com", .path = "/track/" },
	{ .host = "list-manage2.com", .path = "/track/" },
	{ NULL },
};

const Unwrapper unwrap_mailchimp = {
	.id = "mailchimp",
	.summary = "Mailchimp tracking",
	.flags = LINK_TRACKED,
	.forms = forms,
	.unwrap = unwrap_mailchimp_link,
};
