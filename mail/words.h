/* words.h - text as words to compare: what case, accents and punctuation can't hide
 *
 * "Words" are lower-case, without marks and invisible characters, one blank
 * between them and one at either end: " verify your wallet ".
 */
#ifndef MAIL_WORDS_H
#define MAIL_WORDS_H

#include <glib.h>
#include <stdbool.h>

enum {
	WORDS_MAX_NAME = 512,       /* bytes of a name that are read; RFC 5322 ends a line at 998 */
	WORDS_MAX_SUBJECT = 1024,   /* of a subject */
	WORDS_MAX_BODY = 64 * 1024, /* of a text part: what is said is said by then */
	WORDS_MAX_PHRASES = 200,    /* in one list */
};

/* The words of the first @max bytes of @text (UTF-8 or NULL).  Yours. */
char *words_of(const char *text, size_t max);

/* As words_of(), and characters that look alike become one: 0 and o, I, l and 1, m and
 * rn, the doubles of Latin letters in other scripts.  Compare with other skeletons only. */
char *words_skeleton(const char *text, size_t max);

/* Every way a reader takes in the name @text: as written, split at its capitals
 * ("FTXTeam": "ftx team"), with single letters joined ("C o i n": "coin").  Yours. */
char **words_readings(const char *text);

/* How many of @phrases (lower-case words; ends with NULL) stand in @words at word
 * boundaries; *@first is the first. */
guint words_count(const char *words, const char *const *phrases, const char **first);

#endif
