#include "tui/sheet.h"

#include <string.h>

enum {
	LONGEST_TEXT = 8 * 1024, /* bytes of one value that are shown */
};

typedef struct Span {
	Visible *text;
	int column;
	Style style;
} Span;

/* Bytes of a long text that stand out. */
typedef struct Passage {
	const char *start, *end;
} Passage;

/* One line of spans, or a long text of many rows. */
typedef struct Block {
	int first;  /* row */
	guint mark; /* of the thing that begins here; 0: none does */
	GArray *spans;
	Wrap *wrap;
	GArray *passages; /* of Passage, in order; NULL if there are none */
	Style style;      /* of theirs */
} Block;

struct Sheet {
	int width;
	int rows;
	int column; /* where the open line goes on */
	GPtrArray *blocks;
};

static void
clear_span(void *data)
{
	Span *span = data;

	visible_free(span->text);
}

static void
block_free(void *data)
{
	Block *block = data;

	g_clear_pointer(&block->spans, g_array_unref);
	g_clear_pointer(&block->passages, g_array_unref);
	wrap_free(block->wrap);
	g_free(block);
}

Sheet *
sheet_new(int width)
{
	Sheet *sheet = g_new0(Sheet, 1);

	sheet->width = MAX(width, 1);
	sheet->blocks = g_ptr_array_new_with_free_func(block_free);
	return sheet;
}

void
sheet_free(Sheet *sheet)
{
	if (!sheet)
		return;
	g_ptr_array_unref(sheet->blocks);
	g_free(sheet);
}

int
sheet_width(const Sheet *sheet)
{
	return sheet->width;
}

static Block *
add_block(Sheet *sheet, int rows)
{
	Block *block = g_new0(Block, 1);

	block->first = sheet->rows;
	sheet->rows += rows;
	g_ptr_array_add(sheet->blocks, block);
	return block;
}

void
sheet_line(Sheet *sheet)
{
	Block *block = add_block(sheet, 1);

	block->spans = g_array_new(FALSE, FALSE, sizeof(Span));
	g_array_set_clear_func(block->spans, clear_span);
	sheet->column = 0;
}

void
sheet_to(Sheet *sheet, int column)
{
	sheet->column = sheet->column < column ? column : sheet->column + 1;
}

static GArray *
open_line(Sheet *sheet)
{
	const Block *last = NULL;

	if (sheet->blocks->len > 0)
		last = g_ptr_array_index(sheet->blocks, sheet->blocks->len - 1);
	if (!last || !last->spans) {
		sheet_line(sheet);
		last = g_ptr_array_index(sheet->blocks, sheet->blocks->len - 1);
	}
	return last->spans;
}

static void
add_part(Sheet *sheet, Style style, const char *text, gsize length)
{
	GArray *spans = open_line(sheet);
	Span span = {
		.text = text_visible(text, (ssize_t)length), .column = sheet->column, .style = style
	};

	sheet->column += visible_columns(span.text);
	g_array_append_val(spans, span);
}

void
sheet_add(Sheet *sheet, Style style, const char *text)
{
	gsize length = strlen(text);

	if (length > LONGEST_TEXT)
		length = (gsize)(g_utf8_find_prev_char(text, text + LONGEST_TEXT + 1) - text);
	add_part(sheet, style, text, length);
}

void
sheet_addf(Sheet *sheet, Style style, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	sheet_add(sheet, style, text);
}

void
sheet_wrap(Sheet *sheet, Style style, const char *text)
{
	gsize whole = strlen(text);
	gsize length = whole;
	int column = sheet->column;
	g_autoptr(Wrap) wrap = NULL;

	if (whole > LONGEST_TEXT)
		length = (gsize)(g_utf8_find_prev_char(text, text + LONGEST_TEXT) - text);
	wrap = wrap_new(text, length, sheet->width - column, WRAP_WORDS);
	for (int i = 0; i < wrap_rows(wrap); i++) {
		gsize row_length;
		const char *row = wrap_row(wrap, i, &row_length);

		if (i > 0) {
			sheet_line(sheet);
			sheet->column = column;
		}
		add_part(sheet, style, row, row_length);
	}
	if (length < whole)
		sheet_addf(
			sheet, STYLE_WARN, " [%zu more bytes are not shown here]", whole - length);
}

