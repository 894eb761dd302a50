#include "tui/view_queue.h"

#include "store/claim.h"
#include "tui/brief.h"
#include "tui/console.h"
#include "tui/figures.h"
#include "tui/table.h"
#include "tui/view_message.h"

enum {
	LEAST_WITH_PREVIEW = 13, /* rows */
	LEAST_BESIDE = 160,      /* columns from which the preview stands on the right */
	PREVIEW_SHARE = 45,      /* percent of the rows, */
	BESIDE_SHARE = 40,       /* or of the columns */
};

typedef struct QueueView {
	View base;
	List *list;
	char *limit; /* as typed */
	Query *query;
	ListSort sort;
	bool reverse;
	char *searched;
	Dossier *dossier;   /* of the row the preview shows; NULL: none yet */
	int64_t generation; /* of the store, when that was read */
	Area area;          /* the list was drawn in */
} QueueView;

enum {
	COLUMN_ID,
	COLUMN_SCORE,
	COLUMN_AGE,
	COLUMN_STATE,
	COLUMN_DOMAIN,
	COLUMN_FROM,
	COLUMN_SUBJECT,
	COLUMN_LINKS,
	COLUMN_ACCOUNT,
	COLUMN_TO,
	COLUMN_WHY,
};

/* The domain comes before the name and never leaves: a name can hold anything, a
 * domain among others, but it cannot stand left of the domain it came from. */
// clang-format off
static const Column columns[] = {
	[COLUMN_ID]      = { .title = "#",             .minimum = 5,  .rank = 6, .to_right = true },
	[COLUMN_SCORE]   = { .title = "score",         .minimum = 3,  .share = 1, .maximum = 5, .to_right = true },
	[COLUMN_AGE]     = { .title = "age",           .minimum = 4,  .rank = 1, .to_right = true },
	[COLUMN_STATE]   = { .title = "",              .minimum = 2,  .rank = 2 },
	[COLUMN_DOMAIN]  = { .title = "domain",        .minimum = 16, .share = 2, .maximum = 34 },
	[COLUMN_FROM]    = { .title = "from",          .minimum = 10, .share = 2, .rank = 4, .maximum = 28 },
	[COLUMN_SUBJECT] = { .title = "subject",       .minimum = 20, .share = 5, .rank = 3, .maximum = 70 },
	[COLUMN_LINKS]   = { .title = "→ links go to", .minimum = 16, .share = 2, .rank = 5, .maximum = 34 },
	[COLUMN_ACCOUNT] = { .title = "account",       .minimum = 7,  .rank = 7 },
	[COLUMN_TO]      = { .title = "sent to",       .minimum = 34, .rank = 9 },
	[COLUMN_WHY]     = { .title = "why",           .minimum = 50, .share = 3, .rank = 8 },
	{ .title = NULL },
};
// clang-format on

static QueueView *
queue_of(View *view)
{
	return (QueueView *)view;
}

static const QueueView *
const_queue_of(const View *view)
{
	return (const QueueView *)view;
}

/* ---- rows ---- */

static GPtrArray *
read_rows(void *data, const void *from, bool backwards, int limit, GError **error)
{
	const QueueView *queue = data;
	const MessageRow *row = from;
	StoreList list = {
		.query = queue->query,
		.sort = queue->sort,
		.reverse = queue->reverse,
		.from_position = row != NULL,
		.after = row ? row->position : 0,
		.backwards = backwards,
		.limit = limit,
	};

	return store_list(queue->base.console->store, &list, error);
}

static int64_t
row_id(const void *row)
{
	return ((const MessageRow *)row)->id;
}

static int64_t
row_version(const void *row)
{
	return ((const MessageRow *)row)->version;
}

static const ListSource source = {
	.read = read_rows,
	.id = row_id,
	.version = row_version,
};

/* ---- life ---- */

static View *
create_queue(Console *console, GError **error)
{
	QueueView *queue = g_new0(QueueView, 1);
	const char *limit = console->options->limit ? console->options->limit : "state:held";

	queue->base = (View){ .ops = view_of_kind(VIEW_QUEUE), .console = console };
	queue->list = list_new(&source, queue);
	queue->query = query_parse(limit, console->now, NULL, error);
	queue->limit = g_strdup(limit);
	if (queue->query)
		return &queue->base;
	g_prefix_error(error, "the limit '%s': ", limit);
	queue->base.ops->free(&queue->base);
	return NULL;
}

static void
free_queue(View *view)
{
	QueueView *queue = queue_of(view);

	list_free(queue->list);
	g_free(queue->limit);
	query_free(queue->query);
	g_free(queue->searched);
	dossier_free(queue->dossier);
	g_free(queue);
}

