/* unwrap_google_amp.c - pages shown by Google's AMP viewer and cache
 *
 *     google.COUNTRY/amp/s/HOST/PATH                  the viewer
 *     HOST-WITH-DASHES.cdn.ampproject.org/c/s/HOST/PATH    the cache
 *
 * s/ says https.  In the cache c/ is a page, i/ an image, r/ a resource and v/ the
 * viewer's own (amp.dev, "AMP Cache URL format and request handling").
 */
#include "mail/unwrap.h"

#include <string.h>

#include "mail/link.h"

/* @path of the cache behind its first part; "" if it has none of those. */
static const char *
behind_kind(const char *path)
{
	static const char *const kinds[] = { "/c/", "/i/", "/r/", "/v/", "/wp/" };

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (g_str_has_prefix(path, kinds[i]))
			return path + strlen(kinds[i]);
	}
	return "";
}

static UnwrapResult
unwrap_google_amp_link(const Url *url, Unwrapped *unwrapped)
{
	bool viewer = g_str_has_prefix(url->path, "/amp/");
	const char *rest = viewer ? url->path + strlen("/amp/") : behind_kind(url->path);
	bool secure = g_str_has_prefix(rest, "s/");
	g_autofree char *target = NULL;

	rest += secure ? strlen("s/") : 0;
	if (!*rest)
		return UNWRAP_OPAQUE;
	target = g_strconcat(secure ? "https://" : "http://", rest, NULL);
	return unwrap_text(unwrapped, g_steal_pointer(&target));
}

static const WrapForm forms[] = {
	{ .host = "google.*", .path = "/amp/" },
	{ .host = "cdn.ampproject.org" },
	{ NULL },
};

const Unwrapper unwrap_google_amp = {
	.id = "google-amp",
	.summary = "Google's AMP viewer",
	.flags = LINK_REDIRECTOR,
	.forms = forms,
	.unwrap = unwrap_google_amp_link,
};
