#include "tui/table.h"

#include "tui/console.h"

enum {
	MARGIN = 2, /* columns left of the table: the cursor and the tag */
};

static void
draw_cell(const Table *table, int column, const void *row, int64_t now, Frame *frame, Area cell)
{
	g_autofree char *text = NULL;
	Style style;

	if (table->draw && table->draw(column, row, frame, cell))
		return;
	text = table->text(column, row, now);
	style = table->style(column, row);
	if (table->columns[column].to_right)
		frame_text_right(frame, cell.row, cell.column, cell.columns, style, text);
	else
		frame_text(frame, cell.row, cell.column, cell.columns, style, text);
}

static void
lay_out(const Table *table, const List *list, int64_t now, Area area, Layout *layout)
{
	int needs[COLUMNS_MAX] = { 0 };
	const void *row;
	bool current;

	for (int line = 0; line < area.rows - 1 && (row = list_at(list, line, &current)); line++) {
		for (int i = 0; table->columns[i].title; i++) {
			g_autofree char *text = NULL;

			if (!columns_whole(&table->columns[i]))
				continue;
			text = table->text(i, row, now);
			needs[i] = MAX(needs[i], text_width(text));
		}
	}
	columns_fit(table->columns, needs, area.columns - MARGIN - 1, layout);
}

void
table_draw(const Table *table, const List *list, int64_t now, Frame *frame, Area area)
{
	Area line = { .row = area.row, .column = area.column, .rows = 1, .columns = area.columns };
	Area titles = line;
	Layout layout;

	titles.column += MARGIN;
	titles.columns -= MARGIN;
	lay_out(table, list, now, area, &layout);
	columns_draw_titles(table->columns, &layout, frame, titles);
	for (int i = 0; i < area.rows - 1; i++) {
		bool current;
		const void *row = list_at(list, i, &current);

		if (!row)
			break;
		line.row++;
		if (list_row_is_tagged(list, row))
			frame_text(frame, line.row, line.column + 1, 1, STYLE_WARN, "*");
		for (int column = 0; table->columns[column].title; column++) {
			Area cell = { .row = line.row,
				.column = titles.column + layout.at[column],
				.rows = 1,
				.columns = layout.width[column] };

			if (cell.columns > 0)
				draw_cell(table, column, row, now, frame, cell);
		}
		if (!current)
			continue;
		frame_text(frame, line.row, line.column, 1, STYLE_KEY, "▸");
		frame_select(frame, line);
	}
}

int
table_line(Area area, int row)
{
	return row - area.row - 1;
}

int
table_title_at(const Table *table, const List *list, int64_t now, Area area, int column)
{
	Layout layout;

	lay_out(table, list, now, area, &layout);
	for (int i = 0; table->columns[i].title; i++) {
		int end = area.column + MARGIN + layout.at[i] + layout.width[i];
		int width = MAX(layout.width[i],
			table->columns[i].to_right ? text_width(table->columns[i].title) : 0);

		if (layout.width[i] > 0 && column >= end - width && column < end)
			return i;
	}
	return -1;
}

static TableView *
table_of(View *view)
{
	return (TableView *)view;
}

static void *
query_new(const TableView *table)
{
	TableQuery *query = g_atomic_rc_box_new0(TableQuery);

	query->now = table->base.console->now;
	query->of = table->of;
	return query;
}

static void
told(void *data, const GError *error)
{
	console_read_failed(((TableView *)data)->base.console, error);
}

void
table_view_init(TableView *table, Console *console, const ViewOps *view, const TableViewOps *ops,
	int64_t of)
{
	GError *error = NULL;

	table->base = (View){ .ops = view, .console = console };
	table->ops = ops;
	table->of = of;
	table->list = list_new(&ops->source, console->worker, query_new(table));
	list_tell(table->list, told, table);
	/* The next key may come before the view is drawn. */
	if (!list_restart(table->list, NULL, &error))
		console_fail(console, error);
}

View *
table_view_new(Console *console, const ViewOps *view, const TableViewOps *ops)
{
	TableView *table = g_new0(TableView, 1);

	table_view_init(table, console, view, ops, 0);
	return &table->base;
}

void
table_view_free(View *view)
{
	list_free(table_of(view)->list);
	g_free(view);
}

void
table_view_draw(View *view, Frame *frame, Area area)
{
	TableView *table = table_of(view);
	g_autofree char *way_out = NULL;
	GError *error = NULL;

	table->area = area;
	if (!list_resize(table->list, area.rows - 1, &error))
		console_fail(view->console, error);
	if (!list_is_empty(table->list)) {
		table_draw(table->ops->table, table->list, view->console->now, frame, area);
		return;
	}
	if (list_is_reading(table->list))
		return;
	way_out = keymap_text(view->console->keymap, table->ops->empty[1]);
	frame_text(frame, area.row + 1, area.column + 2, area.columns - 3, STYLE_NORMAL,
		table->ops->empty[0]);
	frame_text(frame, area.row + 2, area.column + 2, area.columns - 3, STYLE_DIM, way_out);
}

bool
table_view_move(View *view, Move move, int count, GError **error)
{
	return list_move(table_of(view)->list, move, count, error);
}

bool
table_view_reload(View *view, GError **error)
{
	return list_reload(table_of(view)->list, query_new(table_of(view)), error);
}

void
table_view_click(View *view, int row, G_GNUC_UNUSED int column)
{
	TableView *table = table_of(view);
	const void *before = list_current(table->list);
	GError *error = NULL;

	if (!list_point(table->list, table_line(table->area, row)))
		return;
	if (list_current(table->list) == before && view->ops->open &&
		!view->ops->open(view, &error))
		console_fail(view->console, error);
}

List *
table_view_list(View *view)
{
	return table_of(view)->list;
}

const void *
table_view_current(const View *view)
{
	return list_current(((const TableView *)view)->list);
}
