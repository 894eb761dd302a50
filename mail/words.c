#include "mail/words.h"

#include <string.h>

typedef struct Lookalike {
	gunichar seen;
	gunichar read;
} Lookalike;

/* Pairs that lures were seen to use, from Unicode's confusables.txt; sorted. */
// clang-format off
static const Lookalike lookalikes[] = {
	{ '!', 'l' }, { '$', 's' }, { '0', 'o' }, { '1', 'l' }, { '3', 'e' }, { '4', 'a' },
	{ '5', 's' }, { '@', 'a' }, { 'i', 'l' }, { '|', 'l' },
	{ 0x0131, 'l' }, { 0x01c0, 'l' }, { 0x0251, 'a' }, { 0x0261, 'g' },
	/* Greek */
	{ 0x03b1, 'a' }, { 0x03b5, 'e' }, { 0x03b9, 'l' }, { 0x03ba, 'k' }, { 0x03bd, 'v' },
	{ 0x03bf, 'o' }, { 0x03c1, 'p' }, { 0x03c4, 't' }, { 0x03c5, 'u' }, { 0x03c7, 'x' },
	/* Cyrillic */
	{ 0x0430, 'a' }, { 0x0432, 'b' }, { 0x0435, 'e' }, { 0x043a, 'k' }, { 0x043c, 'm' },
	{ 0x043d, 'h' }, { 0x043e, 'o' }, { 0x0440, 'p' }, { 0x0441, 'c' }, { 0x0442, 't' },
	{ 0x0443, 'y' }, { 0x0445, 'x' }, { 0x0455, 's' }, { 0x0456, 'l' }, { 0x0458, 'j' },
	{ 0x04bb, 'h' }, { 0x04cf, 'l' }, { 0x0501, 'd' }, { 0x051b, 'q' }, { 0x051d, 'w' },
};
// clang-format on

gunichar
words_lookalike(gunichar character)
{
	size_t i = 0;

	while (i < G_N_ELEMENTS(lookalikes) && lookalikes[i].seen < character)
		i++;
	if (i < G_N_ELEMENTS(lookalikes) && lookalikes[i].seen == character)
		return lookalikes[i].read;
	return character;
}

static gunichar
itself(gunichar character)
{
	return character;
}

static void
append_blank(GString *words)
{
	if (words->str[words->len - 1] != ' ')
		g_string_append_c(words, ' ');
}

/* Marks and invisible characters vanish, so that they split no word; what is
 * neither letter nor digit does split. */
static void
append_piece(GString *words, gunichar piece)
{
	if (g_unichar_isalnum(piece))
		g_string_append_unichar(words, piece);
	else if (!g_unichar_ismark(piece) && g_unichar_type(piece) != G_UNICODE_FORMAT)
		append_blank(words);
}

/* Each character by itself: composing whole strings is quadratic in a run of marks. */
static void
append_folded(GString *words, gunichar character, gunichar (*map)(gunichar))
{
	gunichar pieces[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
	gsize count;

	if (character < 0x80) {
		append_piece(words, map((gunichar)g_ascii_tolower((char)character)));
		return;
	}
	count = g_unichar_fully_decompose(character, TRUE, pieces, G_N_ELEMENTS(pieces));
	for (gsize i = 0; i < count; i++)
		append_piece(words, map(g_unichar_tolower(pieces[i])));
}

static char *
fold(const char *text, size_t max, gunichar (*map)(gunichar))
{
	GString *words = g_string_new(" ");
	const char *end = text;

	if (text)
		g_utf8_validate_len(text, strnlen(text, max), &end);
	for (const char *at = text; at < end; at = g_utf8_next_char(at))
		append_folded(words, g_utf8_get_char(at), map);
	append_blank(words);
	return g_string_free(words, FALSE);
}

char *
words_of(const char *text, size_t max)
{
	return fold(text, max, itself);
}

char *
words_skeleton(const char *text, size_t max)
{
	return fold(text, max, words_lookalike);
}

/* A blank goes before a capital that follows a small letter or precedes one. */
static char *
split_at_capitals(const char *text)
{
	GString *split = g_string_new(NULL);
	const char *end = text;
	gunichar before = ' ';

	g_utf8_validate_len(text, strnlen(text, WORDS_MAX_NAME), &end);
	for (const char *at = text; at < end; at = g_utf8_next_char(at)) {
		gunichar here = g_utf8_get_char(at);
		const char *next = g_utf8_next_char(at);
		gunichar after = next < end ? g_utf8_get_char(next) : ' ';

		if (g_unichar_isupper(here) &&
			(g_unichar_islower(before) || g_unichar_islower(after)))
			g_string_append_c(split, ' ');
		g_string_append_unichar(split, here);
		before = here;
	}
	return g_string_free(split, FALSE);
}

/* @words with each run of one-letter words made one word. */
static char *
join_letters(const char *words)
{
	g_auto(GStrv) parts = g_strsplit(words, " ", -1);
	GString *joined = g_string_new(" ");
	bool single = false;

	for (char **part = parts; *part; part++) {
		bool letter = g_utf8_strlen(*part, -1) == 1;

		if (!**part)
			continue;
		if (!letter || !single)
			append_blank(joined);
		g_string_append(joined, *part);
		single = letter;
	}
	append_blank(joined);
	return g_string_free(joined, FALSE);
}

char **
words_readings(const char *text)
{
	g_autoptr(GStrvBuilder) readings = g_strv_builder_new();
	g_autofree char *split = split_at_capitals(text ? text : "");
	g_autofree char *written = words_of(text, WORDS_MAX_NAME);
	g_autofree char *capitals = words_of(split, 2 * (size_t)WORDS_MAX_NAME);
	g_autofree char *joined = join_letters(written);

	g_strv_builder_add_many(readings, written, capitals, joined, NULL);
	return g_strv_builder_end(readings);
}

bool
words_have(const char *words, const char *phrase)
{
	size_t length = strlen(phrase);

	for (const char *at = strstr(words, phrase); at; at = strstr(at + 1, phrase)) {
		if (at > words && at[-1] == ' ' && at[length] == ' ')
			return true;
	}
	return false;
}

guint
words_count(const char *words, const char *const *phrases, const char **first)
{
	guint count = 0;

	for (const char *const *phrase = phrases; *phrase; phrase++) {
		if (!words_have(words, *phrase))
			continue;
		if (count++ == 0)
			*first = *phrase;
	}
	return count;
}
