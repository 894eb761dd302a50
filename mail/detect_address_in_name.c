#include "mail/detect.h"

#include <string.h>

#include "mail/domain.h"
#include "mail/words.h"

static const char blanks[] = " \t\"'<>()[],;:";

/* Names end in ".com" by custom; other words with a dot are not yet hosts. */
static bool
is_host(const char *word)
{
	const char *dot = strrchr(word, '.');

	return dot && dot > word && strlen(dot) > 2 && strspn(dot + 1, "0123456789") == 0 &&
		domain_has_known_suffix(word);
}

/* @word is an address or a host of another organisation than @domain's. */
static bool
is_foreign(const char *word, const char *domain)
{
	const char *host = strchr(word, '@') ? domain_of_address(word) : word;

	return host && is_host(host) && !domain_same_org(host, domain ? domain : "");
}

static void
run(const Detector *self, Message *message)
{
	const char *name = message->from->name ? message->from->name : "";
	g_autofree char *start =
		g_utf8_substring(name, 0, MIN(g_utf8_strlen(name, -1), WORDS_MAX_NAME));
	g_auto(GStrv) words = g_strsplit_set(start, blanks, -1);

	for (char **word = words; *word; word++) {
		if (!is_foreign(*word, message->from_domain))
			continue;
		detector_found(self, message, name, "header From",
			"display name says \"%s\", sent from %s", *word, message->from->address);
		return;
	}
}

/* Lists that rewrite From do it too, with "via": a third of the way to 70. */
const Detector detect_address_in_name = {
	.id = "address-in-name",
	.summary = "the display name holds an address or a host that is not the sender's",
	.weight = 20,
	.run = run,
};
