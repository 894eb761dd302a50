#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	for (guint i = 0; i < message->signatures->len; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);

		if (signature->result == DKIM_SECOND_FROM)
			detector_found(self, message, message_header(message, "From"),
				"header From",
				"not the From that %s signed: it was put above that one",
				signature->domain);
	}
}

/* No honest server adds a From; libraries that verify DKIM pass such a message (observed:
 * libopendkim 2.11). */
const Detector detect_dkim_second_from = {
	.id = "dkim-second-from",
	.summary = "a signed message was given another From above the signed one",
	.weight = 60,
	.run = run,
};
