/* unwrap_salesforce.c - tracking of Salesforce Marketing Cloud (ExactTarget)
 *
 * click.CUSTOMER/?qs=HEX, and the same at cl.SERVER.exct.net; encrypted.
 */
#include "mail/unwrap.h"

#include <string.h>

#include "mail/link.h"

enum {
	SHORTEST_CODE = 32,
};

static UnwrapResult
unwrap_salesforce_link(const Url *url, G_GNUC_UNUSED Unwrapped *unwrapped)
{
	g_autofree char *code = url_parameter(url, "qs");

	if (!g_str_has_prefix(url->host, "cl.") && !g_str_has_prefix(url->host, "click."))
		return UNWRAP_NOT_MINE;
	if (strlen(code) < SHORTEST_CODE || code[strspn(code, "0123456789abcdefABCDEF")] != '\0')
		return UNWRAP_NOT_MINE;
	return UNWRAP_OPAQUE;
}

static const WrapForm forms[] = {
	{ .host = "exct.net", .needs = "qs" },
	{ .needs = "qs" },
	{ NULL },
};

const Unwrapper unwrap_salesforce = {
	.id = "salesforce",
	.summary = "Salesforce Marketing Cloud tracking",
	.flags = LINK_TRACKED,
	.forms = forms,
	.unwrap = unwrap_salesforce_link,
};
