/* What rspamd says of the envelope, and what anybody else may say in its place. */
#include "importer/rspamd_metadata.h"

#include <glib.h>
#include <string.h>

static Envelope *
envelope(const char *from, const char *rcpt)
{
	const char *fault = NULL;
	Envelope *read = rspamd_envelope(from, rcpt, &fault);

	g_assert_cmpstr(fault, ==, NULL);
	return read;
}

static void
assert_fault(const char *from, const char *rcpt, const char *wanted)
{
	const char *fault = NULL;
	g_autoptr(Envelope) read = rspamd_envelope(from, rcpt, &fault);

	g_assert_null(read);
	g_assert_cmpstr(fault, ==, wanted);
}

static void
test_envelope_as_it_was(void)
{
	g_autoptr(Envelope) read = envelope("0100018f-0@eu-west-1.amazonses.com",
		"[\"One+tag@INSIDE.test\",\"two@inside.test\",\"postmaster\",\"jos\303\251@inside.test\"]");

	g_assert_cmpstr(read->sender, ==, "0100018f-0@eu-west-1.amazonses.com");
	g_assert_cmpuint(read->recipients->len, ==, 4);
	g_assert_cmpstr(read->recipients->pdata[0], ==, "One+tag@INSIDE.test");
	g_assert_cmpstr(read->recipients->pdata[2], ==, "postmaster");
	g_assert_cmpstr(read->recipients->pdata[3], ==, "jos\303\251@inside.test");
}

static void
test_unknown_is_not_empty(void)
{
	g_autoptr(Envelope) unknown = envelope("unknown", "unknown");
	g_autoptr(Envelope) null = envelope("", "[\"a@b\"]");

	g_assert_null(unknown->sender);
	g_assert_cmpuint(unknown->recipients->len, ==, 0);
	g_assert_cmpstr(null->sender, ==, "");
}

static void
test_quotes_are_put_back(void)
{
	g_autoptr(Envelope) read = envelope("a b@x.example", "[\"c, d@x.example\"]");

	g_assert_cmpstr(read->sender, ==, "\"a b\"@x.example");
	g_assert_cmpstr(read->recipients->pdata[0], ==, "\"c, d\"@x.example");
}

static void
test_each_recipient_once(void)
{
	g_autoptr(Envelope) read = envelope("a@b", "[\"c@d\",\"e@f\",\"c@d\"]");

	g_assert_cmpuint(read->recipients->len, ==, 2);
}

/* As later versions send it: the mail's own word is the better one. */
static void
test_encoded_sender_is_unknown(void)
{
	g_autoptr(Envelope) read = envelope("=?UTF-8?Q?jos=C3=A9?=@x.example", "[\"c@d\"]");

	g_assert_null(read->sender);
}

static void
test_no_envelope_is_a_fault(void)
{
	static const char missing[] = "no envelope beside it: the rule wants meta_headers = true";

	assert_fault(NULL, "[\"a@b\"]", missing);
	assert_fault("a@b", NULL, missing);
}

static void
test_hostile_senders(void)
{
	static const char *const senders[] = { "a@b\033[2J", "a@b\r\nX: y", "\377@b", "a@b>c", "@",
		"a@b\302\233" };

	for (size_t i = 0; i < G_N_ELEMENTS(senders); i++)
		assert_fault(senders[i], "[\"a@b\"]", "X-Rspamd-From is no address");
}

static void
test_hostile_recipients(void)
{
	static const char *const one[] = { "[\"a@b\\u001b[2J\"]", "[\"a@b\",\"\"]", "[\"a@b\",1]",
		"[[\"a@b\"]]", "[null]", "[\"a@b\\r\\nX: y\"]", "[\"a>@b\"]" };
	static const char *const list[] = { "", "a@b", "[\"a@b\"", "{\"a\":\"b\"}", "\"a@b\"",
		"[\"a\\u0000@b\"]", "[\"\377@b\"]", "[\"a@b\"] x" };
	g_autofree char *deep = g_strnfill(100000, '[');

	for (size_t i = 0; i < G_N_ELEMENTS(one); i++)
		assert_fault("a@b", one[i], "X-Rspamd-Rcpt has one that is no address");
	for (size_t i = 0; i < G_N_ELEMENTS(list); i++)
		assert_fault("a@b", list[i], "X-Rspamd-Rcpt is no JSON array of addresses");
	assert_fault("a@b", deep, "X-Rspamd-Rcpt is no JSON array of addresses");
}

