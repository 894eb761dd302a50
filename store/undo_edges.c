#include "store/edge_change.h"
#include "store/ledger.h"
#include "store/undo_kind.h"

static bool
record(Store *store, int64_t operation, int64_t edge, EdgeState before, EdgeState after,
	GError **error)
{
	static const char sql[] = "INSERT INTO edge_change (operation, edge, before, after)"
				  " VALUES (:operation, :edge, :before, :after)";
	g_autoptr(Kept) insert = db_kept(store, sql, error);

	if (!insert)
		return false;
	db_bind_int(insert, ":operation", operation);
	db_bind_int(insert, ":edge", edge);
	db_bind_int(insert, ":before", before);
	db_bind_int(insert, ":after", after);
	return db_run(store, insert, error);
}

bool
edge_change(Store *store, int64_t operation, int64_t edge, EdgeState before, EdgeState after,
	GError **error)
{
	return record(store, operation, edge, before, after, error) &&
		edge_set_state(store, edge, after, error);
}

/* One edge an operation: each cuts or draws one. */
typedef struct EdgeChange {
	int64_t edge;
	EdgeState before;
	EdgeState after;
	EdgeState now;
} EdgeChange;

static bool
read_change(const Undoing *undoing, EdgeChange *change, GError **error)
{
	static const char sql[] = "SELECT c.edge, c.before, c.after, e.state FROM edge_change c"
				  " JOIN edge e ON e.id = c.edge WHERE c.operation = :operation";
	g_autoptr(Kept) select = db_kept(undoing->store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":operation", undoing->id);
	if (!db_row(undoing->store, select, error))
		return false;
	change->edge = db_int(select, 0);
	change->before = (EdgeState)ledger_enum(select, 1, EDGE_STATES);
	change->after = (EdgeState)ledger_enum(select, 2, EDGE_STATES);
	change->now = (EdgeState)ledger_enum(select, 3, EDGE_STATES);
	return true;
}

static bool
check(const Undoing *undoing, GError **error)
{
	EdgeChange change;

	if (!read_change(undoing, &change, error))
		return false;
	if (change.now == change.after)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
		"edge %" G_GINT64_FORMAT " was changed since: operation %" G_GINT64_FORMAT
		" cannot be taken back",
		change.edge, undoing->id);
	return false;
}

/* What came while it was cut has not been asked yet whether it makes the edge common. */
static bool
restored_state(Store *store, const EdgeChange *change, EdgeState *state, GError **error)
{
	bool common = false;

	*state = change->before;
	if (change->before != EDGE_BINDS)
		return true;
	if (!edge_is_common(store, change->edge, &common, error))
		return false;
	if (common)
		*state = EDGE_COMMON;
	return true;
}

static bool
restore(const Undoing *undoing, int64_t operation, GError **error)
{
	EdgeChange change;
	EdgeState state;

	return read_change(undoing, &change, error) &&
		restored_state(undoing->store, &change, &state, error) &&
		edge_change(undoing->store, operation, change.edge, change.after, state, error);
}

const UndoKind undo_edges = {
	.carried = "SELECT EXISTS (SELECT 1 FROM edge_change WHERE operation = :operation)",
	.check = check,
	.restore = restore,
};
