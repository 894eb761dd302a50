#include "tui/theme.h"

#include <string.h>

#include "tui/tui.h"

enum {
	MANY = 256,
	BRIGHT = 16,
	FEW = 8,
};

const char *const theme_names[] = {
	[THEME_AUTO] = "auto",
	[THEME_DARK] = "dark",
	[THEME_LIGHT] = "light",
	[THEME_SIXTEEN] = "16",
	[THEME_EIGHT] = "8",
	[THEME_NONE] = "none",
	NULL,
};

typedef struct StyleLooks {
	Look plain, selected;
} StyleLooks;

/* Where a background is set, so is the foreground.  Text has a contrast of 4.5 against what
 * it is on, and lines of 3; where that is not known, of 4 against black and white alike, which
 * few colours have (tests/tui/test_theme.c). */
// clang-format off
static const StyleLooks themes[PALETTES][STYLES] = {
	[PALETTE_NONE] = {
		[STYLE_NORMAL]   = { { -1, -1, 0 },              { -1, -1, LOOK_REVERSE } },
		[STYLE_BAR]      = { { -1, -1, LOOK_REVERSE },   { -1, -1, LOOK_REVERSE } },
		[STYLE_BAR_NAME] = { { -1, -1, LOOK_REVERSE | LOOK_BOLD }, { -1, -1, LOOK_REVERSE } },
		[STYLE_BAR_DIM]  = { { -1, -1, LOOK_REVERSE },   { -1, -1, LOOK_REVERSE } },
		[STYLE_HEADING]  = { { -1, -1, LOOK_UNDERLINE }, { -1, -1, LOOK_REVERSE } },
		[STYLE_STRONG]   = { { -1, -1, LOOK_BOLD },      { -1, -1, LOOK_REVERSE | LOOK_BOLD } },
		[STYLE_DIM]      = { { -1, -1, 0 },              { -1, -1, LOOK_REVERSE } },
		[STYLE_LINE]     = { { -1, -1, 0 },              { -1, -1, LOOK_REVERSE } },
		[STYLE_LINK]     = { { -1, -1, LOOK_UNDERLINE }, { -1, -1, LOOK_REVERSE } },
		[STYLE_DANGER]   = { { -1, -1, LOOK_BOLD },      { -1, -1, LOOK_REVERSE | LOOK_BOLD } },
		[STYLE_WARN]     = { { -1, -1, LOOK_BOLD },      { -1, -1, LOOK_REVERSE | LOOK_BOLD } },
		[STYLE_GOOD]     = { { -1, -1, 0 },              { -1, -1, LOOK_REVERSE } },
		[STYLE_KEY]      = { { -1, -1, LOOK_BOLD },      { -1, -1, LOOK_REVERSE } },
		[STYLE_TAB]      = { { -1, -1, LOOK_REVERSE },   { -1, -1, LOOK_REVERSE } },
		[STYLE_ERROR]    = { { -1, -1, LOOK_BOLD },      { -1, -1, LOOK_REVERSE | LOOK_BOLD } },
	},
	[PALETTE_EIGHT] = {
		[STYLE_NORMAL]     = { { -1, -1, 0 },              { 7, 4, 0 } },
		[STYLE_BAR]        = { { 7, 4, 0 },                { 7, 4, 0 } },
		[STYLE_BAR_NAME]   = { { 7, 4, LOOK_BOLD },        { 7, 4, LOOK_BOLD } },
		[STYLE_BAR_DIM]    = { { 7, 4, 0 },                { 7, 4, 0 } },
		[STYLE_HEADING]    = { { -1, -1, LOOK_UNDERLINE }, { 7, 4, 0 } },
		[STYLE_STRONG]     = { { -1, -1, LOOK_BOLD },      { 7, 4, LOOK_BOLD } },
		[STYLE_DIM]        = { { -1, -1, 0 },              { 7, 4, 0 } },
		[STYLE_LINE]       = { { -1, -1, 0 },              { 7, 4, 0 } },
		[STYLE_LINK]       = { { -1, -1, LOOK_UNDERLINE }, { 7, 4, LOOK_UNDERLINE } },
		[STYLE_DANGER]     = { { 7, 1, LOOK_BOLD },        { 3, 4, LOOK_BOLD } },
		[STYLE_WARN]       = { { 5, -1, LOOK_BOLD },       { 3, 4, 0 } },
		[STYLE_GOOD]       = { { -1, -1, 0 },              { 7, 4, 0 } },
		[STYLE_KEY]        = { { -1, -1, LOOK_BOLD },      { 7, 4, LOOK_BOLD } },
		[STYLE_TAB]        = { { 7, 4, LOOK_BOLD },        { 7, 4, LOOK_BOLD } },
		[STYLE_ERROR]      = { { 7, 1, LOOK_BOLD },        { 3, 4, LOOK_BOLD } },
	},
	[PALETTE_EIGHT_DARK] = {
		[STYLE_NORMAL]     = { { -1, -1, 0 },              { 7, 4, 0 } },
		[STYLE_BAR]        = { { 7, 4, 0 },                { 7, 4, 0 } },
		[STYLE_BAR_NAME]   = { { 7, 4, LOOK_BOLD },        { 7, 4, LOOK_BOLD } },
		[STYLE_BAR_DIM]    = { { 7, 4, 0 },                { 7, 4, 0 } },
		[STYLE_HEADING]    = { { 6, -1, 0 },               { 7, 4, 0 } },
		[STYLE_STRONG]     = { { -1, -1, LOOK_BOLD },      { 7, 4, LOOK_BOLD } },
		[STYLE_DIM]        = { { -1, -1, 0 },              { 7, 4, 0 } },
		[STYLE_LINE]       = { { 6, -1, 0 },               { 7, 4, 0 } },
		[STYLE_LINK]       = { { 6, -1, LOOK_UNDERLINE },  { 7, 4, LOOK_UNDERLINE } },
		[STYLE_DANGER]     = { { 7, 1, LOOK_BOLD },        { 3, 4, LOOK_BOLD } },
		[STYLE_WARN]       = { { 3, -1, 0 },               { 3, 4, 0 } },
		[STYLE_GOOD]       = { { 2, -1, 0 },               { 7, 4, 0 } },
		[STYLE_KEY]        = { { -1, -1, LOOK_BOLD },      { 7, 4, LOOK_BOLD } },
		[STYLE_TAB]        = { { 7, 4, LOOK_BOLD },        { 7, 4, LOOK_BOLD } },
		[STYLE_ERROR]      = { { 7, 1, LOOK_BOLD },        { 3, 4, LOOK_BOLD } },
	},
	[PALETTE_EIGHT_LIGHT] = {
		[STYLE_NORMAL]     = { { -1, -1, 0 },              { 7, 4, 0 } },
		[STYLE_BAR]        = { { 7, 4, 0 },                { 7, 4, 0 } },
		[STYLE_BAR_NAME]   = { { 7, 4, LOOK_BOLD },        { 7, 4, LOOK_BOLD } },
		[STYLE_BAR_DIM]    = { { 7, 4, 0 },                { 7, 4, 0 } },
		[STYLE_HEADING]    = { { 4, -1, LOOK_BOLD },       { 7, 4, 0 } },
		[STYLE_STRONG]     = { { -1, -1, LOOK_BOLD },      { 7, 4, LOOK_BOLD } },
		[STYLE_DIM]        = { { -1, -1, 0 },              { 7, 4, 0 } },
		[STYLE_LINE]       = { { 4, -1, 0 },               { 7, 4, 0 } },
		[STYLE_LINK]       = { { 4, -1, LOOK_UNDERLINE },  { 7, 4, LOOK_UNDERLINE } },
		[STYLE_DANGER]     = { { 1, -1, LOOK_BOLD },       { 3, 4, LOOK_BOLD } },
		[STYLE_WARN]       = { { 5, -1, 0 },               { 3, 4, 0 } },
		[STYLE_GOOD]       = { { 4, -1, 0 },               { 7, 4, 0 } },
		[STYLE_KEY]        = { { -1, -1, LOOK_BOLD },      { 7, 4, LOOK_BOLD } },
		[STYLE_TAB]        = { { 7, 4, LOOK_BOLD },        { 7, 4, LOOK_BOLD } },
		[STYLE_ERROR]      = { { 1, -1, LOOK_BOLD },       { 3, 4, LOOK_BOLD } },
	},
	[PALETTE_SIXTEEN_DARK] = {
		[STYLE_NORMAL]     = { { -1, -1, 0 },              { 15, 4, 0 } },
		[STYLE_BAR]        = { { 15, 4, 0 },               { 15, 4, 0 } },
		[STYLE_BAR_NAME]   = { { 15, 4, LOOK_BOLD },       { 15, 4, LOOK_BOLD } },
		[STYLE_BAR_DIM]    = { { 7, 4, 0 },                { 7, 4, 0 } },
		[STYLE_HEADING]    = { { 14, -1, 0 },              { 7, 4, 0 } },
		[STYLE_STRONG]     = { { -1, -1, LOOK_BOLD },      { 15, 4, LOOK_BOLD } },
		[STYLE_DIM]        = { { 7, -1, 0 },               { 7, 4, 0 } },
		[STYLE_LINE]       = { { 6, -1, 0 },               { 7, 4, 0 } },
		[STYLE_LINK]       = { { 14, -1, LOOK_UNDERLINE }, { 7, 4, LOOK_UNDERLINE } },
		[STYLE_DANGER]     = { { 9, -1, LOOK_BOLD },       { 11, 4, LOOK_BOLD } },
		[STYLE_WARN]       = { { 11, -1, 0 },              { 11, 4, 0 } },
		[STYLE_GOOD]       = { { 10, -1, 0 },              { 7, 4, 0 } },
		[STYLE_KEY]        = { { 14, -1, LOOK_BOLD },      { 14, 4, LOOK_BOLD } },
		[STYLE_TAB]        = { { 15, 4, LOOK_BOLD },       { 15, 4, LOOK_BOLD } },
		[STYLE_ERROR]      = { { 9, -1, LOOK_BOLD },       { 11, 4, LOOK_BOLD } },
	},
	[PALETTE_RICH] = {
		[STYLE_NORMAL]     = { { -1, -1, 0 },              { 231, 24, 0 } },
		[STYLE_BAR]        = { { 252, 236, 0 },            { 252, 236, 0 } },
		[STYLE_BAR_NAME]   = { { 231, 236, LOOK_BOLD },    { 231, 236, LOOK_BOLD } },
		[STYLE_BAR_DIM]    = { { 248, 236, 0 },            { 248, 236, 0 } },
		[STYLE_HEADING]    = { { 62, -1, 0 },              { 153, 24, 0 } },
		[STYLE_STRONG]     = { { -1, -1, LOOK_BOLD },      { 231, 24, LOOK_BOLD } },
		[STYLE_DIM]        = { { 243, -1, 0 },             { 152, 24, 0 } },
		[STYLE_LINE]       = { { 243, -1, 0 },             { 152, 24, 0 } },
		[STYLE_LINK]       = { { 30, -1, 0 },              { 159, 24, 0 } },
		[STYLE_DANGER]     = { { 161, -1, LOOK_BOLD },     { 224, 24, LOOK_BOLD } },
		[STYLE_WARN]       = { { 130, -1, 0 },             { 222, 24, 0 } },
		[STYLE_GOOD]       = { { 29, -1, 0 },              { 157, 24, 0 } },
		[STYLE_KEY]        = { { 62, -1, LOOK_BOLD },      { 153, 24, LOOK_BOLD } },
		[STYLE_TAB]        = { { 231, 24, LOOK_BOLD },     { 231, 24, LOOK_BOLD } },
		[STYLE_ERROR]      = { { 161, -1, LOOK_BOLD },     { 224, 24, LOOK_BOLD } },
	},
	[PALETTE_RICH_DARK] = {
		[STYLE_NORMAL]     = { { -1, -1, 0 },              { 231, 24, 0 } },
		[STYLE_BAR]        = { { 254, 238, 0 },            { 254, 238, 0 } },
		[STYLE_BAR_NAME]   = { { 231, 238, LOOK_BOLD },    { 231, 238, LOOK_BOLD } },
		[STYLE_BAR_DIM]    = { { 250, 238, 0 },            { 250, 238, 0 } },
		[STYLE_HEADING]    = { { 110, -1, 0 },             { 153, 24, 0 } },
		[STYLE_STRONG]     = { { -1, -1, LOOK_BOLD },      { 231, 24, LOOK_BOLD } },
		[STYLE_DIM]        = { { 248, -1, 0 },             { 152, 24, 0 } },
		[STYLE_LINE]       = { { 243, -1, 0 },             { 152, 24, 0 } },
		[STYLE_LINK]       = { { 80, -1, 0 },              { 159, 24, 0 } },
		[STYLE_DANGER]     = { { 210, -1, LOOK_BOLD },     { 224, 24, LOOK_BOLD } },
		[STYLE_WARN]       = { { 215, -1, 0 },             { 222, 24, 0 } },
		[STYLE_GOOD]       = { { 114, -1, 0 },             { 157, 24, 0 } },
		[STYLE_KEY]        = { { 117, -1, LOOK_BOLD },     { 153, 24, LOOK_BOLD } },
		[STYLE_TAB]        = { { 231, 24, LOOK_BOLD },     { 231, 24, LOOK_BOLD } },
		[STYLE_ERROR]      = { { 210, -1, LOOK_BOLD },     { 224, 24, LOOK_BOLD } },
	},
	[PALETTE_RICH_LIGHT] = {
		[STYLE_NORMAL]     = { { -1, -1, 0 },              { 16, 189, 0 } },
		[STYLE_BAR]        = { { 236, 252, 0 },            { 236, 252, 0 } },
		[STYLE_BAR_NAME]   = { { 16, 252, LOOK_BOLD },     { 16, 252, LOOK_BOLD } },
		[STYLE_BAR_DIM]    = { { 239, 252, 0 },            { 239, 252, 0 } },
		[STYLE_HEADING]    = { { 25, -1, 0 },              { 24, 189, 0 } },
		[STYLE_STRONG]     = { { -1, -1, LOOK_BOLD },      { 16, 189, LOOK_BOLD } },
		[STYLE_DIM]        = { { 241, -1, 0 },             { 240, 189, 0 } },
		[STYLE_LINE]       = { { 245, -1, 0 },             { 240, 189, 0 } },
		[STYLE_LINK]       = { { 23, -1, 0 },              { 23, 189, 0 } },
		[STYLE_DANGER]     = { { 160, -1, LOOK_BOLD },     { 124, 189, LOOK_BOLD } },
		[STYLE_WARN]       = { { 94, -1, 0 },              { 58, 189, 0 } },
		[STYLE_GOOD]       = { { 22, -1, 0 },              { 22, 189, 0 } },
		[STYLE_KEY]        = { { 25, -1, LOOK_BOLD },      { 24, 189, LOOK_BOLD } },
		[STYLE_TAB]        = { { 231, 25, LOOK_BOLD },     { 231, 25, LOOK_BOLD } },
		[STYLE_ERROR]      = { { 160, -1, LOOK_BOLD },     { 124, 189, LOOK_BOLD } },
	},
};
// clang-format on

