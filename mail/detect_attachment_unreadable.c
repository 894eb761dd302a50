#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	detector_found_attachments(self, message, ATTACHMENT_UNREADABLE,
		"attachment is broken, or made to be read by some programs only");
}

const Detector detect_attachment_unreadable = {
	.id = "attachment-unreadable",
	.summary = "an archive or document that is attached can't be read to its end",
	.weight = 5,
	.run = run,
};