/* ---- drawing ---- */

/* Who owns a domain stands at its end: what does not fit is cut at the front. */
static void
draw_domain(const MessageRow *row, Frame *frame, Area cell)
{
	Style style = row->seen ? STYLE_NORMAL : STYLE_STRONG;
	g_autoptr(Visible) domain = text_visible(*row->domain ? row->domain : "–", -1);
	const char *text = visible_string(domain);
	int left = visible_columns(domain);
	int at = 0;

	if (left > cell.columns) {
		at = frame_text(frame, cell.row, cell.column, 1, STYLE_WARN, "…");
		for (; *text && left > cell.columns - at; text = g_utf8_next_char(text))
			left -= text_columns(g_utf8_get_char(text));
	}
	frame_text(frame, cell.row, cell.column + at, cell.columns - at, style, text);
}

static void
draw_state(const MessageRow *row, Frame *frame, Area cell)
{
	static const char *const signs[STATES] = {
		[STATE_HELD] = " ",
		[STATE_RELEASED] = "✓",
		[STATE_BLOCKED] = "✗",
	};

	frame_text(
		frame, cell.row, cell.column, 1, brief_state_style(row->state), signs[row->state]);
	if (row->attachments > 0)
		frame_text(frame, cell.row, cell.column + 1, 1, STYLE_DIM, "@");
}

static bool
draw_cell(int column, const void *row, Frame *frame, Area cell)
{
	if (column == COLUMN_DOMAIN)
		draw_domain(row, frame, cell);
	else if (column == COLUMN_STATE)
		draw_state(row, frame, cell);
	else
		return false;
	return true;
}

/* Who is at it comes before why it is here. */
static char *
why_text(const MessageRow *row, int64_t now)
{
	const char *holder = claim_holder(row, now);
	const char *finding = row->finding ? row->finding : "";

	return holder ? g_strdup_printf("%s has it · %s", holder, finding) : g_strdup(finding);
}

static char *
cell_text(int column, const void *data, int64_t now)
{
	const MessageRow *row = data;

	switch (column) {
	case COLUMN_ID:
		return g_strdup_printf("%" G_GINT64_FORMAT, row->id);
	case COLUMN_SCORE:
		return g_strdup_printf("%d", row->score);
	case COLUMN_AGE:
		return figure_age(now, row->received);
	case COLUMN_FROM:
		return g_strdup(*row->from_name ? row->from_name : row->from);
	case COLUMN_SUBJECT:
		return g_strdup(*row->subject ? row->subject : "(no subject)");
	case COLUMN_LINKS:
		return row->link_domain ? text_defang(row->link_domain)
					: g_strdup(row->links > 0 ? "the sender's own" : "–");
	case COLUMN_ACCOUNT:
		return row->account ? brief_account(row->account) : g_strdup("–");
	case COLUMN_TO:
		return row->recipients[0] ? brief_recipients(row) : g_strdup(row->to);
	case COLUMN_WHY:
		return why_text(row, now);
	}
	g_assert_not_reached();
}

static Style
cell_style(int column, const void *data)
{
	const MessageRow *row = data;

	switch (column) {
	case COLUMN_SCORE:
		return brief_score_style(row->score);
	case COLUMN_SUBJECT:
		return row->seen ? STYLE_NORMAL : STYLE_STRONG;
	case COLUMN_LINKS:
		return row->link_domain ? STYLE_LINK : STYLE_DIM;
	case COLUMN_ACCOUNT:
		return row->account_signed ? STYLE_NORMAL : STYLE_DIM;
	default:
		return STYLE_DIM;
	}
}

static const Table table = {
	.columns = columns,
	.text = cell_text,
	.style = cell_style,
	.draw = draw_cell,
};

/* Three lines for whoever sees the console for the first time, and one for whoever
 * asked for what is not there. */
static void
draw_empty(const QueueView *queue, Frame *frame, Area area)
{
	const int64_t *counts = queue->base.console->counts;
	g_autoptr(Sheet) sheet = sheet_new(area.columns - 4);

	sheet_line(sheet);
	if (counts[STATE_HELD] + counts[STATE_RELEASED] + counts[STATE_BLOCKED] > 0) {
		sheet_add(sheet, STYLE_NORMAL, "No message here is ");
		sheet_wrap(sheet, STYLE_STRONG, *queue->limit ? queue->limit : "in the store");
		sheet_line(sheet);
		sheet_wrap(sheet, STYLE_DIM,
			"l and Enter shows all messages; l and another query shows others.");
	} else {
		sheet_wrap(sheet, STYLE_STRONG, "The quarantine is empty.");
		sheet_line(sheet);
		sheet_wrap(sheet, STYLE_NORMAL,
			"To fill it, type  :import PATH  and Enter; PATH is an .eml file, a folder of"
			" them, a Maildir or an mbox.");
		sheet_line(sheet);
		sheet_wrap(sheet, STYLE_DIM,
			"From a shell: lazaret import PATH.  ? shows the keys, q leaves.");
	}
	area.row += 1;
	area.column += 2;
	sheet_draw(sheet, frame, area, 0);
}

