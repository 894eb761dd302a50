#include "tui/theme.h"

#include <math.h>
#include <string.h>

typedef struct Color {
	int red, green, blue;
} Color;

/* xterm's: sixteen, a cube of six levels, and 24 greys. */
static Color
color_of(int number)
{
	static const Color first[] = { { 0, 0, 0 }, { 205, 0, 0 }, { 0, 205, 0 }, { 205, 205, 0 },
		{ 0, 0, 238 }, { 205, 0, 205 }, { 0, 205, 205 }, { 229, 229, 229 },
		{ 127, 127, 127 }, { 255, 0, 0 }, { 0, 255, 0 }, { 255, 255, 0 }, { 92, 92, 255 },
		{ 255, 0, 255 }, { 0, 255, 255 }, { 255, 255, 255 } };
	static const int levels[] = { 0, 95, 135, 175, 215, 255 };
	int grey = 8 + 10 * (number - 232);

	if (number < 16)
		return first[number];
	if (number >= 232)
		return (Color){ grey, grey, grey };
	number -= 16;
	return (Color){ levels[number / 36], levels[number / 6 % 6], levels[number % 6] };
}

static double
linear(int level)
{
	double value = level / 255.0;

	return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static double
luminance(Color color)
{
	return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) +
		0.0722 * linear(color.blue);
}

/* As WCAG 2.2 defines it: 1 to 21. */
static double
contrast(Color a, Color b)
{
	double one = luminance(a) + 0.05;
	double other = luminance(b) + 0.05;

	return one > other ? one / other : other / one;
}

static const Color black = { 0, 0, 0 }, white = { 255, 255, 255 };
/* What terminals ship beside black and white. */
static const Color one_dark = { 0x28, 0x2c, 0x34 }, solarized_light = { 0xfd, 0xf6, 0xe3 };

/* -1 for what stands on the terminal's own ground is its own ink, black or white. */
static double
contrast_of(const Look *look, Color ground)
{
	Color under = look->background < 0 ? ground : color_of(look->background);
	Color ink = luminance(ground) < 0.2 ? white : black;

	return contrast(look->foreground < 0 ? ink : color_of(look->foreground), under);
}

static void
check(Palette palette, const Color *grounds, gsize count, double least, double least_of_lines)
{
	for (Style style = 0; style < STYLES; style++) {
		double wanted = style == STYLE_LINE ? least_of_lines : least;

		for (gsize i = 0; i < 2 * count; i++) {
			const Look *look = theme_look(palette, style, i % 2 == 1);
			double got = contrast_of(look, grounds[i / 2]);

			if (got < wanted)
				g_error("palette %d, style %d%s: contrast %.2f, wanted %.2f",
					palette, style, i % 2 ? ", selected" : "", got, wanted);
		}
	}
}

static void
test_contrast(void)
{
	const Color dark[] = { black, one_dark };
	const Color light[] = { white, solarized_light };
	const Color both[] = { black, white };

	check(PALETTE_RICH_DARK, dark, 2, 4.5, 3);
	check(PALETTE_RICH_LIGHT, light, 2, 4.5, 3);
	/* The most that any colour can have against both is 4.58. */
	check(PALETTE_RICH, both, 2, 4, 3);
	check(PALETTE_SIXTEEN_DARK, dark, 1, 4.5, 3);
	check(PALETTE_EIGHT_DARK, dark, 1, 4.5, 3);
	check(PALETTE_EIGHT_LIGHT, light, 1, 4.5, 3);
	check(PALETTE_EIGHT, both, 2, 4, 3);
}

/* A background of ours under the terminal's own ink would be anything. */
static void
test_grounds(void)
{
	for (Palette palette = 0; palette < PALETTES; palette++) {
		for (int i = 0; i < 2 * STYLES; i++) {
			const Look *look = theme_look(palette, (Style)(i / 2), i % 2 == 1);

			if (look->background >= 0)
				g_assert_cmpint(look->foreground, >=, 0);
		}
	}
}

