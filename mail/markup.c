#include "mail/markup.h"

#include <string.h>

enum {
	MAX_NAME = 100,     /* bytes of an attribute's name */
	MAX_REFERENCE = 12, /* bytes between '&' and ';' */
};

/* ---- references ---- */

static gunichar
named_character(const char *name, size_t length)
{
	static const struct {
		const char *name;
		gunichar character;
	} names[] = {
		{ "amp", '&' },
		{ "lt", '<' },
		{ "gt", '>' },
		{ "quot", '"' },
		{ "apos", '\'' },
		{ "colon", ':' },
		{ "sol", '/' },
		{ "period", '.' },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (strlen(names[i].name) == length && memcmp(names[i].name, name, length) == 0)
			return names[i].character;
	return 0;
}

/* The character that the @length bytes between '&' and ';' stand for, or 0. */
static gunichar
reference(const char *name, size_t length)
{
	bool hex = length > 2 && (name[1] == 'x' || name[1] == 'X');
	guint64 value;

	if (length < 2 || name[0] != '#')
		return named_character(name, length);
	value = g_ascii_strtoull(name + (hex ? 2 : 1), NULL, hex ? 16 : 10);
	return value <= 0x10ffff && g_unichar_validate((gunichar)value) ? (gunichar)value : 0;
}

char *
markup_resolve(const char *text, size_t length)
{
	GString *resolved = g_string_sized_new(length);
	const char *end = text + length;

	while (text < end) {
		const char *semicolon = NULL;
		gunichar character = 0;

		if (*text == '&')
			semicolon = memchr(text, ';', MIN((size_t)(end - text), MAX_REFERENCE));
		if (semicolon)
			character = reference(text + 1, (size_t)(semicolon - text - 1));
		if (character)
			g_string_append_unichar(resolved, character);
		else
			g_string_append_c(resolved, *text);
		text = character ? semicolon + 1 : text + 1;
	}
	return g_string_free(resolved, FALSE);
}

/* ---- tags ---- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

bool
markup_next(const char **at, MarkupTag *tag)
{
	const char *open = strchr(*at, '<');
	char quote = '\0';

	if (!open)
		return false;
	tag->closing = open[1] == '/';
	tag->name = open + 1 + tag->closing;
	/* <a/href=x> is a tag a with an attribute to a browser. */
	tag->name_length = strcspn(tag->name, " \t\r\n\f>/");
	tag->attributes = tag->name + tag->name_length;
	tag->end = tag->attributes;
	while (*tag->end && (quote || *tag->end != '>')) {
		if (quote)
			quote = (char)(*tag->end == quote ? '\0' : quote);
		else if (*tag->end == '"' || *tag->end == '\'')
			quote = *tag->end;
		tag->end++;
	}
	*at = *tag->end ? tag->end + 1 : tag->end;
	return true;
}

static bool
is_name(const char *written, size_t length, const char *name)
{
	const char *colon = memchr(written, ':', length);

	if (colon) {
		length -= (size_t)(colon + 1 - written);
		written = colon + 1;
	}
	return strlen(name) == length && g_ascii_strncasecmp(written, name, length) == 0;
}

bool
markup_is(const MarkupTag *tag, const char *name)
{
	return is_name(tag->name, tag->name_length, name);
}

/* ---- attributes ---- */

/* Where the value at @at ends; *start is where it begins, behind its quote. */
static const char *
value_end(const char *at, const char *end, const char **start)
{
	char quote = (char)(at < end && (*at == '"' || *at == '\'') ? *at : '\0');

	*start = quote ? at + 1 : at;
	for (at = *start; at < end; at++) {
		if (quote ? *at == quote : is_blank(*at))
			break;
	}
	return at;
}

static const char *
skip_blanks(const char *at, const char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

static const char *
name_end(const char *at, const char *end)
{
	while (at < end && !is_blank(*at) && *at != '=' && *at != '/')
		at++;
	return at;
}

void
markup_attributes(const MarkupTag *tag,
	void (*found)(const char *name, const char *value, void *data), void *data)
{
	const char *end = tag->end;
	const char *at = skip_blanks(tag->attributes, end);

	while (at < end) {
		const char *stop = name_end(at, end);
		size_t length = (size_t)(stop - at);
		g_autofree char *name = g_strndup(at, MIN(length, MAX_NAME));
		g_autofree char *value = NULL;
		const char *start;

		at = skip_blanks(stop, end);
		if (length > 0 && at < end && *at == '=') {
			at = value_end(skip_blanks(at + 1, end), end, &start);
			value = markup_resolve(start, (size_t)(at - start));
			found(name, value, data);
		}
		/* The closing quote, or a '/' or '=' out of place. */
		if (at < end && (length == 0 || value))
			at++;
		at = skip_blanks(at, end);
	}
}

typedef struct Wanted {
	const char *name;
	char *value;
} Wanted;

static void
keep_wanted(const char *name, const char *value, void *data)
{
	Wanted *wanted = data;

	if (!wanted->value && is_name(name, strlen(name), wanted->name))
		wanted->value = g_strdup(value);
}

char *
markup_attribute(const MarkupTag *tag, const char *name)
{
	Wanted wanted = { .name = name };

	markup_attributes(tag, keep_wanted, &wanted);
	return wanted.value;
}
