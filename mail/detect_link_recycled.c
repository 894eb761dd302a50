#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	detector_found_links(
		self, message, LINK_RECYCLED | LINK_IMAGE, "tracked for another message");
}

/* Seen on 3 of 220 SES mails, two of them phish; forwarded mail has it too. */
const Detector detect_link_recycled = {
	.id = "links-recycled",
	.summary = "a tracking link carries the id of another message: the body was copied",
	.weight = 20,
	.run = run,
};
