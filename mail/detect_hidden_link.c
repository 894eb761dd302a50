#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	detector_found_links(self, message, LINK_HIDDEN, "cannot be seen");
}

/* Mails that look otherwise on a telephone hide one half of themselves. */
const Detector detect_hidden_link = {
	.id = "hidden-link",
	.summary = "a link stands in text that no reader would see",
	.weight = 2,
	.run = run,
};
