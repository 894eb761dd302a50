/* html_look.h - whether the text inside the elements that are open can be seen
 *
 * Styles are inherited through a stack of bounded height; private to html*.c.
 */
#ifndef MAIL_HTML_LOOK_H
#define MAIL_HTML_LOOK_H

#include <glib.h>
#include <stdbool.h>

#include "mail/css.h"

typedef struct HtmlLooks HtmlLooks;

/* @sheet is borrowed. */
HtmlLooks *html_looks_new(const CssSheet *sheet);
void html_looks_free(HtmlLooks *looks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HtmlLooks, html_looks_free)

/* @attributes are name and value in turn, ended by NULL, or NULL; @element lives as
 * long as it is open. */
void html_looks_open(HtmlLooks *looks, const char *element, const char *const *attributes);
void html_looks_close(HtmlLooks *looks, const char *element);

/* Text that stood here now would not be seen. */
bool html_looks_hide(const HtmlLooks *looks);
/* The size of the innermost element as styles say it, -1 where they don't. */
void html_looks_size(const HtmlLooks *looks, int *width, int *height);

#endif
