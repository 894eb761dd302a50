#include "tui/list.h"

enum {
	LEAST_HEIGHT = 1,
	PAGES_READ = 2,  /* rows read at once, in screens */
	PAGES_KEPT = 12, /* rows held at most, in screens */
};

struct List {
	const ListSource *source;
	void *data;
	GPtrArray *rows; /* a window of the whole list */
	int top;         /* the screen's first row, an index in rows */
	int cursor;      /* likewise */
	int height;
	bool loaded;
	bool at_start, at_end; /* the window holds the list's first, last row */
	GHashTable *tags;      /* id -> version */
};

List *
list_new(const ListSource *source, void *data)
{
	List *list = g_new0(List, 1);

	list->source = source;
	list->data = data;
	list->rows = g_ptr_array_new();
	list->height = LEAST_HEIGHT;
	list->tags = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	return list;
}

void
list_free(List *list)
{
	if (!list)
		return;
	g_ptr_array_unref(list->rows);
	g_hash_table_unref(list->tags);
	g_free(list);
}

static int
last_index(const List *list)
{
	return (int)list->rows->len - 1;
}

static int
batch_size(const List *list)
{
	return MAX(list->height * PAGES_READ, 16);
}

static void *
row_at(const List *list, int index)
{
	return index >= 0 && index <= last_index(list) ? g_ptr_array_index(list->rows, index)
						       : NULL;
}

/* The cursor inside the rows, the screen around the cursor. */
static void
settle(List *list)
{
	list->cursor = CLAMP(list->cursor, 0, MAX(last_index(list), 0));
	list->top = CLAMP(list->top, list->cursor - list->height + 1, list->cursor);
	list->top = MIN(list->top, MAX((int)list->rows->len - list->height, 0));
	list->top = MAX(list->top, 0);
}

static void
replace_rows(List *list, GPtrArray *rows)
{
	g_ptr_array_unref(list->rows);
	list->rows = rows;
	list->loaded = true;
}

/* What lies far behind the cursor is read again when it is wanted. */
static void
trim_start(List *list)
{
	int spare = (int)list->rows->len - list->height * PAGES_KEPT;
	int cut = MIN(spare, list->top - list->height);

	if (list->source->forward_only || cut <= 0)
		return;
	g_ptr_array_remove_range(list->rows, 0, (guint)cut);
	list->top -= cut;
	list->cursor -= cut;
	list->at_start = false;
}

static void
trim_end(List *list)
{
	int spare = (int)list->rows->len - list->height * PAGES_KEPT;
	int cut = MIN(spare, (int)list->rows->len - list->top - 2 * list->height);

	if (cut <= 0)
		return;
	g_ptr_array_set_size(list->rows, (gint)list->rows->len - cut);
	list->at_end = false;
}

static bool
read_after(List *list, int wanted, GError **error)
{
	int limit = MAX(wanted, batch_size(list));
	g_autoptr(GPtrArray) more = NULL;

	more = list->source->read(list->data, row_at(list, last_index(list)), false, limit, error);
	if (!more)
		return false;
	list->at_end = (int)more->len < limit;
	g_ptr_array_extend_and_steal(list->rows, g_steal_pointer(&more));
	trim_start(list);
	return true;
}

static bool
read_before(List *list, int wanted, GError **error)
{
	int limit = MAX(wanted, batch_size(list));
	GPtrArray *more;
	int added;

	more = list->source->read(list->data, row_at(list, 0), true, limit, error);
	if (!more)
		return false;
	added = (int)more->len;
	list->at_start = added < limit;
	g_ptr_array_extend_and_steal(more, g_steal_pointer(&list->rows));
	list->rows = more;
	list->top += added;
	list->cursor += added;
	trim_end(list);
	return true;
}

static bool
load_start(List *list, int limit, GError **error)
{
	GPtrArray *rows = list->source->read(list->data, NULL, false, limit, error);

	if (!rows)
		return false;
	replace_rows(list, rows);
	list->at_start = true;
	list->at_end = (int)rows->len < limit;
	return true;
}

/* A list that only goes forward is read on to its end, however long that is:
 * such lists are short. */
static bool
load_end(List *list, GError **error)
{
	int limit = batch_size(list);
	GPtrArray *rows;

	if (list->source->forward_only) {
		while (!list->at_end) {
			if (!read_after(list, limit, error))
				return false;
		}
	} else if (!list->at_end) {
		rows = list->source->read(list->data, NULL, true, limit, error);
		if (!rows)
			return false;
		replace_rows(list, rows);
		list->at_end = true;
		list->at_start = (int)rows->len < limit;
	}
	list->cursor = last_index(list);
	list->top = list->cursor - list->height + 1;
	settle(list);
	return true;
}

/* Reads on until the screen below the cursor is full or the list ends. */
static bool
fill(List *list, GError **error)
{
	int missing = list->top + list->height - (int)list->rows->len;

	if (missing > 0 && !list->at_end && !read_after(list, missing, error))
		return false;
	missing = list->height - (int)list->rows->len;
	if (missing > 0 && !list->at_start && !read_before(list, missing, error))
		return false;
	settle(list);
	return true;
}

bool
list_resize(List *list, int height, GError **error)
{
	height = MAX(height, LEAST_HEIGHT);
	if (list->loaded && height == list->height)
		return true;
	list->height = height;
	if (!list->loaded && !load_start(list, batch_size(list), error))
		return false;
	settle(list);
	return fill(list, error);
}

bool
list_restart(List *list, GError **error)
{
	list->top = 0;
	list->cursor = 0;
	if (!load_start(list, batch_size(list), error))
		return false;
	settle(list);
	return true;
}

