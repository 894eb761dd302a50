/* list.h - the one list that every list view shares
 *
 * It holds a window of rows around the cursor and reads further ones by key when
 * the cursor gets there, so time and memory do not grow with the list.  The
 * cursor and the tags belong to rows' ids: rows that arrive or leave above do
 * not move it to another row.
 *
 * Rows that a Worker reads later leave the list as it is until they come: then the
 * cursor goes where it was to go.  What another query has replaces the rows, and the
 * query, with its first page and not before; given up, it never was.
 */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include "tui/move.h"
#include "tui/worker.h"

/* Which rows are wanted. */
typedef struct ListPart {
	bool from_place; /* begin behind `place` (before it, when backwards) */
	int64_t place;
	bool backwards; /* the rows before, or the last ones; in list order all the same */
	int limit;      /* at most so many */
} ListPart;

/* Where rows come from.  A query is what they are asked for by: never changed, counted by
 * g_atomic_rc_box, so that a thread may hold it; read() and find() may be on that thread, as
 * id() and place() of what they read, and touch nothing else. */
typedef struct ListSource {
	/* The caller owns the array, which frees its rows; NULL on error. */
	GPtrArray *(*read)(Store *store, const void *query, const ListPart *part, GError **error);
	void (*clear_query)(void *query); /* frees what it holds; NULL: nothing */
	int64_t (*id)(const void *row);
	int64_t (*place)(const void *row); /* by which rows are read; NULL: the id */
	/* What a tag keeps of @row besides its id: the version it was seen in. */
	int64_t (*version)(const void *row);
	/* Where row @id stands now; *there says if it still does.  NULL: a row's place
	 * never changes. */
	bool (*find)(Store *store, const void *query, int64_t id, bool *there, int64_t *place,
		GError **error);
	bool forward_only; /* read() cannot go backwards: the head of the list is kept */
} ListSource;

/* By which @row is read. */
int64_t list_source_place(const ListSource *source, const void *row);

typedef struct List List;

/* Takes @query. */
List *list_new(const ListSource *source, Worker *worker, void *query);
void list_free(List *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(List, list_free)

/* Who hears of trouble with rows that came later. */
void list_tell(List *list, void (*told)(void *data, const GError *error), void *data);

/* What the rows were asked for by. */
const void *list_query(const List *list);
/* What they will have been once those come that are being read: the same, or another. */
const void *list_next_query(const List *list);
/* Are rows being read?  Were any read yet? */
bool list_is_reading(const List *list);
bool list_is_read(const List *list);

/* What follows is false on trouble that shows at once; then nothing has changed. */

/* Rows that fit the screen; reads what is missing. */
bool list_resize(List *list, int height, GError **error);
/* Another query, taken; NULL: the same.  Starts again at the top.  Tags stay. */
bool list_restart(List *list, void *query, GError **error);
/* The store changed: the cursor stays on its row, or where that row was.  @query as above. */
bool list_reload(List *list, void *query, GError **error);
bool list_move(List *list, Move move, int count, GError **error);
/* Reads the surroundings of row @id at @place, and puts the cursor on it. */
bool list_go(List *list, int64_t id, int64_t place, GError **error);
/* The cursor to row @line of the screen, if there is one. */
bool list_point(List *list, int line);

/* Did the cursor's row leave, so that the cursor is on one that nobody chose? */
bool list_has_slipped(const List *list);
/* The row that the cursor is on is the one that is meant, and may leave. */
void list_accept(List *list);

const void *list_current(const List *list); /* NULL: the list is empty */
/* Row @line of the screen, NULL below the end; is it the cursor's? */
const void *list_at(const List *list, int line, bool *current);
bool list_is_empty(const List *list);

/* Tags: ids with the version they were tagged in, -1: whatever it is then. */
void list_tag(List *list, int64_t id, int64_t version);
void list_untag(List *list, int64_t id);
bool list_is_tagged(const List *list, int64_t id);
bool list_row_is_tagged(const List *list, const void *row);
guint list_tagged(const List *list);
/* Tags the cursor's row, or takes its tag off. */
void list_toggle(List *list);
void list_untag_all(List *list);
void list_each_tag(
	const List *list, void (*visit)(int64_t id, int64_t version, void *data), void *data);

#endif
