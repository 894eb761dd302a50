#include "mail/glyph.h"

#include <langinfo.h>
#include <limits.h>
#include <string.h>
#include <wchar.h>

enum {
	DELETE = 0x7f,
	CONSOLE_LAST = 0x4ff, /* Latin, Greek, Cyrillic: what the console's fonts are made for */
};

typedef struct PlainGlyph {
	gunichar glyph;
	char ascii;
} PlainGlyph;

/* Signs of lazaret's own, and what mail is full of. */
// clang-format off
static const PlainGlyph plain[] = {
	{ 0x00a0, ' ' }, { 0x00ab, '<' }, { 0x00b7, '-' }, { 0x00bb, '>' }, { 0x00d7, 'x' },
	{ 0x2010, '-' }, { 0x2011, '-' }, { 0x2012, '-' }, { 0x2013, '-' }, { 0x2014, '-' },
	{ 0x2018, '\'' }, { 0x2019, '\'' }, { 0x201a, ',' }, { 0x201c, '"' }, { 0x201d, '"' },
	{ 0x201e, '"' }, { 0x2022, '*' }, { 0x2026, '~' }, { 0x2039, '<' }, { 0x203a, '>' },
	{ 0x20ac, 'E' }, { 0x2190, '<' }, { 0x2192, '>' }, { 0x2713, '+' }, { 0x2717, 'x' },
	{ 0x25b8, '>' }, { 0x25cf, 'o' }, { 0x27e6, '[' }, { 0x27e7, ']' },
	{ 0x2500, '-' }, { 0x2502, '|' }, { 0x253c, '+' },
	{ 0x2581, '.' }, { 0x2582, '.' }, { 0x2583, ':' }, { 0x2584, ':' }, { 0x2585, '|' },
	{ 0x2586, '|' }, { 0x2587, '#' }, { 0x2588, '#' },
};
// clang-format on

Glyphs
glyphs_of_locale(const char *terminal)
{
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		return GLYPHS_CHARSET;
	return g_strcmp0(terminal, "linux") == 0 ? GLYPHS_FEW : GLYPHS_ALL;
}

static const PlainGlyph *
find_plain(gunichar character)
{
	for (gsize i = 0; i < G_N_ELEMENTS(plain); i++) {
		if (plain[i].glyph == character)
			return &plain[i];
	}
	return NULL;
}

static bool
in_charset(gunichar character)
{
	char bytes[MB_LEN_MAX];
	mbstate_t state = { 0 };

	return wcrtomb(bytes, (wchar_t)character, &state) != (size_t)-1;
}

/* Beside letters the lines and blocks that code page 437 has: every font of the console does. */
static bool
on_console(gunichar character)
{
	return character <= CONSOLE_LAST || (character >= 0x2500 && character <= 0x256c) ||
		character == 0x2588;
}

static bool
is_shown(Glyphs glyphs, gunichar character, int columns)
{
	if (character < DELETE)
		return columns == 1;
	if (wcwidth((wchar_t)character) != columns)
		return false;
	switch (glyphs) {
	case GLYPHS_ALL:
		return true;
	case GLYPHS_FEW:
		return columns == 1 && on_console(character);
	case GLYPHS_CHARSET:
		return in_charset(character);
	}
	g_assert_not_reached();
}

static bool
marks_are_shown(Glyphs glyphs, const char *marks)
{
	for (; *marks; marks = g_utf8_next_char(marks)) {
		if (!is_shown(glyphs, g_utf8_get_char(marks), 0))
			return false;
	}
	return true;
}

gunichar
glyph_of(Glyphs glyphs, const char *cluster, int columns, bool *replaced)
{
	gunichar first = g_utf8_get_char(cluster);
	const char *marks = g_utf8_next_char(cluster);
	const PlainGlyph *known;

	*replaced = !is_shown(glyphs, first, columns) ||
		(glyphs != GLYPHS_ALL && !marks_are_shown(glyphs, marks));
	if (!*replaced)
		return first;
	/* Without its marks, or as one of several columns, it would say something else. */
	known = *marks || columns != 1 ? NULL : find_plain(first);
	return known ? (gunichar)known->ascii : '?';
}

bool
glyph_is_disputed(gunichar character)
{
	/* Two columns by East_Asian_Width since Unicode 5, and everywhere. */
	static const gunichar wide[][2] = {
		{ 0x2e80, 0x4dbf },
		{ 0x4e00, 0xa4cf },
		{ 0xac00, 0xd7a3 },
		{ 0xf900, 0xfaff },
		{ 0xfe30, 0xfe6f },
		{ 0xff01, 0xffe6 },
		{ 0x20000, 0x3fffd },
	};

	/* Letters up to Hebrew, and the signs up to the box drawings and blocks. */
	if (character < 0x600 || (character >= 0x1e00 && character <= 0x25ff))
		return false;
	for (gsize i = 0; i < G_N_ELEMENTS(wide); i++) {
		if (character >= wide[i][0] && character <= wide[i][1])
			return false;
	}
	/* The console's own. */
	return !find_plain(character);
}

static void
encode(GString *bytes, const char *text, const char *end)
{
	char encoded[MB_LEN_MAX];
	mbstate_t state = { 0 };

	for (; text < end; text = g_utf8_next_char(text)) {
		size_t length = wcrtomb(encoded, (wchar_t)g_utf8_get_char(text), &state);

		if (length != (size_t)-1)
			g_string_append_len(bytes, encoded, (gssize)length);
	}
}

char *
glyphs_encode(Glyphs glyphs, const Visible *text)
{
	const char *at = visible_string(text);
	GString *bytes;

	if (glyphs == GLYPHS_ALL)
		return g_strdup(at);
	bytes = g_string_sized_new(strlen(at));
	while (*at) {
		int columns = text_columns(g_utf8_get_char(at));
		const char *end = g_utf8_next_char(at);
		g_autofree char *cluster = NULL;
		gunichar shown;
		bool replaced;

		while (*end && text_columns(g_utf8_get_char(end)) == 0)
			end = g_utf8_next_char(end);
		cluster = g_strndup(at, (gsize)(end - at));
		shown = glyph_of(glyphs, cluster, columns, &replaced);
		if (!replaced)
			encode(bytes, at, end);
		for (int i = 0; replaced && i < columns; i++)
			g_string_append_c(bytes, (char)shown);
		at = end;
	}
	return g_string_free(bytes, FALSE);
}
