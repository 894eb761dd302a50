#include "mail/detect.h"

#include <string.h>

#include "mail/brands.h"

/* The brand whose name the link's host bears; a brand's own mail may link to
 * whoever works for it. */
static const Brand *
borrowed(const Brands *brands, const Link *link, const char *from_domain)
{
	g_autofree char *host = link_host(link->final);
	const Brand *brand = host ? brand_in_host(brands, host, link->domain) : NULL;

	return brand && !brand_owns(brand, from_domain) ? brand : NULL;
}

static void
run(const Detector *self, Message *message)
{
	const char *seen = "";

	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);
		const Brand *brand = NULL;
		g_autofree char *where = NULL;

		if (!detector_follows(link) || strcmp(link->domain, seen) == 0)
			continue;
		seen = link->domain;
		brand = borrowed(message->site->brands, link, message->from_domain);
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
