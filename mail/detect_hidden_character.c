#include "mail/detect.h"

#include <string.h>

#include "mail/words.h"

enum {
	MANY = 3 /* one may be an editor's leaving */
};

/* Characters without a glyph between two Latin letters.  Hyphens for the end of a line
 * (U+00AD) are honest there. */
static guint
count_inside_words(const char *text, const char **first)
{
	const char *end = text;
	gunichar before = ' ';
	guint count = 0;

	g_utf8_validate_len(text, strnlen(text, WORDS_MAX_BODY), &end);
	for (const char *at = text; at < end; at = g_utf8_next_char(at)) {
		gunichar here = g_utf8_get_char(at);
		bool invisible = here != 0x00ad && g_unichar_type(here) == G_UNICODE_FORMAT;

		if (invisible && before < 0x80 && g_ascii_isalpha((char)before) &&
			g_ascii_isalpha(*g_utf8_next_char(at)) && count++ == 0)
			*first = at;
		before = here;
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
