#include "release/transport.h"

#include "tests/release/shipment.h"

static void
test_specs_and_their_addresses(void)
{
	static const struct {
		const char *spec, *name, *address;
	} cases[] = {
		{ "maildir:/srv/box", "maildir", "/srv/box" },
		{ "sendmail", "sendmail", "" },
		{ "sendmail:/opt/x", "sendmail", "/opt/x" },
		{ "smtp://relay.example", "smtp", "relay.example" },
		{ "smtp://127.0.0.1:2525", "smtp", "127.0.0.1:2525" },
		{ "smtp://[::1]:25", "smtp", "[::1]:25" },
		{ "smtp://[2001:db8::1]", "smtp", "[2001:db8::1]" },
		{ "smtps://relay.example", "smtps", "relay.example" },
		{ "lmtp://relay.example:24", "lmtp", "//relay.example:24" },
		{ "lmtp:/run/lmtp", "lmtp", "/run/lmtp" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		const char *address = NULL;
		const Transport *transport = transport_of(cases[i].spec, &address, &error);

		g_assert_no_error(error);
		g_assert_cmpstr(transport->name, ==, cases[i].name);
		g_assert_cmpstr(address, ==, cases[i].address);
	}
}

static void
test_bad_specs_are_refused(void)
{
	const char *const bad[] = { "", "maildir", "maildir:", "maildir:box", "sendmail:bin/x",
		"sendmail:sh -c x", "smtp", "smtp:", "smtp://", "smtp:host", "smtp://:25",
		"smtp://user:secret@host:25", "smtp://user@host", "smtp://host:", "smtp://host:0",
		"smtp://host:65536", "smtp://host:25/", "smtp://host:+25", "smtp://host/../x",
		"smtp://ho st", "smtp://host\r\n", "smtp://-x", "smtp://[::1", "smtp://[]",
		"smtp://[::1]x", "smtp://[fe80::1%eth0]", "smtp://[127.0.0.1]", "smtp://a#b",
		"smtp://a?b", "http://host", "file:///etc/passwd", "lmtp", "lmtp:", "lmtp:/",
		"lmtp:x", "lmtp://", "lmtp://x:25", "lmtp:///x", "smtps://", "smtps:x",
		"smtps://u:p@x", "sendmailx" };

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *shown = g_strescape(bad[i], NULL);
		const char *address = NULL;

		g_test_message("%s", shown);
		g_assert_null(transport_of(bad[i], &address, &error));
		g_assert_error(error, RELEASE_ERROR, RELEASE_ERROR_TRANSPORT);
	}
}

static void
test_credentials_are_not_repeated(void)
{
	g_autoptr(GError) error = NULL;
	const char *address = NULL;

	g_assert_null(transport_of("smtp://user:secret@host", &address, &error));
	g_assert_null(strstr(error->message, "secret"));
}

/* A transport that counts, to see what gets as far as that. */
static int calls;
static const char *said;

static ShipmentResult
count_call(const Shipment *shipment, char **reply)
{
	g_assert_true(g_str_has_prefix(shipment->trace, "Received: by "));
	calls++;
	*reply = g_strdup(said);
	return SHIPMENT_ACCEPTED;
}

static const Transport counting = { .name = "counting", .ship = count_call };

static void
test_unsafe_envelopes_never_reach_a_transport(void)
{
	g_autoptr(GBytes) raw = bytes_of("a\n");
	const char *const bad[] = { "a@b\r\nDATA", "a@b,c@d", "<a@b>" };

	calls = 0;
	said = "ok";
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		Shipment shipment = shipment_of(raw, "");
		g_autofree char *sender_reply = NULL;
		g_autofree char *reply = NULL;

		shipment.sender = bad[i];
		g_assert_cmpint(
			transport_ship(&counting, &shipment, &sender_reply), ==, SHIPMENT_REFUSED);
		g_assert_true(g_str_has_prefix(sender_reply, "sender "));
		g_assert_null(strpbrk(sender_reply, "\r\n"));
		shipment = shipment_of(raw, "");
		shipment.recipient = bad[i];
		g_assert_cmpint(transport_ship(&counting, &shipment, &reply), ==, SHIPMENT_REFUSED);
		g_assert_true(g_str_has_prefix(reply, "recipient "));
	}
	g_assert_cmpint(calls, ==, 0);
}

static void
test_null_sender_passes_and_null_recipient_does_not(void)
{
	g_autoptr(GBytes) raw = bytes_of("a\n");
	Shipment shipment = shipment_of(raw, "");
	g_autofree char *reply = NULL;
	g_autofree char *refusal = NULL;

	calls = 0;
	said = "ok";
	shipment.sender = "";
	g_assert_cmpint(transport_ship(&counting, &shipment, &reply), ==, SHIPMENT_ACCEPTED);
	shipment.recipient = "";
	g_assert_cmpint(transport_ship(&counting, &shipment, &refusal), ==, SHIPMENT_REFUSED);
	g_assert_cmpint(calls, ==, 1);
}

static void
test_replies_are_one_line_and_short(void)
{
	g_autoptr(GBytes) raw = bytes_of("a\n");
	Shipment shipment = shipment_of(raw, "");
	g_autofree char *long_words = g_strnfill(100000, 'x');
	g_autofree char *reply = NULL;
	g_autofree char *capped = NULL;

	said = "250 a\r\nb\033[2Jc\302\233d\377e\n";
	transport_ship(&counting, &shipment, &reply);
	g_assert_cmpstr(reply, ==, "250 a  b [2Jc d\357\277\275e");
	said = long_words;
	transport_ship(&counting, &shipment, &capped);
	g_assert_cmpuint(strlen(capped), <=, SHIPMENT_MAX_REPLY);
	g_assert_cmpuint(strlen(capped), >, SHIPMENT_MAX_REPLY / 2);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/transport/specs-and-their-addresses", test_specs_and_their_addresses);
	g_test_add_func("/transport/bad-specs-are-refused", test_bad_specs_are_refused);
	g_test_add_func(
		"/transport/credentials-are-not-repeated", test_credentials_are_not_repeated);
	g_test_add_func("/transport/unsafe-envelopes-never-reach-a-transport",
		test_unsafe_envelopes_never_reach_a_transport);
	g_test_add_func("/transport/null-sender-passes-and-null-recipient-does-not",
		test_null_sender_passes_and_null_recipient_does_not);
	g_test_add_func(
		"/transport/replies-are-one-line-and-short", test_replies_are_one_line_and_short);
	return g_test_run();
}
