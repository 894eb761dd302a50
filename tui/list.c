#include "tui/list.h"

#include "tui/fetch.h"

enum {
	LEAST_HEIGHT = 1,
	LEAST_READ = 16,
	PAGES_READ = 2,  /* rows read at once, in screens */
	PAGES_KEPT = 12, /* rows held at most, in screens */
};

struct List {
	const ListSource *source;
	Worker *worker;
	void *query;     /* that the rows are of */
	GPtrArray *rows; /* a window of the whole list */
	int top;         /* the screen's first row, an index in rows */
	int cursor;      /* likewise */
	int height;
	bool slipped;    /* the row the cursor was on left, which nobody asked for, */
	int64_t leaving; /* unless it is this one */
	bool loaded;
	bool at_start, at_end; /* the window holds the list's first, last row */
	GHashTable *tags;      /* id -> version */

	int64_t task;       /* that reads `fetch` */
	const Fetch *fetch; /* rows on their way; NULL: none */
	bool slow;          /* they were not there at once */
	int owed;           /* rows the cursor is to go when these are there, */
	bool scroll;        /* and the screen with it */
	bool stale;         /* the store changed meanwhile */
	bool given_up;      /* the first rows: they are not read again unasked */
	GError **trouble;   /* of the call that is being made; NULL: it comes later */
	void (*told)(void *data, const GError *error);
	void *told_data;
};

/* A Fetch, and whose it is. */
typedef struct Errand {
	List *list;
	Fetch *fetch;
} Errand;

int64_t
list_source_place(const ListSource *source, const void *row)
{
	return source->place ? source->place(row) : source->id(row);
}

List *
list_new(const ListSource *source, Worker *worker, void *query)
{
	List *list = g_new0(List, 1);

	list->source = source;
	list->worker = worker;
	list->query = query;
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
	worker_drop(list->worker, list->task);
	query_unref(list->source, list->query);
	g_ptr_array_unref(list->rows);
	g_hash_table_unref(list->tags);
	g_free(list);
}

void
list_tell(List *list, void (*told)(void *data, const GError *error), void *data)
{
	list->told = told;
	list->told_data = data;
}

const void *
list_query(const List *list)
{
	return list->query;
}

const void *
list_next_query(const List *list)
{
	return list->fetch ? list->fetch->query : list->query;
}

bool
list_is_reading(const List *list)
{
	return list->fetch != NULL;
}

bool
list_is_read(const List *list)
{
	return list->loaded;
}

static int
last_index(const List *list)
{
	return (int)list->rows->len - 1;
}

static int
batch_size(const List *list)
{
	return MAX(list->height * PAGES_READ, LEAST_READ);
}

