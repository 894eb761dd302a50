#include "mail/redact.h"

#include <string.h>

#include "mail/redact_find.h"

/* Each says, in its own way, whom it is for. */
static const char *const tellings[] = {
	"ann.miller@here.example",
	"ANN.Miller@Here.Example",
	"ann.miller+shop@here.example",
	"joann.miller@here.example.evil.example",
	"To: ann.miller@\r\n here.example",
	"To: ann.miller (Ann) @ (home) here.example",
	"\"ann.miller\"@here.example",
	"ann.miller (at) here.example",
	"ann.miller at here[.]example",
	"bounce+77-ann.miller=here.example@mail.shop.example",
	"https://lure.example/?u=ann.miller%40here.example",
	"https://lure.example/?u=ann.miller%2540here.example",
	"https://lure.example/?u=%61%6E%6e.miller%252540here%2eexample",
	"https://lure.example/ann.miller%2bnews%40here.example/x",
	"ann.miller=40here.example",
	"ann.mil=\r\nler=40here.exa=\nmple",
	"ann.miller&#64;here.example",
	"&#x61;nn&period;miller&commat;here&#46;example",
	"ann.miller&amp;#64;here.example",
	"a\xe2\x80\x8bnn.mil\xc2\xad"
	"ler@here.example",
	"\\u0061nn.miller\\x40here.example",
	"u=YW5uLm1pbGxlckBoZXJlLmV4YW1wbGU=",             /* base64 */
	"/YW5uLm1pbGxlckBoZXJlLmV4YW1wbGU/x",             /* without its padding */
	"u=QU5OLk1JTExFUkBIRVJFLkVYQU1QTEU%3D",           /* of capitals */
	"x9YW5uLm1pbGxlckBoZXJlLmV4YW1wbGU",              /* behind something else */
	"WVc1dUxtMXBiR3hsY2tCb1pYSmxMbVY0WVcxd2JHVT0=",   /* twice */
	"ZT1hbm4ubWlsbGVyJTQwaGVyZS5leGFtcGxl",           /* with a %40 in it */
	"616e6e2e6d696c6c657240686572652e6578616d706c65", /* hex */
	"616E6E2E6D696C6C657240686572652E6578616D706C65",
	"id=bea1c39d4ddb33a58b1e1f8f4e0e2ae5-ann.miller", /* the local part, as a word */
	"Dear Ann,",
	"Dear MILLER,",
	"Grüße an Änne",
	"GRÜSSE AN ÄNNE",
};

/* What must be left: it says nothing of her. */
static const char *const others[] = {
	"bob@here.example",
	"annual report of the millers' guild of Millertown",
	"https://here.example/annotated?x=%41%42",
	"dGhpcyBpcyBub3QgaGVyIGFkZHJlc3MgYXQgYWxs",
	"=?utf-8?q?plain?= & < > %zz =zz &#; &nothing; \\u00",
	"",
};

static Redaction *
for_ann(void)
{
	Redaction *redaction = redaction_new();

	redaction_begin(redaction);
	redaction_add_address(redaction, "Ann.Miller@here.example");
	redaction_add_list(redaction, "\"Miller, Ann (Änne)\" <ann.miller@here.example>");
	return redaction;
}

static void
test_each_way_to_name_somebody(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(tellings); i++) {
		g_autoptr(Redaction) redaction = for_ann();
		g_autofree char *redacted = redact_text(redaction, tellings[i]);
		g_autofree char *again = redact_text(redaction, redacted);

		g_test_message("%s: %s", tellings[i], redacted);
		g_assert_nonnull(strstr(redacted, "recipient-1"));
		g_assert_null(strstr(redacted, "mil"));
		g_assert_null(strstr(redacted, "MIL"));
		g_assert_cmpstr(again, ==, redacted);
	}
}

/* In quotation marks, in another text, and among others: nothing else is lost. */
static void
test_what_stands_around_stays(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(tellings); i++) {
		g_autoptr(Redaction) redaction = for_ann();
		g_autofree char *text = g_strdup_printf("before <%s> behind", tellings[i]);
		g_autofree char *redacted = redact_text(redaction, text);

		g_assert_true(g_str_has_prefix(redacted, "before <"));
		g_assert_true(g_str_has_suffix(redacted, "> behind"));
	}
}

static void
test_what_names_nobody_stays(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		g_autoptr(Redaction) redaction = for_ann();
		g_autofree char *redacted = redact_text(redaction, others[i]);

		g_assert_cmpstr(redacted, ==, others[i]);
	}
}

