#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	detector_found_attachments(self, message, ATTACHMENT_SMUGGLES,
		"attached page makes a file on the reader's machine");
}

const Detector detect_attachment_smuggles = {
	.id = "attachment-smuggles",
	.summary = "an attached page makes a file of its own, which no gateway sees",
	.weight = 45,
	.run = run,
};
