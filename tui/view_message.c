#include "tui/view_message.h"

#include "tui/brief.h"
#include "tui/chooser.h"
#include "tui/console.h"
#include "tui/preview.h"
#include "tui/reader.h"
#include "tui/tab.h"
#include "tui/view_campaigns.h"

enum {
	HEAD_ROWS = 3,
};

typedef struct MessageView {
	View base;
	Dossier *dossier;
	int64_t task; /* that reads what is known of its keys */
	Reader *reader;
	int tab;
	bool as_sent;
	bool follow;
	guint copied;     /* the thing of the page that was copied last, 0: none */
	int tab_row;      /* of the frame that has the names of the tabs */
	GArray *tab_ends; /* int: the column behind each name there */
} MessageView;

static MessageView *
message_of(View *view)
{
	return (MessageView *)view;
}

static int
tab_count(void)
{
	int count = 0;

	while (tabs()[count])
		count++;
	return count;
}

static void
write_tab(void *data, Sheet *sheet)
{
	MessageView *view = data;

	tabs()[view->tab]->write(view->dossier, view->as_sent, sheet);
	if (sheet_rows(sheet) == 0 && view->dossier->trouble) {
		sheet_line(sheet);
		sheet_wrap(sheet, STYLE_ERROR, view->dossier->trouble);
	}
}

/* What is known of its keys, on its way. */
typedef struct Keys {
	MessageView *view;
	int64_t message;
	GPtrArray *history;
} Keys;

static bool
run_keys(Store *store, void *data, GError **error)
{
	Keys *keys = data;

	g_clear_pointer(&keys->history, g_ptr_array_unref);
	keys->history = store_history(store, keys->message, error);
	return keys->history != NULL;
}

static void
end_keys(void *data, const GError *error)
{
	Keys *keys = data;
	MessageView *view = keys->view;

	view->task = 0;
	reader_renew(view->reader);
	g_clear_pointer(&view->dossier->history, g_ptr_array_unref);
	if (error)
		view->dossier->history_trouble = g_strdup(error->message);
	else
		view->dossier->history = g_steal_pointer(&keys->history);
}

static void
free_keys(void *data)
{
	Keys *keys = data;

	g_clear_pointer(&keys->history, g_ptr_array_unref);
	g_free(keys);
}

static const TaskOps all_keys = { .run = run_keys, .done = end_keys, .free = free_keys };

static void
take_dossier(MessageView *view, Dossier *dossier)
{
	Worker *worker = view->base.console->worker;
	Keys *keys = g_new0(Keys, 1);
	int64_t task;

	worker_drop(worker, view->task);
	reader_renew(view->reader);
	/* Of the same message, what was known is shown until it is read again. */
	if (view->dossier && view->dossier->row->id == dossier->row->id)
		dossier->history = g_steal_pointer(&view->dossier->history);
	dossier_free(view->dossier);
	view->dossier = dossier;
	keys->view = view;
	keys->message = dossier->row->id;
	task = worker_do(worker, TASK_FILLS, &all_keys, keys);
	view->task = task;
}

/* Shows message @id.  That somebody saw it is marked when the store can be written
 * just now; while an import holds it, the next look will do. */
static bool
show(MessageView *view, int64_t id, GError **error)
{
	Console *console = view->base.console;
	Dossier *dossier = dossier_load(console->store, id, console->now, error);

	if (!dossier)
		return false;
	take_dossier(view, dossier);
	view->copied = 0;
	reader_top(view->reader);
	if (!dossier->row->seen)
		store_mark_seen(console->store, id, NULL);
	return true;
}

static void
free_message(View *view)
{
	MessageView *shown = message_of(view);

	worker_drop(view->console->worker, shown->task);
	reader_free(shown->reader);
	dossier_free(shown->dossier);
	g_array_unref(shown->tab_ends);
	g_free(shown);
}

