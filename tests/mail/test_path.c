#include "tests/mail/mails.h"

#include "tests/processor.h"

#define BY "by mx.example.net with ESMTP; Wed, 10 Jan 2024 16:59:45 +0000\r\n"
#define INSIDE                                                                              \
	"Received: from mx.example.net (mx.example.net [10.0.0.5]) by box.example.net with" \
	" LMTP; Wed, 10 Jan 2024 16:59:48 +0000\r\n"
#define OUTSIDE "Received: from out.other.com (out.other.com [203.0.113.5]) " BY
#define AMAZON                                                                        \
	"Received: from a11-10.smtp-out.amazonses.com (a11-10.smtp-out.amazonses.com" \
	" [54.240.11.10]) " BY
#define FORGED "Received: from a85-221.smtp-out.amazonses.com (unknown [203.0.113.208]) " BY
#define BELOW                                                                           \
	"Received: from app.other.com (app.other.com [198.51.100.7]) by out.other.com;" \
	" Wed, 10 Jan 2024 16:59:40 +0000\r\n"
#define REST "From: Shop <a@shop.example>\r\nSubject: hi\r\n\r\nhello\r\n"

static Message *
read_with(const char *text, const char *const *own_hosts)
{
	Site site = { .authserv_ids = mails_trusted, .own_hosts = own_hosts };

	return message_read(text, strlen(text), &site, MESSAGE_FULL);
}

static const Hop *
hop_at(const Message *message, guint index)
{
	g_assert_cmpuint(index, <, message->hops->len);
	return g_ptr_array_index(message->hops, index);
}

static void
test_inside_boundary_outside(void)
{
	g_autoptr(Message) message = mails_read(INSIDE OUTSIDE BELOW REST);

	g_assert_cmpuint(message->hops->len, ==, 3);
	g_assert_cmpuint(hop_at(message, 0)->flags, ==, HOP_INSIDE);
	g_assert_cmpuint(hop_at(message, 1)->flags, ==, HOP_BOUNDARY);
	g_assert_cmpuint(hop_at(message, 2)->flags, ==, 0);
	g_assert_cmpint(path_first_outside(message), ==, 2);
	g_assert_cmpstr(hop_at(message, 2)->from, ==, "app.other.com");
	g_assert_cmpstr(hop_at(message, 2)->by, ==, "out.other.com");
	g_assert_cmpstr(hop_at(message, 2)->ip, ==, "198.51.100.7");
}

static void
test_nobody_received_it(void)
{
	g_autoptr(Message) message = mails_read(REST);

	g_assert_cmpuint(message->hops->len, ==, 0);
	g_assert_cmpint(path_first_outside(message), ==, 0);
}

static void
test_amazons_hop_at_the_boundary_is_proven(void)
{
	g_autoptr(Message) message = mails_read(AMAZON
		"X-Milter: x\r\nDKIM-Signature: v=1; d=shop.example; s=x; h=From; bh=x; b=y\r\n" REST);
	g_autofree char *remarks = hop_remarks(hop_at(message, 0));

	g_assert_cmpuint(hop_at(message, 0)->flags, ==, HOP_SES | HOP_BOUNDARY);
	g_assert_nonnull(strstr(remarks, "proven"));
	g_assert_cmpint(path_first_outside(message), ==, 2);
}

/* A list relayed it: the address agrees, but the hop stands where anybody writes. */
static void
test_amazons_hop_outside_is_claimed(void)
{
	g_autoptr(Message) message = mails_read(OUTSIDE AMAZON REST);
	g_autofree char *remarks = hop_remarks(hop_at(message, 1));

	g_assert_cmpuint(hop_at(message, 1)->flags & (HOP_SES | HOP_BOUNDARY), ==, HOP_SES);
	g_assert_null(strstr(remarks, "proven"));
	g_assert_nonnull(strstr(remarks, "if the hop is true"));
}

static void
test_forged_hop_is_named(void)
{
	g_autoptr(Message) message = mails_read(FORGED REST);
	g_autofree char *client = hop_client(hop_at(message, 0));
	g_autofree char *remarks = hop_remarks(hop_at(message, 0));

	g_assert_cmpuint(hop_at(message, 0)->flags, ==, HOP_FORGED | HOP_BOUNDARY);
	g_assert_cmpstr(client, ==, "a85-221.smtp-out.amazonses.com [203.0.113.208]");
	g_assert_nonnull(strstr(remarks, "forged"));
}

