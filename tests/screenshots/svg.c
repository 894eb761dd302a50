#include "tests/screenshots/svg.h"

#include <string.h>

enum {
	CELL_WIDTH = 8,
	CELL_HEIGHT = 17,
	BASELINE = 13, /* from the top of a cell */
	MARGIN = 12,
	CORNER = 8,
	LINE_ACROSS = 0x2500,
	CUBE = 16, /* where the numbered colours begin to be the same everywhere */
	GREYS = 232,
	LINE_DOWN = 0x2502,
};

/* A cell as it is to be painted. */
typedef struct Ink {
	guint32 foreground, background;
	bool bold, underline;
} Ink;

typedef struct Canvas {
	VTermScreen *screen;
	const SvgPage *page;
	int columns;
	GString *svg;
} Canvas;

const SvgPage *
svg_page(const char *name)
{
	static const SvgPage pages[] = {
		{ "dark", 0xd4d7dc, 0x16191e, 0x33383f },
		{ "light", 0x24292f, 0xffffff, 0xd0d7de },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(pages); i++) {
		if (strcmp(pages[i].name, name) == 0)
			return &pages[i];
	}
	return NULL;
}

/* The colours that xterm and most others give the numbers; the first sixteen are the user's
 * own, and nothing of ours asks for them where there are more. */
static guint32
rgb_of_number(guint number)
{
	static const guint32 steps[] = { 0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff };
	guint place = number - CUBE;

	if (number >= GREYS)
		return (8 + 10 * (number - GREYS)) * 0x010101;
	return steps[place / 36] << 16 | steps[place / 6 % 6] << 8 | steps[place % 6];
}

static guint32
rgb_of(const Canvas *canvas, VTermColor color)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(&color))
		return canvas->page->foreground;
	if (VTERM_COLOR_IS_DEFAULT_BG(&color))
		return canvas->page->background;
	if (VTERM_COLOR_IS_INDEXED(&color) && color.indexed.idx >= CUBE)
		return rgb_of_number(color.indexed.idx);
	vterm_screen_convert_color_to_rgb(canvas->screen, &color);
	return (guint32)color.rgb.red << 16 | (guint32)color.rgb.green << 8 | color.rgb.blue;
}

static VTermScreenCell
cell_at(const Canvas *canvas, int row, int column)
{
	VTermScreenCell cell;

	vterm_screen_get_cell(canvas->screen, (VTermPos){ .row = row, .col = column }, &cell);
	return cell;
}

static Ink
ink_of(const Canvas *canvas, const VTermScreenCell *cell)
{
	Ink ink = {
		.foreground = rgb_of(canvas, cell->fg),
		.background = rgb_of(canvas, cell->bg),
		.bold = cell->attrs.bold,
		.underline = cell->attrs.underline != 0,
	};

	if (cell->attrs.reverse) {
		guint32 foreground = ink.foreground;

		ink.foreground = ink.background;
		ink.background = foreground;
	}
	return ink;
}

static bool
same_ink(Ink a, Ink b)
{
	return a.foreground == b.foreground && a.bold == b.bold && a.underline == b.underline;
}

static int
left_of(int column)
{
	return MARGIN + column * CELL_WIDTH;
}

static int
top_of(int row)
{
	return MARGIN + row * CELL_HEIGHT;
}

/* ---- backgrounds ---- */

static void
paint_backgrounds(Canvas *canvas, int row)
{
	for (int from = 0, to; from < canvas->columns; from = to) {
		VTermScreenCell cell = cell_at(canvas, row, from);
		guint32 color = ink_of(canvas, &cell).background;

		for (to = from + 1; to < canvas->columns; to++) {
			cell = cell_at(canvas, row, to);
			if (ink_of(canvas, &cell).background != color)
				break;
		}
		if (color != canvas->page->background)
			g_string_append_printf(canvas->svg,
				"<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#%06x\"/>\n",
				left_of(from), top_of(row), (to - from) * CELL_WIDTH, CELL_HEIGHT,
				color);
	}
}

/* ---- text ---- */

static bool
is_ascii(const VTermScreenCell *cell)
{
	return cell->chars[0] < 0x7f && cell->chars[1] == 0;
}

static bool
is_blank(const VTermScreenCell *cell)
{
	return cell->chars[0] == 0 || cell->chars[0] == ' ' || cell->chars[0] == (uint32_t)-1;
}

static void
append_character(GString *text, gunichar character)
{
	switch (character) {
	case '<':
		g_string_append(text, "&lt;");
		break;
	case '>':
		g_string_append(text, "&gt;");
		break;
	case '&':
		g_string_append(text, "&amp;");
		break;
	default:
		g_string_append_unichar(text, character ? character : ' ');
	}
}

static void
append_cell(GString *text, const VTermScreenCell *cell)
{
	append_character(text, cell->chars[0]);
	for (int i = 1; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++)
		append_character(text, cell->chars[i]);
}

