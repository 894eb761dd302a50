/* unwrap_activecampaign.c - tracking of ActiveCampaign
 *
 * ACCOUNT.lt.acemlnc.com/Prod/link-tracker?redirectUrl=TARGET&sig=...: base64 of the
 * escaped URL, or of the URL (observed in public code).  The older lt.php has
 * numbers of rows.
 */
#include "mail/unwrap.h"

#include <string.h>

#include "mail/link.h"

static UnwrapResult
unwrap_activecampaign_link(const Url *url, Unwrapped *unwrapped)
{
	g_autofree char *value = url_parameter(url, "redirectUrl");
	g_autofree char *code = value ? url_decode(value, strlen(value)) : NULL;
	g_autofree char *text = code ? unwrap_base64(code) : NULL;

	if (!text)
		return UNWRAP_OPAQUE;
	if (strstr(text, "://"))
		return unwrap_text(unwrapped, g_steal_pointer(&text));
	return unwrap_text(unwrapped, url_decode(text, strlen(text)));
}

static const WrapForm forms[] = {
	{ .host = "acemlna.com" },
	{ .host = "acemlnb.com" },
	{ .host = "acemlnc.com" },
	{ .host = "acemlnd.com" },
	{ .host = "emlnk.com" },
	{ .host = "activehosted.com", .path = "/lt.php" },
	{ .path = "/Prod/link-tracker" },
	{ NULL },
};

const Unwrapper unwrap_activecampaign = {
	.id = "activecampaign",
	.summary = "ActiveCampaign tracking",
	.flags = LINK_TRACKED,
	.forms = forms,
	.unwrap = unwrap_activecampaign_link,
};
