#include "cli/output.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/command.h"
#include "mail/glyph.h"

enum {
	BUFFERED = 64 * 1024,
	MOST_COLUMNS = 10000,
};

struct Output {
	int fd;
	bool terminal;
	Glyphs glyphs; /* of the terminal; a pipe takes UTF-8 in any locale */
	int failed;    /* errno of the first write that failed */
	GString *pending;
};

static void
output_init(Output *output, int fd)
{
	*output = (Output){
		.fd = fd,
		.terminal = isatty(fd) == 1,
		.pending = g_string_new(NULL),
	};
	if (output->terminal)
		output->glyphs = glyphs_of_locale(g_getenv("TERM"));
}

static void
output_clear(Output *output)
{
	g_string_free(output->pending, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Output, output_clear)

Output *
output_new(int fd)
{
	Output *output = g_new0(Output, 1);

	output_init(output, fd);
	return output;
}

void
output_free(Output *output)
{
	if (!output)
		return;
	output_clear(output);
	g_free(output);
}

bool
output_terminal(const Output *output)
{
	return output->terminal;
}

/* The console shows what it runs in a view of its own, which no ioctl() measures. */
static int
columns_asked(void)
{
	const char *asked = g_getenv("LAZARET_COLUMNS");
	guint64 columns = 0;

	if (asked)
		g_ascii_string_to_unsigned(asked, 10, 0, MOST_COLUMNS, &columns, NULL);
	return (int)columns;
}

int
output_columns(const Output *output)
{
	struct winsize size = { 0 };

	if (!output->terminal)
		return columns_asked();
	if (ioctl(output->fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return 80;
	return size.ws_col;
}

bool
output_is_log(const Output *output)
{
	return !output->terminal && columns_asked() == 0;
}

bool
output_failed(const Output *output)
{
	errno = output->failed;
	return output->failed != 0;
}

bool
output_flush(Output *output)
{
	const char *bytes = output->pending->str;
	size_t left = output->pending->len;

	while (left > 0 && !output->failed) {
		ssize_t written = write(output->fd, bytes, left);

		if (written < 0 && errno != EINTR)
			output->failed = errno;
		if (written < 0)
			continue;
		bytes += written;
		left -= (size_t)written;
	}
	g_string_truncate(output->pending, 0);
	return !output_failed(output);
}

static void
append(Output *output, const char *bytes, size_t length)
{
	if (output->failed)
		return;
	g_string_append_len(output->pending, bytes, (gssize)length);
	if (output->pending->len >= BUFFERED)
		output_flush(output);
}

static void
append_visible(Output *output, const char *bytes, size_t length)
{
	g_autoptr(Visible) visible = text_visible(bytes, (ssize_t)length);
	g_autofree char *text = glyphs_encode(output->glyphs, visible);

	append(output, text, strlen(text));
	append(output, "\n", 1);
}

static void
append_lines(Output *output, const char *bytes, size_t length)
{
	while (length > 0) {
		const char *end = memchr(bytes, '\n', length);
		size_t line = end ? (size_t)(end - bytes) : length;
		size_t shown = line;

		/* CRLF is how mail ends a line, not something a reader must see. */
		if (end && shown > 0 && bytes[shown - 1] == '\r')
			shown--;
		append_visible(output, bytes, shown);
		line += end ? 1 : 0;
		bytes += line;
		length -= line;
	}
}

void
output_line(Output *output, const char *format, ...)
{
	va_list arguments;
	g_autofree char *line = NULL;

	va_start(arguments, format);
	line = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	append_visible(output, line, strlen(line));
}

void
output_text(Output *output, const char *text)
{
	append_lines(output, text, strlen(text));
}

void
output_record(Output *output, const char *record, size_t length)
{
	if (output->terminal) {
		append_visible(output, record, length);
		return;
	}
	append(output, record, length);
	append(output, "\n", 1);
}

void
output_bytes(Output *output, const char *bytes, size_t length)
{
	if (output->terminal)
		append_lines(output, bytes, length);
	else
		append(output, bytes, length);
}

bool
output_finish(Output *output, GError **error)
{
	if (output_flush(output))
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_WRITE, "standard output: %s",
		g_strerror(output->failed));
	return false;
}

void
complain(const char *format, ...)
{
	g_autofree char *text = NULL;
	g_auto(Output) output;
	va_list arguments;

	output_init(&output, STDERR_FILENO);
	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	output_line(&output, "lazaret: %s", text);
	output_flush(&output);
}

void
complain_more(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_auto(Output) output;

	output_init(&output, STDERR_FILENO);
	for (char **line = lines; *line; line++)
		output_line(&output, "  %s", *line);
	output_flush(&output);
}
