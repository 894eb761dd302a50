#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	detector_found_attachments(self, message, ATTACHMENT_SCRIPT, "attachment has a script");
}

const Detector detect_attachment_script = {
	.id = "attachment-script",
	.summary = "a page, drawing or PDF that is attached has a script",
	.weight = 15,
	.run = run,
};
