#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	detector_found_links(self, message, LINK_FORM, "sends what is typed");
}

/* Newsletters hold search boxes; what asks for a password is form-password. */
const Detector detect_form = {
	.id = "form-in-body",
	.summary = "the body holds a form",
	.weight = 4,
	.run = run,
};
