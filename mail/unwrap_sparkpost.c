/* unwrap_sparkpost.c - tracking of SparkPost
 *
 * HOST/f/a/CODE~~/CODE~/CODE for clicks and HOST/q/CODE~~/... for opens, on the
 * customer's own host; encrypted.
 */
#include "mail/unwrap.h"

#include <string.h>

#include "mail/link.h"

static UnwrapResult
unwrap_sparkpost_link(const Url *url, G_GNUC_UNUSED Unwrapped *unwrapped)
{
	if (!strstr(url->path, "~~/"))
		return UNWRAP_NOT_MINE;
	return g_str_has_prefix(url->path, "/q/") ? UNWRAP_PIXEL : UNWRAP_OPAQUE;
}

static const WrapForm forms[] = {
	{ .path = "/f/a/" },
	{ .path = "/q/" },
	{ NULL },
};

const Unwrapper unwrap_sparkpost = {
	.id = "sparkpost",
	.summary = "SparkPost tracking",
	.flags = LINK_TRACKED,
	.forms = forms,
	.unwrap = unwrap_sparkpost_link,
};
