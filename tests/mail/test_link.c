#include "mail/link.h"

#include <string.h>
#include <time.h>

#include "mail/unwrap.h"
#include "mail/url.h"

/* In the manner of SES; signatures are fake. */
#define ID          "0100018b69130900-ec71f343-34c5-4f07-8b7e-61c44b824c75-000000"
#define OTHER_ID    "0100018b69130901-ec71f343-34c5-4f07-8b7e-61c44b824c75-000000"
#define SES         "https://abcd1234.r.us-east-1.awstrack.me"
#define SHORT       "AAAAAAAAAAAAAAAAAAAAAAAAA_-=386"
#define LONG        "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB_-=401"
#define L0(target)  SES "/L0/" target "/1/" ID "/" SHORT
#define CL0(target) "https://click.shop.example/CL0/" target "/12/" ID "/" LONG

typedef struct Sample {
	const char *name, *text, *url, *final, *domain;
	uint32_t flags;
} Sample;

// clang-format off
static const Sample samples[] = {
	{ "plain", "Shop", "https://www.shop.example/a?b#c", "https://www.shop.example/a?b#c", "shop.example", 0 },
	{ "upper-case", "", "HTTPS://WWW.Shop.EXAMPLE", "HTTPS://WWW.Shop.EXAMPLE", "shop.example", 0 },
	{ "bare-www", "", "www.shop.example/a", "http://www.shop.example/a", "shop.example", 0 },
	{ "mail", "", "mailto:a@shop.example", "mailto:a@shop.example", NULL, 0 },
	{ "telephone", "", "tel:+15550100", "tel:+15550100", NULL, 0 },
	/* what browsers follow */
	{ "one-slash", "", "https:/evil.test/a", "https:/evil.test/a", "evil.test", 0 },
	{ "no-slash", "", "https:evil.test", "https:evil.test", "evil.test", 0 },
	{ "many-slashes", "", "https://///evil.test", "https://///evil.test", "evil.test", 0 },
	{ "backslashes", "", "https:\\\\evil.test\\a", "https:\\\\evil.test\\a", "evil.test", 0 },
	{ "backslash-in-authority", "", "https://evil.test\\@bank.example", "https://evil.test\\@bank.example", "evil.test", 0 },
	{ "tabs-and-lines", "", " \x01ht\ttps\n://ev\ril.test ", "https://evil.test", "evil.test", 0 },
	{ "no-scheme", "", "//evil.test/a", "//evil.test/a", "evil.test", 0 },
	{ "escaped-host", "", "https://e%76il.test", "https://e%76il.test", "evil.test", 0 },
	{ "trailing-dot", "", "https://evil.test./", "https://evil.test./", "evil.test", 0 },
	{ "no-host", "", "https://", "https://", NULL, LINK_RELATIVE },
	{ "empty", "", "", "", NULL, LINK_RELATIVE },
	{ "relative", "", "/about", "/about", NULL, LINK_RELATIVE },
	{ "relative-name", "", "login.html", "login.html", NULL, LINK_RELATIVE },
	/* hosts */
	{ "userinfo", "", "https://bank.example@evil.test/", "https://bank.example@evil.test/", "evil.test", LINK_USERINFO },
	{ "two-ats", "", "https://a@b@evil.test/", "https://a@b@evil.test/", "evil.test", LINK_USERINFO },
	{ "dotted-address", "", "http://192.0.2.1/", "http://192.0.2.1/", "192.0.2.1", LINK_IP_HOST },
	{ "decimal-address", "", "http://3221225985/", "http://3221225985/", "192.0.2.1", LINK_IP_HOST },
	{ "hex-address", "", "http://0xC0.0x0.0x2.0x1", "http://0xC0.0x0.0x2.0x1", "192.0.2.1", LINK_IP_HOST },
	{ "octal-address", "", "http://0300.0.02.01", "http://0300.0.02.01", "192.0.2.1", LINK_IP_HOST },
	{ "short-address", "", "http://192.513", "http://192.513", "192.0.2.1", LINK_IP_HOST },
	{ "ipv6", "", "http://[2001:DB8::1]:443/", "http://[2001:DB8::1]:443/", "[2001:db8::1]", LINK_IP_HOST },
	{ "no-address", "", "http://1.2.3.4.5/", "http://1.2.3.4.5/", "4.5", 0 },
	{ "port", "", "http://evil.test:8080/", "http://evil.test:8080/", "evil.test", LINK_PORT },
	{ "usual-port", "", "https://shop.example:443/", "https://shop.example:443/", "shop.example", 0 },
	{ "punycode", "", "https://www.xn--bcher-kva.example", "https://www.xn--bcher-kva.example", "xn--bcher-kva.example", LINK_PUNYCODE },
	{ "unicode-host", "", "https://bücher.example", "https://bücher.example", "xn--bcher-kva.example", LINK_PUNYCODE },
	{ "mixed-scripts", "", "https://www.\u0430pple.example/", "https://www.\u0430pple.example/", "xn--pple-43d.example", LINK_PUNYCODE | LINK_MIXED_SCRIPTS },
	{ "mixed-scripts-in-ascii", "", "https://www.xn--pple-43d.example/", "https://www.xn--pple-43d.example/", "xn--pple-43d.example", LINK_PUNYCODE | LINK_MIXED_SCRIPTS },
	{ "one-script-a-label", "", "https://www.\u043f\u043e\u0447\u0442\u0430.example/", "https://www.\u043f\u043e\u0447\u0442\u0430.example/", "xn--80a1acny.example", LINK_PUNYCODE },
	{ "scripts-of-one-language", "", "https://\u65e5\u672c\u306etv.example/", "https://\u65e5\u672c\u306etv.example/", "xn--tv-zb4a439uzlb.example", LINK_PUNYCODE },
	{ "full-width-host", "", "https://ｅvil。test", "https://ｅvil。test", "evil.test", LINK_PUNYCODE },
	/* services */
	{ "shortener", "", "https://t.co/abc", "https://t.co/abc", "t.co", LINK_SHORTENER | LINK_OPAQUE },
	{ "redirector", "", "https://www.google.co.uk/url?q=x", "https://www.google.co.uk/url?q=x", "google.co.uk", LINK_REDIRECTOR | LINK_OPAQUE },
	{ "no-redirector", "", "https://www.google.com/maps", "https://www.google.com/maps", "google.com", 0 },
	{ "look-alike-redirector", "", "https://google.evil.test/url?q=x", "https://google.evil.test/url?q=x", "evil.test", 0 },
	{ "free-hosting", "", "https://x.pages.dev/", "https://x.pages.dev/", "x.pages.dev", LINK_FREE_HOSTING },
	{ "object-storage", "", "https://b.s3.us-east-1.amazonaws.com/x", "https://b.s3.us-east-1.amazonaws.com/x", "s3.us-east-1.amazonaws.com", LINK_STORAGE },
	{ "a-machine-is-no-storage", "", "http://ec2-192-0-2-1.us-west-2.compute.amazonaws.com/", "http://ec2-192-0-2-1.us-west-2.compute.amazonaws.com/", "ec2-192-0-2-1.us-west-2.compute.amazonaws.com", LINK_FREE_HOSTING },
	/* schemes */
	{ "script", "", "java\nscript:alert(1)", "javascript:alert(1)", NULL, LINK_SCRIPT },
	{ "script-with-host", "", "JavaScript://bank.example/%0aalert(1)", "JavaScript://bank.example/%0aalert(1)", NULL, LINK_SCRIPT },
	{ "data", "", "data:text/html,x", "data:text/html,x", NULL, LINK_SCRIPT },
	{ "file", "", "file:///C:/a", "file:///C:/a", NULL, LINK_FILE },
	{ "file-on-a-server", "", "file://evil.test/a", "file://evil.test/a", "evil.test", LINK_FILE },
	{ "unc", "", "\\\\evil.test\\a", "\\\\evil.test\\a", "evil.test", LINK_FILE },
	{ "share", "", "smb://evil.test/a", "smb://evil.test/a", "evil.test", LINK_FILE },
	{ "search", "", "search-ms:query=a&crumb=location:\\\\evil.test", "search-ms:query=a&crumb=location:\\\\evil.test", NULL, LINK_FILE },
	{ "troubleshooter", "", "ms-msdt:/id PCWDiagnostic", "ms-msdt:/id PCWDiagnostic", NULL, LINK_FILE },
	{ "blob", "", "blob:https://evil.test/a", "blob:https://evil.test/a", NULL, LINK_SCRIPT },
	{ "drive", "", "C:\\a", "C:\\a", NULL, LINK_FILE },
	/* shown text */
	{ "text-of-another", "https://bank.example/login", "https://evil.test", "https://evil.test", "evil.test", LINK_TEXT_MISMATCH },
	{ "text-with-another", "Go to www.bank.example now", "https://evil.test", "https://evil.test", "evil.test", LINK_TEXT_MISMATCH },
	{ "bare-text-of-another", " bank.com/login ", "https://evil.test", "https://evil.test", "evil.test", LINK_TEXT_MISMATCH },
	{ "address-of-another", "help@bank.com", "https://evil.test", "https://evil.test", "evil.test", LINK_TEXT_MISMATCH },
	{ "text-of-the-same", "shop.example.com", "https://www.example.com/x", "https://www.example.com/x", "example.com", 0 },
	{ "text-of-the-target", "https://shop.example", L0("https:%2F%2Fwww.shop.example"), "https://www.shop.example", "shop.example", LINK_TRACKED },
	{ "text-hides-the-target", "https://bank.example", L0("https:%2F%2Fevil.test"), "https://evil.test", "evil.test", LINK_TRACKED | LINK_TEXT_MISMATCH },
	{ "text-is-a-file-name", "README.md", "https://shop.example", "https://shop.example", "shop.example", 0 },
	{ "text-is-a-sentence", "Hello.World this is", "https://shop.example", "https://shop.example", "shop.example", 0 },
	/* SES */
	{ "ses-click", "", L0("https:%2F%2Fshop.example%2Fa%3Fb=c%26d=%2541%23e"), "https://shop.example/a?b=c&d=%41#e", "shop.example", LINK_TRACKED },
	{ "ses-http", "", "http://abcd1234.r.eu-west-1.awstrack.me/L0/http:%2F%2Fshop.example/2/" ID "/" SHORT, "http://shop.example", "shop.example", LINK_TRACKED },
	{ "ses-own-host", "", CL0("https:%2F%2Fshop.example%2F"), "https://shop.example/", "shop.example", LINK_TRACKED },
	{ "ses-target-with-slashes", "", L0("https://shop.example/1/" ID "/" SHORT), "https://shop.example/1/" ID "/" SHORT, "shop.example", LINK_TRACKED },
	{ "ses-fragment-added", "", L0("https:%2F%2Fshop.example") "#x", "https://shop.example", "shop.example", LINK_TRACKED },
	{ "ses-open", "", SES "/I0/" ID "/" SHORT, SES "/I0/" ID "/" SHORT, "awstrack.me", LINK_TRACKED },
	{ "ses-open-own-host", "", "https://click.shop.example/CI1/" ID "/" LONG, "https://click.shop.example/CI1/" ID "/" LONG, "shop.example", LINK_TRACKED },
	{ "ses-decoded-once", "", L0("https:%252F%252Fevil.test"), "https:%2F%2Fevil.test", "%2f%2fevil.test", LINK_TRACKED },
	{ "ses-file", "", L0("file:%2F%2F%2FC:%2Fa.html"), "file:///C:/a.html", NULL, LINK_TRACKED | LINK_MALFORMED_WRAP | LINK_FILE },
	{ "ses-relative", "", L0("%2Fabout%2Findex.htm"), "/about/index.htm", NULL, LINK_TRACKED | LINK_MALFORMED_WRAP | LINK_RELATIVE },
	{ "ses-script", "", L0("javascript:alert(1)"), "javascript:alert(1)", NULL, LINK_TRACKED | LINK_MALFORMED_WRAP | LINK_SCRIPT },
	{ "ses-userinfo-in-target", "", L0("https:%2F%2Fbank.example@evil.test"), "https://bank.example@evil.test", "evil.test", LINK_TRACKED | LINK_MALFORMED_WRAP | LINK_USERINFO },
	{ "ses-control-in-target", "", L0("https:%2F%2Fevil.test%2F%00%0A%1B%E9"), "https://evil.test/%00%0A%1B%E9", "evil.test", LINK_TRACKED },
	{ "ses-userinfo", "", "https://user:pw@abcd1234.r.us-east-1.awstrack.me/L0/https:%2F%2Fbank.example/1/" ID "/" SHORT, "https://user:pw@abcd1234.r.us-east-1.awstrack.me/L0/https:%2F%2Fbank.example/1/" ID "/" SHORT, "awstrack.me", LINK_MALFORMED_WRAP | LINK_USERINFO },
	{ "ses-look-alike", "", "https://r.us-east-1.awstrack.me.evil.test/L0/https:%2F%2Fbank.example/1/" ID "/" SHORT, "https://r.us-east-1.awstrack.me.evil.test/L0/https:%2F%2Fbank.example/1/" ID "/" SHORT, "evil.test", LINK_MALFORMED_WRAP },
	{ "ses-look-alike-label", "", "https://abcd1234.r.us-east-1.awstrack.me.evil.test/", "https://abcd1234.r.us-east-1.awstrack.me.evil.test/", "evil.test", LINK_MALFORMED_WRAP },
	{ "ses-label-too-long", "", "https://abcd12345.r.us-east-1.awstrack.me/L0/https:%2F%2Fbank.example/1/" ID "/" SHORT, "https://abcd12345.r.us-east-1.awstrack.me/L0/https:%2F%2Fbank.example/1/" ID "/" SHORT, "awstrack.me", LINK_MALFORMED_WRAP },
	{ "ses-l0-elsewhere", "", "https://evil.test/L0/https:%2F%2Fbank.example/1/" ID "/" SHORT, "https://evil.test/L0/https:%2F%2Fbank.example/1/" ID "/" SHORT, "evil.test", LINK_MALFORMED_WRAP },
	{ "ses-signature-cut", "", SES "/L0/https:%2F%2Fbank.example/1/" ID "/AAAA=1", SES "/L0/https:%2F%2Fbank.example/1/" ID "/AAAA=1", "awstrack.me", LINK_MALFORMED_WRAP },
	{ "ses-id-broken", "", SES "/L0/https:%2F%2Fbank.example/1/0100/" SHORT, SES "/L0/https:%2F%2Fbank.example/1/0100/" SHORT, "awstrack.me", LINK_MALFORMED_WRAP },
	{ "ses-no-path", "", SES, SES, "awstrack.me", LINK_MALFORMED_WRAP },
	{ "ses-recycled", "", SES "/L0/https:%2F%2Fshop.example/1/" OTHER_ID "/" SHORT, "https://shop.example", "shop.example", LINK_TRACKED | LINK_RECYCLED },
	{ "ses-open-recycled", "", SES "/I0/" OTHER_ID "/" SHORT, SES "/I0/" OTHER_ID "/" SHORT, "awstrack.me", LINK_TRACKED | LINK_RECYCLED },
	{ "ses-nested-broken", "", L0("https:%2F%2Fabcd1234.r.us-east-1.awstrack.me%2FL0%2Fhttps:%252F%252Fevil.test"), SES "/L0/https:%2F%2Fevil.test", "awstrack.me", LINK_TRACKED | LINK_MALFORMED_WRAP },
};
// clang-format on

