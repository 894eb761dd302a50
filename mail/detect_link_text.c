#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	guint found = 0;

	for (guint i = 0; i < message->links->len && found < DETECTOR_MAX_FINDINGS; i++) {
		const Link *link = g_ptr_array_index(message->links, i);
		g_autofree char *where = NULL;
		g_autofree char *target = NULL;

		if (!(link->flags & LINK_TEXT_MISMATCH))
			continue;
		found++;
		where = g_strdup_printf("link %u", i + 1);
		target = detector_target(link);
		detector_found(self, message, link->text, where,
			"shows another host than it leads to: %s", target);
	}
}

/* On 4 % of phish, 2 % of bulk, 0.1 % of ham. */
const Detector detect_link_text = {
	.id = "link-text",
	.summary = "a link's text names another organisation's host",
	.weight = 20,
	.run = run,
};
