#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/output.h"

enum {
	REDRAW = G_USEC_PER_SEC / 10
};

struct Progress {
	int columns; /* of the terminal; 0: nothing is shown */
	bool drawn;
	const char *noun;
	int64_t began;
	int64_t redraw;
};

Progress *
progress_new(void)
{
	Progress *progress = g_new0(Progress, 1);
	g_autoptr(Output) output = output_new(STDERR_FILENO);

	if (output_terminal(output) && g_strcmp0(g_getenv("TERM"), "dumb") != 0)
		progress->columns = output_columns(output);
	progress->noun = "messages";
	progress->began = g_get_monotonic_time();
	return progress;
}

void
progress_free(Progress *progress)
{
	if (!progress)
		return;
	progress_clear(progress);
	g_free(progress);
}

bool
progress_wanted(const Progress *progress)
{
	return progress->columns > 0;
}

static void
draw(const Progress *progress, const char *line)
{
	int width = progress->columns - 1;

	(void)fprintf(stderr, "\r%-*.*s\r", width, width, line);
	(void)fflush(stderr);
}

static char *
line_of(const Progress *progress, int64_t done, int64_t bytes, int64_t total)
{
	g_autoptr(GString) line = g_string_new(NULL);
	g_autofree char *size = g_format_size((guint64)bytes);
	double seconds = (double)(g_get_monotonic_time() - progress->began) / G_USEC_PER_SEC;
	double rate = (double)done / MAX(seconds, 0.001);

	g_string_append_printf(line, "%" G_GINT64_FORMAT, done);
	if (total > 0)
		g_string_append_printf(line, " of %" G_GINT64_FORMAT, total);
	g_string_append_printf(line, " %s, ", progress->noun);
	if (bytes > 0)
		g_string_append_printf(line, "%s, ", size);
	g_string_append_printf(line, "%.0f/s", rate);
	if (total > done && rate > 0)
		g_string_append_printf(line, ", %.0f s left", (double)(total - done) / rate);
	return g_string_free(g_steal_pointer(&line), FALSE);
}

void
progress_show(Progress *progress, int64_t done, int64_t bytes, int64_t total)
{
	int64_t now = g_get_monotonic_time();
	g_autofree char *line = NULL;

	if (!progress_wanted(progress) || now < progress->redraw)
		return;
	progress->redraw = now + REDRAW;
	progress->drawn = true;
	line = line_of(progress, done, bytes, total);
	draw(progress, line);
}

void
progress_say(Progress *progress, const char *line)
{
	if (!progress_wanted(progress))
		return;
	progress->drawn = true;
	progress->redraw = 0;
	draw(progress, line);
}

void
progress_count(Progress *progress, const char *noun)
{
	if (g_str_equal(progress->noun, noun))
		return;
	progress->noun = noun;
	progress->began = g_get_monotonic_time();
}

void
progress_clear(Progress *progress)
{
	if (!progress->drawn)
		return;
	draw(progress, "");
	progress->drawn = false;
	progress->redraw = 0;
}