bool
message_view_open(Console *console, int64_t id, bool follow, GError **error)
{
	MessageView *view = g_new0(MessageView, 1);

	view->base = (View){ .ops = view_of_kind(VIEW_MESSAGE), .console = console };
	view->reader = reader_new(write_tab, view);
	view->tab_ends = g_array_new(FALSE, FALSE, sizeof(int));
	view->follow = follow;
	if (!show(view, id, error)) {
		free_message(&view->base);
		return false;
	}
	console_open(console, &view->base);
	return true;
}

/* ---- drawing ---- */

static void
draw_head(const MessageView *view, Frame *frame, Area area)
{
	const MessageRow *row = view->dossier->row;
	g_autofree char *number = g_strdup_printf("#%" G_GINT64_FORMAT, row->id);
	g_autofree char *score = g_strdup_printf("%d", row->score);
	int at = area.column + 1;
	int end = area.column + area.columns - 1;

	at += frame_text(frame, area.row, at, end - at, STYLE_DIM, number) + 2;
	at += frame_text(frame, area.row, at, end - at, brief_score_style(row->score), score) + 2;
	if (row->state != STATE_HELD)
		at += frame_text(frame, area.row, at, end - at, brief_state_style(row->state),
			      state_name(row->state)) +
			2;
	frame_text(frame, area.row, at, end - at, STYLE_STRONG, message_row_title(row));
}

/* " 4 links (3) " */
static char *
tab_title(const MessageView *view, int tab)
{
	const TabOps *ops = tabs()[tab];
	const Message *message = view->dossier->message;
	guint count = ops->count && message ? ops->count(message) : 0;
	g_autofree char *id = g_strconcat("tab-", ops->name, NULL);
	const char *key = keymap_keys(view->base.console->keymap, keymap_action(id, NULL))[0];
	g_autofree char *name =
		g_strdup_printf(" %s%s%s ", key ? key : "", key ? " " : "", ops->name);

	return count == 0 ? g_steal_pointer(&name) : g_strdup_printf("%s(%u) ", name, count);
}

static void
draw_tabs(MessageView *view, Frame *frame, Area area)
{
	int at = area.column;

	view->tab_row = area.row;
	g_array_set_size(view->tab_ends, 0);
	for (int i = 0; tabs()[i]; i++) {
		bool open = i == view->tab;
		g_autofree char *name = tab_title(view, i);

		at += frame_text(frame, area.row, at, area.column + area.columns - at,
			open ? STYLE_TAB : STYLE_DIM, name);
		g_array_append_val(view->tab_ends, at);
	}
}

/* What the brief says stays in sight beside the other pages, where a screen is wide. */
static void
draw_beside(const MessageView *view, Frame *frame, Area *body)
{
	g_autoptr(Sheet) sheet = NULL;
	Area beside;

	if (view->tab == 0 || preview_place(view->base.console->preview, *body) != PREVIEW_RIGHT)
		return;
	preview_split(view->base.console->preview, frame, body, &beside);
	body->columns--; /* a blank before the line */
	sheet = sheet_new(beside.columns);
	brief_aside(view->dossier, sheet);
	sheet_draw(sheet, frame, beside, 0);
}

static void
draw_message(View *view, Frame *frame, Area area)
{
	int widest = tabs()[message_of(view)->tab]->widest;
	MessageView *shown = message_of(view);
	Area head = { .row = area.row, .column = area.column, .rows = 1, .columns = area.columns };
	Area body = { .row = area.row + HEAD_ROWS,
		.column = area.column + 1,
		.rows = area.rows - HEAD_ROWS,
		.columns = area.columns - 2 };

	draw_head(shown, frame, head);
	head.row++;
	draw_tabs(shown, frame, head);
	frame_line(frame, head.row + 1, area.column, area.columns);
	draw_beside(shown, frame, &body);
	if (widest > 0)
		body.columns = MIN(body.columns, widest);
	reader_draw(shown->reader, frame, body);
}

/* ---- what a view does ---- */

static bool
move_message(View *view, Move move, int count, G_GNUC_UNUSED GError **error)
{
	reader_move(message_of(view)->reader, move, count);
	message_of(view)->copied = 0;
	return true;
}

