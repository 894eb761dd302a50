#include "store/decision.h"

#include "store/ledger.h"

typedef struct KindRow {
	const char *name;
	MessageState state;
} KindRow;

static const KindRow kinds[DECISIONS] = {
	[DECISION_RELEASE] = { "release", STATE_RELEASED },
	[DECISION_BLOCK] = { "block", STATE_BLOCKED },
	[DECISION_HOLD] = { "hold", STATE_HELD },
};

const char *
decision_name(DecisionKind kind)
{
	g_assert(kind < DECISIONS);
	return kinds[kind].name;
}

MessageState
state_of_decision(DecisionKind kind)
{
	g_assert(kind < DECISIONS);
	return kinds[kind].state;
}

DecisionKind
decision_of_state(MessageState state)
{
	int kind = 0;

	while (kinds[kind].state != state) {
		kind++;
		g_assert(kind < DECISIONS);
	}
	return (DecisionKind)kind;
}

void
operation_free(Operation *operation)
{
	if (!operation)
		return;
	g_free(operation->actor);
	g_free(operation->verb);
	g_free(operation->reason);
	g_free(operation->subject);
	g_free(operation);
}

void
decision_free(Decision *decision)
{
	if (!decision)
		return;
	g_free(decision->actor);
	g_free(decision->reason);
	g_free(decision);
}

static Operation *
operation_of_row(sqlite3_stmt *stmt)
{
	Operation *operation = g_new0(Operation, 1);

	operation->id = db_int(stmt, 0);
	operation->at = db_int(stmt, 1);
	operation->actor = db_text(stmt, 2);
	operation->verb = db_text(stmt, 3);
	operation->reason = db_text(stmt, 4);
	operation->undoes = db_int(stmt, 5);
	operation->undone_by = db_int(stmt, 6);
	operation->messages = (int)db_int(stmt, 7);
	operation->message = db_int(stmt, 8);
	operation->subject = db_text(stmt, 9);
	return operation;
}

GPtrArray *
store_operations(Store *store, int64_t before, int limit, GError **error)
{
	static const char sql[] =
		"SELECT o.id, o.at, o.actor, o.verb, o.reason, o.undoes,"
		" (SELECT u.id FROM operation u WHERE u.undoes = o.id),"
		" (SELECT count(*) FROM decision d WHERE d.operation = o.id)"
		"  + (SELECT count(*) FROM restored r WHERE r.operation = o.id)"
		"  + (SELECT count(*) FROM purged p WHERE p.operation = o.id)"
		"  + (SELECT count(*) FROM reported t WHERE t.operation = o.id),"
		" m.id, m.subject FROM operation o"
		" LEFT JOIN message m ON m.id = coalesce("
		"  (SELECT d.message FROM decision d"
		"   WHERE d.operation = o.id ORDER BY d.id LIMIT 1),"
		"  (SELECT min(r.message) FROM restored r WHERE r.operation = o.id),"
		"  (SELECT min(p.message) FROM purged p WHERE p.operation = o.id),"
		"  (SELECT t.message FROM reported t WHERE t.operation = o.id"
		"   ORDER BY t.id LIMIT 1))"
		" WHERE :before = 0 OR o.id < :before"
		" ORDER BY o.id DESC LIMIT :limit";
	g_autoptr(GPtrArray) operations =
		g_ptr_array_new_with_free_func((GDestroyNotify)operation_free);
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":before", before);
	db_bind_int(select, ":limit", limit > 0 ? limit : -1);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		g_ptr_array_add(operations, operation_of_row(select));
	return step == STEP_DONE ? g_steal_pointer(&operations) : NULL;
}

static Decision *
decision_of_row(sqlite3_stmt *stmt)
{
	Decision *decision = g_new0(Decision, 1);

	decision->id = db_int(stmt, 0);
	decision->operation = db_int(stmt, 1);
	decision->message = db_int(stmt, 2);
	decision->kind = (DecisionKind)ledger_enum(stmt, 3, DECISIONS);
	decision->before = (MessageState)ledger_enum(stmt, 4, STATES);
	decision->after = (MessageState)ledger_enum(stmt, 5, STATES);
	decision->actor = db_text(stmt, 6);
	decision->reason = db_text(stmt, 7);
	decision->at = db_int(stmt, 8);
	decision->rule = db_int(stmt, 9);
	decision->undo = db_int(stmt, 10) != 0;
	return decision;
}

GPtrArray *
store_decisions(Store *store, int64_t message, GError **error)
{
	static const char sql[] = "SELECT d.id, d.operation, d.message, d.kind, d.before, d.after,"
				  " o.actor, o.reason, o.at, d.rule, o.undoes IS NOT NULL"
				  " FROM decision d JOIN operation o ON o.id = d.operation"
				  " WHERE d.message = :message ORDER BY d.id";
	g_autoptr(GPtrArray) decisions =
		g_ptr_array_new_with_free_func((GDestroyNotify)decision_free);
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":message", message);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		g_ptr_array_add(decisions, decision_of_row(select));
	return step == STEP_DONE ? g_steal_pointer(&decisions) : NULL;
}
