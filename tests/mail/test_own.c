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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/own/resembled-is-named", test_resembled_is_named);
	g_test_add_func("/own/name-of-nothing-is-nobody's", test_name_of_nothing_is_nobodys);
	return g_test_run();
}
