/* frame.h - what stands on the screen, as cells; no terminal in sight
 *
 * Views draw into a Frame, screen.c shows it.  Text gets in as Visible alone
 * (frame_text() makes one on its way), so nothing a mail says can reach the
 * terminal as anything but printable cells.  Whatever lies outside is clipped.
 */
#ifndef TUI_FRAME_H
#define TUI_FRAME_H

#include <stdint.h>

#include "mail/text.h"

/* What a cell means; theme.c says what that looks like. */
typedef enum {
	STYLE_NORMAL,
	STYLE_BAR,      /* the title bar */
	STYLE_BAR_NAME, /* the program's name in it */
	STYLE_BAR_DIM,  /* its secondary figures */
	STYLE_HEADING,  /* column titles, section names */
	STYLE_STRONG,   /* not yet seen by anyone */
	STYLE_DIM,      /* secondary */
	STYLE_LINE,     /* thin lines between panes */
	STYLE_LINK,
	STYLE_DANGER,
	STYLE_WARN,
	STYLE_GOOD,
	STYLE_KEY,   /* a key in the bottom line */
	STYLE_TAB,   /* the tab that is open */
	STYLE_ERROR, /* said in the message line */
	STYLES
} Style;

enum {
	CELL_BYTES = 24, /* one character, four combining marks and the NUL */
};

typedef struct Cell {
	char text[CELL_BYTES]; /* one grapheme; "" is the right half of a wide one */
	uint8_t style;
	bool selected; /* in the row the cursor is on */
} Cell;

typedef struct Area {
	int row, column, rows, columns;
} Area;

typedef struct Frame {
	int rows, columns;
	Cell *cells;                   /* row by row */
	bool cursor;                   /* the terminal's cursor is shown, */
	int cursor_row, cursor_column; /* here */
} Frame;

Frame *frame_new(int rows, int columns);
void frame_free(Frame *frame);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Frame, frame_free)

Area frame_area(const Frame *frame);
void frame_clear(Frame *frame);

/* Draws @text from @column on, in at most @width columns; what does not fit ends
 * in an ellipsis.  Returns the columns it took. */
int frame_put(Frame *frame, int row, int column, int width, Style style, const Visible *text);
int frame_text(Frame *frame, int row, int column, int width, Style style, const char *text);
/* The same, ending at @column + @width. */
int frame_text_right(Frame *frame, int row, int column, int width, Style style, const char *text);

/* Blanks in @style. */
void frame_fill(Frame *frame, Area area, Style style);
/* Marks what stands in @area as the row the cursor is on. */
void frame_select(Frame *frame, Area area);
void frame_line(Frame *frame, int row, int column, int columns);
void frame_line_down(Frame *frame, int row, int column, int rows);

const Cell *frame_cell(const Frame *frame, int row, int column);

/* Terminal columns @text takes. */
int visible_columns(const Visible *text);
int text_width(const char *text);

/* The cells as lines of text, trailing blanks cut.  Yours. */
char *frame_dump(const Frame *frame);

#endif
