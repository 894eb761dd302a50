#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	detector_found_attachments(self, message, ATTACHMENT_EXTERNAL,
		"attachment loads something from elsewhere when it is opened");
}

const Detector detect_attachment_external = {
	.id = "attachment-external",
	.summary = "an attachment loads a template, picture or page when it is opened",
	.weight = 25,
	.run = run,
};
