#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	for (guint i = 0; i < message->hops->len; i++) {
		const Hop *hop = g_ptr_array_index(message->hops, i);
		const HeaderField *field = g_ptr_array_index(message->headers, (guint)hop->field);
		g_autofree char *delay = NULL;

		if (!(hop->flags & HOP_BACKWARDS))
			continue;
		delay = path_delay(message, i);
		detector_found(self, message, field->value, "header Received",
			"received before it was sent: %s", delay);
	}
}

/* On 5 % of other ham, whose clocks were wrong, and on no SES mail: worth a look, no
 * points. */
const Detector detect_path_backwards = {
	.id = "path-backwards",
	.summary = "a hop received the message minutes before the one that sent it",
	.weight = 0,
	.run = run,
};
