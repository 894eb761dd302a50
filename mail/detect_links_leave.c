#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	const Link *first = NULL;
	guint count = 0;

	for (guint i = 0; i < message->links->len && message->from_domain; i++) {
		const Link *link = g_ptr_array_index(message->links, i);

		if (!link_is_followed(link))
			continue;
		if (!(link->flags & LINK_LEAVES))
			return;
		if (count++ == 0)
			first = link;
	}
	if (first)
		detector_found(self, message, first->final, "links",
			"no link stays at %s: %u %s elsewhere, first to %s", message->from_domain,
			count, count == 1 ? "leads" : "lead", first->domain);
}

/* On 78 % of phish, 22 % of bulk, 31 % of ham: with a borrowed name it is what
 * makes a lure, alone it is nothing. */
const Detector detect_links_leave = {
	.id = "links-leave",
	.summary = "every link leads away from the sender's domain",
	.weight = 16,
	.run = run,
};
