#include "importer/s3.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "importer/aws_xml.h"
#include "importer/s3_answer.h"
#include "tests/importer/place.h"

/* ---- where it is ---- */

static void
test_places(void)
{
	static const char *const good[][3] = {
		{ "mail", "mail", "" },
		{ "mail/", "mail", "" },
		{ "ses.in-2/a b/%41?x#y", "ses.in-2", "a b/%41?x#y" },
		{ "mail//x", "mail", "/x" },
	};
	static const char *const bad[] = { "", "/", "ab", "Mail", "-mail", "mail-", "ma..il",
		"ma_il", "user:secret@mail", "mail:9000", "[::1]", "mail/a\nb", "mail/\xff",
		"evil.test?", "mail#x", "a@b" };
	g_autofree char *long_key = g_strnfill(S3_MAX_KEY + 1, 'a');
	g_autofree char *long_place = g_strconcat("mail/", long_key, NULL);
	g_auto(S3Place) none = { 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		g_auto(S3Place) place = { 0 };

		g_assert_true(s3_place_parse(good[i][0], &place, NULL));
		g_assert_cmpstr(place.bucket, ==, good[i][1]);
		g_assert_cmpstr(place.prefix, ==, good[i][2]);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		g_auto(S3Place) place = { 0 };

		g_test_message("%s", bad[i]);
		g_assert_false(s3_place_parse(bad[i], &place, &error));
		g_assert_error(error, IMPORT_ERROR, IMPORT_ERROR_USAGE);
		g_assert_null(strstr(error->message, "secret"));
	}
	g_assert_false(s3_place_parse(long_place, &none, NULL));
}

static void
test_keys_of_notifications(void)
{
	static const char *const places[] = { "mail/in/", "other", NULL };

	g_assert_true(s3_places_have(places, "mail", "in/1"));
	g_assert_true(s3_places_have(places, "other", "anything"));
	g_assert_false(s3_places_have(places, "mail", "out/1"));
	g_assert_false(s3_places_have(places, "mail", "in"));
	g_assert_false(s3_places_have(places, "mail.evil.test", "in/1"));
	g_assert_false(s3_places_have(places, "mai", "in/1"));
	g_assert_false(s3_places_have(NULL, "mail", "in/1"));
	g_assert_true(s3_key_is_plain("in/.a/..b/a."));
	g_assert_false(s3_key_is_plain("in/../out"));
	g_assert_false(s3_key_is_plain(".."));
	g_assert_false(s3_key_is_plain("in/./x"));
	g_assert_false(s3_key_is_plain("in/a\r\nHost: b"));
	g_assert_false(s3_key_is_plain("in/\xff"));
	g_assert_false(s3_key_is_plain(""));
}

typedef struct Route {
	const char *endpoint, *region;
	S3Addressing addressing;
	const char *bucket, *url; /* NULL: refused */
} Route;

static const Route addresses[] = {
	{ NULL, NULL, S3_ADDRESSING_AUTO, "mail", "https://mail.s3.us-east-1.amazonaws.com/a%20b" },
	{ NULL, "eu-west-1", S3_ADDRESSING_AUTO, "my.mail",
		"https://s3.eu-west-1.amazonaws.com/my.mail/a%20b" },
	{ NULL, "cn-north-1", S3_ADDRESSING_PATH, "mail",
		"https://s3.cn-north-1.amazonaws.com.cn/mail/a%20b" },
	{ NULL, "evil.test/", S3_ADDRESSING_AUTO, "mail", NULL },
	{ NULL, "a@evil", S3_ADDRESSING_AUTO, "mail", NULL },
	{ "https://store.test", "x", S3_ADDRESSING_AUTO, "mail", "https://store.test/mail/a%20b" },
	{ "https://store.test:9000/", NULL, S3_ADDRESSING_HOST, "mail",
		"https://mail.store.test:9000/a%20b" },
	{ "http://127.0.0.1:9000", NULL, S3_ADDRESSING_AUTO, "mail",
		"http://127.0.0.1:9000/mail/a%20b" },
	{ "http://[::1]:9000", NULL, S3_ADDRESSING_AUTO, "mail", "http://[::1]:9000/mail/a%20b" },
	{ "http://169.254.169.254", NULL, S3_ADDRESSING_AUTO, "mail", NULL },
	{ "http://localhost.evil.test", NULL, S3_ADDRESSING_AUTO, "mail", NULL },
	{ "https://key:secret@store.test", NULL, S3_ADDRESSING_AUTO, "mail", NULL },
	{ "https://store.test/path", NULL, S3_ADDRESSING_AUTO, "mail", NULL },
	{ "ftp://store.test", NULL, S3_ADDRESSING_AUTO, "mail", NULL },
	{ "store.test", NULL, S3_ADDRESSING_AUTO, "mail", NULL },
};

