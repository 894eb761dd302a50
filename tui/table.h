/* table.h - a list drawn as a table, and the views that are no more than one */
#ifndef TUI_TABLE_H
#define TUI_TABLE_H

#include "tui/columns.h"
#include "tui/list.h"
#include "tui/view.h"

typedef struct Table {
	const Column *columns;
	/* What a column says of a row.  Yours. */
	char *(*text)(int column, const void *row, int64_t now);
	Style (*style)(int column, const void *row);
	/* Draws a cell that is more than one text; false: it is drawn by the two above.
	 * NULL: all are. */
	bool (*draw)(int column, const void *row, Frame *frame, Area cell);
} Table;

/* Titles in the first row of @area, then the rows on screen, the cursor's marked. */
void table_draw(const Table *table, const List *list, int64_t now, Frame *frame, Area area);
/* The line of the list at row @row of the frame, as drawn in @area. */
int table_line(Area area, int row);
/* The column whose title stands at @column of the frame, as drawn in @area; -1: none. */
int table_title_at(const Table *table, const List *list, int64_t now, Area area, int column);

/* The query of such a view's list. */
typedef struct TableQuery {
	int64_t now; /* when it was asked */
	int64_t of;  /* the one thing the view is about, if it is about one */
} TableQuery;

typedef struct TableViewOps {
	const Table *table;
	ListSource source; /* its queries are TableQuery */
	/* Said where there are no rows: what it means; what to do, for keymap_text(). */
	const char *empty[2];
} TableViewOps;

/* A view that is a table: what its ViewOps are filled with. */
typedef struct TableView {
	View base;
	const TableViewOps *ops;
	List *list;
	int64_t of;
	Area area; /* drawn in last */
} TableView;

/* For a view that begins with a TableView and has no other memory. */
void table_view_init(TableView *table, Console *console, const ViewOps *view,
	const TableViewOps *ops, int64_t of);
View *table_view_new(Console *console, const ViewOps *view, const TableViewOps *ops);
void table_view_free(View *view);
void table_view_draw(View *view, Frame *frame, Area area);
bool table_view_move(View *view, Move move, int count, GError **error);
bool table_view_reload(View *view, GError **error);
void table_view_click(View *view, int row, int column);
List *table_view_list(View *view);
/* The row the cursor is on; NULL when there is none. */
const void *table_view_current(const View *view);

#endif
