#include "importer/mbox.h"

#include <string.h>

#include "importer/sniff.h"
#include "importer/source.h"
#include "mail/address.h"

static const char from[] = "From ";

static bool
begins(const char *bytes, size_t length, const char *with)
{
	size_t want = strlen(with);

	return length >= want && memcmp(bytes, with, want) == 0;
}

static bool
is_month(const char *word)
{
	static const char months[] = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";

	return strlen(word) == 3 && g_ascii_isalpha(word[2]) && strstr(months, word);
}

static bool
is_clock(const char *word)
{
	const char *colon = strchr(word, ':');

	return colon && (colon == word + 1 || colon == word + 2) && g_ascii_isdigit(word[0]) &&
		g_ascii_isdigit(colon[-1]) && g_ascii_isdigit(colon[1]) &&
		g_ascii_isdigit(colon[2]);
}

static bool
is_year(const char *word)
{
	return strlen(word) == 4 && strspn(word, "0123456789") == 4;
}

/* asctime(3) as RFC 4155 wants it, or any other way to write a date: all have these three. */
static bool
has_date(char *const *words)
{
	bool month = false;
	bool clock = false;
	bool year = false;

	for (size_t i = 0; words[i]; i++) {
		month = month || is_month(words[i]);
		clock = clock || is_clock(words[i]);
		year = year || is_year(words[i]);
	}
	return month && clock && year;
}

static bool
begins_message(const char *line, size_t length)
{
	return length == 0 || mbox_line_end(line, length) > 0 || sniff_field(line, length) ||
		begins(line, length, from) || begins(line, length, ">From ");
}

bool
mbox_is_separator(const char *line, size_t length)
{
	const char *end = memchr(line, '\n', MIN(length, MBOX_SEPARATOR_MAX));
	g_autofree char *text = NULL;
	g_auto(GStrv) words = NULL;
	size_t rest;

	if (!end || !begins(line, length, from))
		return false;
	text = g_strndup(line + strlen(from), (size_t)(end - line) - strlen(from));
	words = g_strsplit_set(text, " \t\r", -1);
	rest = length - (size_t)(end + 1 - line);
	if (has_date(words))
		return begins_message(end + 1, rest);
	return words[0] && strchr(words[0], '@') && !strpbrk(g_strchomp(text), " \t") &&
		sniff_field(end + 1, rest);
}

bool
mbox_after_blank_line(const char *bytes, size_t offset)
{
	if (offset < 2 || bytes[offset - 1] != '\n')
		return false;
	return bytes[offset - 2] == '\n' ||
		(offset > 2 && bytes[offset - 2] == '\r' && bytes[offset - 3] == '\n');
}

char *
mbox_sender(const char *line, size_t length)
{
	const char *word = line + strlen(from);
	g_autofree char *sender = NULL;

	if (!begins(line, length, from))
		return NULL;
	sender = g_strndup(word, length - strlen(from));
	sender[strcspn(sender, " \t\r\n")] = '\0';
	if (g_ascii_strcasecmp(sender, "MAILER-DAEMON") == 0)
		return g_strdup("");
	/* A word without a domain is more often made up ("-", "nobody") than an address. */
	return strchr(sender, '@') && !address_fault(sender) ? g_steal_pointer(&sender) : NULL;
}

GBytes *
mbox_without_from_line(GBytes *raw, char **sender)
{
	g_autoptr(GBytes) whole = raw;
	size_t size;
	const char *bytes = g_bytes_get_data(whole, &size);
	const char *newline = memchr(bytes, '\n', MIN(size, MBOX_SEPARATOR_MAX));
	size_t line = newline ? (size_t)(newline + 1 - bytes) : 0;

	if (line == 0 || line == size || !mbox_is_separator(bytes, size))
		return g_steal_pointer(&whole);
	*sender = mbox_sender(bytes, line);
	return g_bytes_new_from_bytes(whole, line, size - line);
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
