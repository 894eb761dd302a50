#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	detector_found_links(self, message, LINK_REDIRECTOR, "uses the redirector of a big site");
}

/* Lends the good name of its host; on no SES ham, on 0.1 % of other ham. */
const Detector detect_link_redirector = {
	.id = "link-redirector",
	.summary = "a link goes through an open redirector",
	.weight = 15,
	.run = run,
};
