#include "mail/words.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "mail/lookalike.h"
#include "mail/text.h"

typedef struct Lookalike {
	gunichar seen;
	gunichar read;
} Lookalike;

/* What each character of ASCII becomes: a letter or digit, or the blank between words. */
// clang-format off
static const char written[] =
	"                                "
	"                0123456789      "
	" abcdefghijklmnopqrstuvwxyz     "
	" abcdefghijklmnopqrstuvwxyz     ";

/* What Unicode's table leaves apart and a glance does not: figures and signs that
 * stand for letters, the dot of an i (a capital one has none), small capitals; sorted. */
static const char glanced[] =
	"                                "
	" l  s           ol2eas6789      "
	"aabcdefghljklmnopqrstuvwxyz     "
	" abcdefghljklmnopqrstuvwxyz l   ";

static const Lookalike lookalikes[] = {
	{ 0x0138, 'k' }, { 0x0262, 'g' }, { 0x0274, 'n' }, { 0x028d, 'm' }, { 0x028f, 'y' },
	{ 0x0280, 'r' }, { 0x0299, 'b' }, { 0x029c, 'h' }, { 0x029f, 'l' }, { 0x03c7, 'x' },
	{ 0x1d00, 'a' }, { 0x1d05, 'd' }, { 0x1d07, 'e' }, { 0x1d0a, 'j' }, { 0x1d0b, 'k' },
	{ 0x1d18, 'p' }, { 0x1d1b, 't' }, { 0xa793, 'e' },
};
// clang-format on

static gunichar
glance(gunichar character)
{
	if (character < 0x80)
		return (gunichar)glanced[character];
	for (size_t i = 0; i < G_N_ELEMENTS(lookalikes); i++)
		if (lookalikes[i].seen == character)
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

/* Most of all mail: all of ASCII at @at, written at once.  Where it ends. */
static const char *
append_ascii(GString *words, const char *at, const char *end, const char *ascii)
{
	const char *stop = at;
	gsize length = words->len;

	while (stop < end && (unsigned char)*stop < 0x80)
		stop++;
	g_string_set_size(words, length + (gsize)(stop - at));
	for (; at < stop; at++) {
		char character = ascii[(unsigned char)*at];

		if (character != ' ' || words->str[length - 1] != ' ')
			words->str[length++] = character;
	}
	g_string_truncate(words, length);
	return stop;
}

/* Each character by itself: composing whole strings is quadratic in a run of marks. */
static void
append_folded(GString *words, gunichar character, gunichar (*map)(gunichar))
{
	gunichar pieces[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
	gsize count;

	count = g_unichar_fully_decompose(character, TRUE, pieces, G_N_ELEMENTS(pieces));
	for (gsize i = 0; i < count; i++)
		append_piece(words, map(g_unichar_tolower(pieces[i])));
}

static char *
fold(const char *text, size_t max, const char *ascii, gunichar (*map)(gunichar))
{
	GString *words;
	const char *end = text;
	const char *at = text;

	if (text)
		text_is_valid(text, strnlen(text, max), &end);
	words = g_string_sized_new((gsize)(end - at) + 2);
	g_string_append_c(words, ' ');
	while (at < end) {
		at = append_ascii(words, at, end, ascii);
		for (; at < end && (unsigned char)*at >= 0x80; at = g_utf8_next_char(at))
			append_folded(words, g_utf8_get_char(at), map);
	}
	append_blank(words);
	return g_string_free(words, FALSE);
}

char *
words_of(const char *text, size_t max)
{
	return fold(text, max, written, itself);
}

/* Writes @made for each @pair of letters, in place. */
static void
contract(char *words, const char pair[2], char made)
{
	char *to = words;

	for (const char *from = words; *from; from++) {
		bool both = from[0] == pair[0] && from[1] == pair[1];

		*to++ = (char)(both ? made : *from);
		from += both;
	}
	*to = '\0';
}

char *
words_skeleton(const char *text, size_t max)
{
	g_autofree char *skeleton = lookalike_skeleton(text ? text : "", max);
	char *words = fold(skeleton, strlen(skeleton), glanced, glance);

	/* Unicode reads m as rn, so that all three meet in m. */
	contract(words, "rn", 'm');
	contract(words, "vv", 'w');
	return words;
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
	g_autofree char *plain = words_of(text, WORDS_MAX_NAME);
	g_autofree char *capitals = words_of(split, 2 * (size_t)WORDS_MAX_NAME);
	g_autofree char *joined = join_letters(plain);

	g_strv_builder_add_many(readings, plain, capitals, joined, NULL);
	return g_strv_builder_end(readings);
}

/* The phrases of one list by their first byte, each by the next. */
typedef struct PhraseIndex {
	const char *const *phrases;
	uint8_t first[UCHAR_MAX + 1]; /* number of a phrase; 0 for none */
	uint8_t next[WORDS_MAX_PHRASES + 1];
	bool found[WORDS_MAX_PHRASES + 1];
} PhraseIndex;

static guint
index_phrases(PhraseIndex *index, const char *const *phrases)
{
	guint count = g_strv_length((char **)phrases);

	g_assert(count <= WORDS_MAX_PHRASES);
	index->phrases = phrases;
	for (guint number = count; number > 0; number--) {
		unsigned char start = (unsigned char)phrases[number - 1][0];

		index->next[number] = index->first[start];
		index->first[start] = (uint8_t)number;
	}
	return count;
}

/* Marks the phrases that begin at @at, where a word does. */
static void
find_phrases(PhraseIndex *index, const char *at)
{
	for (guint number = index->first[(unsigned char)*at]; number;
		number = index->next[number]) {
		const char *phrase = index->phrases[number - 1];
		size_t length;

		if (index->found[number] || phrase[1] != at[1])
			continue;
		length = strlen(phrase);
		if (strncmp(at, phrase, length) == 0 && at[length] == ' ')
			index->found[number] = true;
	}
}

guint
words_count(const char *words, const char *const *phrases, const char **first)
{
	PhraseIndex index = { 0 };
	guint total = index_phrases(&index, phrases);
	guint count = 0;

	for (const char *at = words; *at; at++) {
		if (*at == ' ' && index.first[(unsigned char)at[1]])
			find_phrases(&index, at + 1);
	}
	for (guint number = total; number > 0; number--) {
		if (!index.found[number])
			continue;
		count++;
		*first = phrases[number - 1];
	}
	return count;
}
