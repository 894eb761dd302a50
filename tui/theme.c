#include "tui/theme.h"

typedef struct StyleLooks {
	Look plain, selected;
} StyleLooks;

/* Colours that read on black and on white; where a background is set, so is the
 * foreground. */
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
		[STYLE_NORMAL]   = { { -1, -1, 0 },         { 7, 4, 0 } },
		[STYLE_BAR]      = { { 7, 4, 0 },           { 7, 4, 0 } },
		[STYLE_BAR_NAME] = { { 7, 4, LOOK_BOLD },   { 7, 4, LOOK_BOLD } },
		[STYLE_BAR_DIM]  = { { 6, 4, 0 },           { 6, 4, 0 } },
		[STYLE_HEADING]  = { { 6, -1, 0 },          { 7, 4, 0 } },
		[STYLE_STRONG]   = { { -1, -1, LOOK_BOLD }, { 7, 4, LOOK_BOLD } },
		[STYLE_DIM]      = { { 6, -1, 0 },          { 6, 4, 0 } },
		[STYLE_LINE]     = { { 4, -1, 0 },          { 7, 4, 0 } },
		[STYLE_LINK]     = { { 6, -1, 0 },          { 6, 4, LOOK_BOLD } },
		[STYLE_DANGER]   = { { 1, -1, LOOK_BOLD },  { 3, 4, LOOK_BOLD } },
		[STYLE_WARN]     = { { 3, -1, 0 },          { 3, 4, 0 } },
		[STYLE_GOOD]     = { { 2, -1, 0 },          { 2, 4, LOOK_BOLD } },
		[STYLE_KEY]      = { { -1, -1, LOOK_BOLD }, { 7, 4, LOOK_BOLD } },
		[STYLE_TAB]      = { { 7, 4, LOOK_BOLD },   { 7, 4, LOOK_BOLD } },
		[STYLE_ERROR]    = { { 1, -1, LOOK_BOLD },  { 3, 4, LOOK_BOLD } },
	},
	[PALETTE_RICH] = {
		[STYLE_NORMAL]   = { { -1, -1, 0 },          { 231, 24, 0 } },
		[STYLE_BAR]      = { { 252, 236, 0 },        { 252, 236, 0 } },
		[STYLE_BAR_NAME] = { { 231, 236, LOOK_BOLD }, { 231, 236, LOOK_BOLD } },
		[STYLE_BAR_DIM]  = { { 246, 236, 0 },        { 246, 236, 0 } },
		[STYLE_HEADING]  = { { 67, -1, 0 },          { 153, 24, 0 } },
		[STYLE_STRONG]   = { { -1, -1, LOOK_BOLD },  { 231, 24, LOOK_BOLD } },
		[STYLE_DIM]      = { { 245, -1, 0 },         { 152, 24, 0 } },
		[STYLE_LINE]     = { { 240, -1, 0 },         { 152, 24, 0 } },
		[STYLE_LINK]     = { { 37, -1, 0 },          { 159, 24, 0 } },
		[STYLE_DANGER]   = { { 167, -1, LOOK_BOLD }, { 217, 24, LOOK_BOLD } },
		[STYLE_WARN]     = { { 172, -1, 0 },         { 222, 24, 0 } },
		[STYLE_GOOD]     = { { 71, -1, 0 },          { 157, 24, 0 } },
		[STYLE_KEY]      = { { 67, -1, LOOK_BOLD },  { 153, 24, LOOK_BOLD } },
		[STYLE_TAB]      = { { 231, 24, LOOK_BOLD }, { 231, 24, LOOK_BOLD } },
		[STYLE_ERROR]    = { { 167, -1, LOOK_BOLD }, { 217, 24, LOOK_BOLD } },
	},
};
// clang-format on

const Look *
theme_look(Palette palette, Style style, bool selected)
{
	const StyleLooks *looks = &themes[palette][style];

	return selected ? &looks->selected : &looks->plain;
}
