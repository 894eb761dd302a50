#include "mail/detect.h"

#include <string.h>

#include "mail/text.h"
#include "mail/words.h"

enum {
	MANY = 3 /* one may be an editor's leaving */
};

/* Without a glyph, and no hyphen for the end of a line (U+00AD), which is honest. */
static bool
is_invisible(const char *at)
{
	gunichar character = g_utf8_get_char(at);

	return character != 0x00ad && g_unichar_type(character) == G_UNICODE_FORMAT;
}

/* Invisible characters between two Latin letters. */
static guint
count_inside_words(const char *text, const char **first)
{
	const char *end = text;
	guint count = 0;

	text_is_valid(text, strnlen(text, WORDS_MAX_BODY), &end);
	for (const char *at = text; (at = text_skip_ascii(at, end)) < end; at++) {
		bool starts = ((unsigned char)*at & 0xc0) == 0xc0;

		if (starts && at > text && g_ascii_isalpha(at[-1]) &&
			g_ascii_isalpha(*g_utf8_next_char(at)) && is_invisible(at) && count++ == 0)
			*first = at;
	}
	return count;
}

/* The word that @at is inside of.  Yours. */
static char *
word_around(const char *text, const char *at)
{
	const char *start = at;
	const char *end = at;

	while (start > text && !g_ascii_isspace(start[-1]))
		start--;
	while (*end && !g_ascii_isspace(*end))
		end++;
	return g_strndup(start, (gsize)(end - start));
}

static void
run(const Detector *self, Message *message)
{
	for (guint i = 0; i < message->texts->len; i++) {
		const PartText *part = g_ptr_array_index(message->texts, i);
		const char *first = NULL;
		guint count = count_inside_words(part->text, &first);
		g_autofree char *where = NULL;
		g_autofree char *word = NULL;

		if (count < MANY)
			continue;
		where = g_strdup_printf("part %s", part->path);
		word = word_around(part->text, first);
		detector_found(self, message, word, where,
			"%u invisible characters stand inside words", count);
	}
}

/* Filters that compare words are led astray by them, readers are not. */
const Detector detect_hidden_character = {
	.id = "hidden-characters",
	.summary = "invisible characters split the words of the text",
	.weight = 10,
	.run = run,
};