static void
forget_preview(QueueView *queue)
{
	g_clear_pointer(&queue->dossier, dossier_free);
}

static void
load_preview(QueueView *queue)
{
	const MessageRow *row = list_current(queue->list);
	Console *console = queue->base.console;
	GError *error = NULL;

	if (queue->dossier && queue->dossier->row->id == row->id &&
		queue->generation == console->generation)
		return;
	forget_preview(queue);
	queue->dossier = dossier_load(console->store, row->id, console->now, &error);
	queue->generation = console->generation;
	if (!queue->dossier)
		console_fail(console, error);
}

static void
draw_preview(QueueView *queue, Frame *frame, Area area)
{
	g_autoptr(Sheet) sheet = NULL;

	load_preview(queue);
	if (!queue->dossier)
		return;
	sheet = sheet_new(area.columns - 1);
	brief_summary(queue->dossier, sheet);
	sheet_draw(sheet, frame, area, 0);
}

/* Splits @area: the list's part, and the preview's, with no rows when there is
 * no room for one. */
static void
split_area(Frame *frame, Area *area, Area *preview)
{
	*preview = *area;
	preview->rows = 0;
	if (area->rows < LEAST_WITH_PREVIEW)
		return;
	preview->rows = area->rows;
	if (area->columns >= LEAST_BESIDE) {
		preview->columns = area->columns * BESIDE_SHARE / 100;
		area->columns -= preview->columns + 1;
		preview->column = area->column + area->columns + 1;
		frame_line_down(frame, area->row, preview->column - 1, area->rows);
		return;
	}
	preview->rows = area->rows * PREVIEW_SHARE / 100;
	area->rows -= preview->rows + 1;
	preview->row = area->row + area->rows + 1;
	frame_line(frame, preview->row - 1, area->column, area->columns);
}

static void
draw_queue(View *view, Frame *frame, Area area)
{
	QueueView *queue = queue_of(view);
	Area preview;
	Area whole = area;
	GError *error = NULL;

	split_area(frame, &area, &preview);
	if (!list_resize(queue->list, area.rows - 1, &error))
		console_fail(view->console, error);
	if (list_is_empty(queue->list)) {
		frame_fill(frame, whole, STYLE_NORMAL);
		draw_empty(queue, frame, whole);
		return;
	}
	queue->area = area;
	table_draw(&table, queue->list, view->console->now, frame, area);
	if (preview.rows > 0)
		draw_preview(queue, frame, preview);
}

/* ---- what a view does ---- */

static bool
move_queue(View *view, Move move, int count, GError **error)
{
	return list_move(queue_of(view)->list, move, count, error);
}

static bool
reload_queue(View *view, GError **error)
{
	return list_reload(queue_of(view)->list, error);
}

static void
click_queue(View *view, int row, G_GNUC_UNUSED int column)
{
	QueueView *queue = queue_of(view);
	const void *before = list_current(queue->list);
	GError *error = NULL;

	if (!list_point(queue->list, table_line(queue->area, row)))
		return;
	if (list_current(queue->list) == before && !view->ops->open(view, &error))
		console_fail(view->console, error);
}

static bool
open_message(View *view, GError **error)
{
	const MessageRow *row = list_current(queue_of(view)->list);

	return message_view_open(view->console, row->id, true, error);
}

static const MessageRow *
current_message(View *view)
{
	return list_current(queue_of(view)->list);
}

static List *
list_of_queue(View *view)
{
	return queue_of(view)->list;
}

static char *
title_of_queue(View *view)
{
	const QueueView *queue = queue_of(view);

	GString *title = g_string_new(*queue->limit ? "limit: " : "all messages");

	g_string_append(title, queue->limit);
	if (queue->sort != SORT_SCORE)
		g_string_append_printf(title, " · by %s", sort_name(queue->sort));
	if (queue->reverse)
		g_string_append(title, " · reversed");
	return g_string_free(title, FALSE);
}

/* ---- limit, tag, search, sort ---- */

