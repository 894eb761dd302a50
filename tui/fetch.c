#include "tui/fetch.h"

void *
query_ref(void *query)
{
	return g_atomic_rc_box_acquire(query);
}

void
query_unref(const ListSource *source, void *query)
{
	if (query)
		g_atomic_rc_box_release_full(query, source->clear_query);
}

Fetch *
fetch_new(FetchKind kind, const ListSource *source, void *query, int limit)
{
	Fetch *fetch = g_new0(Fetch, 1);

	fetch->kind = kind;
	fetch->source = source;
	fetch->query = query_ref(query);
	fetch->limit = limit;
	return fetch;
}

void
fetch_free(Fetch *fetch)
{
	if (!fetch)
		return;
	g_clear_pointer(&fetch->rows, g_ptr_array_unref);
	query_unref(fetch->source, fetch->query);
	g_free(fetch);
}

static GPtrArray *
read_part(const Fetch *fetch, Store *store, const ListPart *part, GError **error)
{
	return fetch->source->read(store, fetch->query, part, error);
}

static ListPart
part_of(const Fetch *fetch, bool backwards)
{
	return (ListPart){
		.from_place = fetch->from_place,
		.place = fetch->place,
		.backwards = backwards,
		.limit = fetch->limit,
	};
}

static bool
read_forward(Fetch *fetch, Store *store, const ListPart *part, GError **error)
{
	fetch->rows = read_part(fetch, store, part, error);
	if (!fetch->rows)
		return false;
	fetch->at_start = !part->from_place;
	fetch->at_end = (int)fetch->rows->len < part->limit;
	return true;
}

static bool
read_backward(Fetch *fetch, Store *store, GError **error)
{
	const ListPart part = part_of(fetch, true);

	fetch->rows = read_part(fetch, store, &part, error);
	if (!fetch->rows)
		return false;
	fetch->at_start = (int)fetch->rows->len < part.limit;
	fetch->at_end = !part.from_place;
	return true;
}

/* On to the end, however long that is: such lists are short.  What is asked for stays as it
 * was: stopped, all of it is read anew. */
static bool
read_rest(Fetch *fetch, Store *store, GError **error)
{
	ListPart part = part_of(fetch, false);
	g_autoptr(GPtrArray) all = NULL;

	do {
		if (!read_forward(fetch, store, &part, error))
			return false;
		if (fetch->rows->len > 0) {
			part.from_place = true;
			part.place = list_source_place(fetch->source,
				g_ptr_array_index(fetch->rows, fetch->rows->len - 1));
		}
		if (all)
			g_ptr_array_extend_and_steal(all, g_steal_pointer(&fetch->rows));
		else
			all = g_steal_pointer(&fetch->rows);
	} while (!fetch->at_end);
	fetch->rows = g_steal_pointer(&all);
	return true;
}

/* The rows before the row, then from the last of these on: so the row itself is read
 * again if it is still there, and its successor takes its place if not. */
static bool
read_around(Fetch *fetch, Store *store, GError **error)
{
	ListPart part = {
		.from_place = true,
		.place = fetch->place,
		.backwards = true,
		.limit = fetch->limit,
	};
	g_autoptr(GPtrArray) before = NULL;
	GPtrArray *after;
	bool there = false;
	int64_t place;

	if (fetch->source->find &&
		!fetch->source->find(store, fetch->query, fetch->id, &there, &place, error))
		return false;
	if (there)
		part.place = place;
	before = read_part(fetch, store, &part, error);
	if (!before)
		return false;
	part.backwards = false;
	part.from_place = before->len > 0;
	if (part.from_place)
		part.place = list_source_place(
			fetch->source, g_ptr_array_index(before, before->len - 1));
	after = read_part(fetch, store, &part, error);
	if (!after)
		return false;
	fetch->before = (int)before->len;
	fetch->at_start = fetch->before < fetch->limit;
	fetch->at_end = (int)after->len < fetch->limit;
	g_ptr_array_extend_and_steal(before, after);
	fetch->rows = g_steal_pointer(&before);
	return true;
}

static bool
run(Fetch *fetch, Store *store, GError **error)
{
	const ListPart part = part_of(fetch, false);

	switch (fetch->kind) {
	case FETCH_RESTART:
	case FETCH_RELOAD:
	case FETCH_AFTER:
		return read_forward(fetch, store, &part, error);
	case FETCH_END:
	case FETCH_BEFORE:
		return read_backward(fetch, store, error);
	case FETCH_REST:
		return read_rest(fetch, store, error);
	case FETCH_AROUND:
	case FETCH_GO:
		return read_around(fetch, store, error);
	}
	g_assert_not_reached();
}

/* All parts of one look, even while others write. */
bool
fetch_run(Fetch *fetch, Store *store, GError **error)
{
	g_autoptr(Snapshot) look = store ? store_snapshot(store, error) : NULL;

	g_clear_pointer(&fetch->rows, g_ptr_array_unref);
	return (look || !store) && run(fetch, store, error);
}
