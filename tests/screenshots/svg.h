/* svg.h - the cells of a terminal as a picture: text stays text, each run in its columns */
#ifndef TESTS_SCREENSHOTS_SVG_H
#define TESTS_SCREENSHOTS_SVG_H

#include <glib.h>
#include <stdbool.h>
#include <vterm.h>

/* What stands for the terminal's own colours. */
typedef struct SvgPage {
	const char *name;
	guint32 foreground, background, edge;
} SvgPage;

/* NULL: there is none of that name. */
const SvgPage *svg_page(const char *name);

/* The whole file; without scripts, fonts or anything from elsewhere.  Yours. */
char *svg_of_screen(
	VTermScreen *screen, int rows, int columns, const SvgPage *page, const char *title);

#endif
