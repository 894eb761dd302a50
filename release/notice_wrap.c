#include "release/notice_wrap.h"

#include <stdbool.h>
#include <string.h>

#include "mail/text.h"

/* Characters that must not begin a line, and that must not end one (kinsoku). */
static const char never_first[] =
	"、。，．,.・：；:;？！?!）)］]｝}〕〉》」』】〙〗”’ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ…‥～％%";
static const char never_last[] = "（(［[｛{〔〈《「『【〘〖“‘￥$";

/* What begins an item. */
static const char *const marks[] = { "- ", "* ", "・", "■ ", "□ ", "● ", "※ ", "> " };

static bool
holds(const char *set, gunichar character)
{
	return g_utf8_strchr(set, -1, character) != NULL;
}

/* May a line end between these two?  A blank is passed over, so it does not begin one. */
static bool
may_break(gunichar before, gunichar after)
{
	if (after == ' ')
		return false;
	if (before == ' ')
		return true;
	if (text_columns(before) < 2 && text_columns(after) < 2)
		return false;
	return !holds(never_first, after) && !holds(never_last, before);
}

static int
columns_between(const char *from, const char *to)
{
	int columns = 0;

	for (; from < to; from = g_utf8_next_char(from))
		columns += text_columns(g_utf8_get_char(from));
	return columns;
}

/* "12. " */
static const char *
skip_number(const char *at)
{
	const char *digits = at + strspn(at, "0123456789");

	return digits > at && digits[0] == '.' && digits[1] == ' ' ? digits + 2 : at;
}

/* Columns before the first word of @line, its mark among them. */
static int
hanging(const char *line)
{
	const char *at = line;

	while (*at == ' ' || g_str_has_prefix(at, "　"))
		at = g_utf8_next_char(at);
	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++) {
		if (g_str_has_prefix(at, marks[i]))
			return columns_between(line, at + strlen(marks[i]));
	}
	return columns_between(line, skip_number(at));
}

/* Where the line that begins at @at ends when no more than @columns fit; its end if all does. */
static const char *
line_end(const char *at, const char *end, int columns)
{
	const char *last = NULL;
	gunichar before = 0;
	int used = 0;

	for (const char *next = at; next < end; next = g_utf8_next_char(next)) {
		gunichar character = g_utf8_get_char(next);

		if (next > at && may_break(before, character))
			last = next;
		used += text_columns(character);
		if (used > columns && character != ' ' && last)
			return last;
		before = character;
	}
	return end;
}

static void
wrap_line(GString *out, const char *line, const char *end, int columns)
{
	g_autofree char *whole = g_strndup(line, (gsize)(end - line));
	int indent = MIN(hanging(whole), columns / 2);
	const char *at = whole + strspn(whole, " ");
	const char *stop = whole + strlen(whole);
	int begin = (int)(at - whole);

	do {
		const char *cut = line_end(at, stop, columns - begin);
		const char *last = cut;

		while (last > at && last[-1] == ' ')
			last--;
		g_string_append_printf(out, "%*s%.*s\n", begin, "", (int)(last - at), at);
		at = cut;
		begin = indent;
	} while (at < stop);
}

char *
notice_wrap(const char *text, int columns)
{
	GString *out = g_string_new(NULL);

	while (*text) {
		const char *end = strchrnul(text, '\n');

		if (end == text)
			g_string_append_c(out, '\n');
		else
			wrap_line(out, text, end, columns);
		text = *end ? end + 1 : end;
	}
	return g_string_free(out, FALSE);
}
