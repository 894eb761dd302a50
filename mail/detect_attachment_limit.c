#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	detector_found_attachments(
		self, message, ATTACHMENT_LIMIT, "attachment was not looked at as a whole");
}

const Detector detect_attachment_limit = {
	.id = "attachment-limit",
	.summary = "an attachment holds more than is looked at: what is beyond is unknown",
	.weight = 10,
	.run = run,
};
