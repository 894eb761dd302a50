/* unwrap_yahoo.c - the redirect of Yahoo's search pages
 *
 * r.search.yahoo.com/_ylt=.../RV=2/RE=.../RO=10/RU=TARGET/RK=2/RS=..., escaped so
 * that TARGET has no slash.
 */
#include "mail/unwrap.h"

#include <string.h>

#include "mail/link.h"

#define FIELD "/RU="

static UnwrapResult
unwrap_yahoo_link(const Url *url, Unwrapped *unwrapped)
{
	const char *field = strstr(url->path, FIELD);

	if (!field)
		return UNWRAP_OPAQUE;
	field += strlen(FIELD);
	return unwrap_text(unwrapped, url_decode(field, strcspn(field, "/")));
}

static const WrapForm forms[] = {
	{ .host = "r.search.yahoo.com" },
	{ NULL },
};

const Unwrapper unwrap_yahoo = {
	.id = "yahoo",
	.summary = "Yahoo's redirect",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
	.unwrap = unwrap_yahoo_link,
};
