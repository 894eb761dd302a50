#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	detector_found_links(self, message, LINK_SHORTENER, "hides its target behind a shortener");
}

/* On 3 % of phish, 1 % of bulk, no SES ham. */
const Detector detect_link_shortener = {
	.id = "link-shortener",
	.summary = "a link goes through a shortener",
	.weight = 12,
	.run = run,
};
