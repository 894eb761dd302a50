#include "tui/view_output.h"

#include <errno.h>
#include <string.h>

#include "system/new_file.h"
#include "tui/complete.h"
#include "tui/console.h"
#include "tui/reader.h"

typedef struct OutputView {
	View base;
	char *name;
	GBytes *output;
	Reader *reader;
} OutputView;

static OutputView *
output_of(View *view)
{
	return (OutputView *)view;
}

static void
write_output(void *data, Sheet *sheet)
{
	const OutputView *view = data;
	gsize length;
	const char *output = g_bytes_get_data(view->output, &length);

	sheet_text(sheet, output, length, WRAP_WORDS);
}

View *
output_view_new(Console *console, const char *name, const char *output, gsize length)
{
	OutputView *view = g_new0(OutputView, 1);

	view->base = (View){ .ops = view_of_kind(VIEW_OUTPUT), .console = console };
	view->name = g_strdup(name);
	view->output = g_bytes_new(output, length);
	view->reader = reader_new(write_output, view);
	return &view->base;
}

static void
free_output(View *view)
{
	OutputView *output = output_of(view);

	reader_free(output->reader);
	g_bytes_unref(output->output);
	g_free(output->name);
	g_free(output);
}

static void
draw_output(View *view, Frame *frame, Area area)
{
	area.column++;
	area.columns -= 2;
	reader_draw(output_of(view)->reader, frame, area);
}

static bool
move_output(View *view, Move move, int count, G_GNUC_UNUSED GError **error)
{
	reader_move(output_of(view)->reader, move, count);
	return true;
}

static void
find_in_output(View *view, const char *text, G_GNUC_UNUSED bool backwards)
{
	if (!reader_find(output_of(view)->reader, text))
		console_not_found(view->console, text);
}

/* ---- taking it out ---- */

const char *
output_view_text(View *view, gsize *length)
{
	return g_bytes_get_data(output_of(view)->output, length);
}

static char *
copy_output(View *view, char **what, G_GNUC_UNUSED GError **error)
{
	gsize length;
	const char *text = output_view_text(view, &length);

	*what = g_strdup(output_of(view)->name);
	return g_strndup(text, length);
}

/* "notice.txt", of "notice 12 --for staff". */
void
run_save_text(Console *console, G_GNUC_UNUSED int argument)
{
	const char *name = output_of(console_view(console))->name;
	g_autofree char *file = g_strdup_printf("%.*s.txt", (int)strcspn(name, " /"), name);

	console_ask(console, ASK_TEXT, file);
}

/* A file that is there already is somebody's, and half a text looks like a whole one. */
bool
output_view_save(Console *console, const char *answer)
{
	g_autofree char *path = shell_word_home(answer);
	gsize length;
	const char *text = output_view_text(console_view(console), &length);

	if (!*answer)
		return true;
	if (new_file_write(path, text, length)) {
		console_say(console, STYLE_GOOD, "saved as %s", path);
		return true;
	}
	prompt_set_error(console->prompt,
		errno == EEXIST ? "this file is there already and stays as it is: another name"
				: g_strerror(errno),
		0);
	return false;
}

static char *
title_of_output(View *view)
{
	return g_strdup_printf(": %s", output_of(view)->name);
}

extern const ViewOps view_output;
const ViewOps view_output = {
	.name = "output",
	.kind = VIEW_OUTPUT,
	.help = "What a command printed, or a text to be selected by hand. {copy-text} copies it,"
		" defanged; {save-text} saves it as it came.",
	.free = free_output,
	.draw = draw_output,
	.move = move_output,
	.find = find_in_output,
	.copy = copy_output,
	.title = title_of_output,
};
