/* The SMTP transport and a whole Postfix: its own folders, loopback, mail into a Maildir. */
#include "release/transport.h"

#include "tests/release/postfix.h"
#include "tests/release/quarantine.h"

static ShipmentResult
ship(const Postfix *postfix, const char *recipient, GBytes *raw, char **reply)
{
	g_autofree char *spec = g_strconcat("smtp://", postfix->address, NULL);
	const char *address = NULL;
	const Transport *transport = transport_of(spec, &address, NULL);
	Shipment shipment = shipment_of(raw, address);

	shipment.recipient = recipient;
	shipment.patience = 20;
	return transport_ship(transport, &shipment, reply);
}

static bool
is_missing(const Postfix *postfix)
{
	if (!postfix)
		g_test_skip("a Postfix of one's own takes root and package postfix");
	return !postfix;
}

static void
test_queue_id_is_in_the_reply_and_bytes_in_the_box(gconstpointer data)
{
	const Postfix *postfix = data;
	g_autoptr(GBytes) raw = bytes_of("From: a@b\nTo: c@d\nMessage-ID: <x@y>\n"
					 "Date: Fri, 21 Nov 2025 20:41:00 +0000\n\n"
					 "\303\251\n.\n..x\nFrom y\nlast\n");
	g_autofree char *reply = NULL;
	g_autoptr(GBytes) mail = NULL;
	g_autoptr(GBytes) message = NULL;
	g_autoptr(GBytes) rest = NULL;

	if (is_missing(postfix))
		return;
	g_assert_cmpint(ship(postfix, "anna@example.org", raw, &reply), ==, SHIPMENT_ACCEPTED);
	g_assert_true(g_str_has_prefix(reply, "250 2.0.0 Ok: queued as "));
	mail = take_mail(postfix);
	g_assert_nonnull(mail);
	message = as_handed_over(mail);
	rest = without_trace(message);
	assert_bytes(rest, raw);
}

static void
test_utf8_recipient_by_smtputf8(gconstpointer data)
{
	const Postfix *postfix = data;
	g_autoptr(GBytes) raw = bytes_of("From: a@b\n\nx\n");
	g_autofree char *reply = NULL;
	g_autoptr(GBytes) mail = NULL;

	if (is_missing(postfix))
		return;
	g_assert_cmpint(
		ship(postfix, "jos\303\251@example.org", raw, &reply), ==, SHIPMENT_ACCEPTED);
	g_assert_true(g_str_has_prefix(reply, "250 2.0.0 Ok: queued as "));
	mail = take_mail(postfix);
	g_assert_nonnull(mail);
}

static void
test_unknown_recipient_and_its_words(gconstpointer data)
{
	const Postfix *postfix = data;
	g_autoptr(GBytes) raw = bytes_of("From: a@b\n\nx\n");
	g_autofree char *reply = NULL;

	if (is_missing(postfix))
		return;
	g_assert_cmpint(ship(postfix, "nobody@example.org", raw, &reply), ==, SHIPMENT_REFUSED);
	g_assert_true(g_str_has_prefix(reply, "550 5.1.1 <nobody@example.org>"));
	g_assert_nonnull(strstr(reply, "(RCPT)"));
}

/* The queue id in @text behind @before, up to one of @end; yours. */
static char *
queue_id(const char *text, const char *before, const char *end)
{
	const char *at = strstr(text, before);

	g_assert_nonnull(at);
	at += strlen(before);
	return g_strndup(at, strcspn(at, end));
}

/* From the quarantine through the outbox: the row has the id under which Postfix knows it. */
static void
test_queue_id_is_in_the_row(Fixture *fixture, gconstpointer data)
{
	const Postfix *postfix = data;
	g_autofree char *spec = NULL;
	g_autofree char *text = NULL;
	g_autofree char *in_row = NULL;
	g_autofree char *in_mail = NULL;
	g_autoptr(GPtrArray) deliveries = NULL;
	g_autoptr(GBytes) mail = NULL;

	if (is_missing(postfix))
		return;
	spec = g_strconcat("smtp://", postfix->address, NULL);
	release_many(fixture, 1, spec);
	g_assert_cmpint(deliver(fixture).sent, ==, 1);
	deliveries = rows(fixture);
	g_assert_cmpuint(deliveries->len, ==, 1);
	in_row = queue_id(
		((const Delivery *)deliveries->pdata[0])->reply, "250 2.0.0 Ok: queued as ", " ");
	mail = take_mail(postfix);
	g_assert_nonnull(mail);
	text = g_strndup(g_bytes_get_data(mail, NULL), g_bytes_get_size(mail));
	in_mail = queue_id(text, "(Postfix) with ESMTP id ", "\n ");
	g_assert_cmpstr(in_row, ==, in_mail);
}

int
main(int argc, char **argv)
{
	g_autoptr(Postfix) postfix = NULL;

	g_test_init(&argc, &argv, NULL);
	postfix = postfix_new();
	if (postfix)
		postfix_run(postfix, "", NULL);
	g_test_add_data_func("/postfix/queue-id-is-in-the-reply-and-bytes-in-the-box", postfix,
		test_queue_id_is_in_the_reply_and_bytes_in_the_box);
	g_test_add_data_func(
		"/postfix/utf8-recipient-by-smtputf8", postfix, test_utf8_recipient_by_smtputf8);
	g_test_add_data_func("/postfix/unknown-recipient-and-its-words", postfix,
		test_unknown_recipient_and_its_words);
	g_test_add("/postfix/queue-id-is-in-the-row", Fixture, postfix, set_up,
		test_queue_id_is_in_the_row, tear_down);
	return g_test_run();
}
