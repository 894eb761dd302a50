#include "mail/detect.h"

#include <string.h>

#include "mail/brands.h"

static void
run(const Detector *self, Message *message)
{
	const char *seen = "";

	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);
		const Brand *brand = NULL;
		g_autofree char *host = NULL;
		g_autofree char *where = NULL;

		if (!(link->flags & LINK_BRAND) || strcmp(link->domain, seen) == 0)
			continue;
		seen = link->domain;
		host = link_host(link->final);
		brand = brand_in_host(message->site->brands, host, link->domain);
		/* Judged again, by another list than when the link was read. */
		if (!brand)
			continue;
		where = g_strdup_printf("link %u", i + 1);
		detector_found(self, message, link->final, where,
			"host borrows the name \"%s\", it belongs to %s", brand->name,
			link->domain);
	}
}

/* On 9 % of SES phish and no SES bulk or ham, but on 12 % of hard ham. */
const Detector detect_link_brand = {
	.id = "link-host-brand",
	.summary = "a link's host bears a brand's name on another's domain",
	.weight = 30,
	.run = run,
};
