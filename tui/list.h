/* list.h - the one list that every list view shares
 *
 * It holds a window of rows around the cursor and reads further ones by key when
 * the cursor gets there, so time and memory do not grow with the list.  The
 * cursor and the tags belong to rows' ids: rows that arrive or leave above do
 * not move it to another row.
 */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "tui/move.h"

/* Where rows come from. */
typedef struct ListSource {
	/* At most @limit rows behind row @from (NULL: from the first on); with
	 * @backwards those before @from (NULL: the last ones), in list order all the
	 * same.  The caller owns the array, which frees its rows; NULL on error. */
	GPtrArray *(*read)(void *data, const void *from, bool backwards, int limit, GError **error);
	int64_t (*id)(const void *row);
	/* What a tag keeps of @row besides its id: the version it was seen in. */
	int64_t (*version)(const void *row);
	/* *again is @row with the place it has now, to be freed with free_row(), or NULL
	 * when it left the list.  Both may be NULL: then a row's place never changes. */
	bool (*read_again)(void *data, const void *row, void **again, GError **error);
	void (*free_row)(void *row);
	bool forward_only; /* read() cannot go backwards: the head of the list is kept */
} ListSource;

typedef struct List List;

List *list_new(const ListSource *source, void *data);
void list_free(List *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(List, list_free)

/* Rows that fit the screen; reads what is missing. */
bool list_resize(List *list, int height, GError **error);
/* Another query: starts again at the top.  Tags stay. */
bool list_restart(List *list, GError **error);
/* The store changed: the cursor stays on its row, or where that row was. */
bool list_reload(List *list, GError **error);
bool list_move(List *list, Move move, int count, GError **error);
/* Reads the surroundings of @row, a row as read() gives it, and puts the cursor on it. */
bool list_go(List *list, const void *row, GError **error);
/* The cursor to row @line of the screen, if there is one. */
bool list_point(List *list, int line);

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
