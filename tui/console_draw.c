#include "tui/console.h"

#include <string.h>

#include "tui/ask.h"
#include "tui/figures.h"
#include "tui/sheet.h"

enum {
	LEAST_ROWS = 8,
	LEAST_COLUMNS = 40,
	FRAME_ROWS = 3, /* title bar, message line, bottom line */
};

static char *
figures_of(const Console *console)
{
	const int64_t *counts = console->counts;
	g_autofree char *campaigns = console->campaigns < 0
		? g_strdup("…")
		: g_strdup_printf("%" G_GINT64_FORMAT, console->campaigns);

	return g_strdup_printf("campaigns %s · held %" G_GINT64_FORMAT
			       " · released %" G_GINT64_FORMAT " · blocked %" G_GINT64_FORMAT,
		campaigns, counts[STATE_HELD], counts[STATE_RELEASED], counts[STATE_BLOCKED]);
}

static void
draw_bar(const Console *console, Frame *frame)
{
	View *view = console_view(console);
	g_autofree char *store = g_path_get_basename(store_path(console->store));
	g_autofree char *title = view->ops->title(view);
	g_autofree char *right = g_strdup_printf("%s%s   %s ",
		console->options->read_only ? "read-only · " : "", title, console->options->actor);
	g_autofree char *figures = figures_of(console);
	const char *held = strstr(figures, "held");
	g_autofree char *least = g_strndup(held, strcspn(held, "·") - 1);
	Area bar = { .rows = 1, .columns = frame->columns };
	int at = 1;
	int end = frame->columns - MIN(text_width(right), frame->columns / 2);

	frame_fill(frame, bar, STYLE_BAR);
	at += frame_text(frame, 0, at, end - at, STYLE_BAR_NAME, "lazaret") + 2;
	if (at + text_width(store) + 2 + text_width(held) + 2 <= end)
		at += frame_text(frame, 0, at, end - at, STYLE_BAR, store) + 3;
	if (at + text_width(figures) + 1 <= end)
		frame_text(frame, 0, at, end - at, STYLE_BAR_DIM, figures);
	else if (at + text_width(held) + 1 <= end)
		frame_text(frame, 0, at, end - at, STYLE_BAR_DIM, held);
	else if (at + text_width(least) + 1 <= end)
		frame_text(frame, 0, at, end - at, STYLE_BAR_DIM, least);
	frame_text_right(frame, 0, end, frame->columns - end, STYLE_BAR, right);
}

static void
append_notice(GString *notices, const char *text)
{
	if (notices->len > 0)
		g_string_append(notices, " · ");
	g_string_append(notices, text);
}

static void
append_outbox(const Console *console, GString *notices)
{
	int64_t left = console->first_due - console->now;
	g_autofree char *span = figure_span(left);

	if (console->pending == 0)
		return;
	if (notices->len > 0)
		g_string_append(notices, " · ");
	g_string_append_printf(notices, "%" G_GINT64_FORMAT, console->pending);
	if (console->left_over)
		g_string_append(notices, " not delivered since before: :deliver sends them");
	else if (console->first_due > 0 && left > 0)
		g_string_append_printf(notices, " to deliver, in %s", span);
	else
		g_string_append(notices, " being delivered");
}

static void
append_tagged(const Console *console, GString *notices)
{
	append_notice(notices, console_key_of(console, "tagged"));
	g_string_append(notices, " for all tagged");
}

/* What is worth knowing at any time, at the right end of the message line. */
static char *
notices_of(const Console *console)
{
	GString *notices = g_string_new(NULL);
	const char *news = news_words(&console->news, console->now);
	View *queue = console_queue(console);
	guint tagged = list_tagged(queue->ops->list(queue));

	if (console->count > 0)
		g_string_append_printf(notices, "%d", console->count);
	if (console->tagged)
		append_tagged(console, notices);
	if (worker_is_asked(console->worker))
		append_notice(notices, "reading…, Esc stops it");
	if (console->job) {
		append_notice(notices, job_name(console->job));
		g_string_append_printf(
			notices, " runs, %s stops it", console_key_of(console, "stop"));
	}
	if (console->arrived > 0) {
		g_autofree char *arrived =
			g_strdup_printf("%" G_GINT64_FORMAT " new", console->arrived);

		append_notice(notices, arrived);
	}
	if (news)
		append_notice(notices, news);
	if (tagged > 0) {
		g_autofree char *tags = g_strdup_printf("%u tagged", tagged);

		append_notice(notices, tags);
	}
	append_outbox(console, notices);
	return g_string_free(notices, FALSE);
}

