#include "tui/columns.h"

#include <string.h>

#include "tui/figures.h"
#include "tui/theme.h"

enum {
	NUMBER,
	NAME,
	EXTRA,
};

static const Column columns[] = {
	[NUMBER] = { .title = "n", .minimum = 4, .to_right = true },
	[NAME] = { .title = "name", .minimum = 10, .share = 2, .maximum = 20 },
	[EXTRA] = { .title = "extra", .minimum = 8, .share = 1, .rank = 1 },
	{ .title = NULL },
};

static void
test_fits(void)
{
	Layout layout;

	columns_fit(columns, NULL, 24, &layout);
	g_assert_cmpint(layout.at[NUMBER], ==, 0);
	g_assert_cmpint(layout.at[NAME], ==, 5);
	g_assert_cmpint(layout.at[EXTRA], ==, 16);
	g_assert_cmpint(layout.width[EXTRA], ==, 8);
	columns_fit(columns, NULL, 23, &layout);
	g_assert_cmpint(layout.width[EXTRA], ==, 0);
	g_assert_cmpint(layout.width[NAME], ==, 18);
}

static void
test_grows(void)
{
	Layout layout;

	columns_fit(columns, NULL, 100, &layout);
	g_assert_cmpint(layout.width[NUMBER], ==, 4);
	g_assert_cmpint(layout.width[NAME], ==, 20);
	g_assert_cmpint(layout.width[EXTRA], ==, 100 - 4 - 20 - 2 * COLUMNS_GAP);
}

/* What must not be cut gets what it needs, and what matters less goes for it. */
static void
test_needs(void)
{
	const int needs[] = { [NUMBER] = 7, [NAME] = 0, [EXTRA] = 0 };
	Layout layout;

	g_assert_true(columns_whole(&columns[NUMBER]));
	g_assert_false(columns_whole(&columns[NAME]));
	columns_fit(columns, needs, 24, &layout);
	g_assert_cmpint(layout.width[NUMBER], ==, 7);
	g_assert_cmpint(layout.width[EXTRA], ==, 0);
	columns_fit(columns, needs, 30, &layout);
	g_assert_cmpint(layout.width[NUMBER], ==, 7);
	g_assert_cmpint(layout.width[EXTRA], >, 0);
}

/* At any width no column runs into the next, and what is needed stays. */
static void
test_any_width(void)
{
	for (int width = -5; width < 400; width++) {
		Layout layout;

		columns_fit(columns, NULL, width, &layout);
		g_assert_cmpint(layout.width[NUMBER], >, 0);
		g_assert_cmpint(layout.width[NAME], >, 0);
		g_assert_cmpint(layout.at[NUMBER] + layout.width[NUMBER], <, layout.at[NAME]);
		if (layout.width[EXTRA] > 0) {
			g_assert_cmpint(layout.at[NAME] + layout.width[NAME], <, layout.at[EXTRA]);
			g_assert_cmpint(layout.at[EXTRA] + layout.width[EXTRA], <=, width);
		}
	}
}

static void
assert_age(int64_t seconds, const char *wanted)
{
	g_autofree char *age = figure_age(1780000000, 1780000000 - seconds);

	g_assert_cmpstr(age, ==, wanted);
}

static void
test_ages(void)
{
	g_autofree char *unknown = figure_age(1780000000, 0);

	assert_age(0, "now");
	assert_age(-30, "now");
	assert_age(59, "now");
	assert_age(60, "1m");
	assert_age(7200, "2h");
	assert_age(2 * 86400, "2d");
	assert_age(21 * 86400, "3w");
	assert_age(364 * 86400, "52w");
	assert_age(365 * 86400, "1y");
	assert_age(-5 * 86400, "+5d");
	assert_age(INT64_C(-200000000000), "+99d");
	g_assert_cmpstr(unknown, ==, "");
}

static void
assert_text(char *owned, const char *wanted)
{
	g_autofree char *text = owned;

	g_assert_cmpstr(text, ==, wanted);
}

static void
test_figures(void)
{
	assert_text(figure_size(999), "999 B");
	assert_text(figure_size(12345), "12.3 KB");
	assert_text(figure_size(60 * 1000 * 1000), "60.0 MB");
	assert_text(figure_span(-3), "0 s");
	assert_text(figure_span(30), "30 s");
	assert_text(figure_span(600), "10 min");
	assert_text(figure_count(1, "message"), "1 message");
	assert_text(figure_count(0, "message"), "0 messages");
	assert_text(figure_time(0), "–");
	assert_text(figure_time(1780000000), "2026-05-28 20:26");
	assert_text(figure_time(INT64_MAX), "?");
}

/* The row the cursor is on can be told in every palette, whatever it says. */
static void
test_selection_shows(void)
{
	for (Palette palette = 0; palette < PALETTES; palette++) {
		for (Style style = STYLE_NORMAL; style < STYLES; style++) {
			const Look *selected = theme_look(palette, style, true);

			g_assert_true(
				selected->background >= 0 || (selected->attributes & LOOK_REVERSE));
			/* Never a colour of ours on a background of the terminal's choice. */
			g_assert_true(selected->background < 0 || selected->foreground >= 0);
		}
	}
}

int
main(int argc, char **argv)
{
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/columns/the-least-needed-goes-first", test_fits);
	g_test_add_func("/columns/share-the-room", test_grows);
	g_test_add_func("/columns/any-width", test_any_width);
	g_test_add_func("/columns/numbers-are-never-cut", test_needs);
	g_test_add_func("/figures/ages", test_ages);
	g_test_add_func("/figures/others", test_figures);
	g_test_add_func("/theme/selection-shows", test_selection_shows);
	return g_test_run();
}
