#include "store/nearest.h"

#include <glib.h>

static const char *const names[] = { "import", "list", "show", "release", "hold-window", NULL };

static void
test_slip(void)
{
	g_assert_cmpstr(nearest_name("imprt", names), ==, "import");
	g_assert_cmpstr(nearest_name("ilst", names), ==, "list");
	g_assert_cmpstr(nearest_name("holdwindow", names), ==, "hold-window");
	g_assert_cmpstr(nearest_name("list", names), ==, "list");
	g_assert_cmpstr(nearest_name("Lizt", names), ==, "list");
}

static void
test_far(void)
{
	g_autofree char *endless = g_strnfill(100000, 'a');

	g_assert_null(nearest_name("xyzzy-plugh", names));
	g_assert_null(nearest_name("", names));
	g_assert_null(nearest_name("so", names));
	g_assert_null(nearest_name(endless, names));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/nearest/finds-a-slip-of-the-finger", test_slip);
	g_test_add_func("/nearest/does-not-guess-what-is-far", test_far);
	return g_test_run();
}
