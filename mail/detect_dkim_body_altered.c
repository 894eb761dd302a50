#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	for (guint i = 0; i < message->signatures->len; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);
		const HeaderField *field =
			g_ptr_array_index(message->headers, (guint)signature->field);

		if (signature->result == DKIM_BODY_ALTERED)
			detector_found(self, message, field->value, "header DKIM-Signature",
				"not the body that %s signed", signature->domain);
	}
}

/* Lists that add a footer do this too, and gateways that rewrite links. */
const Detector detect_dkim_body_altered = {
	.id = "dkim-body-altered",
	.summary = "the header is as the domain signed it, the body is another",
	.weight = 10,
	.run = run,
};
