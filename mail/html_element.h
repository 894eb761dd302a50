/* html_element.h - elements that are drawn as more than their content */
#ifndef MAIL_HTML_ELEMENT_H
#define MAIL_HTML_ELEMENT_H

#include <stdbool.h>

/* How an element breaks the lines around it. */
typedef enum {
	HTML_BREAK_NONE,
	HTML_BREAK_CELL, /* two blanks from the cell before it */
	HTML_BREAK_LINE,
	HTML_BREAK_PARAGRAPH, /* an empty line */
} HtmlBreak;

typedef struct HtmlElement {
	const char *name;
	const char *before; /* drawn at its start; or NULL */
	HtmlBreak around;
	bool preformatted;
} HtmlElement;

/* NULL for an element that is drawn as its content alone.  @name is lower-case. */
const HtmlElement *html_element_find(const char *name);

#endif
