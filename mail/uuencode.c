#include "mail/uuencode.h"

#include <glib.h>
#include <string.h>

#include "mail/text.h"

enum {
	MAX_NAME = 200,
};

/* "begin 644 invoice.exe"; its name or NULL. */
static char *
begin_name(const char *line, size_t length)
{
	g_autofree char *text = g_strndup(line, MIN(length, MAX_NAME));
	size_t mode;

	if (!g_str_has_prefix(text, "begin "))
		return NULL;
	mode = strspn(text + 6, "01234567");
	if (mode < 3 || text[6 + mode] != ' ')
		return NULL;
	g_strchomp(text);
	return text_utf8(text + 6 + mode + 1, strlen(text) - MIN(strlen(text), 6 + mode + 1));
}

/* The line behind @line, or @end. */
static const char *
next_line(const char *line, const char *end)
{
	const char *newline = memchr(line, '\n', (size_t)(end - line));

	return newline ? newline + 1 : end;
}

/* Behind the "end" line of the block at @begin, or @end. */
static const char *
block_end(const char *begin, const char *end)
{
	for (const char *line = next_line(begin, end); line < end; line = next_line(line, end)) {
		const char *next = next_line(line, end);

		if (next - line >= 3 && memcmp(line, "end", 3) == 0 &&
			(next - line == 3 || g_ascii_isspace(line[3])))
			return next;
	}
	return end;
}

bool
uuencode_next(const char **at, const char *end, UuencodeBlock *block)
{
	for (const char *line = *at; line < end; line = next_line(line, end)) {
		block->name = begin_name(line, (size_t)(next_line(line, end) - line));
		if (!block->name)
			continue;
		*at = block_end(line, end);
		block->start = line;
		block->length = (size_t)(*at - line);
		return true;
	}
	return false;
}
