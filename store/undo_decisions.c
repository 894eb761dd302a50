#include "store/ledger.h"
#include "store/outbox.h"
#include "store/undo_kind.h"

/* One decision to take back. */
typedef struct Restoration {
	Change change;
	bool decided_since; /* by an operation that stands */
} Restoration;

static bool
refuse_departed(
	const Undoing *undoing, int64_t message, const char *words, const char *to, GError **error)
{
	g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
		"message %" G_GINT64_FORMAT " %s to %s: operation %" G_GINT64_FORMAT
		" cannot be taken back",
		message, words, to, undoing->id);
	return false;
}

static const char *
departure_words(DeliveryState state)
{
	switch (state) {
	case DELIVERY_SENDING:
		return "is being delivered";
	case DELIVERY_SENT:
		return "was already delivered";
	case DELIVERY_UNKNOWN:
		return "may have been delivered";
	case DELIVERY_QUEUED:
	case DELIVERY_FAILED:
	case DELIVERY_CANCELLED:
	case DELIVERY_STATES:
		break;
	}
	g_assert_not_reached();
}

static bool
check_not_departed(const Undoing *undoing, GError **error)
{
	static const char sql[] = "SELECT message, recipient, state FROM delivery"
				  " WHERE operation = :operation"
				  " AND state IN (:sending, :sent, :unknown) LIMIT 1";
	g_autoptr(Kept) select = db_kept(undoing->store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":operation", undoing->origin);
	db_bind_int(select, ":sending", DELIVERY_SENDING);
	db_bind_int(select, ":sent", DELIVERY_SENT);
	db_bind_int(select, ":unknown", DELIVERY_UNKNOWN);
	step = db_step(undoing->store, select, error);
	if (step == STEP_ROW)
		return refuse_departed(undoing, db_int(select, 0),
			departure_words((DeliveryState)ledger_enum(select, 2, DELIVERY_STATES)),
			(const char *)sqlite3_column_text(select, 1), error);
	return step == STEP_DONE;
}

static GArray *
read_decisions(const Undoing *undoing, GError **error)
{
	/* An operation and its undo leave nothing behind, nor do an undo and its redo. */
	static const char sql[] =
		"SELECT d.message, m.version, m.state, d.before, EXISTS (SELECT 1 FROM decision l"
		"  JOIN operation o ON o.id = l.operation"
		"  WHERE l.message = d.message AND l.id > d.id"
		"  GROUP BY ifnull(o.origin, o.id) HAVING count(*) % 2 = 1)"
		" FROM decision d JOIN message m ON m.id = d.message"
		" WHERE d.operation = :operation ORDER BY d.id";
	g_autoptr(GArray) decisions = g_array_new(false, false, sizeof(Restoration));
	g_autoptr(Kept) select = db_kept(undoing->store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":operation", undoing->id);
	while ((step = db_step(undoing->store, select, error)) == STEP_ROW) {
		Restoration restoration = {
			.change.message = db_int(select, 0),
			.change.version = db_int(select, 1),
			.change.before = (MessageState)ledger_enum(select, 2, STATES),
			.change.after = (MessageState)ledger_enum(select, 3, STATES),
			.decided_since = db_int(select, 4) != 0,
		};

		g_array_append_val(decisions, restoration);
	}
	return step == STEP_DONE ? g_steal_pointer(&decisions) : NULL;
}

static bool
check_untouched(const Undoing *undoing, const Restoration *restoration, GError **error)
{
	g_autofree char *blame = NULL;

	if (!restoration->decided_since)
		return true;
	blame = ledger_blame(undoing->store, restoration->change.message, undoing->now, error);
	if (blame)
		g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
			"%s: operation %" G_GINT64_FORMAT " cannot be taken back", blame,
			undoing->id);
	return false;
}

/* What is on its way from a release that will not stand would take the place of what
 * the restored release queued, and then not wait again when it comes back. */
static bool
check_way_is_free(const Undoing *undoing, const Change *change, GError **error)
{
	static const char sql[] = LEDGER_STANDING
		"SELECT recipient FROM delivery WHERE message = :message AND state = :sending"
		" AND report IS NULL"
		" AND operation NOT IN standing LIMIT 1";
	g_autoptr(Kept) select = NULL;
	Step step;

	if (change->after != STATE_RELEASED || change->before == STATE_RELEASED)
		return true;
	select = db_kept(undoing->store, sql, error);
	if (!select)
		return false;
	ledger_bind_standing(select, change->message, undoing->origin);
	db_bind_int(select, ":sending", DELIVERY_SENDING);
	step = db_step(undoing->store, select, error);
	if (step == STEP_ROW)
		return refuse_departed(undoing, change->message, departure_words(DELIVERY_SENDING),
			(const char *)sqlite3_column_text(select, 0), error);
	return step == STEP_DONE;
}

static bool
check(const Undoing *undoing, GError **error)
{
	g_autoptr(GArray) decisions = NULL;

	if (!check_not_departed(undoing, error))
		return false;
	decisions = read_decisions(undoing, error);
	for (guint i = 0; decisions && i < decisions->len; i++) {
		const Restoration *restoration = &g_array_index(decisions, Restoration, i);

		if (!check_untouched(undoing, restoration, error) ||
			!check_way_is_free(undoing, &restoration->change, error))
			return false;
	}
	return decisions != NULL;
}

/* A message that is not released any more has nothing waiting; one that is, what the
 * releases that stand now queued. */
static bool
restore_one(
	const Undoing *undoing, int64_t operation, const Restoration *restoration, GError **error)
{
	const Change *change = &restoration->change;
	bool released = change->after == STATE_RELEASED;
	int64_t of = released ? undoing->origin : 0;

	if (!ledger_decide(undoing->store, operation, change, 0, error) ||
		!ledger_cancel(undoing->store, change->message, of, undoing->now, error))
		return false;
	return !released ||
		(ledger_requeue(undoing->store, change->message, undoing->now, error) &&
			ledger_check_leaves(undoing->store, change->message, error));
}

static bool
restore(const Undoing *undoing, int64_t operation, GError **error)
{
	g_autoptr(GArray) decisions = read_decisions(undoing, error);

	for (guint i = 0; decisions && i < decisions->len; i++) {
		if (!restore_one(
			    undoing, operation, &g_array_index(decisions, Restoration, i), error))
			return false;
	}
	return decisions != NULL;
}

extern const UndoKind undo_decisions;
const UndoKind undo_decisions = {
	.carried = "SELECT EXISTS (SELECT 1 FROM decision WHERE operation = :operation)",
	.check = check,
	.restore = restore,
};