/* Without colours the cursor's row, danger and keys still look unlike plain text. */
static void
test_none(void)
{
	static const Style marked[] = { STYLE_BAR, STYLE_HEADING, STYLE_STRONG, STYLE_DANGER,
		STYLE_WARN, STYLE_KEY, STYLE_TAB, STYLE_ERROR };

	for (Style style = 0; style < STYLES; style++) {
		const Look *selected = theme_look(PALETTE_NONE, style, true);

		g_assert_true(selected->attributes & LOOK_REVERSE);
		g_assert_cmpint(selected->foreground, ==, -1);
		g_assert_cmpint(theme_look(PALETTE_NONE, style, false)->foreground, ==, -1);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(marked); i++)
		g_assert_cmpuint(theme_look(PALETTE_NONE, marked[i], false)->attributes, !=, 0);
}

static void
test_chosen(void)
{
	static const struct {
		Theme theme;
		int colors;
		const char *terminal, *colorfgbg;
		Palette palette;
	} cases[] = {
		{ THEME_AUTO, 256, "xterm-256color", NULL, PALETTE_RICH },
		{ THEME_AUTO, 256, "xterm-256color", "15;0", PALETTE_RICH_DARK },
		{ THEME_AUTO, 256, "xterm-256color", "0;default;15", PALETTE_RICH_LIGHT },
		{ THEME_AUTO, 256, "xterm-256color", "12;8", PALETTE_RICH_DARK },
		{ THEME_AUTO, 256, "xterm-256color", "0;7", PALETTE_RICH_LIGHT },
		{ THEME_AUTO, 256, "xterm-256color", "0;default", PALETTE_RICH },
		{ THEME_AUTO, 256, "xterm-256color", "rubbish", PALETTE_RICH },
		{ THEME_AUTO, 16777216, "xterm-direct", NULL, PALETTE_EIGHT },
		{ THEME_AUTO, 88, "rxvt-88color", "15;0", PALETTE_SIXTEEN_DARK },
		{ THEME_AUTO, 16, "xterm-16color", NULL, PALETTE_EIGHT },
		{ THEME_AUTO, 8, "linux", NULL, PALETTE_EIGHT_DARK },
		{ THEME_AUTO, 8, "xterm", NULL, PALETTE_EIGHT },
		{ THEME_AUTO, 8, "xterm", "0;15", PALETTE_EIGHT_LIGHT },
		{ THEME_AUTO, 0, "vt100", NULL, PALETTE_NONE },
		{ THEME_DARK, 256, NULL, "0;15", PALETTE_RICH_DARK },
		{ THEME_LIGHT, 256, NULL, NULL, PALETTE_RICH_LIGHT },
		{ THEME_LIGHT, 8, "linux", NULL, PALETTE_EIGHT_LIGHT },
		{ THEME_DARK, 0, "vt100", NULL, PALETTE_NONE },
		{ THEME_SIXTEEN, 256, NULL, "15;0", PALETTE_SIXTEEN_DARK },
		{ THEME_SIXTEEN, 8, NULL, "15;0", PALETTE_EIGHT_DARK },
		{ THEME_EIGHT, 256, NULL, NULL, PALETTE_EIGHT },
		{ THEME_NONE, 256, NULL, "15;0", PALETTE_NONE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(theme_palette(cases[i].theme, cases[i].colors, cases[i].terminal,
					cases[i].colorfgbg),
			==, cases[i].palette);
}

static void
test_names(void)
{
	g_assert_cmpuint(g_strv_length((char **)theme_names), ==, THEMES);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/theme/reads-on-what-it-is-on", test_contrast);
	g_test_add_func("/theme/own-grounds-have-own-ink", test_grounds);
	g_test_add_func("/theme/none-has-attributes-alone", test_none);
	g_test_add_func("/theme/chosen-by-terminal", test_chosen);
	g_test_add_func("/theme/each-has-a-name", test_names);
	return g_test_run();
}
