#include "mail/detect.h"

#include "mail/domain.h"

static void
run(const Detector *self, Message *message)
{
	if (message->ses->class == SES_NONE || !message->from_domain)
		return;
	/* Whether it verifies is not asked: a signature that is not even claimed is missing
	 * either way. */
	for (guint i = 0; i < message->signatures->len; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);

		if (domain_same_org(signature->domain, message->from_domain))
			return;
	}
	detector_found(self, message, message->from->address, "header DKIM-Signature",
		"sent through SES, not signed by %s", message->from_domain);
}

/* On 19 % of phish, 4 % of bulk, 15 % of ham, which lists took the signature from. */
const Detector detect_dkim = {
	.id = "no-aligned-dkim",
	.summary = "SES sent it without a signature of the From domain",
	.weight = 6,
	.run = run,
};
