#include "mail/pack.h"
#include "tests/mail/mails.h"

static const char rich[] =
	"Return-Path: <>\r\nX-Envelope-To: <u@example.net>, <v@example.net>\r\n"
	"Authentication-Results: mx.example.net; dkim=pass header.d=shop.example\r\n"
	"Received: from out.other.example (out.other.example [203.0.113.5]) by mx.example.net;"
	" Wed, 10 Jan 2024 16:59:45 +0000\r\n"
	"Feedback-ID: 1.us-east-1.Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyMDA=:AmazonSES\r\n"
	"X-SES-Outgoing: 2024.01.10-203.0.113.6\r\nSubject: one\r\nSubject: =?utf-8?B?8J+TpQ==?= two\r\nFrom: \"Shop\" <a@shop.example>\r\n"
	"Reply-To: c@other.example\r\nMessage-ID: <m@shop.example>\r\nMIME-Version: 1.0\r\n"
	"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
	"--b\r\nContent-Type: text/html\r\n\r\n<a href='https://go.example/x'>https://bank.example</a>\r\n"
	"--b\r\nContent-Type: application/pdf; name=\"r\xc3\xa9.pdf\"\r\n"
	"Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n--b--\r\n";

static void
test_round_trip(void)
{
	g_autoptr(Message) message = mails_read(rich);
	g_autoptr(GBytes) packed = message_pack(message);
	g_autoptr(Message) again = message_unpack(packed);
	g_autoptr(GBytes) twice = NULL;

	g_assert_nonnull(again);
	twice = message_pack(again);
	g_assert_true(g_bytes_equal(packed, twice));
	g_assert_cmpint(again->links->len, >=, 1);
	g_assert_cmpint(again->attachments->len, ==, 1);
	g_assert_cmpint(again->envelope->recipients->len, ==, 2);
	g_assert_cmpstr(again->envelope->sender, ==, "");
	g_assert_cmpstr(again->reply_to->address, ==, "c@other.example");
	g_assert_cmpint(again->defects->len, ==, message->defects->len);
	g_assert_cmpint(again->score, ==, message->score);
}

/* The layout of what stores hold, as GVariant writes it: not to change without a new version. */
#define BODY "(a(sss)a(sss)a(sssmsbi)a(sssixxmsixi)a(ssmssxxui)(iiii)asa(iss))"
#define MESSAGE                                                              \
	"(" BODY "(mss)msm(mss)ssmsxx(msas)(imsmsbmsmsmsmsms)a(ssassasmsus)" \
	"a(smsssxsuas)a(sisss)imsba(is))"

static void
assert_is_gvariant(GBytes *packed, const char *type)
{
	g_autoptr(GVariant) value =
		g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(type), packed, FALSE));
	g_autoptr(GVariant) built = NULL;
	g_autofree char *text = NULL;

	g_assert_true(g_variant_is_normal_form(value));
	/* What it is read as, built anew by GVariant's own means. */
	text = g_variant_print(value, TRUE);
	built = g_variant_parse(G_VARIANT_TYPE(type), text, NULL, NULL, NULL);
	g_assert_nonnull(built);
	g_assert_cmpmem(g_variant_get_data(built), g_variant_get_size(built),
		g_variant_get_data(value), g_variant_get_size(value));
}

static void
test_bytes_are_gvariants(void)
{
	g_autofree char *long_text = g_strnfill(70 * 1000, 'x');
	g_autofree char *long_mail = g_strconcat("Subject: long\r\n\r\n", long_text, NULL);
	const char *const mails[] = { rich, "", "Subject: s\r\n\r\nb\r\n", long_mail };

	for (size_t i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_autoptr(Message) message = mails_read(mails[i]);
		g_autoptr(GBytes) packed = message_pack(message);
		g_autoptr(GBytes) body = message_pack_body(message);
		g_autoptr(GBytes) inner =
			g_bytes_new_from_bytes(body, 0, g_bytes_get_size(body) - 1);
		g_autoptr(GBytes) taken = message_packed_body(packed);

		assert_is_gvariant(packed, MESSAGE);
		assert_is_gvariant(inner, BODY);
		g_assert_true(g_bytes_equal(taken, body));
	}
}

