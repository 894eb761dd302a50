/* unwrap_checkpoint.c - click-time protection of Check Point (Avanan)
 *
 * protect.checkpoint.com/v2/[r01/]___TARGET___.CODE, and the same at
 * url.avanan.click.  TARGET stands as it is; in some it is disguised, and then is
 * no URL (observed in public code).
 */
#include "mail/unwrap.h"

#include <string.h>

#define FENCE "___"

static UnwrapResult
unwrap_checkpoint_link(const Url *url, Unwrapped *unwrapped)
{
	const char *start = strstr(url->path, FENCE);
	const char *end = start ? g_strrstr(start + strlen(FENCE), FENCE) : NULL;

	if (!end)
		return UNWRAP_OPAQUE;
	start += strlen(FENCE);
	return unwrap_text(unwrapped, url_decode(start, (size_t)(end - start)));
}

static const WrapForm forms[] = {
	{ .host = "protect.checkpoint.com" },
	{ .host = "url.avanan.click" },
	{ NULL },
};

const Unwrapper unwrap_checkpoint = {
	.id = "checkpoint",
	.summary = "Check Point (Avanan) click-time protection",
	.forms = forms,
	.unwrap = unwrap_checkpoint_link,
};
