#include "mail/html_element.h"

#include <glib.h>
#include <string.h>

// clang-format off
static const HtmlElement elements[] = {
	{ "address", NULL, HTML_BREAK_LINE, false },
	{ "article", NULL, HTML_BREAK_LINE, false },
	{ "aside", NULL, HTML_BREAK_LINE, false },
	{ "blockquote", NULL, HTML_BREAK_PARAGRAPH, false },
	{ "br", "\n", HTML_BREAK_NONE, false },
	{ "caption", NULL, HTML_BREAK_LINE, false },
	{ "center", NULL, HTML_BREAK_LINE, false },
	{ "dd", NULL, HTML_BREAK_LINE, false },
	{ "div", NULL, HTML_BREAK_LINE, false },
	{ "dl", NULL, HTML_BREAK_LINE, false },
	{ "dt", NULL, HTML_BREAK_LINE, false },
	{ "fieldset", NULL, HTML_BREAK_LINE, false },
	{ "figure", NULL, HTML_BREAK_LINE, false },
	{ "footer", NULL, HTML_BREAK_LINE, false },
	{ "form", NULL, HTML_BREAK_LINE, false },
	{ "h1", NULL, HTML_BREAK_PARAGRAPH, false },
	{ "h2", NULL, HTML_BREAK_PARAGRAPH, false },
	{ "h3", NULL, HTML_BREAK_PARAGRAPH, false },
	{ "h4", NULL, HTML_BREAK_PARAGRAPH, false },
	{ "h5", NULL, HTML_BREAK_PARAGRAPH, false },
	{ "h6", NULL, HTML_BREAK_PARAGRAPH, false },
	{ "header", NULL, HTML_BREAK_LINE, false },
	{ "hr", "----", HTML_BREAK_LINE, false },
	{ "legend", NULL, HTML_BREAK_LINE, false },
	{ "li", "- ", HTML_BREAK_LINE, false },
	{ "main", NULL, HTML_BREAK_LINE, false },
	{ "nav", NULL, HTML_BREAK_LINE, false },
	{ "ol", NULL, HTML_BREAK_LINE, false },
	{ "option", NULL, HTML_BREAK_LINE, false },
	{ "p", NULL, HTML_BREAK_PARAGRAPH, false },
	{ "pre", NULL, HTML_BREAK_PARAGRAPH, true },
	{ "section", NULL, HTML_BREAK_LINE, false },
	{ "table", NULL, HTML_BREAK_LINE, false },
	{ "td", NULL, HTML_BREAK_CELL, false },
	{ "textarea", NULL, HTML_BREAK_LINE, true },
	{ "th", NULL, HTML_BREAK_CELL, false },
	{ "tr", NULL, HTML_BREAK_LINE, false },
	{ "ul", NULL, HTML_BREAK_LINE, false },
};
// clang-format on

const HtmlElement *
html_element_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(elements); i++)
		if (elements[i].name[0] == name[0] && strcmp(elements[i].name, name) == 0)
			return &elements[i];
	return NULL;
}