/* Who knows the address alone makes a name of it; who has no ü writes u, or ue. */
static void
test_names_made_of_addresses(void)
{
	static const struct {
		const char *to;
		const char *text;
		const char *redacted;
	} cases[] = {
		{ "anne.mueller@here.example", "Dear Anne, ANNE MUELLER, annemueller",
			"Dear recipient-1, recipient-1 recipient-1, recipient-1" },
		{ "anne_mueller82@here.example", "Ms. Mueller, http://anne-mueller.lure.example/",
			"Ms. recipient-1, http://recipient-1-recipient-1.lure.example/" },
		{ "\xc3\x84nne@here.example", "\xc3\xa4nne", "recipient-1" },
		{ "Ren\xc3\xa9"
		  "e M\xc3\xbcller <rm1@here.example>",
			"Renee Muller or Mueller", "recipient-1 recipient-1 or recipient-1" },
		{ "Jo Li <jl@here.example>", "Dear Jo, dear Li, join",
			"Dear recipient-1, dear recipient-1, join" },
		{ "\"ann@home.example\" <ann.m@here.example>", "ann@home.example", "recipient-1" },
		{ "ann@home.example ann.m@here.example", "ann@home.example", "recipient-1" },
		{ "info@here.example", "info, customers", "info, customers" },
		{ "info@here.example", "aW5mb0BoZXJlLmV4YW1wbGU, aW5mb0BoZXJlLmV4YW1wbGU=",
			"recipient-1, recipient-1=" },
		{ "nfo@here.example", "?bmZvQGhlcmUuZXhhbXBsZQ&x", "?recipient-1&x" },
		{ "Jan de Boer <jan@here.example>", "el tren de las", "el tren de las" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Redaction) redaction = redaction_new();
		g_autofree char *redacted = NULL;

		redaction_begin(redaction);
		redaction_add_list(redaction, cases[i].to);
		redacted = redact_text(redaction, cases[i].text);
		g_assert_cmpstr(redacted, ==, cases[i].redacted);
	}
}

/* SES sends as the id that its Message-ID has as well. */
static void
test_senders(void)
{
	g_autoptr(Redaction) redaction = for_ann();
	g_autofree char *ses =
		redact_sender(redaction, "0100018f3c2d1e0f-a1b2-000000@eu-west-1.amazonses.com");
	g_autofree char *shop = redact_sender(redaction, "<news@0123456789abcdef01.shop.example>");
	g_autofree char *verp = redact_sender(redaction, "b+ann.miller=here.example@shop.example");
	g_autofree char *none = redact_sender(redaction, "");

	g_assert_cmpstr(ses, ==, "<redacted>@eu-west-1.amazonses.com");
	g_assert_cmpstr(shop, ==, "<news@0123456789abcdef01.shop.example>");
	g_assert_cmpstr(verp, ==, "b+recipient-1@shop.example");
	g_assert_cmpstr(none, ==, "");
}

/* Of those for whom no field says that it was. */
static void
test_others_of_the_organisation(void)
{
	static const char *const domains[] = { "Here.example", NULL };
	static const char *const cases[][2] = {
		{ "Bob <bob.b@here.example>, x", "Bob <<redacted>@here.example>, x" },
		{ "to bob@mail.HERE.example.", "to <redacted>@mail.HERE.example." },
		{ "https://lure.example/?e=bob%40here.example&x=1",
			"https://lure.example/?e=<redacted>%40here.example&x=1" },
		{ "b+bob=here.example@shop.example", "<redacted>=here.example@shop.example" },
		{ "u=Ym9iQGhlcmUuZXhhbXBsZQ==", "u=<redacted>==" },
		{ "bob@there.example, bob@here.example.evil.example", NULL },
		{ "bob@nowhere.example https://here.example/?d=here.example", NULL },
		{ "@here.example", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Redaction) redaction = redaction_new();
		g_autofree char *redacted = NULL;

		redaction_add_domains(redaction, domains);
		redaction_begin(redaction);
		redacted = redact_text(redaction, cases[i][0]);
		g_assert_cmpstr(redacted, ==, cases[i][1] ? cases[i][1] : cases[i][0]);
	}
}

static void
test_own_domains_in_either_spelling(void)
{
	static const char *const domains[] = { "M\xc3\xbc"
					       "nchen.example",
		"xn--bcher-kva.example.", NULL };
	static const char text[] = "a@m\xc3\xbc"
				   "nchen.example a@xn--mnchen-3ya.example b@xn--bcher-kva.example";
	g_autoptr(Redaction) redaction = redaction_new();
	g_autofree char *redacted = NULL;

	redaction_add_domains(redaction, domains);
	redaction_begin(redaction);
	redacted = redact_text(redaction, text);
	g_assert_cmpstr(redacted, ==,
		"<redacted>@m\xc3\xbc"
		"nchen.example <redacted>@xn--mnchen-3ya.example <redacted>@xn--bcher-kva.example");
}

