#include "mail/own.h"

#include <glib.h>

static void
test_resembled_is_named(void)
{
	static const char *const own[] = { "harbourworks.example", NULL };
	const Site site = { .own_domains = own };

	g_assert_cmpstr(own_resembled(&site, "harbourvorks.example"), ==, own[0]);
	g_assert_null(own_resembled(&site, "harbourworks.example"));
	g_assert_null(own_resembled(&site, "bakery.example"));
}

/* "own-domains = ." is a mistake, and no reason to read no mail any more. */
static void
test_name_of_nothing_is_nobodys(void)
{
	static const char *const own[] = { "", ".", "...", "harbourworks.example", NULL };
	const Site site = { .own_domains = own };

	g_assert_false(own_is(&site, "bakery.example"));
	g_assert_null(own_resembled(&site, "bakery.example"));
	g_assert_cmpstr(own_resembled(&site, "harbourvorks.example"), ==, own[3]);
}

/* People write them as they read them, mails as DNS has them. */
static void
test_domains_in_either_spelling(void)
{
	static const char *const own[] = { "B\xc3\xbc"
					   "cher.example",
		"xn--mnchen-3ya.example", "mail.harbourworks.example.", NULL };
	const Site site = { .own_domains = own };

	g_assert_true(own_is(&site, "xn--bcher-kva.example"));
	g_assert_true(own_is(&site, "www.xn--bcher-kva.example"));
	g_assert_true(own_is(&site,
		"m\xc3\xbc"
		"nchen.example"));
	g_assert_false(own_is(&site, "bcher.example"));
	g_assert_true(own_is_below(&site, "harbourworks.example"));
	g_assert_false(own_is_below(&site, "works.example"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/own/resembled-is-named", test_resembled_is_named);
	g_test_add_func("/own/name-of-nothing-is-nobody's", test_name_of_nothing_is_nobodys);
	g_test_add_func("/own/domains-in-either-spelling", test_domains_in_either_spelling);
	return g_test_run();
}
