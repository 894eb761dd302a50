#include "mail/detect.h"

#include "mail/domain.h"

static void
run(const Detector *self, Message *message)
{
	const char *sender = message->envelope->sender;
	const char *domain = sender ? domain_of_address(sender) : NULL;

	if (message->ses->class == SES_NONE || !domain || !domain_is_under(domain, "amazonses.com"))
		return;
	detector_found(self, message, sender, "envelope sender",
		"bounces go to Amazon: no MAIL FROM domain was set up");
}

/* On 74 % of phish, but 39 % of bulk, and what SES does when told nothing. */
const Detector detect_envelope = {
	.id = "default-envelope",
	.summary = "the envelope sender is SES's own",
	.weight = 2,
	.run = run,
};
