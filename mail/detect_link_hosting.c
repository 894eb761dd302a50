#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	detector_found_links(self, message, LINK_FREE_HOSTING | LINK_STORAGE,
		"kept where anyone can put a page");
}

/* On 8 % of phish and 6 % of bulk: says little by itself. */
const Detector detect_link_hosting = {
	.id = "link-hosting",
	.summary = "a link ends at object storage or free hosting",
	.weight = 10,
	.run = run,
};
