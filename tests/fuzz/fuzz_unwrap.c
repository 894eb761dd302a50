/* A link followed offline to where it leads: link.h, unwrap.h, url.h, domain.h. */
#include "mail/domain.h"
#include "mail/link.h"
#include "mail/text.h"
#include "mail/unwrap.h"
#include "tests/fuzz/fuzz.h"

/* Two spellings of one address have one normal form, which is its own. */
static void
check_url(const char *text)
{
	g_autoptr(Url) url = url_parse(text);
	g_autofree char *normal = url_normal(text);
	g_autofree char *again = normal ? url_normal(normal) : NULL;
	g_autofree char *host = link_host(text);
	g_autofree char *ascii = host ? domain_to_ascii(host) : NULL;
	g_autofree char *twice = ascii ? domain_to_ascii(ascii) : NULL;
	g_autofree char *resolved = url_resolve("https://shop.example/a/b?c", text);

	fuzz_assert_utf8(resolved);
	g_assert_cmpint(normal != NULL, ==, url_is_web(url));
	g_assert_cmpstr(normal, ==, again);
	g_assert_cmpstr(ascii, ==, twice);
	g_assert_true(url->path >= url->text && url->path <= url->text + strlen(url->text));
	g_assert_true(!url->host || !strpbrk(url->host, "/ @\\"));
}

static void
check_link(const Link *link)
{
	fuzz_assert_utf8(link->url);
	fuzz_assert_utf8(link->final);
	g_assert_cmpuint(link->chain->len, <=, UNWRAP_MAX_STEPS);
	g_assert_cmpuint(link->services->len, <=, link->chain->len + 2);
	for (guint i = 0; i < link->chain->len; i++)
		fuzz_assert_utf8(g_ptr_array_index(link->chain, i));
	for (guint i = 0; i < link->services->len; i++)
		g_assert_nonnull(unwrapper_find(g_ptr_array_index(link->services, i)));
	for (guint i = 0; i < link->chain->len + 2; i++)
		link_service(link, i);
	if (link->domain) {
		g_autofree char *domain = domain_registrable(link->domain);

		fuzz_assert_utf8(link->domain);
		if (g_str_is_ascii(link->domain))
			g_assert_cmpstr(domain, ==, link->domain);
	}
}

/* What is made unclickable is nothing that a terminal makes a link of. */
static void
check_defanged(const char *text)
{
	g_autofree char *defanged = text_defang(text);
	g_autofree char *lower = g_ascii_strdown(defanged, -1);

	fuzz_assert_utf8(defanged);
	g_assert_null(strstr(lower, "http://"));
	g_assert_null(strstr(lower, "https://"));
	for (const char *at = lower; (at = strstr(at, "www.")) != NULL; at++)
		g_assert_false(g_ascii_isalnum(at[4]));
}

static void
count_found(const char *url, void *data)
{
	fuzz_assert_utf8(url);
	++*(int *)data;
}

/* The input: the text that is shown in a line, then the URL. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *input = text_utf8((const char *)data, size);
	Fuzz fuzz = { (const uint8_t *)input, strlen(input) };
	g_autofree char *text = fuzz_line(&fuzz);
	g_autofree char *url = fuzz_rest(&fuzz);
	g_autoptr(Link) link = link_new(text, url, 0, "part 1", NULL);
	int found = 0;

	check_link(link);
	check_url(url);
	check_url(link->final);
	check_defanged(input);
	link_scan(input, strlen(input), count_found, &found);
	g_assert_cmpuint((size_t)found, <=, strlen(input));
	return 0;
}
