#include "mail/detect.h"

#include <string.h>

#include "mail/domain.h"
#include "mail/own.h"

static void
check(const Detector *self, Message *message, const char *host, const char *evidence,
	const char *where)
{
	const char *own = host ? own_resembled(message->site, host) : NULL;

	if (own)
		detector_found(self, message, evidence, where, "%s is not %s but looks like it",
			host, own);
}

/* "accounts@ours.example" or "www.ours.example" as the name of another's address. */
static void
check_name(const Detector *self, Message *message)
{
	const char *host = domain_of_address(message->from->address);
	g_auto(GStrv) words = NULL;

	if (!message->from->name || !host || own_is(message->site, host))
		return;
	words = g_strsplit_set(message->from->name, " \t\"'<>()[],;:", -1);
	for (char **word = words; *word; word++) {
		const char *at = strrchr(*word, '@');

		if (**word && own_is(message->site, at ? at + 1 : *word))
			detector_found(self, message, message->from->name, "header From",
				"display name bears a domain of ours, sent from %s", host);
	}
}

static void
check_links(const Detector *self, Message *message)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);
		g_autofree char *host = link_is_followed(link) ? link_host(link->final) : NULL;
		g_autofree char *where = NULL;

		if (!host || g_hash_table_contains(seen, host))
			continue;
		where = g_strdup_printf("link %u", i + 1);
		check(self, message, host, link->final, where);
		g_hash_table_add(seen, g_steal_pointer(&host));
	}
}

static void
run(const Detector *self, Message *message)
{
	const Address *reply_to = message->reply_to;

	if (!message->site->own_domains || !*message->site->own_domains)
		return;
	check(self, message, domain_of_address(message->from->address), message->from->address,
		"header From");
	check_name(self, message);
	if (reply_to)
		check(self, message, domain_of_address(reply_to->address), reply_to->address,
			"header Reply-To");
	check_links(self, message);
}

/* Made for this organisation alone: the most dangerous lures are. */
const Detector detect_own_domain = {
	.id = "own-domain-lookalike",
	.summary = "an address or a link looks like one of own-domains and is not",
	.weight = 50,
	.run = run,
};