static int
index_of(const List *list, int64_t id)
{
	for (int i = 0; i <= last_index(list); i++) {
		if (list->source->id(row_at(list, i)) == id)
			return i;
	}
	return -1;
}

static bool
reload_from_start(List *list, GError **error)
{
	const void *current = list_current(list);
	int64_t id = current ? list->source->id(current) : 0;
	int offset = list->cursor - list->top;
	int found;

	if (!load_start(list, MAX((int)list->rows->len, batch_size(list)), error))
		return false;
	found = current ? index_of(list, id) : -1;
	if (found >= 0)
		list->cursor = found;
	list->top = list->cursor - offset;
	settle(list);
	return true;
}

/* The rows before @row, then from the last of these on: so the row itself is
 * read again if it is still there, and its successor takes its place if not. */
static bool
load_around(List *list, const void *row, GError **error)
{
	int limit = batch_size(list);
	GPtrArray *before, *after;
	const void *anchor;
	int count;

	before = list->source->read(list->data, row, true, limit, error);
	if (!before)
		return false;
	count = (int)before->len;
	anchor = count > 0 ? g_ptr_array_index(before, count - 1) : NULL;
	after = list->source->read(list->data, anchor, false, limit, error);
	if (!after) {
		g_ptr_array_unref(before);
		return false;
	}
	list->at_start = count < limit;
	list->at_end = (int)after->len < limit;
	g_ptr_array_extend_and_steal(before, after);
	replace_rows(list, before);
	list->cursor = count;
	return true;
}

/* Around the cursor's row, wherever it is by now; where it was, if it is no more. */
static bool
reload_around(List *list, GError **error)
{
	const void *current = list_current(list);
	void *again = NULL;
	bool good;

	if (!list->source->read_again)
		return load_around(list, current, error);
	if (!list->source->read_again(list->data, current, &again, error))
		return false;
	good = load_around(list, again ? again : current, error);
	if (again)
		list->source->free_row(again);
	return good;
}

bool
list_reload(List *list, GError **error)
{
	int offset = list->cursor - list->top;

	if (!list->loaded)
		return true;
	if (!list_current(list) || list->source->forward_only)
		return reload_from_start(list, error);
	if (!reload_around(list, error))
		return false;
	list->top = list->cursor - offset;
	settle(list);
	return fill(list, error);
}

bool
list_go(List *list, const void *row, GError **error)
{
	int found = index_of(list, list->source->id(row));

	if (found < 0) {
		if (!load_around(list, row, error))
			return false;
		list->top = list->cursor - list->height / 2;
	} else {
		list->cursor = found;
	}
	settle(list);
	return fill(list, error);
}

/* Makes the rows @target (counted from the window's start) lies in; the same
 * place counted again, since the window may have moved. */
static bool
reach(List *list, int *target, GError **error)
{
	int before = list->cursor;

	if (*target > last_index(list) && !list->at_end &&
		!read_after(list, *target - last_index(list), error))
		return false;
	if (*target < 0 && !list->at_start && !read_before(list, -*target, error))
		return false;
	*target += list->cursor - before;
	return true;
}

bool
list_move(List *list, Move move, int count, GError **error)
{
	int rows, target;

	if (!list->loaded && !load_start(list, batch_size(list), error))
		return false;
	if (move == MOVE_FIRST && !list->at_start)
		return list_restart(list, error);
	if (move == MOVE_LAST)
		return load_end(list, error);

	rows = move == MOVE_FIRST ? -list->cursor : move_rows(move, count, list->height);
	target = list->cursor + rows;
	if (!reach(list, &target, error))
		return false;
	list->cursor = target;
	/* A page key moves what is seen, not only the cursor in it. */
	if (move != MOVE_DOWN && move != MOVE_UP)
		list->top += rows;
	settle(list);
	return fill(list, error);
}

bool
list_point(List *list, int line)
{
	int index = list->top + line;

	if (line < 0 || line >= list->height || index > last_index(list))
		return false;
	list->cursor = index;
	return true;
}

const void *
list_current(const List *list)
{
	return row_at(list, list->cursor);
}

const void *
list_at(const List *list, int line, bool *current)
{
	int index = list->top + line;

	*current = index == list->cursor;
	return line < list->height ? row_at(list, index) : NULL;
}

bool
list_is_empty(const List *list)
{
	return list->rows->len == 0;
}

static int64_t *
copy_int64(int64_t value)
{
	return g_memdup2(&value, sizeof(value));
}

void
list_tag(List *list, int64_t id, int64_t version)
{
	g_hash_table_replace(list->tags, copy_int64(id), copy_int64(version));
}

void
list_untag(List *list, int64_t id)
{
	g_hash_table_remove(list->tags, &id);
}

void
list_toggle(List *list)
{
	const void *row = list_current(list);
	const ListSource *source = list->source;

	if (!row)
		return;
	if (list_row_is_tagged(list, row))
		list_untag(list, source->id(row));
	else
		list_tag(list, source->id(row), source->version ? source->version(row) : -1);
}

bool
list_is_tagged(const List *list, int64_t id)
{
	return g_hash_table_contains(list->tags, &id);
}

bool
list_row_is_tagged(const List *list, const void *row)
{
	return list_is_tagged(list, list->source->id(row));
}

guint
list_tagged(const List *list)
{
	return g_hash_table_size(list->tags);
}

void
list_untag_all(List *list)
{
	g_hash_table_remove_all(list->tags);
}

void
list_each_tag(const List *list, void (*visit)(int64_t id, int64_t version, void *data), void *data)
{
	GHashTableIter iterator;
	void *id, *version;

	g_hash_table_iter_init(&iterator, list->tags);
	while (g_hash_table_iter_next(&iterator, &id, &version))
		visit(*(int64_t *)id, *(int64_t *)version, data);
}
