#include "release/wire.h"

#include <string.h>

/* The line's text at @text, and what it holds counted; its length is returned. */
static size_t
scan_line(Wire *wire, const char *text, const char *end)
{
	const char *at = text;

	for (; at < end && *at != '\r' && *at != '\n'; at++) {
		if ((guchar)*at >= 0x80)
			wire->eight_bit = true;
		else if (*at == '\0')
			wire->nul++;
	}
	return (size_t)(at - text);
}

/* Behind the line end at @at, if there is one. */
static const char *
skip_line_end(Wire *wire, const char *at, const char *end)
{
	if (at == end)
		return at;
	if (*at == '\n')
		return at + 1;
	if (at + 1 < end && at[1] == '\n')
		return at + 2;
	wire->bare_cr++;
	return at + 1;
}

static void
append(Wire *wire, const char *bytes, size_t length)
{
	g_byte_array_append(wire->data, (const guint8 *)bytes, (guint)length);
}

/* The last line gets a line end if it has none. */
static void
append_lines(Wire *wire, const char *text, size_t size)
{
	const char *end = text + size;

	while (text < end) {
		size_t length = scan_line(wire, text, end);

		if (*text == '.')
			append(wire, ".", 1);
		append(wire, text, length);
		append(wire, "\r\n", 2);
		wire->size += length + 2;
		text = skip_line_end(wire, text + length, end);
	}
}

Wire *
wire_new(const char *trace, GBytes *raw)
{
	Wire *wire = g_new0(Wire, 1);
	size_t size;
	const char *bytes = g_bytes_get_data(raw, &size);

	g_assert(size < G_MAXUINT / 4);
	wire->data = g_byte_array_sized_new((guint)(size + size / 16 + 1024));
	append_lines(wire, trace, strlen(trace));
	append_lines(wire, bytes, size);
	append(wire, ".\r\n", 3);
	return wire;
}

void
wire_free(Wire *wire)
{
	if (!wire)
		return;
	g_byte_array_unref(wire->data);
	g_free(wire);
}
