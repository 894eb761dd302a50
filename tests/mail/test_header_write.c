#include "mail/header_write.h"

#include <string.h>

static void
test_date(void)
{
	static const struct {
		int64_t at;
		const char *text;
	} dates[] = {
		{ 0, "Thu, 01 Jan 1970 00:00:00 +0000" },
		{ 1780000000, "Thu, 28 May 2026 20:26:40 +0000" },
		{ 1704067199, "Sun, 31 Dec 2023 23:59:59 +0000" },
		{ INT64_MAX, "Thu, 01 Jan 1970 00:00:00 +0000" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(dates); i++) {
		g_autoptr(GString) out = g_string_new(NULL);

		header_write_date(out, dates[i].at);
		g_assert_cmpstr(out->str, ==, dates[i].text);
	}
}

/* What a reader gets of it: the words' texts, one behind the other. */
static char *
read_words(const char *text)
{
	GString *all = g_string_new(NULL);
	g_auto(GStrv) words = g_strsplit(text, "\r\n ", -1);

	for (char **word = words; *word; word++) {
		g_autofree char *base64 = NULL;
		g_autofree guchar *bytes = NULL;
		gsize length;

		g_assert_cmpuint(strlen(*word) + strlen("Subject: "), <=, 73);
		g_assert_true(g_str_has_prefix(*word, "=?UTF-8?B?"));
		g_assert_true(g_str_has_suffix(*word, "?="));
		base64 = g_strndup(*word + 10, strlen(*word) - 12);
		bytes = g_base64_decode(base64, &length);
		g_assert_true(g_utf8_validate((const char *)bytes, (gssize)length, NULL));
		g_string_append_len(all, (const char *)bytes, (gssize)length);
	}
	return g_string_free(all, FALSE);
}

static void
test_encoded(void)
{
	static const char *const texts[] = {
		"ü", "a\r\nBcc: b@example.com",
		"株式会社エグザンプル情報セキュリティ部門・インシデント対応チーム",
		"=?utf-8?q?a?= ........................................................... 🦠🦠🦠"
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GString) out = g_string_new(NULL);
		g_autofree char *read = NULL;

		header_write_encoded(out, texts[i]);
		read = read_words(out->str);
		g_assert_cmpstr(read, ==, texts[i]);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/header-write/date-is-rfc-5322s", test_date);
	g_test_add_func("/header-write/encoded-words-are-whole-and-short", test_encoded);
	return g_test_run();
}
