#include "mail/detect.h"

#include "mail/domain.h"

static void
run(const Detector *self, Message *message)
{
	const char *answers = NULL;

	if (message->reply_to)
		answers = domain_of_address(message->reply_to->address);
	if (!answers || !message->from_domain || domain_same_org(answers, message->from_domain))
		return;
	detector_found(self, message, message->reply_to->address, "header Reply-To",
		"answers go to %s, sent from %s", answers, message->from_domain);
}

/* On 7 % of phish, 1 % of bulk, 16 % of ham: lists do it. */
const Detector detect_reply_to = {
	.id = "reply-to-differs",
	.summary = "Reply-To is at another organisation than From",
	.weight = 4,
	.run = run,
};