static void
test_every_cut_is_refused(void)
{
	g_autoptr(Message) message = mails_read(rich);
	g_autoptr(GBytes) packed = message_pack(message);

	for (gsize length = 0; length < g_bytes_get_size(packed); length++) {
		g_autoptr(GBytes) cut = g_bytes_new_from_bytes(packed, 0, length);
		g_autoptr(GBytes) body = message_packed_body(cut);

		g_assert_null(message_unpack(cut));
		g_assert_cmpuint(g_bytes_get_size(body), <=, length + 1);
	}
}

static void
test_body_round_trip(void)
{
	g_autoptr(Message) message = mails_read(rich);
	g_autoptr(GBytes) packed = message_pack_body(message);
	g_autoptr(Message) again = message_new();

	g_assert_true(message_unpack_body(packed, again));
	g_assert_cmpint(again->headers->len, ==, message->headers->len);
	g_assert_cmpint(again->texts->len, ==, message->texts->len);
	g_assert_cmpint(again->defects->len, ==, message->defects->len);
	g_assert_cmpint(again->defects->len, >, 0);
	g_assert_cmpint(again->ses->inconsistencies->len, ==, message->ses->inconsistencies->len);
	g_assert_cmpint(again->ses->inconsistencies->len, >, 0);
}

/* Another version may mean something else by the same bytes. */
static void
test_body_of_another_version(void)
{
	g_autoptr(Message) message = mails_read(rich);
	g_autoptr(GBytes) packed = message_pack_body(message);
	g_autoptr(Message) again = message_new();
	g_autoptr(GBytes) empty = g_bytes_new(NULL, 0);
	g_autoptr(GBytes) older = NULL;
	gsize size;
	guint8 *bytes = g_bytes_unref_to_data(g_bytes_ref(packed), &size);

	bytes[size - 1]++;
	older = g_bytes_new_take(bytes, size);
	g_assert_false(message_unpack_body(older, again));
	g_assert_false(message_unpack_body(empty, again));
}

/* Whatever a broken box writes, the reader gets a Message or nothing. */
static void
test_any_flipped_byte_is_survived(void)
{
	g_autoptr(Message) message = mails_read(rich);
	g_autoptr(GBytes) packed = message_pack(message);
	gsize length = 0;
	const guint8 *bytes = g_bytes_get_data(packed, &length);

	for (gsize i = 0; i < length; i++) {
		guint8 *copy = g_memdup2(bytes, length);
		g_autoptr(GBytes) broken = g_bytes_new_take(copy, length);
		g_autoptr(Message) result = NULL;

		copy[i] ^= (guint8)(1 + g_test_rand_int_range(0, 255));
		result = message_unpack(broken);
		if (result) {
			g_assert_cmpint(result->ses->class, <, SES_CLASSES);
			g_assert_true(g_utf8_validate(result->subject, -1, NULL));
		}
	}
}

static void
test_nonsense_is_refused(void)
{
	for (gsize length = 0; length < 600; length++) {
		guint8 *noise = g_malloc(length + 1);
		g_autoptr(GBytes) bytes = NULL;

		for (gsize i = 0; i < length; i++)
			noise[i] = (guint8)g_test_rand_int_range(0, 256);
		bytes = g_bytes_new_take(noise, length);
		g_assert_null(message_unpack(bytes));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pack/round-trip", test_round_trip);
	g_test_add_func("/pack/gvariant", test_bytes_are_gvariants);
	g_test_add_func("/pack/cut", test_every_cut_is_refused);
	g_test_add_func("/pack/body-round-trip", test_body_round_trip);
	g_test_add_func("/pack/body-of-another-version", test_body_of_another_version);
	g_test_add_func("/pack/flipped-bytes", test_any_flipped_byte_is_survived);
	g_test_add_func("/pack/nonsense", test_nonsense_is_refused);
	return g_test_run();
}
