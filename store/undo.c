#include "store/ledger.h"
#include "store/outbox.h"

/* The operation to take back. */
typedef struct Undoing {
	Store *store;
	int64_t id;
	int64_t origin; /* whose deliveries are at stake */
	char *verb;
	int64_t undone_by;
	char *undone_actor; /* who took it back already, or NULL */
	int64_t now;
} Undoing;

static void
undoing_clear(Undoing *undoing)
{
	g_free(undoing->verb);
	g_free(undoing->undone_actor);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Undoing, undoing_clear)

/* One decision to take back. */
typedef struct Restoration {
	Change change;
	bool decided_since; /* by an operation that stands */
} Restoration;

static bool
find_latest(Undoing *undoing, const char *actor, GError **error)
{
	static const char sql[] = "SELECT max(o.id) FROM operation o WHERE o.actor = :actor"
				  " AND o.verb IN ('release', 'block', 'hold', 'redo')"
				  " AND NOT EXISTS (SELECT 1 FROM operation u"
				  "  WHERE u.undoes = o.id)";
	g_autoptr(Kept) select = db_kept(undoing->store, sql, error);

	if (!select)
		return false;
	db_bind_text(select, ":actor", actor);
	if (db_step(undoing->store, select, error) != STEP_ROW)
		return false;
	undoing->id = db_int(select, 0);
	if (undoing->id == 0)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
			"%s has decided nothing that still stands", actor);
	return undoing->id != 0;
}

static bool
read_operation(Undoing *undoing, GError **error)
{
	static const char sql[] =
		"SELECT o.verb, u.id, u.actor, ifnull(o.origin, o.id) FROM operation o"
		" LEFT JOIN operation u ON u.undoes = o.id WHERE o.id = :id";
	g_autoptr(Kept) select = db_kept(undoing->store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":id", undoing->id);
	step = db_step(undoing->store, select, error);
	if (step == STEP_DONE)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
			"no operation %" G_GINT64_FORMAT, undoing->id);
	if (step != STEP_ROW)
		return false;
	undoing->verb = db_text(select, 0);
	undoing->undone_by = db_int(select, 1);
	undoing->undone_actor = db_text(select, 2);
	undoing->origin = db_int(select, 3);
	return true;
}

static bool
check_stands(const Undoing *undoing, GError **error)
{
	if (undoing->undone_by == 0)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
		"operation %" G_GINT64_FORMAT
		" was taken back by %s already (operation %" G_GINT64_FORMAT ")",
		undoing->id, undoing->undone_actor, undoing->undone_by);
	return false;
}

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

/* What is to be restored; NULL with the reason why the operation must stand. */
static GArray *
examine(Undoing *undoing, GError **error)
{
	g_autoptr(GArray) decisions = NULL;

	if (!read_operation(undoing, error) || !check_stands(undoing, error) ||
		!check_not_departed(undoing, error))
		return NULL;
	decisions = read_decisions(undoing, error);
	if (!decisions)
		return NULL;
	if (decisions->len == 0) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"operation %" G_GINT64_FORMAT
			" is about a rule: add or remove the rule instead",
			undoing->id);
		return NULL;
	}
	for (guint i = 0; i < decisions->len; i++) {
		const Restoration *restoration = &g_array_index(decisions, Restoration, i);

		if (!check_untouched(undoing, restoration, error) ||
			!check_way_is_free(undoing, &restoration->change, error))
			return NULL;
	}
	return g_steal_pointer(&decisions);
}

Operation *
store_plan_undo(Store *store, int64_t operation, const char *actor, int64_t now, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	g_auto(Undoing) undoing = { .store = store, .id = operation, .now = now };
	g_autoptr(GArray) decisions = NULL;
	g_autoptr(GPtrArray) found = NULL;

	if (!snapshot || (operation == 0 && !find_latest(&undoing, actor, error)))
		return NULL;
	decisions = examine(&undoing, error);
	found = decisions ? store_operations(store, undoing.id + 1, 1, error) : NULL;
	return found && found->len > 0 ? g_ptr_array_steal_index(found, 0) : NULL;
}

/* A message that is not released any more has nothing waiting; one that is, what the
 * releases that stand now queued. */
static bool
restore(const Undoing *undoing, int64_t operation, const Restoration *restoration, GError **error)
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

static int64_t
record(const Undoing *undoing, const char *actor, GError **error)
{
	Entry entry = {
		.verb = g_str_equal(undoing->verb, "undo") ? "redo" : "undo",
		.actor = actor,
		.at = undoing->now,
		.undoes = undoing->id,
		.origin = undoing->origin,
	};

	return ledger_operation(undoing->store, &entry, error);
}

static int64_t
take_back(const Undoing *undoing, const GArray *decisions, const char *actor, GError **error)
{
	int64_t operation = record(undoing, actor, error);

	for (guint i = 0; operation && i < decisions->len; i++) {
		if (!restore(undoing, operation, &g_array_index(decisions, Restoration, i), error))
			return 0;
	}
	return operation;
}

int64_t
store_undo(Store *store, int64_t operation, const char *actor, int64_t now, GError **error)
{
	g_autoptr(Transaction) transaction = db_begin(store, error);
	g_auto(Undoing) undoing = { .store = store, .id = operation, .now = now };
	g_autoptr(GArray) decisions = NULL;
	int64_t undo;

	if (!transaction || (operation == 0 && !find_latest(&undoing, actor, error)))
		return 0;
	decisions = examine(&undoing, error);
	undo = decisions ? take_back(&undoing, decisions, actor, error) : 0;
	if (!undo || !transaction_commit(transaction, error))
		return 0;
	return undo;
}
