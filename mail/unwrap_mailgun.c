/* unwrap_mailgun.c - tracking of Mailgun
 *
 * email.CUSTOMER/c/CODE for clicks and /o/CODE for opens, where CODE is zlib's in
 * base64, so begins with "eJ"; what it holds has changed often and is signed or
 * encrypted.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static UnwrapResult
unwrap_mailgun_link(const Url *url, G_GNUC_UNUSED Unwrapped *unwrapped)
{
	if (!g_str_has_prefix(url->host, "email."))
		return UNWRAP_NOT_MINE;
	if (g_str_has_prefix(url->path, "/o/eJ"))
		return UNWRAP_PIXEL;
	return g_str_has_prefix(url->path, "/c/eJ") ? UNWRAP_OPAQUE : UNWRAP_NOT_MINE;
}

static const WrapForm forms[] = {
	{ .path = "/c/" },
	{ .path = "/o/" },
	{ NULL },
};

const Unwrapper unwrap_mailgun = {
	.id = "mailgun",
	.summary = "Mailgun tracking",
	.flags = LINK_TRACKED,
	.forms = forms,
	.unwrap = unwrap_mailgun_link,
};