static void *
row_at(const List *list, int index)
{
	return index >= 0 && index <= last_index(list) ? g_ptr_array_index(list->rows, index)
						       : NULL;
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

/* The cursor inside the rows, the screen around the cursor. */
static void
settle(List *list)
{
	list->cursor = CLAMP(list->cursor, 0, MAX(last_index(list), 0));
	list->top = CLAMP(list->top, list->cursor - list->height + 1, list->cursor);
	list->top = MIN(list->top, MAX((int)list->rows->len - list->height, 0));
	list->top = MAX(list->top, 0);
}

/* ---- rows that came ---- */

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

static void
append(List *list, Fetch *fetch)
{
	list->at_end = fetch->at_end;
	g_ptr_array_extend_and_steal(list->rows, g_steal_pointer(&fetch->rows));
	trim_start(list);
}

static void
prepend(List *list, Fetch *fetch)
{
	int added = (int)fetch->rows->len;

	list->at_start = fetch->at_start;
	g_ptr_array_extend_and_steal(fetch->rows, list->rows);
	list->rows = g_steal_pointer(&fetch->rows);
	list->top += added;
	list->cursor += added;
	trim_end(list);
}

static void
replace(List *list, Fetch *fetch)
{
	if (list->query != fetch->query) {
		query_unref(list->source, list->query);
		list->query = query_ref(fetch->query);
	}
	g_ptr_array_unref(list->rows);
	list->rows = g_steal_pointer(&fetch->rows);
	list->loaded = true;
	list->at_start = fetch->at_start;
	list->at_end = fetch->at_end;
}

/* The cursor on its row if that is still there, else at @otherwise; on the same line. */
static void
replace_around(List *list, Fetch *fetch, int otherwise)
{
	const void *current = row_at(list, list->cursor);
	int64_t id = current ? list->source->id(current) : 0;
	int offset = list->cursor - list->top;
	int found;

	replace(list, fetch);
	found = current ? index_of(list, id) : -1;
	if (current && found < 0 && id != list->leaving)
		list->slipped = true;
	list->cursor = found >= 0 ? found : otherwise;
	list->top = list->cursor - offset;
}

static void
go_to_end(List *list)
{
	list->cursor = last_index(list);
	list->top = list->cursor - list->height + 1;
}

static void
take_rows(List *list, Fetch *fetch)
{
	switch (fetch->kind) {
	case FETCH_RESTART:
		replace(list, fetch);
		list->cursor = 0;
		list->top = 0;
		break;
	case FETCH_RELOAD:
		replace_around(list, fetch, list->cursor);
		break;
	case FETCH_END:
		replace(list, fetch);
		go_to_end(list);
		break;
	case FETCH_REST:
		if (list->loaded)
			append(list, fetch);
		else
			replace(list, fetch);
		list->at_start = true;
		go_to_end(list);
		break;
	case FETCH_AFTER:
		append(list, fetch);
		break;
	case FETCH_BEFORE:
		prepend(list, fetch);
		break;
	case FETCH_AROUND:
		replace_around(list, fetch, fetch->before);
		break;
	case FETCH_GO:
		replace(list, fetch);
		list->cursor = fetch->before;
		list->top = list->cursor - list->height / 2;
		break;
	}
	settle(list);
}

/* ---- rows that are wanted ---- */

static bool go_on(List *list, GError **error);

static bool
run_errand(Store *store, void *data, GError **error)
{
	return fetch_run(((Errand *)data)->fetch, store, error);
}

static void
report(List *list, const GError *error)
{
	if (list->trouble && !*list->trouble)
		*list->trouble = g_error_copy(error);
	else if (list->told)
		list->told(list->told_data, error);
}

/* What it was to bring is there, or never will be. */
static void
end_errand(void *data, const GError *error)
{
	Errand *errand = data;
	List *list = errand->list;
	g_autoptr(GError) trouble = NULL;

	list->slow = list->task != 0;
	list->task = 0;
	list->fetch = NULL;
	if (error) {
		list->owed = 0;
		list->given_up = !list->loaded;
		report(list, error);
		return;
	}
	take_rows(list, errand->fetch);
	if (!go_on(list, &trouble) && trouble)
		report(list, trouble);
}

static void
free_errand(void *data)
{
	Errand *errand = data;

	fetch_free(errand->fetch);
	g_free(errand);
}

static const TaskOps errands = { .run = run_errand, .done = end_errand, .free = free_errand };

/* Takes @fetch.  What is on its way already is not wanted any more. */
static bool
begin(List *list, Fetch *fetch, TaskKind kind, GError **error)
{
	Errand *errand = g_new0(Errand, 1);
	GError *trouble = NULL;
	GError **outer = list->trouble;
	int64_t task;

	worker_drop(list->worker, list->task);
	errand->list = list;
	errand->fetch = fetch;
	list->task = 0;
	list->fetch = fetch;
	list->given_up = false;
	list->trouble = &trouble;
	task = worker_do(list->worker, kind, &errands, errand);
	list->trouble = outer;
	if (task != 0)
		list->task = task;
	if (!trouble)
		return true;
	g_propagate_error(error, trouble);
	return false;
}

static Fetch *
want(const List *list, FetchKind kind, int limit)
{
	return fetch_new(kind, list->source, list->query, limit);
}

/* From row @index of the window on; from the list's own end where there is none. */
static Fetch *
want_from(const List *list, FetchKind kind, int index, int limit)
{
	Fetch *fetch = want(list, kind, limit);
	const void *row = row_at(list, index);

	fetch->from_place = row != NULL;
	if (row) {
		fetch->id = list->source->id(row);
		fetch->place = list_source_place(list->source, row);
	}
	return fetch;
}

static bool
read_after(List *list, int wanted, TaskKind kind, GError **error)
{
	int limit = MAX(wanted, batch_size(list));

	return begin(list, want_from(list, FETCH_AFTER, last_index(list), limit), kind, error);
}

static bool
read_before(List *list, int wanted, TaskKind kind, GError **error)
{
	int limit = MAX(wanted, batch_size(list));

	return begin(list, want_from(list, FETCH_BEFORE, 0, limit), kind, error);
}

/* Where rows are slow to come, those of the next screen are read before a key asks. */
static bool
look_ahead(List *list, GError **error)
{
	int below = (int)list->rows->len - list->top - list->height;

	if (list->slow && below < list->height && !list->at_end)
		return read_after(list, 0, TASK_FILLS, error);
	if (list->slow && list->top < list->height && !list->at_start)
		return read_before(list, 0, TASK_FILLS, error);
	return true;
}

/* Reads on until the screen below the cursor is full or the list ends.  The cursor's own row
 * is there, and no key about it waits for the others. */
static bool
fill(List *list, GError **error)
{
	int missing = list->top + list->height - (int)list->rows->len;

	if (list->fetch)
		return true;
	if (missing > 0 && !list->at_end)
		return read_after(list, missing, TASK_FILLS, error);
	missing = list->height - (int)list->rows->len;
	if (missing > 0 && !list->at_start)
		return read_before(list, missing, TASK_FILLS, error);
	return look_ahead(list, error);
}

/* Do the rows that are on their way belong to those that are here? */
static bool
is_waiting_for_more(const List *list)
{
	return list->fetch && list->fetch->query == list->query;
}

/* Is the cursor on its way to rows that are not here, so that further keys are about
 * those? */
static bool
is_leaving(const List *list)
{
	if (!list->fetch || list->fetch->query != list->query)
		return false;
	return list->fetch->kind == FETCH_RESTART || list->fetch->kind == FETCH_END ||
		list->fetch->kind == FETCH_REST || list->fetch->kind == FETCH_GO;
}

/* How many rows such a move needs beyond those that are here: for the cursor and, where what
 * is seen moves as well, for all of the screen. */
static int
missing_for(const List *list, int rows, bool scroll)
{
	int cursor = list->cursor + rows;
	int top = scroll ? list->top + rows : cursor;
	int end = scroll ? top + list->height : cursor + 1;

	return rows < 0 ? -MIN(cursor, top) : MAX(cursor + 1, end) - (int)list->rows->len;
}

/* The cursor so many rows on; with @scroll what is seen moves too, not only the cursor in
 * it.  Where rows are missing, they are read first. */
static bool
move_by(List *list, int rows, bool scroll, GError **error)
{
	int missing = missing_for(list, rows, scroll);
	bool more = missing > 0 && !(rows < 0 ? list->at_start : list->at_end);

	if (is_leaving(list) || (more && (!list->fetch || is_waiting_for_more(list)))) {
		list->owed += rows;
		list->scroll = scroll;
		if (list->fetch) {
			worker_press(list->worker, list->task);
			return true;
		}
		return rows < 0 ? read_before(list, missing, TASK_ASKED, error)
				: read_after(list, missing, TASK_ASKED, error);
	}
	list->cursor += rows;
	if (scroll)
		list->top += rows;
	settle(list);
	return fill(list, error);
}

/* Rows came: the cursor goes where it was to go, and what is still missing is read. */
static bool
go_on(List *list, GError **error)
{
	int owed = list->owed;

	list->owed = 0;
	if (owed != 0 && !move_by(list, owed, list->scroll, error))
		return false;
	if (!list->fetch && list->stale)
		return list_reload(list, NULL, error);
	return fill(list, error);
}

/* ---- for views ---- */

bool
list_resize(List *list, int height, GError **error)
{
	height = MAX(height, LEAST_HEIGHT);
	if (list->loaded && height == list->height)
		return true;
	list->height = height;
	if (list->loaded) {
		settle(list);
		return fill(list, error);
	}
	return list->fetch || list->given_up || list_restart(list, NULL, error);
}

bool
list_restart(List *list, void *query, GError **error)
{
	Fetch *fetch = want(list, FETCH_RESTART, batch_size(list));

	if (query) {
		query_unref(list->source, fetch->query);
		fetch->query = query;
	}
	list->owed = 0;
	list->slipped = false;
	return begin(list, fetch, TASK_ASKED, error);
}

bool
list_reload(List *list, void *query, GError **error)
{
	bool from_start = !row_at(list, list->cursor) || list->source->forward_only;
	Fetch *fetch;

	list->stale = list->fetch != NULL;
	if (list->fetch || !list->loaded) {
		query_unref(list->source, query);
		return true;
	}
	fetch = from_start ? want(list, FETCH_RELOAD, MAX((int)list->rows->len, batch_size(list)))
			   : want_from(list, FETCH_AROUND, list->cursor, batch_size(list));
	if (query) {
		query_unref(list->source, fetch->query);
		fetch->query = query;
	}
	return begin(list, fetch, TASK_FILLS, error);
}

bool
list_go(List *list, int64_t id, int64_t place, GError **error)
{
	int found = index_of(list, id);
	Fetch *fetch;

	list->slipped = false;
	if (found >= 0) {
		list->cursor = found;
		settle(list);
		return fill(list, error);
	}
	if (list_next_query(list) != list->query)
		return true;
	fetch = want(list, FETCH_GO, batch_size(list));
	fetch->from_place = true;
	fetch->id = id;
	fetch->place = place;
	list->owed = 0;
	return begin(list, fetch, TASK_ASKED, error);
}

static bool
move_to_end(List *list, GError **error)
{
	Fetch *fetch;

	list->owed = 0;
	if (list->at_end) {
		go_to_end(list);
		settle(list);
		return fill(list, error);
	}
	fetch = list->source->forward_only
		? want_from(list, FETCH_REST, last_index(list), batch_size(list))
		: want(list, FETCH_END, batch_size(list));
	return begin(list, fetch, TASK_ASKED, error);
}

bool
list_move(List *list, Move move, int count, GError **error)
{
	bool next = list_next_query(list) != list->query;
	int rows;

	list->slipped = false;
	if (!list->loaded && !list->fetch && !list_restart(list, NULL, error))
		return false;
	if (move == MOVE_FIRST && (!list->at_start || is_leaving(list)))
		return next || list_restart(list, NULL, error);
	if (move == MOVE_LAST)
		return next || move_to_end(list, error);
	rows = move == MOVE_FIRST ? -list->cursor : move_rows(move, count, list->height);
	return move_by(list, rows, move != MOVE_DOWN && move != MOVE_UP, error);
}

bool
list_point(List *list, int line)
{
	int index = list->top + line;

	if (line < 0 || line >= list->height || index > last_index(list))
		return false;
	list->cursor = index;
	list->slipped = false;
	return true;
}

bool
list_has_slipped(const List *list)
{
	return list->slipped && list_current(list);
}

void
list_accept(List *list)
{
	const void *row = list_current(list);

	list->slipped = false;
	list->leaving = row ? list->source->id(row) : 0;
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
