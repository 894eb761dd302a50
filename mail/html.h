/* html.h - HTML drawn as text, with its links; nothing a reader's eye would miss is lost */
#ifndef MAIL_HTML_H
#define MAIL_HTML_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The mail's own brackets of this kind are drawn as plain ones: what stands between
 * these was hidden. */
#define HTML_HIDDEN     "⟦hidden: "
#define HTML_HIDDEN_END "⟧"

typedef struct HtmlLink {
	char *text;     /* what stands inside the element, cut to fit */
	char *url;      /* as written, references resolved, made absolute where <base> says how */
	uint32_t flags; /* LINK_IMAGE for all that is loaded, LINK_FORM, LINK_HIDDEN, or 0 */
	bool pixel;     /* loads an image that is too small or hidden to be seen */
} HtmlLink;

void html_link_free(HtmlLink *link);

typedef struct Html {
	char *text;       /* UTF-8; "[n]" follows the text of the n-th link */
	GPtrArray *links; /* of HtmlLink, in document order, images included */
	int forms;        /* elements, whether they lead anywhere or not */
	int passwords;    /* fields that ask for one */
	bool cut;         /* there was more than fits the caps */
} Html;

/* Draws @bytes (UTF-8) in time linear in @length, however deep its elements.
 * Links are numbered from @first_link + 1; "[n]" marks are set for links a reader
 * can follow, images are "[image 600x200]" or "[image 600x200: alternative]".
 * Text that no reader would see stands between HTML_HIDDEN and HTML_HIDDEN_END.
 * Left out of the links: anchors in the page, inline images (cid:, data:). */
Html *html_draw(const char *bytes, size_t length, int first_link);
void html_free(Html *html);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Html, html_free)

/* The value of @attribute of @element (both lower-case) is where a reader gets to who clicks
 * or submits, or sees in a frame: no picture, style or base. */
bool html_leads(const char *element, const char *attribute);

/* The URL in the content of <meta http-equiv=refresh>, as "0; url='https://...'" or without
 * its name, is at [*start, *stop).  False if there is none. */
bool html_refresh(const char *content, size_t length, size_t *start, size_t *stop);

#endif