static char *
flag_names(uint32_t flags)
{
	GString *names = g_string_new(NULL);

	for (const LinkFlagName *row = link_flag_names; row->name; row++)
		if (flags & row->flag)
			g_string_append_printf(names, "%s ", row->name);
	return g_string_free(names, FALSE);
}

static void
test_sample(gconstpointer data)
{
	const Sample *sample = data;
	g_autoptr(Link) link = link_new(sample->text, sample->url, 0, "", ID);
	g_autofree char *found = flag_names(link->flags);
	g_autofree char *expected = flag_names(sample->flags);

	g_assert_cmpstr(link->final, ==, sample->final);
	g_assert_cmpstr(link->domain, ==, sample->domain);
	g_assert_cmpstr(found, ==, expected);
	g_assert_cmpstr(link->url, ==, sample->url);
	g_assert_cmpuint(link->chain->len, ==, 0);
}

/* @url wrapped once more, as SES does when a customer sends a wrapped link. */
static char *
wrap(const char *url)
{
	g_autofree char *target = g_uri_escape_string(url, ":=", false);

	return g_strdup_printf(SES "/L0/%s/1/" ID "/" SHORT, target);
}

static void
test_nested(void)
{
	for (int depth = 1; depth <= UNWRAP_MAX_STEPS + 1; depth++) {
		g_autofree char *url = g_strdup("https://shop.example/?a=%2F");
		g_autoptr(Link) link = NULL;

		for (int i = 0; i < depth; i++) {
			g_autofree char *inner = url;

			url = wrap(inner);
		}
		link = link_new("", url, LINK_IMAGE, "", NULL);
		if (depth > UNWRAP_MAX_STEPS) {
			g_assert_cmpstr(link->domain, ==, "awstrack.me");
			g_assert_true(link->flags & LINK_OPAQUE);
			g_assert_true(link->flags & LINK_DEEP);
			continue;
		}
		g_assert_cmpstr(link->final, ==, "https://shop.example/?a=%2F");
		g_assert_cmpuint(link->chain->len, ==, depth - 1);
		g_assert_cmpuint(link->flags, ==, LINK_TRACKED | LINK_IMAGE);
	}
}