static void
test_addresses(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
		const Route *row = &addresses[i];
		g_auto(S3Endpoint) endpoint = { 0 };
		g_autofree char *host = NULL;
		g_autofree char *path = NULL;
		g_autofree char *url = NULL;
		bool good = s3_endpoint_parse(
			row->endpoint, row->region, row->addressing, &endpoint, NULL);

		g_test_message("%s %s", row->endpoint, row->region);
		g_assert_cmpint(good, ==, row->url != NULL);
		if (!good)
			continue;
		host = s3_endpoint_host(&endpoint, row->bucket);
		path = s3_endpoint_path(&endpoint, row->bucket, "a b");
		url = g_strconcat(endpoint.tls ? "https://" : "http://", host, path, NULL);
		g_assert_cmpstr(url, ==, row->url);
	}
}

/* ---- XML ---- */

static void
note_end(const char *parent, const char *name, const char *text, void *data)
{
	g_string_append_printf(data, "%s/%s=%s;", parent, name, text ? text : "(others)");
}

static void
test_xml(void)
{
	static const char *const texts[][2] = {
		{ "<a xmlns='x'>\n<b>1 &lt; 2 &amp;<![CDATA[<c>]]></b><d/></a>",
			"a/b=1 < 2 &<c>;a/d=;/a=(others);" },
		{ "<a>&#x2028;</a>", "/a=\xe2\x80\xa8;" },
		{ "", NULL },
		{ "<a><b></a>", NULL },
		{ "<a>&b;</a>", NULL },
		{ "<!DOCTYPE a><a/>", NULL },
		{ "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", NULL },
		{ "{\"a\": 1}", NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GBytes) bytes = g_bytes_new_static(texts[i][0], strlen(texts[i][0]));
		g_autoptr(GString) seen = g_string_new(NULL);
		bool good = aws_xml_read(bytes, note_end, seen);

		g_test_message("%s: %s", texts[i][0], seen->str);
		g_assert_cmpint(good, ==, texts[i][1] != NULL);
		if (good)
			g_assert_cmpstr(seen->str, ==, texts[i][1]);
	}
}

static void
test_deep_and_long_xml(void)
{
	g_autoptr(GString) deep = g_string_new(NULL);
	g_autofree char *text = g_strnfill(1024 * 1024, 'x');
	g_autofree char *long_text = g_strconcat("<a>", text, "</a>", NULL);
	g_autoptr(GBytes) long_bytes = g_bytes_new_static(long_text, strlen(long_text));
	g_autoptr(GString) seen = g_string_new(NULL);
	g_autoptr(GBytes) deep_bytes = NULL;

	for (int i = 0; i < 100000; i++)
		g_string_append(deep, "<a>");
	deep_bytes = g_bytes_new_static(deep->str, deep->len);
	g_assert_false(aws_xml_read(deep_bytes, note_end, seen));
	g_assert_false(aws_xml_read(long_bytes, note_end, seen));
}

/* ---- answers ---- */

typedef struct Judged {
	long status;
	bool about_object, may_fail_late;
	const char *body;
	S3Verdict verdict;
	ImportError code;
	const char *words;
} Judged;

#define ERROR(code) "<Error><Code>" code "</Code><Message>m</Message></Error>"

