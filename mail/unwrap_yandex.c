/* unwrap_yandex.c - Yandex's redirect
 *
 * sba.yandex.net/redirect?url=TARGET holds it; what the search pages write does not.
 */
#include "mail/unwrap.h"

#include "mail/link.h"

static const WrapForm forms[] = {
	{ .host = "sba.yandex.net", .path = "/redirect", .target = "url" },
	{ .host = "yandex.*", .path = "/redir" },
	{ .host = "yandex.*", .path = "/clck/" },
	{ NULL },
};

const Unwrapper unwrap_yandex = {
	.id = "yandex",
	.summary = "Yandex's redirect",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
};