static void
test_flag_names(void)
{
	uint32_t all = 0;

	for (const LinkFlagName *row = link_flag_names; row->name; row++) {
		g_assert_false(all & row->flag);
		g_assert_nonnull(row->words);
		all |= row->flag;
	}
	g_assert_cmpuint(all, ==, (LINK_DOMAIN_ONLY << 1) - 1);
}

static void
test_host(void)
{
	g_autofree char *host = link_host("https://User@WWW.Shop.Example:443/a");
	g_autofree char *none = link_host("mailto:a@shop.example");

	g_assert_cmpstr(host, ==, "www.shop.example");
	g_assert_null(none);
}

/* ---- link_scan ---- */

static void
join(const char *url, void *data)
{
	GString *found = data;

	g_string_append_printf(found, "%s%s", found->len > 0 ? " | " : "", url);
}

static void
test_scan(void)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "see https://a.test/x?y=1&z=2#f, and http://b.test.",
			"https://a.test/x?y=1&z=2#f | http://b.test" },
		{ "(https://a.test/x_(y)) [http://b.test]",
			"https://a.test/x_(y) | http://b.test" },
		{ "<https://a.test> \"http://b.test\" 'http://c.test'",
			"https://a.test | http://b.test | http://c.test" },
		{ "HTTPS://A.test www.b.test WWW.c.test xwww.d.test a@www.e.test",
			"HTTPS://A.test | www.b.test | WWW.c.test" },
		{ "“https://a.test” https://b.test… 见https://c.test。",
			"https://a.test | https://b.test | https://c.test" },
		{ "https://a.test/\u00A0x https://b.test\nhttps://c.test",
			"https://a.test/ | https://b.test | https://c.test" },
		{ "&lt;a href=&quot;https://a.test/?b=1&amp;c=2&quot;&gt;",
			"https://a.test/?b=1&amp;c=2" },
		{ "https://a.test/?u=https://b.test", "https://a.test/?u=https://b.test" },
		{ "http:\\\\a.test\\b", "http:\\\\a.test\\b" },
		{ "https://bücher.example/ü", "https://bücher.example/ü" },
		{ "https://[2001:db8::1]/x", "https://[2001:db8::1]/x" },
		{ "http:// https://... http:/x www. www.- http", "" },
		{ "", "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) found = g_string_new(NULL);

		link_scan(rows[i].text, strlen(rows[i].text), join, found);
		g_assert_cmpstr(found->str, ==, rows[i].expected);
	}
}