/* Only a group relay's X-Received tells of Amazon; where a Received field does too it
 * would be told twice. */
static void
test_x_received_where_it_is_the_only_trace(void)
{
	static const char trace[] = "X-" AMAZON;
	g_autofree char *alone = g_strconcat(OUTSIDE, trace, BELOW REST, NULL);
	g_autofree char *twice = g_strconcat(AMAZON, trace, REST, NULL);
	g_autofree char *dull = g_strconcat(OUTSIDE, "X-" BELOW REST, NULL);
	g_autoptr(Message) first = mails_read(alone);
	g_autoptr(Message) second = mails_read(twice);
	g_autoptr(Message) third = mails_read(dull);

	g_assert_cmpuint(first->hops->len, ==, 3);
	g_assert_cmpuint(hop_at(first, 1)->flags & HOP_SES, ==, HOP_SES);
	g_assert_cmpint(hop_at(first, 1)->field, ==, 1);
	g_assert_cmpuint(second->hops->len, ==, 1);
	g_assert_cmpuint(third->hops->len, ==, 1);
}

static void
test_delays(void)
{
	g_autoptr(Message) message =
		mails_read(INSIDE OUTSIDE BELOW "Received: from a by b.example; whenever\r\n" REST);
	static const char *const shown[] = { "+3 s", "+5 s", "", "" };

	for (guint i = 0; i < G_N_ELEMENTS(shown); i++) {
		g_autofree char *delay = path_delay(message, i);

		g_assert_cmpstr(delay, ==, shown[i]);
	}
	g_assert_cmpint(hop_at(message, 0)->delay, ==, 3);
	g_assert_cmpint(hop_at(message, 2)->delay, ==, 0);
}

static void
test_backwards_by_more_than_clocks_err(void)
{
	static const char late[] =
		"Received: from a by out.other.com; Wed, 10 Jan 2024 %s +0000\r\n";
	static const char *const times[] = { "17:04:45", "17:04:46" };

	for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
		g_auto(GStrv) parts = g_strsplit(late, "%s", 2);
		g_autofree char *text =
			g_strconcat(OUTSIDE, parts[0], times[i], parts[1], REST, NULL);
		g_autoptr(Message) message = mails_read(text);

		g_assert_cmpuint(
			hop_at(message, 0)->flags & HOP_BACKWARDS, ==, i ? HOP_BACKWARDS : 0);
	}
}

static void
test_a_hop_that_does_not_follow_is_broken(void)
{
	g_autoptr(Message) pasted = mails_read(
		OUTSIDE "Received: from a.bank.com (a.bank.com [198.51.100.7]) by mx.bank.com;"
			" Wed, 10 Jan 2024 16:59:40 +0000\r\n" REST);
	g_autoptr(Message) unknown = mails_read(OUTSIDE
		"Received: from localhost by web7.internal; Wed, 10 Jan 2024 16:59:40 +0000\r\n" REST);

	g_assert_cmpuint(hop_at(pasted, 1)->flags, ==, HOP_BROKEN);
	g_assert_cmpuint(hop_at(unknown, 1)->flags, ==, 0);
}

/* ---- own hosts ---- */

typedef struct Case {
	const char *name;
	const char *own_hosts[4];
	const char *top; /* the hop above OUTSIDE */
	bool inside;     /* its client is ours */
} Case;

