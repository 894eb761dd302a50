#include "store/claim_rows.h"
#include "store/history_rows.h"
#include "store/ledger.h"
#include "store/purge.h"
#include "store/undo_kind.h"

extern const UndoKind undo_decisions;
extern const UndoKind undo_edges;
extern const UndoKind undo_rules;
extern const UndoKind undo_envelopes;

/* In the order in which they are taken back. */
static const UndoKind *const kinds[] = {
	&undo_decisions,
	&undo_edges,
	&undo_rules,
	&undo_envelopes,
};

static void
undoing_clear(Undoing *undoing)
{
	g_free(undoing->verb);
	g_free(undoing->undone_actor);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Undoing, undoing_clear)

static bool
carries(Store *store, const UndoKind *kind, int64_t operation, bool *carried, GError **error)
{
	g_autoptr(Kept) select = db_kept(store, kind->carried, error);

	if (!select)
		return false;
	db_bind_int(select, ":operation", operation);
	if (!db_row(store, select, error))
		return false;
	*carried = db_int(select, 0) != 0;
	return true;
}

static bool
carries_any(Store *store, int64_t operation, bool *carried, GError **error)
{
	*carried = false;
	for (size_t i = 0; i < G_N_ELEMENTS(kinds) && !*carried; i++) {
		if (!carries(store, kinds[i], operation, carried, error))
			return false;
	}
	return true;
}

/* Of what @actor did in person, newest first, the first that something is left of. */
static bool
find_latest(Undoing *undoing, const char *actor, GError **error)
{
	static const char sql[] = "SELECT o.id FROM operation o WHERE o.actor = :actor"
				  " AND o.verb NOT IN (:undo, :rule, :maillog, :purge, :report)"
				  " AND NOT EXISTS (SELECT 1 FROM operation u"
				  "  WHERE u.undoes = o.id) ORDER BY o.id DESC";
	g_autoptr(Kept) select = db_kept(undoing->store, sql, error);
	bool carried = false;
	Step step;

	if (!select)
		return false;
	db_bind_text(select, ":actor", actor);
	db_bind_text(select, ":undo", VERB_UNDO);
	db_bind_text(select, ":rule", VERB_RULE);
	db_bind_text(select, ":maillog", VERB_MAILLOG);
	db_bind_text(select, ":purge", VERB_PURGE);
	db_bind_text(select, ":report", VERB_REPORT);
	while ((step = db_step(undoing->store, select, error)) == STEP_ROW) {
		undoing->id = db_int(select, 0);
		if (!carries_any(undoing->store, undoing->id, &carried, error))
			return false;
		if (carried)
			return true;
	}
	if (step == STEP_DONE)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
			"%s has decided nothing that still stands", actor);
	return false;
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
refuse_purge(const Undoing *undoing, GError **error)
{
	g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
		"operation %" G_GINT64_FORMAT
		" was a purge: the mail is gone, nothing brings it back",
		undoing->id);
	return false;
}

/* What came of a message that was purged since stands: nobody can look at it any more. */
static bool
check_not_purged(const Undoing *undoing, GError **error)
{
	static const char sql[] =
		"SELECT p.message FROM purged p WHERE p.operation > :operation AND p.message IN"
		" (SELECT message FROM decision WHERE operation = :operation UNION ALL"
		"  SELECT message FROM restored WHERE operation = :operation) LIMIT 1";
	g_autoptr(Kept) select = db_kept(undoing->store, sql, error);
	g_autofree char *words = NULL;
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":operation", undoing->id);
	step = db_step(undoing->store, select, error);
	if (step != STEP_ROW)
		return step == STEP_DONE;
	if (store_purge_words(undoing->store, db_int(select, 0), &words, error))
		g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
			"message %" G_GINT64_FORMAT " was %s: operation %" G_GINT64_FORMAT
			" cannot be taken back",
			db_int(select, 0), words, undoing->id);
	return false;
}

/* False with the reason why the operation must stand. */
static bool
examine(Undoing *undoing, GError **error)
{
	bool any = false;

	if (!read_operation(undoing, error) || !check_stands(undoing, error))
		return false;
	if (g_str_equal(undoing->verb, VERB_PURGE))
		return refuse_purge(undoing, error);
	if (g_str_equal(undoing->verb, VERB_REPORT)) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"operation %" G_GINT64_FORMAT " is a report, which can't be taken back;"
			" lazaret outbox cancel stops one that has not left",
			undoing->id);
		return false;
	}
	if (!check_not_purged(undoing, error))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		bool carried = false;

		if (!carries(undoing->store, kinds[i], undoing->id, &carried, error) ||
			(carried && !kinds[i]->check(undoing, error)))
			return false;
		any = any || carried;
	}
	/* One that an older version made, which did not write down what became of the rule. */
	if (!any)
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"operation %" G_GINT64_FORMAT
			" is about a rule: add or remove the rule instead",
			undoing->id);
	return any;
}

Operation *
store_plan_undo(Store *store, int64_t operation, const char *actor, int64_t now, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	g_auto(Undoing) undoing = { .store = store, .id = operation, .now = now };
	g_autoptr(GPtrArray) found = NULL;

	if (!snapshot || (operation == 0 && !find_latest(&undoing, actor, error)) ||
		!examine(&undoing, error))
		return NULL;
	found = store_operations(store, undoing.id + 1, 1, error);
	return found && found->len > 0 ? g_ptr_array_steal_index(found, 0) : NULL;
}

static int64_t
record(const Undoing *undoing, const char *actor, GError **error)
{
	Entry entry = {
		.verb = g_str_equal(undoing->verb, VERB_UNDO) ? VERB_REDO : VERB_UNDO,
		.actor = actor,
		.at = undoing->now,
		.undoes = undoing->id,
		.origin = undoing->origin,
	};

	return ledger_operation(undoing->store, &entry, error);
}

static int64_t
take_back(const Undoing *undoing, const char *actor, GError **error)
{
	int64_t operation = record(undoing, actor, error);

	for (size_t i = 0; operation && i < G_N_ELEMENTS(kinds); i++) {
		bool carried = false;

		if (!carries(undoing->store, kinds[i], undoing->id, &carried, error) ||
			(carried && !kinds[i]->restore(undoing, operation, error)))
			return 0;
	}
	return operation;
}

int64_t
store_undo(Store *store, int64_t operation, const char *actor, int64_t now, GError **error)
{
	g_autoptr(Transaction) transaction = db_begin(store, error);
	g_auto(Undoing) undoing = { .store = store, .id = operation, .now = now };
	int64_t undo;

	if (!transaction || (operation == 0 && !find_latest(&undoing, actor, error)) ||
		!examine(&undoing, error))
		return 0;
	undo = take_back(&undoing, actor, error);
	if (!undo || !claims_end(store, undo, actor, error) ||
		!history_settle_and_judge(store, error) || !transaction_commit(transaction, error))
		return 0;
	return undo;
}
