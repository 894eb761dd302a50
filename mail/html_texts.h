/* html_texts.h - runs of text that pass the HTML parser as one character each, values by number
 *
 * libxml2 reads text a character at a time, which is most of its work, and does nothing to
 * it.  In tamed HTML a character of the first plane for private use (U+F0000 to U+FFFFF)
 * stands for a run of plain text; those of the mail's own, written or referred to, become runs
 * too, so that none of them is taken for one.  Plain values of attributes stay here likewise.
 */
#ifndef MAIL_HTML_TEXTS_H
#define MAIL_HTML_TEXTS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct HtmlTexts HtmlTexts;

HtmlTexts *html_texts_new(void);
void html_texts_free(HtmlTexts *texts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HtmlTexts, html_texts_free)

/* Appends text to @output, what of it is plain as runs.  @at is borrowed until all is taken. */
void html_texts_append(HtmlTexts *texts, GString *output, const char *at, const char *end);

/* Is there a character of text that libxml2 takes for more than a blank or nothing? */
bool html_texts_has_words(const char *at, const char *end);

/* Is @character one of those that stand for a run? */
bool html_texts_own(gunichar character);
/* Appends such a one of the mail's. */
void html_texts_append_character(HtmlTexts *texts, GString *output, gunichar character);

/* Does a character that stands for a run begin at @at? */
bool html_texts_at(const char *at);
/* What it stands for, *length bytes; runs are taken in the order they were appended in.
 * NULL if it is none. */
const char *html_texts_take(HtmlTexts *texts, const char *at, size_t *length);

/* Keeps an attribute's value if it is plain and long enough to be worth it, under *number,
 * which may pass in its place. */
bool html_texts_keep(HtmlTexts *texts, const char *start, const char *end, size_t *number);
/* What is kept there, borrowed; "" where nothing is. */
const char *html_texts_kept(const HtmlTexts *texts, size_t number);

#endif
