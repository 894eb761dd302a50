#include <string.h>

#include "store/listed_read.h"

void
listed_value_free(ListedValue *value)
{
	g_free(value->value);
	g_free(value);
}

static ListedText *
listed_text_new(void)
{
	ListedText *text = g_new0(ListedText, 1);

	text->values = g_ptr_array_new_with_free_func((GDestroyNotify)listed_value_free);
	text->told = g_ptr_array_new_with_free_func(g_free);
	return text;
}

void
listed_text_free(ListedText *text)
{
	if (!text)
		return;
	g_ptr_array_unref(text->values);
	g_ptr_array_unref(text->told);
	g_free(text);
}

static int64_t
line_of(const char *bytes, const char *at)
{
	int64_t line = 1;

	for (; bytes < at; bytes++)
		line += *bytes == '\n';
	return line;
}

static bool
check_text(ListedRead *read, const char *bytes, size_t length, GError **error)
{
	const char *end = bytes;

	read->unit = "line";
	read->place = 1;
	if (length > LISTED_MAX_BYTES)
		return listed_refuse(read, error, "a list is no larger than 64 MiB");
	/* A NUL is no text either. */
	if (length == 0 || g_utf8_validate_len(bytes, length, &end))
		return true;
	read->place = line_of(bytes, end);
	return listed_refuse(
		read, error, *end ? "it is not UTF-8" : "this is no list but a file of bytes");
}

ListedText *
listed_parse(const char *bytes, size_t length, const Site *site, GError **error)
{
	g_autoptr(ListedText) text = listed_text_new();
	ListedRead read = { .text = text, .site = site };
	g_autofree char *copy = NULL;
	const char *start;

	if (!check_text(&read, bytes, length, error))
		return NULL;
	copy = g_strndup(bytes, length);
	start = g_str_has_prefix(copy, "\xef\xbb\xbf") ? copy + 3 : copy;
	if (start[strspn(start, " \t\r\n")] == '{') {
		if (!listed_read_stix(&read, start, strlen(start), error))
			return NULL;
	} else if (!listed_read_lines(&read, start, error)) {
		return NULL;
	}
	return g_steal_pointer(&text);
}
