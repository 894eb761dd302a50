#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	detector_found_links(self, message, LINK_QR, "a QR code leads to");
}

/* A code is read with a telephone, outside of all that guards the reader's desk. */
const Detector detect_qr_link = {
	.id = "qr-link",
	.summary = "a link stands in a QR code",
	.weight = 25,
	.run = run,
};
