#include "mail/link_judge.h"

#include <string.h>

#include "mail/brands.h"

/* A brand's own mail may link to whoever works for it. */
static bool
host_borrows(const Message *message, const char *host, const char *domain)
{
	const Brand *brand = brand_in_host(message->site->brands, host, domain);

	return brand && !brand_owns(brand, message->from_domain);
}

/* @known keeps the answers: mails have many links to few hosts. */
static bool
link_borrows(const Message *message, const Link *link, GHashTable *known)
{
	g_autofree char *host = link_host(link->final);
	gpointer answer;

	if (!host)
		return false;
	if (!g_hash_table_lookup_extended(known, host, NULL, &answer)) {
		answer = GINT_TO_POINTER(host_borrows(message, host, link->domain));
		g_hash_table_insert(known, g_steal_pointer(&host), answer);
	}
	return GPOINTER_TO_INT(answer);
}

void
links_judge(Message *message)
{
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < message->links->len; i++) {
		Link *link = g_ptr_array_index(message->links, i);

		link->flags &= ~(uint32_t)(LINK_LEAVES | LINK_BRAND);
		if (!link_is_followed(link))
			continue;
		if (message->from_domain && strcmp(link->domain, message->from_domain) != 0)
			link->flags |= LINK_LEAVES;
		if (link_borrows(message, link, known))
			link->flags |= LINK_BRAND;
	}
}
