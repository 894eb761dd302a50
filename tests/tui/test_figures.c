#include "tui/figures.h"

#include <glib.h>

enum {
	DAY = 86400,
};

static const int64_t now = 1780000000; /* 2026-05-28 20:26:40 UTC */

static void
assert_days(int64_t first, int64_t last, const char *wanted)
{
	g_autofree char *days = figure_days(now, first, last);

	g_assert_cmpstr(days, ==, wanted);
}

static void
test_days(void)
{
	assert_days(now - 3 * DAY, now, "25 May – 28 May");
	assert_days(now, now, "28 May");
	assert_days(now - 200 * DAY, now, "9 Nov 2025 – 28 May");
	assert_days(now - 400 * DAY, now - 400 * DAY, "23 Apr 2025");
	assert_days(INT64_MIN, INT64_MAX, "?");
}

static void
test_length(void)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
		{ 0, "<1m" },
		{ 59, "<1m" },
		{ 60, "1m" },
		{ 3599, "59m" },
		{ 3600, "1h" },
		{ 2 * 86400, "2d" },
		{ 400 * (int64_t)86400, "1y" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = figure_length(cases[i].seconds);

		g_assert_cmpstr(text, ==, cases[i].text);
	}
}

static void
test_rate(void)
{
	static const int64_t counts[] = { 0, 1, 50, 100, 100000 };
	static const int64_t none[] = { 0, 0 };
	g_autofree char *rate = figure_rate(counts, 4);
	g_autofree char *steep = figure_rate(counts, 5);
	g_autofree char *empty = figure_rate(none, 2);

	g_assert_cmpstr(rate, ==, " ▁▄█");
	g_assert_cmpstr(steep, ==, " ▁▁▁█");
	g_assert_cmpstr(empty, ==, "  ");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/figures/days", test_days);
	g_test_add_func("/figures/length", test_length);
	g_test_add_func("/figures/rate", test_rate);
	return g_test_run();
}
