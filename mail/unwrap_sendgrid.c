/* unwrap_sendgrid.c - Twilio SendGrid tracking
 *
 * /ls/click?upn=CODE on sendgrid.net or the customer's own host; /wf/ in older
 * ones, /uni/ for links into apps.  The code is encrypted.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static UnwrapResult
unwrap_sendgrid_link(const Url *url, G_GNUC_UNUSED Unwrapped *unwrapped)
{
	return g_str_has_prefix(url->path, "/wf/open") ? UNWRAP_PIXEL : UNWRAP_OPAQUE;
}

static const WrapForm forms[] = {
	{ .host = "sendgrid.net", .needs = "upn" },
	{ .path = "/ls/click", .needs = "upn" },
	{ .path = "/uni/ls/click", .needs = "upn" },
	{ .path = "/wf/click", .needs = "upn" },
	{ .path = "/wf/open", .needs = "upn" },
	{ NULL },
};

const Unwrapper unwrap_sendgrid = {
	.id = "sendgrid",
	.summary = "Twilio SendGrid tracking",
	.flags = LINK_TRACKED,
	.forms = forms,
	.unwrap = unwrap_sendgrid_link,
};