/* @text within the limit, as one query. */
static Query *
within_limit(const QueueView *queue, const char *text, int *column, GError **error)
{
	int64_t now = queue->base.console->now;
	g_autoptr(Query) alone = query_parse(text, now, column, error);
	g_autofree char *both = NULL;

	if (!alone)
		return NULL;
	if (!*queue->limit)
		return g_steal_pointer(&alone);
	both = g_strdup_printf("(%s) (%s)", queue->limit, text);
	return query_parse(both, now, NULL, error);
}

bool
queue_limit(View *view, const char *text, int *column, GError **error)
{
	QueueView *queue = queue_of(view);
	Query *query = query_parse(text, view->console->now, column, error);

	if (!query)
		return false;
	query_free(queue->query);
	queue->query = query;
	g_free(queue->limit);
	queue->limit = g_strstrip(g_strdup(text));
	return list_restart(queue->list, error);
}

const char *
queue_limit_text(const View *view)
{
	return const_queue_of(view)->limit;
}

bool
queue_tag(View *view, const char *text, guint *count, int *column, GError **error)
{
	QueueView *queue = queue_of(view);
	g_autoptr(Query) query = within_limit(queue, text, column, error);
	g_autoptr(GArray) ids = NULL;

	if (!query)
		return false;
	ids = store_ids(view->console->store, query, error);
	if (!ids)
		return false;
	for (guint i = 0; i < ids->len; i++)
		list_tag(queue->list, g_array_index(ids, int64_t, i), -1);
	*count = ids->len;
	return true;
}

bool
queue_sort(View *view, GError **error)
{
	QueueView *queue = queue_of(view);

	queue->sort = (queue->sort + 1) % SORTS;
	return list_restart(queue->list, error);
}

bool
queue_reverse(View *view, GError **error)
{
	QueueView *queue = queue_of(view);

	queue->reverse = !queue->reverse;
	return list_restart(queue->list, error);
}

const char *
queue_order(const View *view)
{
	return sort_name(const_queue_of(view)->sort);
}

const char *
queue_searched(const View *view)
{
	return const_queue_of(view)->searched;
}

/* The next row that matches, from the other end when there is none on this side;
 * NULL without error when nothing matches. */
static MessageRow *
find_row(QueueView *queue, const Query *query, bool backwards, GError **error)
{
	const MessageRow *from = list_current(queue->list);
	StoreList wanted = {
		.query = query,
		.sort = queue->sort,
		.reverse = queue->reverse,
		.from_position = from != NULL,
		.after = from ? from->position : 0,
		.backwards = backwards,
		.limit = 1,
	};
	g_autoptr(GPtrArray) rows = store_list(queue->base.console->store, &wanted, error);

	if (rows && rows->len == 0) {
		g_ptr_array_unref(rows);
		wanted.from_position = false;
		rows = store_list(queue->base.console->store, &wanted, error);
	}
	return rows && rows->len > 0 ? g_ptr_array_steal_index(rows, 0) : NULL;
}

static bool
find_in_queue(View *view, const char *text, bool backwards, bool *found, GError **error)
{
	QueueView *queue = queue_of(view);
	g_autoptr(Query) query = within_limit(queue, text, NULL, error);
	g_autoptr(MessageRow) row = NULL;
	GError *trouble = NULL;

	if (!query)
		return false;
	g_free(queue->searched);
	queue->searched = g_strdup(text);
	row = find_row(queue, query, backwards, &trouble);
	if (trouble) {
		g_propagate_error(error, trouble);
		return false;
	}
	*found = row != NULL;
	return !row || list_go(queue->list, row, error);
}

const MessageRow *
queue_step(View *view, int rows, GError **error)
{
	List *list = queue_of(view)->list;
	const MessageRow *row = list_current(list);
	int64_t before = row ? row->id : 0;

	if (!list_move(list, rows > 0 ? MOVE_DOWN : MOVE_UP, ABS(rows), error))
		return NULL;
	row = list_current(list);
	return row && row->id != before ? row : NULL;
}

extern const ViewOps view_queue;
const ViewOps view_queue = {
	.name = "queue",
	.kind = VIEW_QUEUE,
	.help = "The messages of the quarantine, most dangerous first. Decide with one key, or tag"
		" several and decide about them together.",
	.create = create_queue,
	.free = free_queue,
	.draw = draw_queue,
	.move = move_queue,
	.reload = reload_queue,
	.open = open_message,
	.click = click_queue,
	.find = find_in_queue,
	.message = current_message,
	.list = list_of_queue,
	.title = title_of_queue,
};
