#include "mail/header.h"

#include <string.h>

#include "mail/text.h"

/* A field name is printable ASCII but ':' (RFC 5322 section 2.2); real mail has
 * blanks before the colon as well. */
static const char *
find_colon(const char *line, const char *end)
{
	const char *at = line;

	while (at < end && *at != ':' && (unsigned char)*at > ' ' && *at != 0x7f)
		at++;
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at < end && at > line && *at == ':' ? at : NULL;
}

static const char *
line_end(const char *line, const char *end)
{
	const char *newline = memchr(line, '\n', (size_t)(end - line));

	return newline ? newline + 1 : end;
}

static bool
is_empty_line(const char *line, const char *next)
{
	return *line == '\n' || (*line == '\r' && next - line == 2 && line[1] == '\n');
}

/* The end of the field that begins at @line: its first line and all that follow
 * and begin with a blank. */
static const char *
field_end(const char *line, const char *end)
{
	const char *next = line_end(line, end);

	while (next < end && (*next == ' ' || *next == '\t'))
		next = line_end(next, end);
	return next;
}

bool
header_next(const char **line, const char *end, HeaderSpan *span)
{
	while (*line < end) {
		const char *next = line_end(*line, end);
		const char *colon = find_colon(*line, next);
		bool empty = is_empty_line(*line, next);

		span->name = *line;
		*line = empty ? next : field_end(*line, end);
		if (empty)
			return false;
		/* A line without a name ("From ", garbage) is passed over, as readers do. */
		if (!colon)
			continue;
		span->name_length = (size_t)(colon - span->name);
		while (g_ascii_isspace(span->name[span->name_length - 1]))
			span->name_length--;
		span->value = colon + 1;
		span->end = *line;
		return true;
	}
	return false;
}

static HeaderField *
field_new(const HeaderSpan *span)
{
	HeaderField *field = g_new0(HeaderField, 1);
	const char *end = span->end;

	if (end > span->value && end[-1] == '\n')
		end--;
	if (end > span->value && end[-1] == '\r')
		end--;
	field->name = text_utf8(span->name, span->name_length);
	field->raw = text_utf8(span->value, (size_t)(end - span->value));
	field->value = header_unfold(field->raw);
	return field;
}

/* What says who sent it: these are kept however many fields stand before them. */
static bool
is_essential(const HeaderSpan *span)
{
	static const char *const names[] = { "From", "Subject", "Message-ID", "DKIM-Signature",
		"Feedback-ID", "X-SES-Outgoing", "Content-Type", "Content-Transfer-Encoding" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (span->name_length == strlen(names[i]) &&
			g_ascii_strncasecmp(span->name, names[i], span->name_length) == 0)
			return true;
	}
	return false;
}

GPtrArray *
header_split(const char *raw, size_t size, size_t *body, bool *more)
{
	GPtrArray *fields = g_ptr_array_new_with_free_func((GDestroyNotify)header_field_free);
	const char *line = raw;
	HeaderSpan span;

	*more = false;
	while (header_next(&line, raw + size, &span)) {
		bool room = fields->len < MESSAGE_MAX_HEADERS;
		bool reserve = fields->len < 2 * MESSAGE_MAX_HEADERS && is_essential(&span);

		if (room || reserve)
			g_ptr_array_add(fields, field_new(&span));
		*more = *more || !room;
	}
	*body = (size_t)(line - raw);
	return fields;
}

char *
header_unfold(const char *raw)
{
	GString *value = g_string_sized_new(strlen(raw));

	for (const char *at = raw; *at; at++) {
		if (*at == '\n')
			continue;
		if (*at == '\r' && at[1] == '\n')
			continue;
		g_string_append_c(value, *at);
	}
	return g_strstrip(g_string_free(value, FALSE));
}

char *
header_tag(const char *list, const char *tag)
{
	size_t length = strlen(tag);

	for (const char *at = list; at; at = strchr(at, ';')) {
		at += strspn(at, "; \t\r\n");
		if (g_ascii_strncasecmp(at, tag, length) != 0)
			continue;
		const char *equals = at + length + strspn(at + length, " \t\r\n");

		if (*equals != '=')
			continue;
		GString *value = g_string_new(NULL);

		for (const char *from = equals + 1; *from && *from != ';'; from++) {
			if (!g_ascii_isspace(*from))
				g_string_append_c(value, *from);
		}
		return g_string_free(value, FALSE);
	}
	return NULL;
}
