/* unwrap_bing.c - the redirects of Bing's search pages
 *
 *     /ck/a?!&&p=...&u=a1TARGET&ntb=1    base64url
 *     /aclk?ld=...&u=TARGET              advertisements: base64 of the escaped URL
 *
 * Observed in the honeypot mail and in public code.
 */
#include "mail/unwrap.h"

#include <string.h>

#include "mail/link.h"

#define PREFIX "a1"

static UnwrapResult
unwrap_bing_link(const Url *url, Unwrapped *unwrapped)
{
	g_autofree char *code = url_parameter(url, "u");
	bool search = g_str_has_prefix(url->path, "/ck/");
	g_autofree char *text = NULL;

	if (!code || (search && !g_str_has_prefix(code, PREFIX)))
		return UNWRAP_OPAQUE;
	text = unwrap_base64(search ? code + strlen(PREFIX) : code);
	if (!text || search)
		return unwrap_text(unwrapped, g_steal_pointer(&text));
	return unwrap_text(unwrapped, url_decode(text, strlen(text)));
}

static const WrapForm forms[] = {
	{ .host = "bing.com", .path = "/ck/a" },
	{ .host = "bing.com", .path = "/aclk" },
	{ .host = "bing.com", .path = "/aclick" },
	{ NULL },
};

const Unwrapper unwrap_bing = {
	.id = "bing",
	.summary = "Bing's redirect",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
	.unwrap = unwrap_bing_link,
};