static void
ignore(const char *url, void *data)
{
	*(size_t *)data += strlen(url);
}

static void
test_scan_is_linear(void)
{
	static const char *const storms[] = { "http://", "www.", "https://a.test/)", "h",
		"http://a ", "https://x&quot", "((((http://a.test))))", "\xff" };

	for (size_t i = 0; i < G_N_ELEMENTS(storms); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		clock_t before = clock();
		size_t bytes = 0;

		while (text->len < 4 * 1024 * 1024)
			g_string_append(text, storms[i]);
		link_scan(text->str, text->len, ignore, &bytes);
		g_assert_cmpuint(bytes, <=, text->len);
		g_assert_cmpint(clock() - before, <, 3 * CLOCKS_PER_SEC);
	}
}

/* ---- anything at all ---- */

static void
new_link(const char *url, void *data)
{
	g_autoptr(Link) link = link_new(url, url, 0, "", data);

	g_assert_true(g_utf8_validate(link->final, -1, NULL));
	g_assert_true(!link->domain || g_utf8_validate(link->domain, -1, NULL));
}

static void
test_random_bytes(void)
{
	static const char *const pieces[] = { "http", "https", ":", "//", "/", "\\", "@", ".", "%",
		"41", "%e9", "a", "xn--", "www.", "awstrack.me", "abcd1234.r.us-east-1", "/L0/",
		"/CL0/", "/1/", ID, SHORT, LONG, "[", "]", "0x", "1", "?", "#", " ", "\t",
		"\xc3\xa9", "\xff", "=", "javascript", "file", "。", "(", ")", "\u200b", "😀" };
	g_autoptr(GRand) random = g_rand_new_with_seed(9);

	for (int round = 0; round < 30000; round++) {
		g_autoptr(GString) text = g_string_new(NULL);

		for (int i = g_rand_int_range(random, 0, 24); i > 0; i--)
			g_string_append(
				text, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
		new_link(text->str, (void *)ID);
		link_scan(text->str, text->len, new_link, (void *)ID);
	}
}

static void
test_resolve_random(void)
{
	static const char letters[] = "a:/\\?#.@%";
	g_autoptr(GRand) random = g_rand_new_with_seed(11);

	for (int round = 0; round < 20000; round++) {
		char text[2][12] = { "", "" };
		g_autofree char *resolved = NULL;

		for (int i = 0; i < 22; i++)
			text[i % 2][i / 2] =
				letters[g_rand_int_range(random, 0, sizeof letters - 1)];
		resolved = url_resolve(text[0], text[1]);
		g_assert_nonnull(resolved);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
		g_autofree char *path = g_strconcat("/link/", samples[i].name, NULL);

		g_test_add_data_func(path, &samples[i], test_sample);
	}
	g_test_add_func("/link/nested-wrappers", test_nested);
	g_test_add_func("/link/every-flag-has-a-name", test_flag_names);
	g_test_add_func("/link/host", test_host);
	g_test_add_func("/link/scan", test_scan);
	g_test_add_func("/link/scan-is-linear", test_scan_is_linear);
	g_test_add_func("/link/random-bytes", test_random_bytes);
	g_test_add_func("/url/resolve-random", test_resolve_random);
	return g_test_run();
}
