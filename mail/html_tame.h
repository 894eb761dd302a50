/* html_tame.h - HTML made so plain that a parser has nothing to guess
 *
 * libxml2 reads HTML 4; browsers and mail readers follow the HTML standard of
 * WHATWG, and mail lives in the gap: <a/href=...>, a thousand attributes, an
 * Outlook-only block in a comment, "https&colon;//".  One linear pass writes
 * each tag anew as the standard reads it.
 */
#ifndef MAIL_HTML_TAME_H
#define MAIL_HTML_TAME_H

#include <glib.h>

#include "mail/html_texts.h"

/* What <a> is called in tamed HTML: libxml2 ends an "a" where a table begins. */
#define HTML_ANCHOR "anchor"

/* On each element that stands in a comment which Outlook alone reads. */
#define HTML_OUTLOOK "outlook"

/* @bytes is UTF-8, without NUL but one behind its end.  In the result (yours):
 * - tags are lower-case, their attributes quoted and decoded as far as ASCII
 *   punctuation goes, each once, and only those that are drawn, hide or lead somewhere;
 * - script, style and title have no content, html, head and body are gone (one
 *   with attributes is a div);
 * - comments are gone, but what Outlook shows of them is laid open;
 * - any other '<' is a reference;
 * - of text only references and what is not plain are left, the rest is in @texts, and so are
 *   plain values: html_tamed_attributes() gives them back.
 * What style elements hold is added to @css, but for those that Outlook alone reads. */
GString *html_tame(const char *bytes, size_t length, GString *css, HtmlTexts *texts);

enum {
	HTML_MAX_ATTRIBUTES = 32 /* of one element */
};

/* The attributes of an element as the parser gives them, names and values in turn up to a NULL
 * (or none: NULL), as they were written.  All are borrowed. */
void html_tamed_attributes(const HtmlTexts *texts, const char *const *written,
	const char *attributes[2 * HTML_MAX_ATTRIBUTES + 1]);

#endif