void
sheet_below(Sheet *sheet, Style style, int indent, const char *text)
{
	if (strlen(text) > LONGEST_TEXT || sheet->column + text_width(text) > sheet->width) {
		sheet_line(sheet);
		sheet_to(sheet, indent);
	}
	sheet_wrap(sheet, style, text);
}

void
sheet_item(Sheet *sheet, Style style, const char *text)
{
	static const char dot[] = " · ";

	if (sheet->column > SHEET_VALUE &&
		sheet->column + text_width(dot) + text_width(text) > sheet->width) {
		sheet_line(sheet);
		sheet_to(sheet, SHEET_VALUE);
	}
	if (sheet->column > SHEET_VALUE)
		sheet_add(sheet, STYLE_DIM, dot);
	sheet_wrap(sheet, style, text);
}

void
sheet_heading(Sheet *sheet, const char *text)
{
	if (sheet->rows > 0)
		sheet_line(sheet);
	sheet_line(sheet);
	sheet_add(sheet, STYLE_HEADING, text);
}

void
sheet_label(Sheet *sheet, const char *label)
{
	sheet_line(sheet);
	sheet->column = SHEET_LABEL;
	sheet_add(sheet, STYLE_DIM, label);
	sheet_to(sheet, SHEET_VALUE);
}

static Block *
add_text(Sheet *sheet, const char *bytes, gsize length, WrapMode mode)
{
	Wrap *wrap = wrap_new(bytes, length, sheet->width, mode);
	Block *block = add_block(sheet, wrap_rows(wrap));

	block->wrap = wrap;
	return block;
}

void
sheet_text(Sheet *sheet, const char *bytes, gsize length, WrapMode mode)
{
	add_text(sheet, bytes, length, mode);
}

static const char *
find(const char *at, const char *end, const char *wanted)
{
	return memmem(at, (gsize)(end - at), wanted, strlen(wanted));
}

void
sheet_marked_text(Sheet *sheet, const char *bytes, gsize length, const char *open,
	const char *close, Style style)
{
	Block *block = add_text(sheet, bytes, length, WRAP_WORDS);
	const char *end = bytes + length;
	const char *at = bytes;

	block->passages = g_array_new(FALSE, FALSE, sizeof(Passage));
	block->style = style;
	while ((at = find(at, end, open))) {
		const char *closed = find(at, end, close);
		Passage passage = { at, closed ? closed + strlen(close) : end };

		g_array_append_val(block->passages, passage);
		at = passage.end;
	}
}

void
sheet_mark(Sheet *sheet, guint mark)
{
	open_line(sheet);
	((Block *)g_ptr_array_index(sheet->blocks, sheet->blocks->len - 1))->mark = mark;
}

guint
sheet_mark_at(const Sheet *sheet, int row, int end)
{
	guint before = 0;

	for (guint i = 0; i < sheet->blocks->len; i++) {
		const Block *block = g_ptr_array_index(sheet->blocks, i);

		if (block->mark == 0)
			continue;
		if (block->first >= row)
			return block->first < end || before == 0 ? block->mark : before;
		before = block->mark;
	}
	return before;
}

guint
sheet_mark_behind(const Sheet *sheet, guint mark)
{
	bool passed = false;
	guint first = 0;

	for (guint i = 0; i < sheet->blocks->len; i++) {
		const Block *block = g_ptr_array_index(sheet->blocks, i);

		if (block->mark > 0 && passed)
			return block->mark;
		passed = passed || block->mark == mark;
		first = first > 0 ? first : block->mark;
	}
	return first;
}

int
sheet_rows(const Sheet *sheet)
{
	return sheet->rows;
}

/* The last block that begins at or before @row. */
static Block *
block_of(const Sheet *sheet, int row)
{
	guint low = 0;
	guint high = sheet->blocks->len;

	while (high - low > 1) {
		guint middle = low + (high - low) / 2;
		const Block *block = g_ptr_array_index(sheet->blocks, middle);

		if (block->first <= row)
			low = middle;
		else
			high = middle;
	}
	return g_ptr_array_index(sheet->blocks, low);
}

