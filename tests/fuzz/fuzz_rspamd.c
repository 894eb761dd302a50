/* What rspamd says beside a message, and who only claims to be: rspamd_metadata.h. */
#include "importer/rspamd_metadata.h"

#include "mail/address.h"
#include "tests/fuzz/fuzz.h"

static void
check_envelope(const char *from, const char *recipients)
{
	const char *fault = NULL;
	g_autoptr(Envelope) envelope = rspamd_envelope(from, recipients, &fault);

	g_assert_true((envelope == NULL) == (fault != NULL));
	if (!envelope)
		return;
	g_assert_true(!envelope->sender || !*envelope->sender || !address_fault(envelope->sender));
	g_assert_cmpuint(envelope->recipients->len, <=, RSPAMD_MAX_RECIPIENTS);
	for (guint i = 0; i < envelope->recipients->len; i++)
		g_assert_null(address_fault(g_ptr_array_index(envelope->recipients, i)));
}

/* The input: a line each for the fields, and then the message. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Fuzz fuzz = { data, size };
	g_autofree char *from = fuzz_line(&fuzz);
	g_autofree char *recipients = fuzz_line(&fuzz);
	g_autofree char *ip = fuzz_line(&fuzz);
	g_autofree char *queue_id = fuzz_line(&fuzz);

	check_envelope(from, recipients);
	rspamd_is_queue_id(queue_id);
	rspamd_is_received(ip, (const char *)fuzz.at, fuzz.left);
	return 0;
}
