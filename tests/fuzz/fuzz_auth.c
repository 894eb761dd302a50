/* Authentication results and the path, below what the gateway wrote: nothing that a sender can
 * write there is trusted.  auth.h, path.h, ses.h, envelope.h, dkim.h. */
#include "mail/message.h"
#include "tests/fuzz/fuzz.h"
#include "tests/mail/mails.h"

static const char gateway[] =
	"Authentication-Results: mx.example.net; spf=none\r\n"
	"Received: from out.other.example (out.other.example [203.0.113.5]) by mx.example.net;"
	" Wed, 10 Jan 2024 16:59:45 +0000\r\n";

static void
check_word(const char *word)
{
	for (; *word; word++)
		g_assert_false(g_ascii_isupper(*word));
}

static void
check_results(const Message *message)
{
	for (guint i = 0; i < message->auth->len; i++) {
		const AuthResult *result = g_ptr_array_index(message->auth, i);
		g_autofree char *claimant = auth_claimant(message, result);
		g_autofree char *text = auth_result_text(result);

		fuzz_assert_utf8(claimant);
		fuzz_assert_utf8(text);
		check_word(result->method);
		check_word(result->result);
		g_assert_cmpuint((guint)result->field, <, message->headers->len);
		g_assert_true(!result->trusted || result->field == 0);
	}
	g_assert_cmpstr(auth_trusted(message, "spf"), ==, "none");
	g_assert_null(auth_trusted(message, "dkim"));
	g_assert_null(auth_trusted(message, "dmarc"));
}

static void
check_path(const Message *message)
{
	g_assert_cmpint(path_first_outside(message), ==, 2);
	for (guint i = 0; i < message->hops->len; i++) {
		const Hop *hop = g_ptr_array_index(message->hops, i);
		g_autofree char *client = hop_client(hop);
		g_autofree char *remarks = hop_remarks(hop);
		g_autofree char *delay = path_delay(message, i);

		fuzz_assert_utf8(client);
		fuzz_assert_utf8(remarks);
		fuzz_assert_utf8(delay);
		g_assert_cmpuint((guint)hop->field, <, message->headers->len);
	}
}

static void
check_origin(const Message *message)
{
	bool verified = false;

	for (guint i = 0; i < message->signatures->len; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);
		g_autofree char *text = signature_text(message, signature);
		g_autofree char *name = signature_key_name(signature);

		fuzz_assert_utf8(text);
		g_assert_true(!name || !strpbrk(name, " \r\n"));
		verified |= signature->result == DKIM_PASS;
	}
	g_assert_true(verified || (!message->authenticated && !message->ses->account_signed));
	g_assert_cmpint(message->ses->class, !=, SES_CONFIRMED);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GString) raw = g_string_new_len(gateway, sizeof(gateway) - 1);
	g_autoptr(Message) message = NULL;

	/* Behind a line end a fold would go on with the gateway's own field. */
	if (size > 0 && (*data == ' ' || *data == '\t'))
		return 0;
	g_string_append_len(raw, (const char *)data, (gssize)size);
	message = message_read(raw->str, raw->len, mails_site(), MESSAGE_HEADER_ONLY);
	check_results(message);
	check_path(message);
	check_origin(message);
	return 0;
}
