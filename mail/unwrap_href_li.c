/* unwrap_href_li.c - href.li/?TARGET, which hides where a reader came from */
#include "mail/unwrap.h"

#include <string.h>

#include "mail/link.h"

static UnwrapResult
unwrap_href_li_link(const Url *url, Unwrapped *unwrapped)
{
	const char *query = strchr(url->path, '?');

	return unwrap_text(unwrapped, query ? url_decode(query + 1, strlen(query + 1)) : NULL);
}

static const WrapForm forms[] = {
	{ .host = "href.li" },
	{ NULL },
};

const Unwrapper unwrap_href_li = {
	.id = "href-li",
	.summary = "the href.li redirect",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
	.unwrap = unwrap_href_li_link,
};