static const Judged judged[] = {
	{ 200, true, false, ERROR("AccessDenied"), S3_GOOD, 0, NULL },
	{ 204, true, false, "", S3_GOOD, 0, NULL },
	{ 200, true, true, "<CopyObjectResult/>", S3_GOOD, 0, NULL },
	{ 200, true, true, ERROR("InternalError"), S3_AGAIN, IMPORT_ERROR_LOST, "InternalError" },
	{ 503, true, false, ERROR("SlowDown"), S3_AGAIN, IMPORT_ERROR_LOST, "503 SlowDown: m" },
	{ 502, true, false, "<html>Bad gateway", S3_AGAIN, IMPORT_ERROR_LOST, "502" },
	{ 429, false, false, "", S3_AGAIN, IMPORT_ERROR_LOST, "429" },
	{ 403, true, false, ERROR("AccessDenied"), S3_BAD, IMPORT_ERROR_REFUSED,
		"AccessDenied: m" },
	{ 403, false, false, ERROR("AccessDenied"), S3_BAD, IMPORT_ERROR_NO_INPUT, "403" },
	{ 403, true, false, ERROR("SignatureDoesNotMatch"), S3_BAD, IMPORT_ERROR_NO_INPUT,
		"secret" },
	{ 400, true, false, ERROR("ExpiredToken"), S3_STALE_KEYS, IMPORT_ERROR_NO_INPUT,
		"expired" },
	{ 404, true, false, "", S3_BAD, IMPORT_ERROR_VANISHED, "no such object" },
	{ 404, false, false, ERROR("NoSuchBucket"), S3_BAD, IMPORT_ERROR_NO_INPUT,
		"no such bucket" },
	{ 412, true, false, "", S3_BAD, IMPORT_ERROR_VANISHED, "another one" },
	{ 307, false, false, ERROR("TemporaryRedirect"), S3_AGAIN, IMPORT_ERROR_LOST, "307" },
	{ 301, false, false, "<Error><Code>PermanentRedirect</Code><Region>x-1</Region></Error>",
		S3_BAD, IMPORT_ERROR_NO_INPUT, "in the region x-1" },
	{ 302, false, false, "", S3_BAD, IMPORT_ERROR_NO_INPUT, "302" },
};

static void
test_answers(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(judged); i++) {
		const Judged *row = &judged[i];
		g_autoptr(GBytes) body = g_bytes_new_static(row->body, strlen(row->body));
		g_autoptr(GError) error = NULL;
		const S3Answer answer = { .status = row->status,
			.body = body,
			.about_object = row->about_object,
			.may_fail_late = row->may_fail_late };

		g_test_message("%ld %s", row->status, row->body);
		g_assert_cmpint(s3_answer_judge(&answer, &error), ==, row->verdict);
		if (row->words) {
			g_assert_error(error, IMPORT_ERROR, (int)row->code);
			g_assert_nonnull(strstr(error->message, row->words));
		} else {
			g_assert_no_error(error);
		}
	}
}

static void
test_no_mail(void)
{
	g_assert_true(s3_is_no_mail("in/AMAZON_SES_SETUP_NOTIFICATION", 500));
	g_assert_true(s3_is_no_mail("AMAZON_SES_SETUP_NOTIFICATION", 500));
	g_assert_true(s3_is_no_mail("in/", 0));
	g_assert_false(s3_is_no_mail("in/", 5));
	g_assert_false(s3_is_no_mail("in/o3vrnil0e2ic28trm7dfhrc2v0clambda4nbp0g1", 500));
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/s3/places", test_places);
	g_test_add_func("/s3/keys-of-notifications", test_keys_of_notifications);
	g_test_add_func("/s3/addresses", test_addresses);
	g_test_add_func("/s3/xml", test_xml);
	g_test_add_func("/s3/deep-and-long-xml", test_deep_and_long_xml);
	g_test_add_func("/s3/answers", test_answers);
	g_test_add_func("/s3/no-mail", test_no_mail);
	return g_test_run();
}