const Look *
theme_look(Palette palette, Style style, bool selected)
{
	const StyleLooks *looks = &themes[palette][style];

	return selected ? &looks->selected : &looks->plain;
}

typedef enum {
	GROUND_UNKNOWN,
	GROUND_DARK,
	GROUND_LIGHT,
} Ground;

/* "15;0" or "0;default;15": the last is the background, of the sixteen colours. */
static Ground
ground_of(const char *terminal, const char *colorfgbg)
{
	const char *last = colorfgbg ? strrchr(colorfgbg, ';') : NULL;
	guint64 color;

	if (last && g_ascii_string_to_unsigned(last + 1, 10, 0, BRIGHT - 1, &color, NULL))
		return color < 7 || color == 8 ? GROUND_DARK : GROUND_LIGHT;
	return g_strcmp0(terminal, "linux") == 0 ? GROUND_DARK : GROUND_UNKNOWN;
}

Palette
theme_palette(Theme theme, int colors, const char *terminal, const char *colorfgbg)
{
	static const Palette few[] = { PALETTE_EIGHT, PALETTE_EIGHT_DARK, PALETTE_EIGHT_LIGHT };
	static const Palette bright[] = { PALETTE_EIGHT, PALETTE_SIXTEEN_DARK,
		PALETTE_EIGHT_LIGHT };
	static const Palette rich[] = { PALETTE_RICH, PALETTE_RICH_DARK, PALETTE_RICH_LIGHT };
	Ground ground = ground_of(terminal, colorfgbg);

	if (theme == THEME_NONE || colors < FEW)
		return PALETTE_NONE;
	if (theme == THEME_DARK)
		ground = GROUND_DARK;
	if (theme == THEME_LIGHT)
		ground = GROUND_LIGHT;
	/* More of them are numbered as red, green and blue, but the first eight. */
	if (theme == THEME_EIGHT || colors < BRIGHT || colors > MANY)
		return few[ground];
	return theme == THEME_SIXTEEN || colors < MANY ? bright[ground] : rich[ground];
}
