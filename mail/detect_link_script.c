#include "mail/detect.h"

static void
run(const Detector *self, Message *message)
{
	detector_found_links(
		self, message, LINK_SCRIPT | LINK_FILE, "runs a script or opens a file or program");
}

/* No mail reader lets it run, so no honest sender writes it. */
const Detector detect_link_script = {
	.id = "link-script",
	.summary = "a link is javascript:, data:, vbscript:, file:, a share or starts a program",
	.weight = 25,
	.run = run,
};
