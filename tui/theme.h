/* theme.h - what each style looks like, for terminals of few and of many colours */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include "tui/frame.h"

typedef enum {
	PALETTE_NONE,  /* bold, underline and reverse alone */
	PALETTE_EIGHT, /* the eight colours every colour terminal has */
	PALETTE_RICH,  /* 256 */
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

#endif
