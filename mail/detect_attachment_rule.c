#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	detector_found_attachments(
		self, message, ATTACHMENT_RULE, "a YARA rule of the site matches the attachment");
}

const Detector detect_attachment_rule = {
	.id = "attachment-rule",
	.summary = "a YARA rule of the site matches an attachment",
	.weight = 50,
	.run = run,
};
