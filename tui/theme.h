/* theme.h - what each style looks like, on dark and on light, with few and with many colours
 *
 * A colour never says anything alone: what it marks stands there in a word, a sign or a
 * figure as well.
 */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include "tui/frame.h"
#include "tui/tui.h"

typedef enum {
	PALETTE_NONE,  /* bold, underline and reverse alone */
	PALETTE_EIGHT, /* the eight colours every colour terminal has, on what is not known */
	PALETTE_EIGHT_DARK,
	PALETTE_EIGHT_LIGHT,
	PALETTE_SIXTEEN_DARK, /* and the eight bright ones: they read on dark alone */
	PALETTE_RICH,         /* 256, on what is not known */
	PALETTE_RICH_DARK,
	PALETTE_RICH_LIGHT,
	PALETTES
} Palette;

typedef enum {
	LOOK_BOLD = 1 << 0,
	LOOK_UNDERLINE = 1 << 1,
	LOOK_REVERSE = 1 << 2,
} LookAttribute;

/* Colours by the terminal's number; -1 is its own, so that dark and light
 * terminals both stay what their owners chose. */
typedef struct Look {
	int16_t foreground, background;
	unsigned attributes; /* of LookAttribute */
} Look;

const Look *theme_look(Palette palette, Style style, bool selected);

/* In the order of Theme, NULL at the end. */
extern const char *const theme_names[];

/* What shows @theme on a terminal of so many @colors; its type and $COLORFGBG tell what it
 * is on, both may be NULL. */
Palette theme_palette(Theme theme, int colors, const char *terminal, const char *colorfgbg);

#endif
