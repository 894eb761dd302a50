#include "tests/mail/mails.h"

static void
test_header_as_sent_and_decoded(void)
{
	g_autoptr(Message) message =
		mails_read("From: =?iso-8859-1?Q?Ren=E9?= <r@shop.example>\r\n"
			   "Subject: a\r\n folded =?utf-8?Q?=E2=82=AC?=\r\n\r\n.\r\n");
	const HeaderField *subject = g_ptr_array_index(message->headers, 1);

	g_assert_cmpstr(message->from->name, ==, "Ren\xc3\xa9");
	g_assert_cmpstr(message->from->address, ==, "r@shop.example");
	g_assert_cmpstr(message->from_domain, ==, "shop.example");
	g_assert_cmpstr(message->subject, ==, "a folded \xe2\x82\xac");
	g_assert_cmpstr(subject->raw, ==, " a\r\n folded =?utf-8?Q?=E2=82=AC?=");
}

typedef struct Sign {
	const char *name;
	DefectKind kind;
	const char *mail;
} Sign;

static const Sign signs[] = {
	{ "two-subjects", DEFECT_DUPLICATE_HEADER,
		"From: a@x.example\nSubject: a\nSubject: b\n\n." },
	{ "two-froms", DEFECT_DUPLICATE_HEADER, "From: a@x.example\nFrom: b@y.example\n\n." },
	{ "no-from", DEFECT_NO_FROM, "Subject: a\n\n." },
	{ "odd-from", DEFECT_ODD_FROM, "From: \"N\" <x@bank.example@evil.example>\n\n." },
	{ "several-from", DEFECT_SEVERAL_FROM, "From: a@x.example, b@y.example\n\n." },
	{ "escape-in-subject", DEFECT_CONTROL_IN_HEADER,
		"From: a@x.example\nSubject: =?utf-8?Q?a=1B[2J?=\n\n." },
	{ "override-in-subject", DEFECT_CONTROL_IN_HEADER,
		"From: a@x.example\nSubject: =?utf-8?B?4oCu?=\n\n." },
	{ "data-after-padding", DEFECT_DATA_AFTER_PADDING,
		"From: a@x.example\nContent-Transfer-Encoding: base64\n\nYQ==\nYg==\n" },
	{ "two-boundaries", DEFECT_TWO_BOUNDARIES,
		"From: a@x.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a; boundary=b\n"
		"\n--a\n\nx\n--a--\n" },
	{ "unknown-encoding", DEFECT_UNKNOWN_ENCODING,
		"From: a@x.example\nContent-Transfer-Encoding: rot13\n\nx\n" },
	{ "unknown-charset", DEFECT_UNKNOWN_CHARSET,
		"From: a@x.example\nContent-Type: text/plain; charset=x-evil\n\nx\n" },
	{ "partial", DEFECT_PARTIAL,
		"From: a@x.example\nMIME-Version: 1.0\nContent-Type: message/partial; id=a; number=1\n\nx\n" },
	{ "uuencode", DEFECT_UUENCODE, "From: a@x.example\n\nbegin 644 a.exe\nx\nend\n" },
	{ "bytes-lost", DEFECT_BYTES_LOST,
		"From: a@x.example\nContent-Type: text/plain; charset=utf-8\n"
		"Content-Transfer-Encoding: 8bit\n\nDon???t wait f??r it, M??ller\n" },
	{ "bytes-lost-of-another-script", DEFECT_BYTES_LOST,
		"From: a@x.example\nSubject: ?????????\nContent-transfer-encoding:8bit\n\n"
		"?????????, ????????????\n" },
	{ "bytes-lost-undeclared", DEFECT_BYTES_LOST,
		"From: a@x.example\nSubject: ??ber alles\n\nGr????e\n" },
	{ "preamble-link", DEFECT_HIDDEN_AROUND_PARTS,
		"From: a@x.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n"
		"https://hidden.example/\n--a\n\nx\n--a--\n" },
};

static void
test_defect(gconstpointer data)
{
	const Sign *sign = data;
	g_autoptr(Message) message = mails_read(sign->mail);

	g_assert_true(message_has_defect(message, sign->kind));
}

static void
test_plain_mail_has_no_defect(void)
{
	g_autoptr(Message) message = mails_read(
		"From: A <a@x.example>\r\nTo: u@example.net\r\nSubject: hi\r\nMIME-Version: 1.0\r\n"
		"Content-Type: multipart/alternative; boundary=\"a;boundary=\"\r\n\r\n"
		"--a;boundary=\r\nContent-Type: text/plain\r\n\r\nx\r\n--a;boundary=--\r\n");

	g_assert_cmpint(message->defects->len, ==, 0);
	g_assert_cmpint(message->texts->len, ==, 1);
}

