#include "tui/wrap.h"

#include <string.h>

#include "tui/frame.h"

enum {
	ROWS_PER_MARK = 256,
	NAMED_COLUMNS = 10,     /* <U+10FFFF> */
	NAMED_BYTE_COLUMNS = 5, /* <ESC>, <E9> */
	MARKS_SHOWN = 4,        /* combining marks that text_visible() lets through */
};

struct Wrap {
	const char *bytes;
	gsize length;
	int width;
	WrapMode mode;
	GArray *marks; /* of gsize: where each ROWS_PER_MARK-th row begins */
	int rows;
	int last; /* the row found last, and where it begins */
	gsize last_at;
};

/* A row being measured. */
typedef struct Measure {
	int columns; /* so far, at most */
	bool base;   /* the last character is one that marks can stand on */
	int marks;   /* on it */
} Measure;

/* What text_visible() makes of @character, with a letter before it to stand on. */
static int
columns_shown(gunichar character)
{
	char text[8] = "a";
	int length = 1 + g_unichar_to_utf8(character, text + 1);
	g_autoptr(Visible) visible = text_visible(text, length);

	return visible_columns(visible) - 1;
}

static int
columns_of(Measure *measure, gunichar character)
{
	int columns = columns_shown(character);

	if (columns == 0 && measure->base && measure->marks < MARKS_SHOWN) {
		measure->marks++;
		return 0;
	}
	measure->base = columns == 1 || columns == 2;
	measure->marks = 0;
	return columns == 0 ? NAMED_COLUMNS : columns;
}

/* Where the next character ends; *columns is at most how many it takes. */
static gsize
character_end(const Wrap *wrap, gsize at, Measure *measure, int *columns)
{
	const char *text = wrap->bytes + at;
	gunichar character;

	if (*text >= ' ' && *text < 0x7f) {
		*measure = (Measure){ .columns = measure->columns, .base = true };
		*columns = 1;
		return at + 1;
	}
	character = g_utf8_get_char_validated(text, (gssize)MIN(wrap->length - at, 6));
	if (character > 0x10ffff || character < ' ') {
		measure->base = false;
		*columns = *text == '\t' ? WRAP_TAB : NAMED_BYTE_COLUMNS;
		return at + 1;
	}
	*columns = columns_of(measure, character);
	return at + (gsize)g_unichar_to_utf8(character, NULL);
}

static bool
is_line_end(const Wrap *wrap, gsize at, gsize *next)
{
	gsize length = wrap->bytes[at] == '\r' && at + 1 < wrap->length ? 2 : 1;

	*next = at + length;
	return wrap->bytes[at + length - 1] == '\n';
}

/* The row is full at @end: where it is broken, and where the next one begins. */
static gsize
break_row(const Wrap *wrap, gsize at, gsize end, gsize blank, gsize *next)
{
	*next = end;
	if (wrap->mode == WRAP_BYTES)
		return end;
	if (wrap->bytes[end] == ' ')
		blank = end;
	if (blank <= at)
		return end;
	*next = blank + 1;
	return blank;
}

/* Where the row that begins at @at ends, and where the next one begins. */
static gsize
row_end(const Wrap *wrap, gsize at, gsize *next)
{
	Measure measure = { .base = false };
	gsize blank = 0;
	gsize end = at;

	while (end < wrap->length) {
		int columns;
		gsize after;

		if (is_line_end(wrap, end, next))
			return end;
		after = character_end(wrap, end, &measure, &columns);
		if (measure.columns + columns > wrap->width && end > at)
			return break_row(wrap, at, end, blank, next);
		measure.columns += columns;
		if (wrap->bytes[end] == ' ')
			blank = end;
		end = after;
	}
	*next = end;
	return end;
}

static void
find_rows(Wrap *wrap)
{
	gsize at = 0;

	while (at < wrap->length && wrap->rows < G_MAXINT) {
		if (wrap->rows % ROWS_PER_MARK == 0)
			g_array_append_val(wrap->marks, at);
		row_end(wrap, at, &at);
		wrap->rows++;
	}
}

Wrap *
wrap_new(const char *bytes, gsize length, int width, WrapMode mode)
{
	Wrap *wrap = g_new0(Wrap, 1);

	wrap->bytes = bytes;
	wrap->length = length;
	wrap->width = MAX(width, 1);
	wrap->mode = mode;
	wrap->marks = g_array_new(FALSE, FALSE, sizeof(gsize));
	find_rows(wrap);
	return wrap;
}

void
wrap_free(Wrap *wrap)
{
	if (!wrap)
		return;
	g_array_unref(wrap->marks);
	g_free(wrap);
}

int
wrap_rows(const Wrap *wrap)
{
	return wrap->rows;
}

const char *
wrap_row(Wrap *wrap, int index, gsize *length)
{
	int mark = index / ROWS_PER_MARK;
	int row = mark * ROWS_PER_MARK;
	gsize at, next;

	g_assert(index >= 0 && index < wrap->rows);
	at = g_array_index(wrap->marks, gsize, mark);
	if (wrap->last <= index && wrap->last > row) {
		row = wrap->last;
		at = wrap->last_at;
	}
	for (; row < index; row++)
		row_end(wrap, at, &at);
	wrap->last = row;
	wrap->last_at = at;
	*length = row_end(wrap, at, &next) - at;
	return wrap->bytes + at;
}
