/* css.h - as much of CSS as text is hidden with
 *
 * Not a style engine: each property that can make text vanish is one bit that is said
 * or not, and so are the two colours.  Everything is linear in the length of its text.
 */
#ifndef MAIL_CSS_H
#define MAIL_CSS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
	CSS_GONE = 1 << 0,      /* display: none */
	CSS_INVISIBLE = 1 << 1, /* visibility: hidden */
	CSS_CLEAR = 1 << 2,     /* opacity: 0 */
	CSS_TINY = 1 << 3,      /* a font of at most two pixels */
	CSS_NO_WIDTH = 1 << 4,
	CSS_NO_HEIGHT = 1 << 5,
	CSS_CUT = 1 << 6,     /* overflow: hidden */
	CSS_SHUT = 1 << 7,    /* max-height: 0, and what else shows nothing by itself */
	CSS_AWAY = 1 << 8,    /* moved out of the page by indent, margin or position */
	CSS_OUTLOOK = 1 << 9, /* mso-hide: all: Outlook alone hides it */
	CSS_INK = 1 << 10,    /* a colour; what it is stands in ink */
	CSS_PAPER = 1 << 11,  /* a background; what it is stands in paper */
} CssProperty;

/* A colour is 0xRRGGBB, or one of these. */
#define CSS_COLOUR_UNKNOWN 0x1000000U /* a picture, a gradient, a name nobody lists here */
#define CSS_COLOUR_NONE    0x2000000U /* transparent */

typedef struct Css {
	uint32_t said; /* of CssProperty */
	uint32_t is;   /* those of said that are so; for a colour, set when it is said */
	uint32_t ink, paper;
	int width, height; /* in pixels, -1 when not said */
} Css;

enum {
	CSS_MAX_STYLE = 64 * 1024, /* bytes of one style attribute that are read */
	CSS_MAX_SHEET = 64 * 1024, /* of all style elements together */
	CSS_MAX_RULES = 2000
};

void css_init(Css *css);
/* What "name: value; ..." says on top of what @css says already. */
void css_declare(Css *css, const char *declarations, size_t length);
/* What @over says on top of @css. */
void css_merge(Css *css, const Css *over);
/* A colour as CSS or bgcolor="" writes it. */
uint32_t css_colour(const char *text);

/* What selectors of one element, class or id say: "p", ".class", "p.class", "#id". */
typedef struct CssSheet CssSheet;

/* Reads the rules that hold on every screen; those of phones and printers do not. */
CssSheet *css_sheet_new(const char *text, size_t length);
void css_sheet_free(CssSheet *sheet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CssSheet, css_sheet_free)
/* NULL when nothing is said of @selector, which is in lower case. */
const Css *css_sheet_find(const CssSheet *sheet, const char *selector);

#endif