/* Who shouts, or says 8bit of what is not, has lost no bytes. */
static void
test_no_bytes_are_lost(void)
{
	static const char *const mails[] = {
		"From: a@x.example\nContent-Transfer-Encoding: 8bit\n\nWhat?? Who?? Why???\n",
		"From: a@x.example\nContent-Transfer-Encoding: 8bit\n\nhttp://a.example/?a?b?c\n",
		"From: a@x.example\nContent-Transfer-Encoding: 8bit\n\nf??r M??ller gr????e \xC3\xA9\n",
		"From: a@x.example\nContent-Transfer-Encoding: 7bit\n\nf??r M??ller gr????e\n",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_autoptr(Message) message = mails_read(mails[i]);

		g_assert_false(message_has_defect(message, DEFECT_BYTES_LOST));
	}
}

/* Without a word of 8bit, one place is enough where the signature says that it is altered. */
static void
test_bytes_are_lost_in_signed_mail(void)
{
	g_autofree char *signed_mail = NULL;
	g_autofree char *altered = NULL;
	g_autofree char *bare = NULL;
	g_autoptr(Message) with = NULL;
	g_autoptr(Message) without = NULL;

	g_assert_true(g_file_get_contents(
		"tests/mail/detect/dkim-body-altered/hit-link.eml", &signed_mail, NULL, NULL));
	*strstr(signed_mail, "\n\n") = '\0';
	altered = g_strconcat(signed_mail, "\n\nHallo Herr M??ller\n", NULL);
	bare = g_strconcat(strstr(signed_mail, "From:"), "\n\nHallo Herr M??ller\n", NULL);
	with = mails_read(altered);
	without = mails_read(bare);
	g_assert_true(message_has_defect(with, DEFECT_BYTES_LOST));
	g_assert_false(message_has_defect(without, DEFECT_BYTES_LOST));
}

static void
test_hidden_bytes_are_read(void)
{
	g_autoptr(Message) message = mails_read(
		"From: a@x.example\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n"
		"PHA+aGk8L3A+Cg==\n"
		"PGEgaHJlZj0iaHR0cHM6Ly9oaWRkZW4uZXhhbXBsZS9hIj54PC9hPg==\n");

	g_assert_true(mails_has_link(message, "https://hidden.example/a"));
}

static void
test_both_encodings_are_read(void)
{
	g_autoptr(Message) message = mails_read(
		"From: a@x.example\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n"
		"Content-Transfer-Encoding: 7bit\n\n"
		"aHR0cHM6Ly9oaWRkZW4uZXhhbXBsZS9i\n");

	g_assert_true(mails_has_link(message, "https://hidden.example/b"));
	g_assert_true(message_has_defect(message, DEFECT_DUPLICATE_HEADER));
}

static void
test_envelope(void)
{
	g_autoptr(Message) known = mails_read(
		"Return-Path: <b@x.example>\r\nX-Original-To: u@example.net\r\nDelivered-To: box@example.net\r\n"
		"Received: by mx.example.net; Wed, 10 Jan 2024 16:59:45 +0000\r\n"
		"Delivered-To: forged@evil.example\r\nFrom: a@x.example\r\n\r\n.");
	g_autoptr(Message) unknown = mails_read("From: a@x.example\r\nTo: u@example.net\r\n\r\n.");
	g_autoptr(Message) bounce = mails_read("Return-Path: <>\r\nFrom: a@x.example\r\n\r\n.");

	g_assert_cmpstr(known->envelope->sender, ==, "b@x.example");
	g_assert_cmpint(known->envelope->recipients->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(known->envelope->recipients, 0), ==, "u@example.net");
	g_assert_null(unknown->envelope->sender);
	g_assert_cmpint(unknown->envelope->recipients->len, ==, 0);
	g_assert_cmpstr(bounce->envelope->sender, ==, "");
}

/* What a sender writes below the first hop is not the envelope. */
static void
test_forged_envelope(void)
{
	g_autoptr(Message) message = mails_read(
		"Received: from out.other.example (out.other.example [203.0.113.5]) by mx.example.net;"
		" Wed, 10 Jan 2024 16:59:45 +0000\r\n"
		"X-Envelope-From: <victim@third.example>\r\nX-Envelope-To: <x@third.example>\r\n"
		"Return-Path: <victim@third.example>\r\nFrom: a@x.example\r\n\r\n.");

	g_assert_null(message->envelope->sender);
	g_assert_cmpint(message->envelope->recipients->len, ==, 0);
}

