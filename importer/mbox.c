#include "importer/mbox.h"

#include <string.h>

#include "importer/source.h"

static const char from[] = "From ";

static bool
begins(const char *bytes, size_t length, const char *with)
{
	size_t want = strlen(with);

	return length >= want && memcmp(bytes, with, want) == 0;
}

bool
mbox_after_blank_line(const char *bytes, size_t offset)
{
	if (offset < 2 || bytes[offset - 1] != '\n')
		return false;
	return bytes[offset - 2] == '\n' ||
		(offset > 2 && bytes[offset - 2] == '\r' && bytes[offset - 3] == '\n');
}

size_t
mbox_line_end(const char *bytes, size_t length)
{
	if (length > 0 && bytes[0] == '\n')
		return 1;
	return length > 1 && bytes[0] == '\r' && bytes[1] == '\n' ? 2 : 0;
}

size_t
mbox_header_end(const char *message, size_t length)
{
	const char *end = message + length;
	const char *newline = memchr(message, '\n', length);

	while (newline) {
		const char *line = newline + 1;
		size_t blank = mbox_line_end(line, (size_t)(end - line));

		if (blank > 0)
			return (size_t)(line - message) + blank;
		newline = memchr(line, '\n', (size_t)(end - line));
	}
	return 0;
}

static bool
parse_length(const char *text, const char *end, size_t *content)
{
	size_t value = 0;

	while (text < end && (*text == ' ' || *text == '\t'))
		text++;
	if (text == end || !g_ascii_isdigit(*text))
		return false;
	for (; text < end && g_ascii_isdigit(*text); text++) {
		value = value * 10 + (size_t)g_ascii_digit_value(*text);
		if (value > SOURCE_MAX_MESSAGE)
			return false;
	}
	*content = value;
	return text == end || g_ascii_isspace(*text);
}

bool
mbox_content_length(const char *header, size_t length, size_t *content)
{
	static const char name[] = "Content-Length:";
	const char *end = header + length;
	int found = 0;

	for (const char *line = header; line < end;) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *next = newline ? newline + 1 : end;

		if ((size_t)(next - line) > strlen(name) &&
			g_ascii_strncasecmp(line, name, strlen(name)) == 0) {
			found++;
			if (!parse_length(line + strlen(name), next, content))
				return false;
		}
		line = next;
	}
	return found == 1;
}

size_t
mbox_without_blank_line(const char *message, size_t length)
{
	if (!mbox_after_blank_line(message, length))
		return length;
	return message[length - 2] == '\r' ? length - 2 : length - 1;
}

static bool
is_quoted_from(const char *line, size_t length)
{
	size_t quotes = 0;

	while (quotes < length && line[quotes] == '>')
		quotes++;
	return quotes > 0 && begins(line + quotes, length - quotes, from);
}

GBytes *
mbox_unquote(const char *message, size_t length)
{
	const char *end = message + length;
	g_autoptr(GByteArray) bytes = NULL;

	if (!memmem(message, length, ">From ", 6))
		return g_bytes_new(message, length);
	bytes = g_byte_array_sized_new((guint)length);
	for (const char *line = message; line < end;) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *next = newline ? newline + 1 : end;

		if (is_quoted_from(line, (size_t)(next - line)))
			line++;
		g_byte_array_append(bytes, (const guint8 *)line, (guint)(next - line));
		line = next;
	}
	return g_bytes_new(bytes->data, bytes->len);
}
