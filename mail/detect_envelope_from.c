#include "mail/detect.h"

#include "mail/domain.h"

static void
run(const Detector *self, Message *message)
{
	const char *sender = message->envelope->sender;
	const char *domain = sender ? domain_of_address(sender) : NULL;

	if (!domain || !message->from_domain || domain_is_under(domain, "amazonses.com") ||
		domain_same_org(domain, message->from_domain))
		return;
	detector_found(self, message, sender, "envelope sender", "bounces go to %s, sent from %s",
		domain, message->from_domain);
}

/* On 4 % of SES phish, no bulk and all that lists relay: SES itself keeps both alike. */
const Detector detect_envelope_from = {
	.id = "envelope-differs",
	.summary = "the envelope sender is at another organisation than From",
	.weight = 2,
	.run = run,
};
