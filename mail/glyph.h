/* glyph.h - what a terminal that has not all of Unicode shows instead
 *
 * One table for the console and the command line: what the charset of the locale, or the
 * console of Linux, lacks becomes ASCII that takes the same columns.
 */
#ifndef MAIL_GLYPH_H
#define MAIL_GLYPH_H

#include "mail/text.h"

typedef enum {
	GLYPHS_ALL,     /* UTF-8 */
	GLYPHS_FEW,     /* UTF-8, with the 256 or 512 glyphs of the Linux console's font */
	GLYPHS_CHARSET, /* of the locale alone */
} Glyphs;

/* Of the locale that setlocale(3) has set; @terminal is $TERM, or NULL. */
Glyphs glyphs_of_locale(const char *terminal);

/* What is shown for @cluster, a character with its marks that takes @columns: itself, or one
 * ASCII character to be shown in each of them, which *replaced tells.  A cluster whose width
 * libc takes for another is replaced as well: it would shift what stands behind it. */
gunichar glyph_of(Glyphs glyphs, const char *cluster, int columns, bool *replaced);

/* Terminals of today differ on how many columns the character takes, alone or beside others:
 * emoji by their Unicode version, flags and scripts by whether they join characters. */
bool glyph_is_disputed(gunichar character);

/* @text as bytes in the charset of the locale, column for column.  Yours. */
char *glyphs_encode(Glyphs glyphs, const Visible *text);

#endif
