/* unwrap_postmark.c - click tracking of Postmark
 *
 * click.pstmrk.it/3s/TARGET/CODE/...: TARGET without its scheme, escaped so that it
 * has no slash.  An 's' behind the version says https, as public filter lists take
 * it; without one the scheme is not known, only the host.
 */
#include "mail/unwrap.h"

#include <string.h>

#include "mail/link.h"

static UnwrapResult
unwrap_postmark_link(const Url *url, Unwrapped *unwrapped)
{
	const char *kind = *url->path ? url->path + 1 : "";
	const char *start = strchr(kind, '/');
	g_autofree char *target = NULL;

	if (!start || !g_ascii_isdigit(*kind))
		return UNWRAP_OPAQUE;
	target = url_decode(start + 1, strcspn(start + 1, "/?#"));
	if (!memchr(kind, 's', (size_t)(start - kind))) {
		unwrapped->host = g_strndup(target, strcspn(target, "/?#:"));
		return UNWRAP_OPAQUE;
	}
	return unwrap_text(unwrapped, g_strconcat("https://", target, NULL));
}

static const WrapForm forms[] = {
	{ .host = "click.pstmrk.it" },
	{ NULL },
};

const Unwrapper unwrap_postmark = {
	.id = "postmark",
	.summary = "Postmark tracking",
	.flags = LINK_TRACKED,
	.forms = forms,
	.unwrap = unwrap_postmark_link,
};
