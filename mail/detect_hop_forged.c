#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	for (guint i = 0; i < message->hops->len; i++) {
		const Hop *hop = g_ptr_array_index(message->hops, i);
		const HeaderField *field = g_ptr_array_index(message->headers, (guint)hop->field);
		g_autofree char *client = NULL;

		if (!(hop->flags & HOP_FORGED))
			continue;
		client = hop_client(hop);
		detector_found(self, message, field->value, "header Received",
			"not a server of Amazon's: %s", client);
	}
}

/* Beside ses-inconsistent, which the same hop causes: two of two were spam (observed),
 * but anonymised mail has such hops as well. */
const Detector detect_hop_forged = {
	.id = "hop-forged",
	.summary = "a server bears a name of Amazon's that does not go with its address",
	.weight = 15,
	.run = run,
};