/* @width columns, whatever the reader's font would make of them. */
static void
paint_text(Canvas *canvas, int row, int column, int width, Ink ink, const char *text)
{
	g_string_append_printf(
		canvas->svg, "<text x=\"%d\" y=\"%d\"", left_of(column), top_of(row) + BASELINE);
	if (width > 1)
		g_string_append_printf(canvas->svg, " textLength=\"%d\"", width * CELL_WIDTH);
	if (ink.foreground != canvas->page->foreground)
		g_string_append_printf(canvas->svg, " fill=\"#%06x\"", ink.foreground);
	if (ink.bold)
		g_string_append(canvas->svg, " class=\"b\"");
	if (ink.underline)
		g_string_append(canvas->svg, " text-decoration=\"underline\"");
	g_string_append_printf(canvas->svg, ">%s</text>\n", text);
}

/* Signs of which a reader's font may have no picture, or a wider one, stand alone. */
static int
paint_sign(Canvas *canvas, int row, int column)
{
	VTermScreenCell cell = cell_at(canvas, row, column);
	g_autoptr(GString) text = g_string_new(NULL);
	int width = MAX(cell.width, 1);

	append_cell(text, &cell);
	paint_text(canvas, row, column, width, ink_of(canvas, &cell), text->str);
	return column + width;
}

/* A run of one look, without the blanks at its end; the column behind it. */
static int
paint_run(Canvas *canvas, int row, int from)
{
	VTermScreenCell cell = cell_at(canvas, row, from);
	Ink ink = ink_of(canvas, &cell);
	g_autoptr(GString) text = g_string_new(NULL);
	int column = from;
	int end = from;
	gsize length = 0;

	for (; column < canvas->columns; column++) {
		cell = cell_at(canvas, row, column);
		if (!is_ascii(&cell) || (!is_blank(&cell) && !same_ink(ink_of(canvas, &cell), ink)))
			break;
		if (is_blank(&cell) && column - end > 1) /* far apart */
			break;
		append_cell(text, &cell);
		if (is_blank(&cell))
			continue;
		end = column + 1;
		length = text->len;
	}
	g_string_truncate(text, length);
	paint_text(canvas, row, from, end - from, ink, text->str);
	return column;
}

/* Lines are drawn as such: no font joins them well. */
static int
paint_line(Canvas *canvas, int row, int from)
{
	VTermScreenCell cell = cell_at(canvas, row, from);
	uint32_t sign = cell.chars[0];
	guint32 color = ink_of(canvas, &cell).foreground;
	int to = from;

	if (sign == LINE_DOWN) {
		g_string_append_printf(canvas->svg,
			"<rect x=\"%d\" y=\"%d\" width=\"1\" height=\"%d\" fill=\"#%06x\"/>\n",
			left_of(from) + CELL_WIDTH / 2, top_of(row), CELL_HEIGHT, color);
		return from + 1;
	}
	while (to < canvas->columns && cell_at(canvas, row, to).chars[0] == sign)
		to++;
	g_string_append_printf(canvas->svg,
		"<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"1\" fill=\"#%06x\"/>\n",
		left_of(from), top_of(row) + CELL_HEIGHT / 2, (to - from) * CELL_WIDTH, color);
	return to;
}

static void
paint_texts(Canvas *canvas, int row)
{
	int column = 0;

	while (column < canvas->columns) {
		VTermScreenCell cell = cell_at(canvas, row, column);

		if (is_blank(&cell))
			column++;
		else if (cell.chars[0] == LINE_ACROSS || cell.chars[0] == LINE_DOWN)
			column = paint_line(canvas, row, column);
		else if (is_ascii(&cell))
			column = paint_run(canvas, row, column);
		else
			column = paint_sign(canvas, row, column);
	}
}

/* ---- the file ---- */

static void
begin(Canvas *canvas, int rows, const char *title)
{
	int width = 2 * MARGIN + canvas->columns * CELL_WIDTH;
	int height = 2 * MARGIN + rows * CELL_HEIGHT;

	g_string_append_printf(canvas->svg,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
		" height=\"%d\" role=\"img\">\n<title>%s</title>\n",
		width, height, width, height, title);
	g_string_append(canvas->svg,
		"<style>text{font:13px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;"
		"white-space:pre}.b{font-weight:bold}</style>\n");
	g_string_append_printf(canvas->svg,
		"<rect x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"#%06x\""
		" stroke=\"#%06x\"/>\n<g fill=\"#%06x\">\n",
		width - 1, height - 1, CORNER, canvas->page->background, canvas->page->edge,
		canvas->page->foreground);
}

char *
svg_of_screen(VTermScreen *screen, int rows, int columns, const SvgPage *page, const char *title)
{
	Canvas canvas = {
		.screen = screen,
		.page = page,
		.columns = columns,
		.svg = g_string_new(NULL),
	};

	begin(&canvas, rows, title);
	for (int row = 0; row < rows; row++) {
		paint_backgrounds(&canvas, row);
		paint_texts(&canvas, row);
	}
	g_string_append(canvas.svg, "</g>\n</svg>\n");
	return g_string_free(canvas.svg, FALSE);
}