/* Tabs go to stops before anything is made visible: there a tab is one blank. */
static char *
expand_tabs(const char *bytes, gsize length)
{
	GString *text = g_string_sized_new(length);
	gsize column = 0;

	for (gsize i = 0; i < length; i++) {
		gsize blanks = bytes[i] == '\t' ? WRAP_TAB - column % WRAP_TAB : 0;

		for (gsize blank = 0; blank < blanks; blank++)
			g_string_append_c(text, ' ');
		if (blanks == 0)
			g_string_append_c(text, bytes[i]);
		column += blanks > 0 ? blanks : 1;
	}
	return g_string_free(text, FALSE);
}

static Visible *
visible_row(Block *block, int row)
{
	gsize length;
	const char *bytes = wrap_row(block->wrap, row - block->first, &length);

	if (memchr(bytes, '\t', length) && !memchr(bytes, '\0', length)) {
		g_autofree char *expanded = expand_tabs(bytes, length);

		return text_visible(expanded, -1);
	}
	return text_visible(bytes, (ssize_t)length);
}

/* The first passage that ends behind @at. */
static guint
passage_at(const GArray *passages, const char *at)
{
	guint low = 0;
	guint high = passages->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index(passages, Passage, middle).end <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Puts the bytes from @start to @end; the columns they took. */
static int
draw_piece(const char *start, const char *end, Style style, Frame *frame, Area line)
{
	g_autoptr(Visible) text = text_visible(start, end - start);

	frame_put(frame, line.row, line.column, line.columns, style, text);
	return visible_columns(text);
}

static void
draw_marked_row(Block *block, int row, Frame *frame, Area line)
{
	gsize length;
	const char *at = wrap_row(block->wrap, row - block->first, &length);
	const char *end = at + length;
	guint next = passage_at(block->passages, at);

	while (at < end && line.columns > 0) {
		Passage passage = { end, end };
		bool inside;
		const char *stop;
		int columns;

		if (next < block->passages->len)
			passage = g_array_index(block->passages, Passage, next);
		inside = passage.start <= at;
		stop = MIN(inside ? passage.end : passage.start, end);
		columns = draw_piece(at, stop, inside ? block->style : STYLE_NORMAL, frame, line);
		line.column += columns;
		line.columns -= columns;
		next += inside;
		at = stop;
	}
}

static void
draw_row(Sheet *sheet, int row, Frame *frame, Area line)
{
	Block *block = block_of(sheet, row);

	if (block->passages) {
		draw_marked_row(block, row, frame, line);
		return;
	}
	if (block->wrap) {
		g_autoptr(Visible) text = visible_row(block, row);

		frame_put(frame, line.row, line.column, line.columns, STYLE_NORMAL, text);
		return;
	}
	for (guint i = 0; i < block->spans->len; i++) {
		const Span *span = &g_array_index(block->spans, Span, i);

		frame_put(frame, line.row, line.column + span->column, line.columns - span->column,
			span->style, span->text);
	}
}

void
sheet_draw(Sheet *sheet, Frame *frame, Area area, int top)
{
	for (int i = 0; i < area.rows && top + i < sheet->rows; i++) {
		Area line = { .row = area.row + i,
			.column = area.column,
			.rows = 1,
			.columns = area.columns };

		draw_row(sheet, top + i, frame, line);
	}
}

static char *
row_text(Sheet *sheet, int row)
{
	Block *block = block_of(sheet, row);
	GString *text;

	if (block->wrap) {
		g_autoptr(Visible) visible = visible_row(block, row);

		return g_strdup(visible_string(visible));
	}
	text = g_string_new(NULL);
	for (guint i = 0; i < block->spans->len; i++)
		g_string_append(text, visible_string(g_array_index(block->spans, Span, i).text));
	return g_string_free(text, FALSE);
}

int
sheet_find(Sheet *sheet, const char *text, int from)
{
	g_autofree char *wanted = g_utf8_casefold(text, -1);

	for (int row = MAX(from, 0); row < sheet->rows; row++) {
		g_autofree char *line = row_text(sheet, row);
		g_autofree char *folded = g_utf8_casefold(line, -1);

		if (strstr(folded, wanted))
			return row;
	}
	return -1;
}
