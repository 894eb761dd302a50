/* unwrap_sophos.c - time-of-click protection of Sophos
 *
 * REGION.protection.sophos.com/?d=DOMAIN&u=TARGET&i=..., TARGET in base64; some
 * have no u= (doc.sophos.com names d=, the rest was observed in public code).
 */
#include "mail/unwrap.h"

static UnwrapResult
unwrap_sophos_link(const Url *url, Unwrapped *unwrapped)
{
	g_autofree char *code = url_parameter(url, "u");

	if (unwrap_text(unwrapped, code ? unwrap_base64(code) : NULL) == UNWRAP_TARGET)
		return UNWRAP_TARGET;
	unwrapped->host = url_parameter(url, "d");
	return UNWRAP_OPAQUE;
}

static const WrapForm forms[] = {
	{ .host = "protection.sophos.com" },
	{ NULL },
};

const Unwrapper unwrap_sophos = {
	.id = "sophos",
	.summary = "Sophos time-of-click protection",
	.forms = forms,
	.unwrap = unwrap_sophos_link,
};
