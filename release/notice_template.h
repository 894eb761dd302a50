/* notice_template.h - a text with places that a campaign fills in; private to release/
 *
 * {name} stands for a value.  A line {#name} begins what is there only where there is such a
 * value, and for a list is there once for each of its items; {^name} what is there only where
 * there is none; {/name} ends either.  Within a list, the names of its items count first.  A
 * line that begins with {! is a comment, {{ is a brace.  Nothing is read in what is filled in.
 * What comes of it begins with a line "Subject: ...".
 */
#ifndef RELEASE_NOTICE_TEMPLATE_H
#define RELEASE_NOTICE_TEMPLATE_H

#include <glib.h>
#include <stdbool.h>

#include "release/notice.h"

/* What fills places: values by NoticePlace. */
typedef struct NoticeValues {
	char *text[NOTICE_PLACES];      /* NULL: there is none */
	GPtrArray *list[NOTICE_PLACES]; /* of NoticeValues; NULL: it is no list, or an empty one */
} NoticeValues;
NoticeValues *notice_values_new(void);
void notice_values_free(NoticeValues *values);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NoticeValues, notice_values_free)
/* Takes @text. */
void notice_values_set(NoticeValues *values, NoticePlace place, char *text);
/* A new item of the list @place, to be filled: borrowed. */
NoticeValues *notice_values_add(NoticeValues *values, NoticePlace place);

/* @template, called @name, filled in: one line a paragraph, no two blank ones in a row.
 * RELEASE_ERROR_NOTICE names the line and what is wrong with it. */
bool notice_template_fill(const char *name, const char *template, const NoticeValues *values,
	char **subject, char **body, GError **error);

#endif
