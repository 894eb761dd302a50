#include "mail/detect.h"

#include <string.h>

#include "mail/dmarc.h"

static void
run(const Detector *self, Message *message)
{
	const char *result = auth_trusted(message, "dmarc");
	g_autofree char *text = NULL;

	if (!result || strcmp(result, "fail") != 0)
		return;
	text = dmarc_text(message);
	detector_found(self, message, text, "header Authentication-Results",
		"a server you trust says that it fails DMARC for %s",
		message->from_domain ? message->from_domain : "From");
}

/* On 4 % of what SES sent into the pot; lists that change what they relay fail too. */
const Detector detect_dmarc_fail = {
	.id = "dmarc-fail",
	.summary = "a trusted server says that the From domain's DMARC check failed",
	.weight = 12,
	.run = run,
};
