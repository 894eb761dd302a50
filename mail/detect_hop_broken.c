#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	for (guint i = 1; i < message->hops->len; i++) {
		const Hop *above = g_ptr_array_index(message->hops, i - 1);
		const Hop *hop = g_ptr_array_index(message->hops, i);
		const HeaderField *field = g_ptr_array_index(message->headers, (guint)hop->field);

		if (!(hop->flags & HOP_BROKEN))
			continue;
		detector_found(self, message, field->value, "header Received",
			"%s received it, but %s handed it on", hop->by, above->from);
	}
}

/* Servers of one house bear names of several: on 12 % of lists' mail. */
const Detector detect_hop_broken = {
	.id = "hop-broken",
	.summary = "a claimed hop ends at another server than the next one begins at",
	.weight = 1,
	.run = run,
};
