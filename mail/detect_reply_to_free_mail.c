#include "mail/detect.h"

#include "mail/domain.h"
#include "mail/free_mail.h"

static void
run(const Detector *self, Message *message)
{
	g_autofree char *answers = NULL;

	/* A list sends in its own name, and answers go to whoever wrote. */
	if (message_header(message, "List-Id") || message_header(message, "List-Post"))
		return;
	if (message->reply_to)
		answers = domain_registrable(domain_of_address(message->reply_to->address));
	if (!answers || !message->from_domain || !free_mail_is(answers) ||
		free_mail_is(message->from_domain))
		return;
	detector_found(self, message, message->reply_to->address, "header Reply-To",
		"answers go to a private mailbox at %s, sent from %s", answers,
		message->from_domain);
}

/* A company that writes from its own domain reads its mail there. */
const Detector detect_reply_to_free_mail = {
	.id = "reply-to-freemail",
	.summary = "Reply-To is a free mailbox, From is not",
	.weight = 12,
	.run = run,
};