static bool
reload_message(View *view, GError **error)
{
	MessageView *shown = message_of(view);
	Console *console = view->console;
	Dossier *dossier =
		dossier_load(console->store, shown->dossier->row->id, console->now, error);

	if (!dossier)
		return false;
	take_dossier(shown, dossier);
	return true;
}

static void
click_message(View *view, int row, int column)
{
	const MessageView *shown = message_of(view);

	if (row != shown->tab_row)
		return;
	for (guint i = 0; i < shown->tab_ends->len; i++) {
		if (column < g_array_index(shown->tab_ends, int, i)) {
			message_view_tab(view, (int)i);
			return;
		}
	}
}

static void
find_in_message(View *view, const char *text, G_GNUC_UNUSED bool backwards)
{
	message_of(view)->copied = 0;
	if (!reader_find(message_of(view)->reader, text))
		console_not_found(view->console, text);
}

static const MessageRow *
row_of_message(View *view)
{
	return message_of(view)->dossier->row;
}

/* What the page is at, and with each further call the next thing on it. */
static char *
copy_of_message(View *view, char **what, G_GNUC_UNUSED GError **error)
{
	MessageView *shown = message_of(view);
	const TabOps *tab = tabs()[shown->tab];

	shown->copied = shown->copied > 0 ? reader_mark_behind(shown->reader, shown->copied)
					  : reader_mark(shown->reader);
	if (tab->copy && shown->copied > 0)
		return tab->copy(shown->dossier, shown->copied, what);
	*what = g_strdup_printf("message %" G_GINT64_FORMAT, shown->dossier->row->id);
	return brief_facts(shown->dossier);
}

static char *
title_of_message(View *view)
{
	return g_strdup_printf("message %" G_GINT64_FORMAT, message_of(view)->dossier->row->id);
}

void
message_view_tab(View *view, int tab)
{
	MessageView *shown = message_of(view);

	if (tab < 0 || tab >= tab_count())
		return;
	shown->tab = tab;
	shown->copied = 0;
	reader_renew(shown->reader);
	reader_top(shown->reader);
}

void
message_view_turn(View *view, int count)
{
	int all = tab_count();

	g_assert(all > 0);

	message_view_tab(view, (message_of(view)->tab + all + count % all) % all);
}

void
message_view_toggle(View *view)
{
	MessageView *shown = message_of(view);

	shown->as_sent = !shown->as_sent;
	reader_renew(shown->reader);
}

bool
message_view_step(View *view, int rows, bool *moved, GError **error)
{
	MessageView *shown = message_of(view);
	View *queue = console_queue(view->console);
	const MessageRow *row = queue->ops->message(queue);

	*moved = false;
	if (!shown->follow || !row)
		return true;
	/* Its row may have left the list: then the cursor is on the next one already. */
	*moved = row->id != shown->dossier->row->id && rows > 0;
	if (!*moved && !chooser_step(queue, rows, moved, error))
		return false;
	if (!*moved)
		return true;
	if (queue->ops->kind != VIEW_CAMPAIGNS)
		return show(shown, queue->ops->message(queue)->id, error);
	row = campaigns_single(queue);
	if (row)
		return show(shown, row->id, error);
	console_back(view->console);
	return true;
}

bool
message_view_decided(View *view, GError **error)
{
	bool moved;

	if (!message_of(view)->follow)
		return true;
	if (!message_view_step(view, 1, &moved, error))
		return false;
	if (!moved)
		console_back(view->console);
	return true;
}

extern const ViewOps view_message;
const ViewOps view_message = {
	.name = "message",
	.kind = VIEW_MESSAGE,
	.help = "One message, on seven pages: the brief says most, {tab-next} turns on. {release} or"
		" {block} decides and goes on to the next; {next} and {previous} go on without, and"
		" stay on the same page.",
	.free = free_message,
	.draw = draw_message,
	.move = move_message,
	.reload = reload_message,
	.click = click_message,
	.find = find_in_message,
	.message = row_of_message,
	.copy = copy_of_message,
	.title = title_of_message,
};
