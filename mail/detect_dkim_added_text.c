#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	for (guint i = 0; i < message->signatures->len; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);

		if (signature->added > 0)
			detector_found(self, message, signature->domain, "header DKIM-Signature",
				"%" G_GINT64_FORMAT
				" bytes of text stand behind what %s signed (its l=)",
				signature->added, signature->domain);
	}
}

/* l= was made for the footers of lists; it lets anybody add a page of his own. */
const Detector detect_dkim_added_text = {
	.id = "dkim-added-text",
	.summary = "text stands behind the part of the body that a signature covers",
	.weight = 20,
	.run = run,
};
