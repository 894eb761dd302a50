#include "tui/wrap.h"

#include <string.h>

#include "mail/text.h"

enum {
	ROWS_PER_MARK = 256,
	NAMED_COLUMNS = 11,     /* <U+10FFFF> and one to spare */
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

/* Where the next character ends, and at most how many columns it takes. */
static gsize
character_end(const Wrap *wrap, gsize at, int *marks, int *columns)
{
	const char *text = wrap->bytes + at;
	gunichar character;

	if (*text >= ' ' && *text < 0x7f) {
		*marks = 0;
		*columns = 1;
		return at + 1;
	}
	character = g_utf8_get_char_validated(text, (gssize)MIN(wrap->length - at, 6));
	if (character == (gunichar)-1 || character == (gunichar)-2 || character < ' ') {
		*marks = 0;
		*columns = *text == '\t' ? 1 : NAMED_BYTE_COLUMNS;
		return at + 1;
	}
	*columns = g_unichar_isprint(character) ? text_columns(character) : NAMED_COLUMNS;
	*marks = *columns == 0 ? *marks + 1 : 0;
	if (*marks > MARKS_SHOWN)
		*columns = NAMED_COLUMNS;
	return at + (gsize)g_unichar_to_utf8(character, NULL);
}

/* Where the row that begins at @at ends, and where the next one begins. */
static gsize
row_end(const Wrap *wrap, gsize at, gsize *next)
{
	gsize blank = 0;
	int columns = 0;
	int marks = 0;
	gsize end = at;

	while (end < wrap->length && wrap->bytes[end] != '\n') {
		int more;
		gsize after = character_end(wrap, end, &marks, &more);

		if (wrap->bytes[end] == '\r' && after < wrap->length &&
			wrap->bytes[after] == '\n') {
			*next = after + 1;
			return end;
		}
		if (columns + more > wrap->width && end > at)
			break;
		columns += more;
		if (wrap->bytes[end] == ' ' && columns > 1)
			blank = end;
		end = after;
	}
	if (end >= wrap->length || wrap->bytes[end] == '\n') {
		*next = MIN(end + 1, wrap->length);
		return end;
	}
	if (wrap->mode == WRAP_WORDS && blank > at) {
		*next = blank + 1;
		return blank;
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
