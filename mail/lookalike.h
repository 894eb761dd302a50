/* lookalike.h - what looks alike: Unicode's confusables (UTS 39), by ICU, and one slip of the pen */
#ifndef MAIL_LOOKALIKE_H
#define MAIL_LOOKALIKE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Loads Unicode's tables.  Call before the box closes. */
void lookalike_prepare(void);

/* The first @max bytes of @text (UTF-8) as the characters they look like, by the
 * table alone: compare with other skeletons only, in lower case.  Yours. */
char *lookalike_skeleton(const char *text, size_t max);

/* @character, of another script, looks like a Latin letter. */
bool lookalike_is_latin(gunichar character);

/* One letter is missing, added or another, or two have changed places.  Not for
 * equals. */
bool lookalike_is_near(const char *a, const char *b);

#endif
