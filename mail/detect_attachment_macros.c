#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	detector_found_attachments(self, message, ATTACHMENT_MACROS,
		"attachment has macros, which run on the reader's machine");
}

const Detector detect_attachment_macros = {
	.id = "attachment-macros",
	.summary = "an attachment has macros: VBA, Excel 4 or DDE",
	.weight = 35,
	.run = run,
};
