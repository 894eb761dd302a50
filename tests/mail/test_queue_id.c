#include "mail/queue_id.h"

#include <glib.h>

static void
test_forms(void)
{
	static const char *const ids[] = { "4ABCDEF012", "0123AB", "4jdBHB2QvMz1bcM3" };
	static const char *const none[] = { "", "4ABC", "4abcdef012", "4jdBHB2QvMz1bcA3", "NOQUEUE",
		"z123456", "15.20.1234.56", "4ABCDEF0120123456789ABCDEF", "1abcDE-0001-X" };

	for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
		g_assert_true(queue_id_is(ids[i]));
	for (gsize i = 0; i < G_N_ELEMENTS(none); i++)
		g_assert_false(queue_id_is(none[i]));
	g_assert_true(queue_id_is_long("4jdBHB2QvMz1bcM3"));
	g_assert_false(queue_id_is_long("4ABCDEF012"));
}

static void
test_text_as_logged(void)
{
	g_autofree char *text = text_as_logged("a\tb\xc3\xa9@c ~");

	g_assert_cmpstr(text, ==, "a?b??@c ~");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/queue-id/forms", test_forms);
	g_test_add_func("/queue-id/text-as-logged", test_text_as_logged);
	return g_test_run();
}
