#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	detector_found_attachments(
		self, message, ATTACHMENT_PROGRAM, "attachment is a program or holds one");
}

/* Most gateways refuse them outright. */
const Detector detect_attachment_program = {
	.id = "attachment-program",
	.summary = "an attachment, or a file in it, is a program by its name or its bytes",
	.weight = 45,
	.run = run,
};
