#include "mail/from_line.h"

#include <glib.h>
#include <string.h>

#include "mail/address.h"

enum {
	MAX_FIELD_NAME = 76
};

static const char from[] = "From ";

static bool
begins(const char *bytes, size_t length, const char *with)
{
	size_t want = strlen(with);

	return length >= want && memcmp(bytes, with, want) == 0;
}

size_t
field_name_length(const char *line, size_t length)
{
	size_t i = 0;
	size_t end;

	while (i < length && i <= MAX_FIELD_NAME &&
		(g_ascii_isalnum(line[i]) || line[i] == '-' || line[i] == '_' || line[i] == '.'))
		i++;
	end = i;
	while (i < length && (line[i] == ' ' || line[i] == '\t'))
		i++;
	return end <= MAX_FIELD_NAME && i < length && line[i] == ':' ? end : 0;
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
is_empty(const char *line, size_t length)
{
	return line[0] == '\n' || (length > 1 && line[0] == '\r' && line[1] == '\n');
}

static bool
begins_message(const char *line, size_t length)
{
	return length == 0 || is_empty(line, length) || field_name_length(line, length) > 0 ||
		begins(line, length, from) || begins(line, length, ">From ");
}

bool
from_line_is(const char *line, size_t length)
{
	const char *end = memchr(line, '\n', MIN(length, FROM_LINE_LOOK));
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
		field_name_length(end + 1, rest) > 0;
}

size_t
from_line_length(const char *raw, size_t size)
{
	const char *newline = memchr(raw, '\n', MIN(size, FROM_LINE_LOOK));
	size_t length = newline ? (size_t)(newline + 1 - raw) : 0;

	return length > 0 && length < size && from_line_is(raw, size) ? length : 0;
}

char *
from_line_sender(const char *line, size_t length)
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
