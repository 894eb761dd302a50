#include "mail/detect.h"

#include "mail/brands.h"

static void
check(const Detector *self, Message *message, const char *domain, const char *evidence,
	const char *where)
{
	const Brand *brand = brand_resembled(message->site->brands, domain);

	if (brand)
		detector_found(self, message, evidence, where,
			"%s can be taken for a domain of \"%s\"", domain, brand->name);
}

static void
run(const Detector *self, Message *message)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	if (message->from_domain) {
		g_hash_table_add(seen, message->from_domain);
		check(self, message, message->from_domain, message->from->address, "header From");
	}
	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);
		g_autofree char *where = NULL;

		if (!link_is_followed(link) || !g_hash_table_add(seen, link->domain))
			continue;
		where = g_strdup_printf("link %u", i + 1);
		check(self, message, link->domain, link->final, where);
	}
}

/* Whoever registers "paypa1.com" means to be taken for another. */
const Detector detect_brand_domain = {
	.id = "lookalike-domain",
	.summary = "the From domain or a link's looks like a brand's or is one letter away from it",
	.weight = 30,
	.run = run,
};