static void
test_digests_of_an_address(void)
{
	static const GChecksumType types[] = { G_CHECKSUM_MD5, G_CHECKSUM_SHA1, G_CHECKSUM_SHA256 };

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(Redaction) redaction = for_ann();
		g_autofree char *digest =
			g_compute_checksum_for_string(types[i], "ann.miller@here.example", -1);
		g_autofree char *capitals = g_ascii_strup(digest, -1);
		g_autofree char *url = g_strdup_printf("https://t.example/o/%s.gif", capitals);
		g_autofree char *redacted = redact_text(redaction, url);

		g_assert_cmpstr(redacted, ==, "https://t.example/o/recipient-1.gif");
	}
}

static void
test_numbers_stay(void)
{
	g_autoptr(Redaction) redaction = for_ann();
	g_autofree char *bob = redact_address(redaction, "bob@here.example");
	g_autofree char *ann = redact_address(redaction, "ANN.MILLER@here.example");
	g_autofree char *text = NULL;

	g_assert_cmpstr(bob, ==, "recipient-2");
	g_assert_cmpstr(ann, ==, "recipient-1");
	redaction_begin(redaction);
	redaction_add_address(redaction, "bob@here.example");
	text = redact_text(redaction, "bob@here.example, ann.miller@here.example");
	g_assert_cmpstr(text, ==, "recipient-2, ann.miller@here.example");
}

static void
test_tokens_of_links(void)
{
	g_autoptr(Redaction) redaction = redaction_new();
	g_autofree char *redacted = redact_links(redaction,
		"0123456789abcdef0123 <https://0123456789abcdef01.example/v1/0100018f3c2d1e0f-a1b2/x?t=Zm9vYmFyYmF6MTIz&l=short>");

	g_assert_cmpstr(redacted, ==,
		"0123456789abcdef0123 <https://0123456789abcdef01.example/v1/<redacted>/x?t=<redacted>&l=short>");
}

/* Hostile bytes of any kind: what comes out is text, in time. */
static void
test_much_of_it(void)
{
	g_autoptr(Redaction) redaction = for_ann();
	g_autofree char *percents = g_strnfill(200 * 1000, '%');
	g_autofree char *letters = g_strnfill(200 * 1000, 'A');
	g_autofree char *longer = g_strnfill(REDACT_LONGEST + 1, 'a');
	/* Comments that never end. */
	g_autofree char *open = g_strdup_printf("ann.miller(%.*s", 200 * 1000, letters);
	g_autofree char *fourth = redact_text(redaction, open);
	g_autofree char *first = redact_text(redaction, percents);
	g_autofree char *second = redact_text(redaction, letters);
	g_autofree char *third = redact_text(redaction, longer);

	g_assert_cmpstr(first, ==, percents);
	g_assert_cmpstr(second, ==, letters);
	g_assert_cmpstr(third, ==, "<redacted>");
	g_assert_true(g_str_has_prefix(fourth, "recipient-1(AAA"));
}

/* Where so many are named that it would take minutes to look for all, nothing is said. */
static void
test_too_many_to_look_for(void)
{
	g_autoptr(Redaction) redaction = redaction_new();
	g_autoptr(GString) list = g_string_new(NULL);
	g_autoptr(GString) name = g_string_new(NULL);
	g_autofree char *crowd = NULL;
	g_autofree char *words = NULL;
	g_autofree char *after = NULL;

	for (int i = 0; i < 20000; i++)
		g_string_append_printf(list, "u%d@here.example, ", i);
	for (int i = 0; i < 1000; i++)
		g_string_append_printf(name, "w%dx ", i);
	g_string_append(name, "<ann@here.example>");
	redaction_add_list(redaction, list->str);
	crowd = redact_text(redaction, "hello");
	redaction_begin(redaction);
	redaction_add_list(redaction, name->str);
	words = redact_text(redaction, "hello");
	redaction_begin(redaction);
	redaction_add_list(redaction, "Ann <ann@here.example>");
	after = redact_text(redaction, "hello ann@here.example");
	g_assert_cmpstr(crowd, ==, "<redacted>");
	g_assert_cmpstr(words, ==, "<redacted>");
	g_assert_true(g_str_has_prefix(after, "hello recipient-"));
}