/* Exchange Online writes Return-Path last; its SPF result says which domain it saw. */
static void
test_return_path_that_spf_vouches_for(void)
{
#define EXCHANGE                                                                                  \
	"Authentication-Results: spf=pass (sender IP is 203.0.113.5) smtp.mailfrom=x.example\r\n" \
	"Received: from out.x.example (203.0.113.5) by X.mail.protection.outlook.com;"            \
	" Wed, 10 Jan 2024 16:59:45 +0000\r\nFrom: a@x.example\r\n"
	g_autoptr(Message) one = mails_read(EXCHANGE "Return-Path: b@x.example\r\n\r\n.");
	g_autoptr(Message) other = mails_read(EXCHANGE "Return-Path: b@third.example\r\n\r\n.");
	g_autoptr(Message) two = mails_read(
		EXCHANGE "Return-Path: c@x.example\r\nReturn-Path: b@x.example\r\n\r\n.");

	g_assert_cmpstr(one->envelope->sender, ==, "b@x.example");
	g_assert_null(other->envelope->sender);
	g_assert_null(two->envelope->sender);
#undef EXCHANGE
}

static void
test_attachment(void)
{
	static const char mail[] =
		"From: a@x.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n"
		"--b\nContent-Type: text/plain; name=\"in.txt\"\nContent-Transfer-Encoding: base64\n\n"
		"JVBERi0xLjQKJQ==\n--b--\n";
	g_autoptr(Message) message = mails_read(mail);
	const Attachment *attachment = g_ptr_array_index(message->attachments, 0);
	g_autoptr(GBytes) bytes = message_extract(mail, strlen(mail), attachment->path);

	g_assert_cmpstr(attachment->name, ==, "in.txt");
	g_assert_cmpstr(attachment->declared, ==, "text/plain");
	g_assert_cmpstr(attachment->detected, ==, "application/pdf");
	g_assert_cmpint(attachment->size, ==, 10);
	g_assert_cmpint(strlen(attachment->sha256), ==, 64);
	g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "%PDF-1.4\n%", 10);
	g_assert_null(message_extract(mail, strlen(mail), "9"));
}

/* Two readings of one part are two attachments, and neither is taken out in the other's place. */
static void
test_each_reading_is_taken_out(void)
{
	static const char mail[] =
		"From: a@x.example\nMIME-Version: 1.0\nContent-Type: application/pdf\n"
		"Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 8bit\n\n"
		"JVBERi0xLjQKJQ==\n";
	g_autoptr(Message) message = mails_read(mail);

	g_assert_cmpuint(message->attachments->len, ==, 2);
	for (guint i = 0; i < message->attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(message->attachments, i);
		g_autoptr(GBytes) bytes = message_extract(mail, strlen(mail), attachment->path);

		g_assert_nonnull(bytes);
		g_assert_cmpint(attachment->size, ==, (gint64)g_bytes_get_size(bytes));
	}
}

/* However often a body stands in readings by another boundary. */
static void
test_readings_share_what_they_have_in_common(void)
{
	g_autoptr(Message) message = mails_read(
		"From: a@x.example\nMIME-Version: 1.0\n"
		"Content-Type: multipart/mixed; boundary=a; boundary=b\n\n"
		"--a\n\nhello\n--a--\n--b\n\nhello\n--b\n\nother\n--b\n\nhello\n--b--\n");
	int hellos = 0;

	for (guint i = 0; i < message->texts->len; i++) {
		const PartText *text = g_ptr_array_index(message->texts, i);

		hellos += strcmp(text->text, "hello") == 0;
	}
	g_assert_cmpint(hellos, ==, 1);
}

static void
test_many_fields_hide_nothing(void)
{
	GString *mail = g_string_new(NULL);
	g_autofree char *text = NULL;
	g_autoptr(Message) message = NULL;

	for (int i = 0; i < 20000; i++)
		g_string_append(mail, "X-A: b\r\n");
	g_string_append(mail,
		"Message-ID: <EvLtLeD5aa0CUXSbZkFLSQ5NuW@email.amazonses.com>\r\n"
		"From: a@x.example\r\n\r\n.");
	text = g_string_free(mail, FALSE);
	message = mails_read(text);
	g_assert_true(message_has_defect(message, DEFECT_TOO_MANY_HEADERS));
	g_assert_cmpstr(message->from->address, ==, "a@x.example");
	g_assert_cmpint(message->ses->class, ==, SES_CLAIMED);
}

static void
test_header_only_reads_no_parts(void)
{
	static const char mail[] = "From: a@x.example\nSubject: s\n\nhttps://hidden.example/\n";
	Site site = { 0 };
	g_autoptr(Message) message = message_read(mail, strlen(mail), &site, MESSAGE_HEADER_ONLY);

	g_assert_cmpstr(message->subject, ==, "s");
	g_assert_cmpint(message->texts->len, ==, 0);
	g_assert_true(mails_has_link(message, "https://hidden.example/"));
}

