#include "tui/reader.h"

enum {
	BELOW_ALL = G_MAXINT / 2, /* rows no text has */
};

struct Reader {
	void (*write)(void *data, Sheet *sheet);
	void *data;
	Sheet *sheet; /* NULL: to be written */
	int top;
	int height;
	int found; /* the row found last, -1: none */
};

Reader *
reader_new(void (*write)(void *data, Sheet *sheet), void *data)
{
	Reader *reader = g_new0(Reader, 1);

	reader->write = write;
	reader->data = data;
	reader->height = 1;
	reader->found = -1;
	return reader;
}

void
reader_free(Reader *reader)
{
	if (!reader)
		return;
	sheet_free(reader->sheet);
	g_free(reader);
}

void
reader_renew(Reader *reader)
{
	g_clear_pointer(&reader->sheet, sheet_free);
	reader->found = -1;
}

void
reader_top(Reader *reader)
{
	reader->top = 0;
}

/* How far down it goes is known once it is written: keys can come faster than that. */
static void
settle(Reader *reader)
{
	int rows = reader->sheet ? sheet_rows(reader->sheet) : BELOW_ALL;

	reader->top = CLAMP(reader->top, 0, MAX(rows - reader->height, 0));
}

void
reader_draw(Reader *reader, Frame *frame, Area area)
{
	if (reader->sheet && sheet_width(reader->sheet) != MAX(area.columns, 1))
		reader_renew(reader);
	if (!reader->sheet) {
		reader->sheet = sheet_new(area.columns);
		reader->write(reader->data, reader->sheet);
	}
	reader->height = MAX(area.rows, 1);
	settle(reader);
	sheet_draw(reader->sheet, frame, area, reader->top);
	if (reader->found >= 0) {
		Area row = { .row = area.row + reader->found - reader->top,
			.column = area.column,
			.rows = 1,
			.columns = area.columns };

		if (row.row >= area.row && row.row < area.row + area.rows)
			frame_select(frame, row);
	}
}

void
reader_move(Reader *reader, Move move, int count)
{
	if (move == MOVE_FIRST)
		reader->top = 0;
	else if (move == MOVE_LAST)
		reader->top = BELOW_ALL;
	else
		reader->top += move_rows(move, count, reader->height);
	settle(reader);
}

bool
reader_find(Reader *reader, const char *text)
{
	int row;

	if (!reader->sheet)
		return false;
	row = sheet_find(reader->sheet, text, reader->found + 1);
	if (row < 0)
		row = sheet_find(reader->sheet, text, 0);
	reader->found = row;
	if (row < 0)
		return false;
	if (row < reader->top || row >= reader->top + reader->height)
		reader->top = row - reader->height / 3;
	settle(reader);
	return true;
}

guint
reader_mark(const Reader *reader)
{
	int end = reader->top + reader->height;

	if (!reader->sheet)
		return 0;
	if (reader->found >= reader->top && reader->found < end)
		return sheet_mark_at(reader->sheet, reader->found, reader->found + 1);
	return sheet_mark_at(reader->sheet, reader->top, end);
}

guint
reader_mark_behind(const Reader *reader, guint mark)
{
	return reader->sheet ? sheet_mark_behind(reader->sheet, mark) : 0;
}
