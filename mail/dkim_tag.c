#include "mail/dkim_tag.h"

#include <glib.h>
#include <string.h>

static const char *
skip_blanks(const char *at, const char *end)
{
	while (at < end && strchr(" \t\r\n", *at) && *at)
		at++;
	return at;
}

static bool
is_printable(const char *at, const char *end)
{
	for (; at < end; at++) {
		if (!g_ascii_isprint(*at) && !strchr("\t\r\n", *at))
			return false;
		if (*at == '\0')
			return false;
	}
	return true;
}

static char *
without_blanks(const char *at, const char *end)
{
	GString *value = g_string_sized_new((gsize)(end - at));

	for (; at < end; at++) {
		if (!g_ascii_isspace(*at))
			g_string_append_c(value, *at);
	}
	return g_string_free(value, FALSE);
}

static DkimTag *
find(const char *name, size_t length, const char *const *names, DkimTag *tags, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0)
			return &tags[i];
	}
	return NULL;
}

bool
dkim_tags_read(
	const char *text, size_t length, const char *const *names, DkimTag *tags, size_t count)
{
	const char *end = text + length;
	const char *next;

	if (!is_printable(text, end))
		return false;
	for (const char *at = skip_blanks(text, end); at < end; at = skip_blanks(next, end)) {
		const char *semicolon = memchr(at, ';', (size_t)(end - at));
		const char *stop = semicolon ? semicolon : end;
		const char *name = at;
		DkimTag *tag;

		while (at < stop && (g_ascii_isalnum(*at) || *at == '_'))
			at++;
		tag = find(name, (size_t)(at - name), names, tags, count);
		at = skip_blanks(at, stop);
		if (at == name || at == stop || *at != '=' || (tag && tag->value))
			return false;
		if (tag)
			*tag = (DkimTag){ without_blanks(at + 1, stop), at + 1, stop };
		next = semicolon ? semicolon + 1 : end;
	}
	return true;
}

void
dkim_tags_clear(DkimTag *tags, size_t count)
{
	for (size_t i = 0; i < count; i++)
		g_clear_pointer(&tags[i].value, g_free);
}