static const char mail[] =
	"Return-Path: <0100018f3c2d1e0f-a1b2@eu-west-1.amazonses.com>\r\n"
	"Received: from mx.old.example by mx.here.example\r\n"
	" with ESMTPS for <office7@old.example>; Thu, 28 May 2026 19:36:44 +0000\r\n"
	"Received: from a8-1.smtp-out.amazonses.com by mx.here.example\r\n"
	" with ESMTPS for <ann.miller@here.example>; Thu, 28 May 2026 19:36:40 +0000\r\n"
	"X-Forwarded-For: boss@old.example ann.miller@here.example\r\n"
	"From: =?utf-8?q?Parcels_for_Ann_=C3=84nne?= <news@shop.example>\r\n"
	"To: =?utf-8?b?QW5uIE1pbGxlcg==?= <ann.miller@here.example>\r\n"
	"Subject: =?utf-8?b?RGVhciBhbm4ubWlsbGVyQGhlcmUuZXhh?= =?utf-8?q?mple=2C_hello?=\r\n"
	"Message-ID: <0100018f3c2d1e0f-a1b2@email.amazonses.com>\r\n"
	"List-Unsubscribe: <https://u.example/YW5uLm1pbGxlckBoZXJlLmV4YW1wbGU>\r\n"
	"Feedback-ID: ::1.eu-west-1.abc=:AmazonSES\r\n"
	"X-ann.miller@here.example: yes\r\n"
	"MIME-Version: 1.0\r\n"
	"Content-Type: multipart/mixed; boundary=\"ann.miller@here.example\"\r\n\r\n"
	"--ann.miller@here.example\r\n"
	"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
	"Hello ann.mil=\r\nler=40here.example, https://lure.example/?e=3Dann.miller%40here.example=\r\n\r\n"
	"--ann.miller@here.example\r\nContent-Type: text/x-ann.miller\r\n\r\nyes\r\n"
	"--ann.miller@here.example\r\n"
	"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	"PHA+SGVsbG8gYW5uLm1pbGxlckBoZXJlLmV4YW1wbGU8L3A+\r\n"
	"--ann.miller@here.example\r\n"
	"Content-Type: application/pdf; name=\"ann.miller.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	"YW5uLm1pbGxlckBoZXJlLmV4YW1wbGU=\r\n"
	"--ann.miller@here.example--\r\n";

static void
test_a_mail(void)
{
	const Site site = { 0 };
	g_autoptr(Message) message = message_read(mail, strlen(mail), &site, MESSAGE_FULL);
	g_autoptr(Redaction) redaction = redaction_new();
	g_autofree char *redacted = redact_message(redaction, message, "abcd", REDACT_FOR_ANYONE);
	g_autofree char *lower = g_ascii_strdown(redacted, -1);

	g_test_message("%s", redacted);
	g_assert_true(g_str_has_prefix(redacted, "X-Lazaret-Redacted: not the original"));
	g_assert_null(strstr(lower, "miller"));
	g_assert_null(strstr(lower, "ann "));
	g_assert_null(strstr(redacted, "YW5uLm1"));
	g_assert_null(strstr(redacted, "0100018f"));
	g_assert_null(strstr(redacted, "office7@"));
	g_assert_null(strstr(redacted, "boss@"));
	g_assert_nonnull(strstr(redacted, "Return-Path: <<redacted>@eu-west-1.amazonses.com>"));
	g_assert_nonnull(strstr(redacted, "Feedback-ID: ::1.eu-west-1.abc=:AmazonSES\r\n"));
	g_assert_nonnull(strstr(redacted, "Subject: Dear recipient-1, hello\r\n"));
	g_assert_nonnull(strstr(redacted, "for <recipient-1>;"));
	g_assert_nonnull(strstr(redacted, "X-recipient-1: yes\r\n"));
	g_assert_nonnull(strstr(redacted, ", text/x-recipient-1 ----\r\nyes"));
	g_assert_nonnull(strstr(redacted, "List-Unsubscribe: <redacted>\r\n"));
	g_assert_nonnull(strstr(redacted, "lure.example/?e=recipient-1"));
	g_assert_nonnull(strstr(redacted, "attachment 1, left out: text/plain, 23 bytes"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/redact/each-way-to-name-somebody", test_each_way_to_name_somebody);
	g_test_add_func("/redact/what-stands-around-stays", test_what_stands_around_stays);
	g_test_add_func("/redact/what-names-nobody-stays", test_what_names_nobody_stays);
	g_test_add_func("/redact/names-made-of-addresses", test_names_made_of_addresses);
	g_test_add_func("/redact/senders", test_senders);
	g_test_add_func("/redact/others-of-the-organisation", test_others_of_the_organisation);
	g_test_add_func(
		"/redact/own-domains-in-either-spelling", test_own_domains_in_either_spelling);
	g_test_add_func("/redact/digests-of-an-address", test_digests_of_an_address);
	g_test_add_func("/redact/numbers-stay", test_numbers_stay);
	g_test_add_func("/redact/tokens-of-links", test_tokens_of_links);
	g_test_add_func("/redact/much-of-it", test_much_of_it);
	g_test_add_func("/redact/too-many-to-look-for", test_too_many_to_look_for);
	g_test_add_func("/redact/a-mail", test_a_mail);
	return g_test_run();
}
