#include "tui/frame.h"

#include <string.h>

static const char ellipsis[] = "…";
static const char blank[] = " ";

Frame *
frame_new(int rows, int columns)
{
	Frame *frame = g_new0(Frame, 1);

	frame->rows = MAX(rows, 1);
	frame->columns = MAX(columns, 1);
	frame->cells = g_new0(Cell, (gsize)frame->rows * (gsize)frame->columns);
	frame_clear(frame);
	return frame;
}

void
frame_free(Frame *frame)
{
	if (!frame)
		return;
	g_free(frame->cells);
	g_free(frame);
}

Area
frame_area(const Frame *frame)
{
	return (Area){ .rows = frame->rows, .columns = frame->columns };
}

static Cell *
cell_at(const Frame *frame, int row, int column)
{
	if (row < 0 || row >= frame->rows || column < 0 || column >= frame->columns)
		return NULL;
	return &frame->cells[row * frame->columns + column];
}

const Cell *
frame_cell(const Frame *frame, int row, int column)
{
	return cell_at(frame, row, column);
}

static void
set_text(Cell *cell, const char *text)
{
	memset(cell->text, 0, sizeof(cell->text));
	memcpy(cell->text, text, MIN(strlen(text), sizeof(cell->text) - 1));
}

/* Half a wide character cannot be shown: whoever overwrites one half blanks the other. */
static void
break_wide(Frame *frame, int row, int column)
{
	Cell *cell = cell_at(frame, row, column);
	Cell *before = cell_at(frame, row, column - 1);
	Cell *after = cell_at(frame, row, column + 1);

	if (cell->text[0] == '\0' && before)
		set_text(before, blank);
	else if (after && after->text[0] == '\0')
		set_text(after, blank);
}

static void
set_cell(Frame *frame, int row, int column, Style style, const char *text)
{
	Cell *cell = cell_at(frame, row, column);

	if (!cell)
		return;
	break_wide(frame, row, column);
	set_text(cell, text);
	cell->style = style;
	cell->selected = false;
}

void
frame_clear(Frame *frame)
{
	for (int i = 0; i < frame->rows * frame->columns; i++) {
		set_text(&frame->cells[i], blank);
		frame->cells[i].style = STYLE_NORMAL;
		frame->cells[i].selected = false;
	}
	frame->cursor = false;
}

int
visible_columns(const Visible *text)
{
	int columns = 0;

	for (const char *at = visible_string(text); *at; at = g_utf8_next_char(at))
		columns += text_columns(g_utf8_get_char(at));
	return columns;
}

int
text_width(const char *text)
{
	g_autoptr(Visible) visible = text_visible(text, -1);

	return visible_columns(visible);
}

/* A combining mark joins the cell it stands on, as long as there is room. */
static void
add_mark(Frame *frame, int row, int column, const char *mark, gsize length)
{
	Cell *cell = cell_at(frame, row, column);
	gsize used;

	if (cell && cell->text[0] == '\0')
		cell = cell_at(frame, row, column - 1);
	if (!cell)
		return;
	used = strlen(cell->text);
	if (used + length < sizeof(cell->text))
		memcpy(cell->text + used, mark, length);
}

/* Draws one character of @length bytes; the columns it took. */
static int
put_character(Frame *frame, int row, int column, Style style, const char *at)
{
	int columns = text_columns(g_utf8_get_char(at));
	Cell *right = cell_at(frame, row, column + 1);
	char text[8] = "";

	memcpy(text, at, (gsize)(g_utf8_next_char(at) - at));
	set_cell(frame, row, column, style, text);
	if (columns == 2 && right) {
		set_cell(frame, row, column + 1, style, blank);
		set_text(right, "");
	}
	return columns;
}

int
frame_put(Frame *frame, int row, int column, int width, Style style, const Visible *text)
{
	bool fits;
	int used = 0;

	width = MIN(width, frame->columns - column);
	if (width <= 0 || row < 0 || row >= frame->rows || column < 0)
		return 0;
	fits = visible_columns(text) <= width;

	for (const char *at = visible_string(text); *at; at = g_utf8_next_char(at)) {
		int columns = text_columns(g_utf8_get_char(at));

		if (columns == 0 && used > 0) {
			add_mark(frame, row, column + used - 1, at,
				(gsize)(g_utf8_next_char(at) - at));
			continue;
		}
		if (columns == 0)
			continue;
		if (!fits && used + columns > width - 1)
			break;
		used += put_character(frame, row, column + used, style, at);
	}
	if (!fits) {
		set_cell(frame, row, column + used, style, ellipsis);
		used++;
	}
	return used;
}

int
frame_text(Frame *frame, int row, int column, int width, Style style, const char *text)
{
	g_autoptr(Visible) visible = text_visible(text, -1);

	return frame_put(frame, row, column, width, style, visible);
}

int
frame_text_right(Frame *frame, int row, int column, int width, Style style, const char *text)
{
	g_autoptr(Visible) visible = text_visible(text, -1);
	int columns = MIN(visible_columns(visible), width);

	return frame_put(frame, row, column + width - columns, columns, style, visible);
}

void
frame_fill(Frame *frame, Area area, Style style)
{
	for (int row = area.row; row < area.row + area.rows; row++) {
		for (int column = area.column; column < area.column + area.columns; column++)
			set_cell(frame, row, column, style, blank);
	}
}

void
frame_select(Frame *frame, Area area)
{
	for (int row = area.row; row < area.row + area.rows; row++) {
		for (int column = area.column; column < area.column + area.columns; column++) {
			Cell *cell = cell_at(frame, row, column);

			if (cell)
				cell->selected = true;
		}
	}
}

void
frame_line(Frame *frame, int row, int column, int columns)
{
	for (int i = 0; i < columns; i++)
		set_cell(frame, row, column + i, STYLE_LINE, "─");
}

void
frame_line_down(Frame *frame, int row, int column, int rows)
{
	for (int i = 0; i < rows; i++)
		set_cell(frame, row + i, column, STYLE_LINE, "│");
}

char *
frame_dump(const Frame *frame)
{
	GString *dump = g_string_new(NULL);

	for (int row = 0; row < frame->rows; row++) {
		gsize end = dump->len;

		for (int column = 0; column < frame->columns; column++) {
			const Cell *cell = frame_cell(frame, row, column);

			g_string_append(dump, cell->text);
			if (strcmp(cell->text, blank) != 0)
				end = dump->len;
		}
		g_string_truncate(dump, end);
		g_string_append_c(dump, '\n');
	}
	return g_string_free(dump, FALSE);
}
