#include "mail/detect.h"

typedef struct OddHost {
	LinkFlag flag;
	const char *what;
} OddHost;

/* Worst first: a link is reported once. */
static const OddHost odd_hosts[] = {
	{ LINK_USERINFO, "puts a name before the @ of its host" },
	{ LINK_IP_HOST, "leads to a bare address" },
	{ LINK_MIXED_SCRIPTS, "mixes letters of several scripts in its host" },
	{ LINK_PUNYCODE, "has a host spelt with letters of other scripts" },
	{ LINK_PORT, "leads to an unusual port" },
};

static const char *
describe(const Link *link)
{
	for (size_t i = 0; i < G_N_ELEMENTS(odd_hosts); i++) {
		if (link->flags & odd_hosts[i].flag)
			return odd_hosts[i].what;
	}
	return NULL;
}

static void
run(const Detector *self, Message *message)
{
	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);
		const char *what = describe(link);
		g_autofree char *where = NULL;
		g_autofree char *target = NULL;

		if (!what || (link->flags & LINK_IMAGE))
			continue;
		where = g_strdup_printf("link %u", i + 1);
		target = detector_target(link);
		detector_found(self, message, link->url, where, "%s: %s", what, target);
	}
}

/* On no SES ham, 0.3 % of developers' lists; the samples of SES phish hold none,
 * so the weight is that of link-text, which tricks the eye in the same way. */
const Detector detect_link_host = {
	.id = "link-odd-host",
	.summary =
		"a link's host is an address, in disguise, behind a name and @, or has an odd port",
	.weight = 20,
	.run = run,
};
