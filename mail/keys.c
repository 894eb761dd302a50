#include "mail/keys.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "mail/site.h"

enum {
	MAX_RECORD = 8192, /* what dkim_key.c reads */
};

typedef struct Reader {
	const char *at;
	int line;
} Reader;

static void
skip_blanks(Reader *reader)
{
	reader->at += strspn(reader->at, " \t\r");
}

static void
skip_line(Reader *reader)
{
	reader->at += strcspn(reader->at, "\n");
}

/* What stands up to the next blank; NULL at the line's end. */
static char *
take_word(Reader *reader)
{
	size_t length = strcspn(reader->at, " \t\r\n");
	char *word = length ? g_strndup(reader->at, length) : NULL;

	reader->at += length;
	skip_blanks(reader);
	return word;
}

/* A number, IN or TXT: what stands between name and record in a zone. */
static bool
skip_zone_word(Reader *reader)
{
	Reader ahead = *reader;
	g_autofree char *word = take_word(&ahead);

	if (!word ||
		(g_ascii_strcasecmp(word, "IN") != 0 && g_ascii_strcasecmp(word, "TXT") != 0 &&
			word[strspn(word, "0123456789")] != '\0'))
		return false;
	*reader = ahead;
	return true;
}

/* RFC 1035 section 5.1: \DDD is the byte of that number, \X is X. */
static void
take_escape(Reader *reader, GString *record)
{
	const char *digits = reader->at + 1;

	if (g_ascii_isdigit(digits[0]) && g_ascii_isdigit(digits[1]) &&
		g_ascii_isdigit(digits[2])) {
		int byte = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + digits[2] - '0';

		g_string_append_c(record, byte > 0 && byte < 0x80 ? (char)byte : '?');
		reader->at += 4;
	} else if (*digits && *digits != '\n') {
		g_string_append_c(record, *digits);
		reader->at += 2;
	} else {
		reader->at++;
	}
}

/* False when it does not end on its line. */
static bool
take_quoted(Reader *reader, GString *record)
{
	for (reader->at++; *reader->at && *reader->at != '\n';) {
		if (*reader->at == '"') {
			reader->at++;
			return true;
		}
		if (*reader->at == '\\')
			take_escape(reader, record);
		else
			g_string_append_c(record, *reader->at++);
	}
	return false;
}

/* Strings, parentheses and comments up to the line's end, or ')'. */
static bool
take_strings(Reader *reader, GString *record)
{
	bool inside = false;

	for (;;) {
		skip_blanks(reader);
		switch (*reader->at) {
		case '"':
			if (!take_quoted(reader, record))
				return false;
			break;
		case ';':
			skip_line(reader);
			break;
		case '(':
		case ')':
			inside = *reader->at++ == '(';
			break;
		case '\n':
			if (!inside)
				return true;
			reader->line++;
			reader->at++;
			break;
		case '\0':
			return !inside;
		default:
			return false;
		}
	}
}

static bool
take_record(Reader *reader, GString *record)
{
	while (skip_zone_word(reader))
		continue;
	if (*reader->at == '"' || *reader->at == '(')
		return take_strings(reader, record);
	g_string_append_len(record, reader->at, (gssize)strcspn(reader->at, "\r\n"));
	skip_line(reader);
	return true;
}

static char *
key_name(const char *word)
{
	char *name = g_ascii_strdown(word, -1);
	size_t length = strlen(name);

	while (length > 0 && name[length - 1] == '.')
		name[--length] = '\0';
	return name;
}

/* One line, or more in parentheses. */
static bool
take_key(Reader *reader, GHashTable *keys)
{
	g_autofree char *word = take_word(reader);
	g_autofree char *name = word ? key_name(word) : NULL;
	g_autoptr(GString) record = g_string_new(NULL);

	if (!name)
		return true;
	if (!strstr(name, "._domainkey.") || !take_record(reader, record))
		return false;
	if (record->len == 0 || record->len > MAX_RECORD ||
		!g_utf8_validate(record->str, (gssize)record->len, NULL))
		return false;
	g_hash_table_replace(
		keys, g_steal_pointer(&name), g_string_free(g_steal_pointer(&record), FALSE));
	return true;
}

GHashTable *
keys_parse(const char *text, GError **error)
{
	g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	Reader reader = { .at = text, .line = 1 };

	while (*reader.at) {
		int line = reader.line;

		skip_blanks(&reader);
		if (*reader.at == '#' || *reader.at == ';' || *reader.at == '$')
			skip_line(&reader);
		if (!take_key(&reader, keys)) {
			g_set_error(error, MAIL_ERROR, MAIL_ERROR_DATA,
				"line %d is no key: SELECTOR._domainkey.DOMAIN TXT \"v=DKIM1; ...\"",
				line);
			return NULL;
		}
		if (*reader.at == '\n') {
			reader.at++;
			reader.line++;
		}
	}
	return g_steal_pointer(&keys);
}

void
keys_append(GString *text, const char *name, const char *record)
{
	g_string_append_printf(text, "%s TXT \"", name);
	for (const char *at = record; *at; at++) {
		if (*at == '"' || *at == '\\')
			g_string_append_printf(text, "\\%c", *at);
		else if (g_ascii_iscntrl(*at))
			g_string_append_printf(text, "\\%03d", (unsigned char)*at);
		else
			g_string_append_c(text, *at);
	}
	g_string_append(text, "\"\n");
}
