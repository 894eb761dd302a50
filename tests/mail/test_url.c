#include "mail/url.h"

#include "mail/known_host.h"

static void
test_normal(void)
{
	static const struct {
		const char *url, *normal;
	} cases[] = {
		{ "https://a.example", "https://a.example/" },
		{ "HTTPS://A.Example:443/X?Y#z", "https://a.example/X?Y" },
		{ "http://a.example:80/", "http://a.example/" },
		{ "http://a.example:443/", "http://a.example:443/" },
		{ "https://user:pass@a.example/x", "https://a.example/x" },
		{ "https:\\\\a.example\\x\\y?b\\c", "https://a.example/x/y?b\\c" },
		{ " ht\ntps://a.example/x ", "https://a.example/x" },
		{ "https://a.example?x", "https://a.example/?x" },
		{ "www.a.example/x", "http://www.a.example/x" },
		{ "https://b\xc3\xbc"
		  "cher.example/",
			"https://xn--bcher-kva.example/" },
		{ "https://a.example/x y \x16#z", "https://a.example/x%20y%20%16" },
		{ "https://a.example\uff1fx", "https://a.example\uff1fx/" },
		{ "https://a.example\u2100b/", "https://a.example\u2100b/" },
		{ "https://a%2A%22.example/x", "https://a%2a%22.example/x" },
		{ "https://a\uff02b.example/x", "https://a\uff02b.example/x" },
		{ "http://[::FF%2Fa]/x", "http://[::ff%2fa]/x" },
		{ "https://0xC0000207/x", "https://192.0.2.7/x" },
		{ "javascript:alert(1)", NULL },
		{ "mailto:a@b.example", NULL },
		{ "a.example/x", NULL },
		{ "https:///", NULL },
		{ "", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *normal = url_normal(cases[i].url);
		g_autofree char *again = normal ? url_normal(normal) : NULL;

		g_assert_cmpstr(normal, ==, cases[i].normal);
		g_assert_cmpstr(again, ==, normal);
	}
}

static void
test_shared(void)
{
	static const char *const shared[] = { "sharepoint.com", "evil.sharepoint.com",
		"docs.google.com", "google.com", "github.io", "form.jotform.com", "amazonaws.com",
		"telegra.ph", "core.windows.net", "s3.us-east-1.amazonaws.com",
		"execute-api.us-east-1.amazonaws.com", NULL };
	static const char *const own[] = { "evil.github.io", "www.evil.github.io", "evil.example",
		"evil-github.io", "bucket.s3.amazonaws.com", "bucket.s3.us-east-1.amazonaws.com",
		NULL };

	for (int i = 0; shared[i]; i++)
		g_assert_true(known_host_is_shared(shared[i]));
	for (int i = 0; own[i]; i++)
		g_assert_false(known_host_is_shared(own[i]));
}

/* A blank becomes three bytes, and so may a letter of a host more than it was. */
static void
test_normal_is_no_longer_than_a_url(void)
{
	g_autofree char *letters = g_strnfill(URL_MAX - 40, 'a');
	g_autofree char *url = g_strconcat(
		"https://b\303\274cher.example/", letters, " \303\274 \303\274 \303\274", NULL);
	g_autofree char *normal = url_normal(url);
	g_autofree char *again = url_normal(normal);

	g_assert_cmpuint(strlen(normal), <=, URL_MAX);
	g_assert_cmpuint(strlen(normal), >, URL_MAX - 4);
	g_assert_true(g_utf8_validate(normal, -1, NULL));
	g_assert_cmpstr(again, ==, normal);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/url/normal-form-is-one-for-all-spellings", test_normal);
	g_test_add_func(
		"/url/normal-form-is-no-longer-than-a-url", test_normal_is_no_longer_than_a_url);
	g_test_add_func("/known-host/shared-unless-a-customer's-own", test_shared);
	return g_test_run();
}
