#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	detector_found_attachments(self, message, ATTACHMENT_ENCRYPTED,
		"attachment opens with a password only, past every scanner");
}

const Detector detect_attachment_encrypted = {
	.id = "attachment-encrypted",
	.summary = "an attachment, or a file in it, is protected by a password",
	.weight = 20,
	.run = run,
};
