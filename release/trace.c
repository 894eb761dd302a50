#include "release/trace.h"

#include <string.h>

#include "mail/header_write.h"
#include "system/whole.h"

static const char *
line_end_of(GBytes *raw)
{
	size_t size;
	const char *bytes = g_bytes_get_data(raw, &size);
	const char *end = size ? memchr(bytes, '\n', size) : NULL;

	return end && end > bytes && end[-1] == '\r' ? "\r\n" : "\n";
}

/* A quoted local part may hold what would end the comment it is put into. */
static void
append_in_comment(GString *field, const char *text)
{
	for (; *text; text++) {
		if (strchr("()\\", *text))
			g_string_append_c(field, '\\');
		g_string_append_c(field, *text);
	}
}

char *
trace_field(const Shipment *shipment)
{
	const char *line_end = line_end_of(shipment->raw);
	GString *field = g_string_new(NULL);

	g_string_append_printf(field, "Received: by %s (lazaret) id %" G_GINT64_FORMAT,
		shipment->host, shipment->delivery);
	/* An address in UTF-8 would make the header one that only SMTPUTF8 servers take. */
	if (g_str_is_ascii(shipment->sender)) {
		g_string_append_printf(field, "%s\t(envelope-from <", line_end);
		append_in_comment(field, shipment->sender);
		g_string_append(field, ">)");
	}
	if (g_str_is_ascii(shipment->recipient))
		g_string_append_printf(field, "%s\tfor <%s>", line_end, shipment->recipient);
	g_string_append_printf(field, ";%s\t", line_end);
	header_write_date(field, shipment->now);
	g_string_append(field, line_end);
	return g_string_free(field, FALSE);
}

bool
trace_write(const Shipment *shipment, int fd)
{
	size_t size;
	const char *bytes = g_bytes_get_data(shipment->raw, &size);

	return write_whole(fd, shipment->trace, strlen(shipment->trace)) &&
		write_whole(fd, bytes, size);
}