/* Where reading ends, bytes are still searched. */
static void
test_deep_nesting_hides_no_link(void)
{
	GString *mail = g_string_new("From: a@x.example\n");
	g_autofree char *text = NULL;
	g_autoptr(Message) message = NULL;

	for (int i = 0; i < 400; i++)
		g_string_append_printf(
			mail, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
	g_string_append(mail, "\nhttps://hidden.example/\n");
	text = g_string_free(mail, FALSE);
	message = mails_read(text);
	g_assert_true(message_has_defect(message, DEFECT_TOO_DEEP));
	g_assert_true(mails_has_link(message, "https://hidden.example/"));
}

static void
test_many_parts_hide_no_link(void)
{
	GString *mail =
		g_string_new("From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n");
	g_autofree char *text = NULL;
	g_autoptr(Message) message = NULL;

	for (int i = 0; i < MESSAGE_MAX_PARTS + 10; i++)
		g_string_append(mail, "--b\n\nx\n");
	g_string_append(mail, "--b\n\nhttps://hidden.example/\n--b--\n");
	text = g_string_free(mail, FALSE);
	message = mails_read(text);
	g_assert_true(message_has_defect(message, DEFECT_TOO_MANY_PARTS));
	g_assert_true(mails_has_link(message, "https://hidden.example/"));
}

static void
test_long_text_hides_no_link(void)
{
	static const char *const types[] = { "text/plain", "text/html" };

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autofree char *padding = g_strnfill(MESSAGE_MAX_TEXT - 10, ' ');
		g_autofree char *text =
			g_strdup_printf("From: a@x.example\nContent-Type: %s\n\n"
					"%s<a href=\"https://hidden.example/1\">x</a>"
					"\n<a href=\"https://hidden.example/2\">y</a>\n",
				types[i], padding);
		g_autoptr(Message) message = mails_read(text);

		g_assert_true(message_has_defect(message, DEFECT_TEXT_CUT));
		g_assert_true(mails_has_link(message, "https://hidden.example/1"));
		g_assert_true(mails_has_link(message, "https://hidden.example/2"));
	}
}

static void
test_each_recipient_once(void)
{
	g_autoptr(Envelope) envelope = envelope_new();

	for (int i = 0; i < 300000; i++)
		g_ptr_array_add(envelope->recipients, g_strdup_printf("u%d@x.example", i % 100000));
	envelope_drop_doubles(envelope);
	g_assert_cmpuint(envelope->recipients->len, ==, 100000);
	for (int i = 0; i < 100000; i++) {
		g_autofree char *wanted = g_strdup_printf("u%d@x.example", i);

		g_assert_cmpstr(g_ptr_array_index(envelope->recipients, i), ==, wanted);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	message_prepare();
	for (size_t i = 0; i < G_N_ELEMENTS(signs); i++) {
		g_autofree char *path = g_strdup_printf("/message/defect/%s", signs[i].name);

		g_test_add_data_func(path, &signs[i], test_defect);
	}
	g_test_add_func("/message/header-as-sent-and-decoded", test_header_as_sent_and_decoded);
	g_test_add_func("/message/no-defect-in-plain-mail", test_plain_mail_has_no_defect);
	g_test_add_func(
		"/message/bytes-are-lost-in-signed-mail", test_bytes_are_lost_in_signed_mail);
	g_test_add_func("/message/no-bytes-are-lost", test_no_bytes_are_lost);
	g_test_add_func("/message/hidden-bytes-are-read", test_hidden_bytes_are_read);
	g_test_add_func("/message/both-encodings-are-read", test_both_encodings_are_read);
	g_test_add_func("/message/envelope", test_envelope);
	g_test_add_func("/message/forged-envelope", test_forged_envelope);
	g_test_add_func("/message/each-recipient-once", test_each_recipient_once);
	g_test_add_func("/message/return-path-vouched-for", test_return_path_that_spf_vouches_for);
	g_test_add_func("/message/attachment", test_attachment);
	g_test_add_func("/message/readings-share-what-they-have-in-common",
		test_readings_share_what_they_have_in_common);
	g_test_add_func("/message/each-reading-is-taken-out", test_each_reading_is_taken_out);
	g_test_add_func("/message/many-fields", test_many_fields_hide_nothing);
	g_test_add_func("/message/header-only", test_header_only_reads_no_parts);
	g_test_add_func("/message/deep-nesting-hides-no-link", test_deep_nesting_hides_no_link);
	g_test_add_func("/message/many-parts-hide-no-link", test_many_parts_hide_no_link);
	g_test_add_func("/message/long-text-hides-no-link", test_long_text_hides_no_link);
	return g_test_run();
}
