#include "mail/domain.h"

#include <glib.h>
#include <string.h>
#include <time.h>

#include "mail/digest.h"

typedef struct Pair {
	const char *host, *expected;
} Pair;

static void
test_registrable(void)
{
	static const Pair pairs[] = {
		{ "shop.example.com", "example.com" },
		{ "WWW.Example.CO.UK.", "example.co.uk" },
		{ "example.com", "example.com" },
		{ "co.uk", "co.uk" },
		{ "pot", "pot" },
		{ "localhost..", "localhost" },
		{ "192.0.2.1", "192.0.2.1" },
		{ "[IPv6:2001:db8::1]", "[ipv6:2001:db8::1]" },
		{ "www.bücher.example", "xn--bcher-kva.example" },
		{ "www.xn--bcher-kva.example", "xn--bcher-kva.example" },
		{ "a.b.c.d.e.f.g.h.i.j.example.org", "example.org" },
		{ "a_b.example.org", "example.org" },
		{ "evil.test", "evil.test" },
		{ "", NULL },
		{ "...", NULL },
		{ NULL, NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *domain = domain_registrable(pairs[i].host);

		g_assert_cmpstr(domain, ==, pairs[i].expected);
	}
}

/* A name that can't resolve is no reason to spend a second on it. */
static void
test_endless_host(void)
{
	g_autoptr(GString) host = g_string_new(NULL);
	g_autofree char *domain = NULL;
	clock_t before = clock();

	for (int i = 0; i < 200000; i++)
		g_string_append(host, "a.");
	g_string_append(host, "example.com");
	domain = domain_registrable(host->str);
	g_assert_cmpstr(domain, ==, "example.com");
	g_assert_cmpint(clock() - before, <, CLOCKS_PER_SEC / 2);
}

static void
test_same_org(void)
{
	g_assert_true(domain_same_org("mail.shop.example.com", "EXAMPLE.com"));
	g_assert_true(domain_same_org("bücher.example", "www.xn--bcher-kva.example"));
	g_assert_false(domain_same_org("a.co.uk", "b.co.uk"));
	g_assert_false(domain_same_org("example.com", "example.com.evil.test"));
	g_assert_false(domain_same_org(NULL, NULL));
	g_assert_false(domain_same_org("", "example.com"));
}

static void
test_address(void)
{
	g_assert_cmpstr(domain_of_address("a@b.example"), ==, "b.example");
	g_assert_cmpstr(domain_of_address("\"a@b\"@c.example"), ==, "c.example");
	g_assert_null(domain_of_address("a@"));
	g_assert_null(domain_of_address("a"));
	g_assert_null(domain_of_address(NULL));
}

static void
test_under(void)
{
	g_assert_true(domain_is_under("x.Example.com.", "example.COM"));
	g_assert_true(domain_is_under("example.com", "example.com"));
	g_assert_false(domain_is_under("notexample.com", "example.com"));
	g_assert_false(domain_is_under("com", "example.com"));
	g_assert_false(domain_is_under("example.com", ""));
}

static void
test_known_suffix(void)
{
	g_assert_true(domain_has_known_suffix("bank.com"));
	g_assert_false(domain_has_known_suffix("invoice.pdf"));
	g_assert_false(domain_has_known_suffix("com"));
	g_assert_false(domain_has_known_suffix(""));
}

static void
test_random_bytes(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(3);

	for (int round = 0; round < 5000; round++) {
		char host[64];
		int length = g_rand_int_range(random, 0, sizeof host);
		g_autofree char *domain = NULL;

		for (int i = 0; i < length; i++)
			host[i] = g_rand_boolean(random) ? "a.-x1"[g_rand_int_range(random, 0, 5)]
							 : (char)g_rand_int_range(random, 1, 256);
		host[MIN(length, (int)sizeof host - 1)] = '\0';
		domain = domain_registrable(host);
		g_assert_true(!domain || g_utf8_validate(domain, -1, NULL));
	}
}

static void
test_digest(void)
{
	uint8_t digest[DIGEST_SIZE];
	char hex[DIGEST_HEX];

	digest_sha256("abc", 3, digest);
	digest_hex(digest, hex);
	g_assert_cmpstr(
		hex, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_sha256(NULL, 0, digest);
	digest_hex(digest, hex);
	g_assert_cmpstr(
		hex, ==, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/domain/registrable", test_registrable);
	g_test_add_func("/domain/endless-host", test_endless_host);
	g_test_add_func("/domain/same-organisation", test_same_org);
	g_test_add_func("/domain/of-address", test_address);
	g_test_add_func("/domain/under", test_under);
	g_test_add_func("/domain/known-suffix", test_known_suffix);
	g_test_add_func("/domain/random-bytes", test_random_bytes);
	g_test_add_func("/digest/sha256", test_digest);
	return g_test_run();
}