static const Case cases[] = {
	{ "name", { "mx.example.net" }, INSIDE, true },
	{ "domain", { "example.net" }, INSIDE, true },
	{ "address", { "10.0.0.5" }, INSIDE, true },
	{ "range", { "192.0.2.0/24", "10.0.0.0/8" }, INSIDE, true },
	{ "ipv6-range", { "2001:db8::/32" },
		"Received: from a.filter.com (a.filter.com [IPv6:2001:db8::7]) by box.example.net;"
		" Wed, 10 Jan 2024 16:59:48 +0000\r\n",
		true },
	{ "other-organisation", { "filter.com" },
		"Received: from a.filter.com (a.filter.com [203.0.113.80]) by box.example.net;"
		" Wed, 10 Jan 2024 16:59:48 +0000\r\n",
		true },
	{ "private-address-that-is-not-listed", { "192.0.2.1" }, INSIDE, false },
	{ "same-organisation-that-is-not-listed", { "192.0.2.1" },
		"Received: from www.example.net (www.example.net [203.0.113.80]) by box.example.net;"
		" Wed, 10 Jan 2024 16:59:48 +0000\r\n",
		false },
	{ "only-calls-itself-so", { "mx.example.net" },
		"Received: from mx.example.net (unknown [203.0.113.80]) by box.example.net;"
		" Wed, 10 Jan 2024 16:59:48 +0000\r\n",
		false },
	{ "ends-in-the-same-letters", { "example.net" },
		"Received: from x (badexample.net [203.0.113.80]) by box.example.net;"
		" Wed, 10 Jan 2024 16:59:48 +0000\r\n",
		false },
	{ "same-machine", { "192.0.2.1" },
		"Received: from localhost (localhost [127.0.0.1]) by box.example.net;"
		" Wed, 10 Jan 2024 16:59:48 +0000\r\n",
		true },
	{ "range-of-odd-bits", { "10.0.0.4/31" }, INSIDE, true },
	{ "beside-a-range-of-odd-bits", { "10.0.0.6/31", "10.0.0.4/32" }, INSIDE, false },
	{ "short-range", { "0.0.0.0/4" }, INSIDE, true },
	{ "range-of-the-other-kind", { "::/0" }, INSIDE, false },
	{ "no-range", { "10.0.0.0/99", "10.0.0.0/", "/" }, INSIDE, false },
};

static void
test_own_hosts(gconstpointer data)
{
	const Case *row = data;
	g_autofree char *text = g_strconcat(row->top, OUTSIDE REST, NULL);
	g_autoptr(Message) message = read_with(text, row->own_hosts);

	g_assert_cmpuint(hop_at(message, 0)->flags, ==, row->inside ? HOP_INSIDE : HOP_BOUNDARY);
	g_assert_cmpint(path_first_outside(message), ==, row->inside ? 2 : 1);
}

/* ---- much of it ---- */

static void
test_many_hops_take_a_moment(void)
{
	static const char *const own_hosts[] = { "example.net", "10.0.0.0/8", NULL };
	GString *text = g_string_new(NULL);
	g_autofree char *whole = NULL;
	g_autoptr(Message) message = NULL;
	double start;

	for (int i = 0; i < MESSAGE_MAX_HEADERS / 2; i++)
		g_string_append(text, INSIDE "X-" FORGED);
	g_string_append(text, REST);
	whole = g_string_free(text, FALSE);
	start = processor_seconds();
	message = read_with(whole, own_hosts);
	g_assert_cmpfloat(processor_seconds() - start, <, 5);
	g_assert_cmpuint(message->hops->len, >, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/path/inside-boundary-outside", test_inside_boundary_outside);
	g_test_add_func("/path/nobody-received-it", test_nobody_received_it);
	g_test_add_func("/path/amazons-hop-at-the-boundary-is-proven",
		test_amazons_hop_at_the_boundary_is_proven);
	g_test_add_func(
		"/path/amazons-hop-outside-is-claimed", test_amazons_hop_outside_is_claimed);
	g_test_add_func("/path/forged-hop-is-named", test_forged_hop_is_named);
	g_test_add_func("/path/x-received-where-it-is-the-only-trace",
		test_x_received_where_it_is_the_only_trace);
	g_test_add_func("/path/delays", test_delays);
	g_test_add_func(
		"/path/backwards-by-more-than-clocks-err", test_backwards_by_more_than_clocks_err);
	g_test_add_func("/path/a-hop-that-does-not-follow-is-broken",
		test_a_hop_that_does_not_follow_is_broken);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strconcat("/path/own-hosts/", cases[i].name, NULL);

		g_test_add_data_func(path, &cases[i], test_own_hosts);
	}
	g_test_add_func("/path/many-hops-take-a-moment", test_many_hops_take_a_moment);
	return g_test_run();
}
