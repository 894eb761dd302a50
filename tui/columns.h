/* columns.h - which columns of a table fit a width, and how wide each is
 *
 * The one row of titles and all rows of a list view are laid out by the same
 * table, so they stay in line.
 */
#ifndef TUI_COLUMNS_H
#define TUI_COLUMNS_H

#include "tui/frame.h"

enum {
	COLUMNS_MAX = 16,
	COLUMNS_GAP = 2,        /* blanks between two columns, */
	COLUMNS_NARROW_GAP = 1, /* or in a table that is narrow */
};

typedef struct Column {
	const char *title;
	int minimum;   /* below this it is left out */
	int maximum;   /* grows up to this; 0: as far as there is room */
	int share;     /* of the room that is left; 0: stays at its minimum */
	int rank;      /* the highest goes first when there is no room; 0 stays for ever */
	bool to_right; /* numbers, */
	bool whole;    /* and what else must not be cut: as wide as it needs */
} Column;

typedef struct Layout {
	int at[COLUMNS_MAX];    /* from the left of the table */
	int width[COLUMNS_MAX]; /* 0: left out */
	int gap;
} Layout;

/* @columns ends with a title of NULL.  @needs, one a column, is how wide its widest text is
 * where that counts: columns_whole(); NULL: as wide as they are at least. */
void columns_fit(const Column *columns, const int *needs, int width, Layout *layout);
/* A number that is cut is another number. */
bool columns_whole(const Column *column);
/* A title that is wider than its numbers begins in the blanks before them. */
void columns_draw_titles(const Column *columns, const Layout *layout, Frame *frame, Area line);

#endif
