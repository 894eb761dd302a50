#include "store/waits.h"

#include <stdlib.h>

static void
test_few_are_exact(void)
{
	g_autoptr(Waits) waits = waits_new();

	g_assert_cmpint(waits_percentile(waits, 50), ==, -1);
	for (int64_t i = WAITS_EXACT; i > 0; i--)
		waits_add(waits, i * 1000003);
	g_assert_cmpint(waits_count(waits), ==, WAITS_EXACT);
	g_assert_cmpint(waits_percentile(waits, 0), ==, 1000003);
	g_assert_cmpint(waits_percentile(waits, 50), ==, INT64_C(1000003) * WAITS_EXACT / 2);
	g_assert_cmpint(waits_percentile(waits, 100), ==, INT64_C(1000003) * WAITS_EXACT);
}

static void
assert_near(int64_t told, int64_t was)
{
	if (llabs(told - was) * 100 > was)
		g_error("%" G_GINT64_FORMAT " is told of %" G_GINT64_FORMAT, told, was);
}

static void
test_many_are_near(void)
{
	const int64_t lengths[] = { 1, 60, 127, 128, 129, 3600, 86401, 31536000, INT64_C(1) << 39 };

	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autoptr(Waits) waits = waits_new();

		for (int k = 0; k < WAITS_EXACT; k++)
			waits_add(waits, 0);
		for (int k = 0; k < WAITS_EXACT + 1; k++)
			waits_add(waits, lengths[i]);
		g_assert_cmpint(waits_count(waits), ==, 2 * WAITS_EXACT + 1);
		g_assert_cmpint(waits_percentile(waits, 49), ==, 0);
		assert_near(waits_percentile(waits, 51), lengths[i]);
		assert_near(waits_percentile(waits, 100), lengths[i]);
	}
}

/* No clock is so wrong, but a store may be. */
static void
test_beyond_all_times(void)
{
	g_autoptr(Waits) waits = waits_new();

	for (int i = 0; i < WAITS_EXACT + 1; i++)
		waits_add(waits, INT64_MAX);
	g_assert_cmpint(waits_percentile(waits, 50), >, INT64_C(1) << 39);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/waits/few-are-exact", test_few_are_exact);
	g_test_add_func("/waits/many-are-near", test_many_are_near);
	g_test_add_func("/waits/beyond-all-times", test_beyond_all_times);
	return g_test_run();
}
