#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	if (message->forms == 0)
		return;
	detector_found_links(self, message, LINK_FORM, "sends what is typed");
	if (!detector_has_found(self, message))
		detector_found(self, message, "", "", "holds a form that leads nowhere by itself");
}

/* Newsletters hold search boxes; what asks for a password is form-password. */
const Detector detect_form = {
	.id = "form-in-body",
	.summary = "the body or an attached page holds a form",
	.weight = 4,
	.run = run,
};
