#include "mail/detect.h"

#include "mail/domain.h"
#include "mail/header.h"

/* Whether it verifies is not asked: a signature that is not even claimed is
 * missing either way. */
static bool
signs_for(const HeaderField *field, const char *domain)
{
	g_autofree char *signer = NULL;

	if (g_ascii_strcasecmp(field->name, "DKIM-Signature") != 0)
		return false;
	signer = header_tag(field->value, "d");
	return signer && domain_same_org(signer, domain);
}

static void
run(const Detector *self, Message *message)
{
	if (message->ses->class == SES_NONE || !message->from_domain)
		return;
	for (guint i = 0; i < message->headers->len; i++) {
		if (signs_for(g_ptr_array_index(message->headers, i), message->from_domain))
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
