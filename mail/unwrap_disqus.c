/* unwrap_disqus.c - the redirect of Disqus
 *
 * disq.us/url?url=TARGET:SIGNATURE&cuid=..., the signature in base64url (observed in
 * public code); disq.us/p/CODE says nothing.
 */
#include "mail/unwrap.h"

#include <string.h>

#include "mail/link.h"

enum {
	SIGNATURE = 27, /* base64url of HMAC-SHA1 */
};

static UnwrapResult
unwrap_disqus_link(const Url *url, Unwrapped *unwrapped)
{
	g_autofree char *value = url_parameter(url, "url");
	g_autofree char *text = value ? url_decode(value, strlen(value)) : NULL;
	char *colon = text ? strrchr(text, ':') : NULL;

	if (colon && strlen(colon + 1) == SIGNATURE)
		*colon = '\0';
	return unwrap_text(unwrapped, g_steal_pointer(&text));
}

static const WrapForm forms[] = {
	{ .host = "disq.us" },
	{ NULL },
};

const Unwrapper unwrap_disqus = {
	.id = "disqus",
	.summary = "Disqus's redirect",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
	.unwrap = unwrap_disqus_link,
};