static void
test_recipients_have_an_end(void)
{
	g_autoptr(GString) most = g_string_new("[\"a@b\"");
	g_autoptr(GString) more = NULL;
	g_autoptr(Envelope) read = NULL;

	for (int i = 1; i < RSPAMD_MAX_RECIPIENTS; i++)
		g_string_append_printf(most, ",\"u%d@b\"", i);
	more = g_string_new(most->str);
	g_string_append(most, "]");
	g_string_append(more, ",\"c@d\"]");
	read = envelope("a@b", most->str);
	g_assert_cmpuint(read->recipients->len, ==, RSPAMD_MAX_RECIPIENTS);
	assert_fault("a@b", more->str, "X-Rspamd-Rcpt has too many");
}

static bool
is_received(const char *ip, const char *message)
{
	return rspamd_is_received(ip, message, strlen(message));
}

static void
test_begins_with_its_client(void)
{
	static const char four[] =
		"Received: from helo.example (a8-1.example [192.0.2.1])\r\n\tby mx.test with ESMTP id 4A;\r\n\tx\r\nA: b\r\n";
	static const char six[] =
		"received: from h (unknown [IPv6:2001:db8::1])\n by mx.test\n\nbody";

	g_assert_true(is_received("192.0.2.1", four));
	g_assert_true(is_received("2001:DB8:0::1", six));
	g_assert_true(is_received("unknown", "A: b\n"));
	g_assert_true(is_received(NULL, "A: b\n"));
	g_assert_false(is_received("192.0.2.2", four));
	g_assert_false(is_received("192.0.2.1", six));
	g_assert_false(is_received("", four));
	g_assert_false(is_received("192.0.2", four));
}

/* What a client may write to pass for another: all of it is its own. */
static void
test_client_can_not_write_it(void)
{
	static const char *const messages[] = {
		"",
		"Received",
		"Received:",
		"Received: from a (a [192.0.2.1])",
		"X: y\r\nReceived: from a (a [192.0.2.1]) by mx.test; x\r\n\r\n",
		"\r\nReceived: from a (a [192.0.2.1]) by mx.test; x\r\n\r\n",
		" Received: from a (a [192.0.2.1]) by mx.test; x\r\n\r\n",
		"Received: by mx.test (192.0.2.1)\r\n\r\n",
		"Received: from a8-1.smtp-out.amazonses.com (a8-1.smtp-out.amazonses.com [54.240.8.1])"
		" by mx.test; x\r\nReceived: from a (a [192.0.2.1]) by mx.test; x\r\n\r\n",
	};
	g_autofree char *blanks = g_strnfill(100000, ' ');
	g_autofree char *endless =
		g_strconcat("Received:", blanks, "from a (a [192.0.2.1]) by mx.test\r\n\r\n", NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(messages); i++)
		g_assert_false(is_received("192.0.2.1", messages[i]));
	g_assert_false(is_received("192.0.2.1", endless));
}

static void
test_queue_ids(void)
{
	g_autofree char *longest = g_strnfill(65, 'A');

	g_assert_true(rspamd_is_queue_id("4ABC12"));
	g_assert_true(rspamd_is_queue_id("4dSxyz3zvMzJrPW"));
	g_assert_true(rspamd_is_queue_id("1wXyZa-0000000Abc-1dEf"));
	g_assert_false(rspamd_is_queue_id("unknown"));
	g_assert_false(rspamd_is_queue_id(""));
	g_assert_false(rspamd_is_queue_id("4A#B"));
	g_assert_false(rspamd_is_queue_id("\033[2J"));
	g_assert_false(rspamd_is_queue_id(longest));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func("/rspamd/" name, function)
	ADD("envelope-as-it-was", test_envelope_as_it_was);
	ADD("unknown-is-not-empty", test_unknown_is_not_empty);
	ADD("quotes-are-put-back", test_quotes_are_put_back);
	ADD("each-recipient-once", test_each_recipient_once);
	ADD("encoded-sender-is-unknown", test_encoded_sender_is_unknown);
	ADD("no-envelope-is-a-fault", test_no_envelope_is_a_fault);
	ADD("hostile-senders", test_hostile_senders);
	ADD("hostile-recipients", test_hostile_recipients);
	ADD("recipients-have-an-end", test_recipients_have_an_end);
	ADD("begins-with-its-client", test_begins_with_its_client);
	ADD("client-can-not-write-it", test_client_can_not_write_it);
	ADD("queue-ids", test_queue_ids);
	return g_test_run();
}