static void
draw_notices(const Console *console, Frame *frame, int row, int used)
{
	g_autofree char *notices = notices_of(console);
	int end = frame->columns - 1;

	if (used + text_width(notices) <= end || !console->said)
		frame_text_right(frame, row, used, end - used, STYLE_DIM, notices);
}

/* What was just said goes before what is worth knowing at any time; it ends in the
 * way out, so it is never cut. */
static void
draw_message_line(const Console *console, Frame *frame, int row)
{
	int used = 1;

	if (console->said)
		used += frame_text(frame, row, 1, frame->columns - 2, console->said_style,
				console->said) +
			2;
	draw_notices(console, frame, row, used);
}

/* Over the keys and, if it must, over the view, until the next key. */
static void
draw_long_message(const Console *console, Frame *frame)
{
	g_autoptr(Sheet) sheet = sheet_new(frame->columns - 2);
	Area area = { .columns = frame->columns };

	sheet_wrap(sheet, console->said_style, console->said);
	area.rows = MIN(sheet_rows(sheet), frame->rows / 2);
	area.row = frame->rows - area.rows;
	frame_fill(frame, area, STYLE_NORMAL);
	area.column = 1;
	area.columns -= 2;
	sheet_draw(sheet, frame, area, 0);
}

static int
draw_action(Console *console, Frame *frame, int row, int at, int end, const Action *action)
{
	const char *key = keymap_keys(console->keymap, action)[0];
	Spot spot;
	int columns;

	if (!key)
		return 0;
	columns = text_width(key) + 1 + text_width(action->label);
	if (at + columns > end)
		return 0;
	spot = (Spot){ .action = action, .row = row, .column = at, .end = at + columns };
	g_array_append_val(console->spots, spot);
	at += frame_text(frame, row, at, end - at, STYLE_KEY, key) + 1;
	frame_text(frame, row, at, end - at, STYLE_DIM, action->label);
	return columns + 2;
}

/* The keys of this view, as many as fit; help always. */
static void
draw_bottom_line(Console *console, Frame *frame, int row)
{
	ViewKind kind = console_view(console)->ops->kind;
	const Action *help = keymap_action("help", NULL);
	int end = frame->columns;
	int at = 1;

	if (help->views & kind) {
		end -= text_width(console_key_of(console, "help")) + 1 + text_width(help->label);
		draw_action(console, frame, row, end, frame->columns, help);
		end -= 1;
	}
	for (const Action *action = actions(); action->id; action++) {
		if (action->views & kind && action->label && action != help)
			at += draw_action(console, frame, row, at, end, action);
	}
}

static void
draw_prompt(const Console *console, Frame *frame, int row)
{
	const char *error = prompt_error(console->prompt);
	const char *hint = prompt_hint(console->prompt);

	prompt_draw(console->prompt, frame, row);
	frame_text(frame, row + 1, 1, frame->columns - 2, error ? STYLE_ERROR : STYLE_DIM,
		error          ? error
			: hint ? hint
			       : ask_hint(console->ask));
}

static void
draw_too_small(const Console *console, Frame *frame)
{
	g_autofree char *least =
		g_strdup_printf("needs %d columns, %d rows", LEAST_COLUMNS, LEAST_ROWS);

	frame_text(frame, 0, 0, frame->columns, STYLE_NORMAL, "terminal too small");
	frame_text(frame, 1, 0, frame->columns, STYLE_DIM, least);
	if (console->said)
		frame_text(frame, 2, 0, frame->columns, console->said_style, console->said);
}

void
console_draw(Console *console, Frame *frame)
{
	View *view = console_view(console);
	Area area = { .row = 1, .rows = frame->rows - FRAME_ROWS, .columns = frame->columns };
	int message_row = frame->rows - 2;

	console->said_drawn = true;
	frame_clear(frame);
	g_array_set_size(console->spots, 0);
	console->area = area;
	console->unseen = frame->rows < LEAST_ROWS || frame->columns < LEAST_COLUMNS;
	if (console->unseen) {
		draw_too_small(console, frame);
		return;
	}
	view->ops->draw(view, frame, area);
	draw_bar(console, frame);
	if (console->prompt) {
		draw_prompt(console, frame, message_row);
		return;
	}
	if (console->said && text_width(console->said) > frame->columns - 2) {
		draw_long_message(console, frame);
		return;
	}
	draw_message_line(console, frame, message_row);
	draw_bottom_line(console, frame, message_row + 1);
}
