/* purge_plan.c - which messages a purge is about, and which it leaves */
#include "store/purge_rows.h"

#include "store/ids.h"
#include "store/ledger.h"
#include "store/outbox.h"

static const char *const reasons[KEPT_REASONS] = {
	[KEPT_PURGED] = "purged already",
	[KEPT_STATE] = "in a state that is not purged",
	[KEPT_YOUNG] = "too young",
	[KEPT_UNFINISHED] = "with a delivery that is not finished",
	[KEPT_CLAIMED] = "claimed by others",
};

const char *
kept_reason_words(KeptReason reason)
{
	g_assert(reason < KEPT_REASONS);
	return reasons[reason];
}

void
purge_plan_clear(PurgePlan *plan)
{
	g_clear_pointer(&plan->targets, g_array_unref);
}

/* ---- one message ---- */

/* Columns of purge_look_at(). */
enum {
	COLUMN_VERSION,
	COLUMN_STATE,
	COLUMN_SIZE,
	COLUMN_RECEIVED,
	COLUMN_TOUCHED,
	COLUMN_CLAIMED,
	COLUMN_PURGED,
	COLUMN_UNFINISHED,
};

static KeptReason
judge(const PurgeRequest *request, MessageState state, sqlite3_stmt *row)
{
	if (db_int(row, COLUMN_PURGED))
		return KEPT_PURGED;
	if (request->before[state] == PURGE_NEVER)
		return KEPT_STATE;
	if (db_int(row, COLUMN_TOUCHED) > request->before[state])
		return KEPT_YOUNG;
	if (db_int(row, COLUMN_UNFINISHED))
		return KEPT_UNFINISHED;
	if (db_int(row, COLUMN_CLAIMED) && !request->claimed)
		return KEPT_CLAIMED;
	return KEPT_REASONS;
}

bool
purge_look_at(Store *store, const PurgeRequest *request, int64_t id, PurgeSubject *subject,
	GError **error)
{
	static const char sql[] =
		"SELECT m.version, m.state, m.size, m.received, max(m.imported,"
		"  ifnull((SELECT max(o.at) FROM decision d JOIN operation o ON o.id = d.operation"
		"   WHERE d.message = m.id), 0)),"
		" m.claimed_by IS NOT NULL AND m.claimed_by <> :actor AND m.claimed_until > :now,"
		" EXISTS (SELECT 1 FROM purged WHERE message = m.id),"
		" EXISTS (SELECT 1 FROM delivery d WHERE d.message = m.id"
		"  AND d.state IN (:queued, :sending, :unknown)) OR"
		" EXISTS (SELECT 1 FROM reported t JOIN delivery d ON d.report = t.report"
		"  WHERE t.message = m.id AND d.state IN (:queued, :sending, :unknown))"
		" FROM message m WHERE m.id = :id";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_text(select, ":actor", request->actor);
	db_bind_int(select, ":now", request->now);
	db_bind_int(select, ":queued", DELIVERY_QUEUED);
	db_bind_int(select, ":sending", DELIVERY_SENDING);
	db_bind_int(select, ":unknown", DELIVERY_UNKNOWN);
	db_bind_int(select, ":id", id);
	step = db_step(store, select, error);
	if (step == STEP_DONE)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
			"no message %" G_GINT64_FORMAT, id);
	if (step != STEP_ROW)
		return false;
	subject->target = (PurgeTarget){ id, db_int(select, COLUMN_VERSION) };
	subject->state = (MessageState)ledger_enum(select, COLUMN_STATE, STATES);
	subject->size = db_int(select, COLUMN_SIZE);
	subject->received = db_int(select, COLUMN_RECEIVED);
	subject->reason = judge(request, subject->state, select);
	return true;
}

/* ---- all ---- */

/* Of a store with a million messages most are too young, or purged long ago. */
static GArray *
find_old(Store *store, const PurgeRequest *request, GError **error)
{
	static const char sql[] =
		"SELECT id FROM message m WHERE imported <= CASE state WHEN :held THEN :held_before"
		" WHEN :released THEN :released_before ELSE :blocked_before END"
		" AND NOT EXISTS (SELECT 1 FROM purged WHERE message = m.id) ORDER BY id";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return NULL;
	db_bind_int(select, ":held", STATE_HELD);
	db_bind_int(select, ":released", STATE_RELEASED);
	db_bind_int(select, ":held_before", request->before[STATE_HELD]);
	db_bind_int(select, ":released_before", request->before[STATE_RELEASED]);
	db_bind_int(select, ":blocked_before", request->before[STATE_BLOCKED]);
	return db_ids(store, select, error);
}

/* In the order in which they came, so that those of one bale are removed together. */
static GArray *
find_candidates(Store *store, const PurgeRequest *request, GError **error)
{
	GArray *ids;

	if (!request->ids)
		return find_old(store, request, error);
	ids = g_array_new(false, false, sizeof(int64_t));
	g_array_append_vals(ids, request->ids->data, request->ids->len);
	g_array_sort(ids, ids_compare);
	return ids;
}

static void
count(PurgePlan *plan, const PurgeSubject *subject)
{
	if (subject->reason != KEPT_REASONS) {
		plan->kept[subject->reason]++;
		return;
	}
	plan->by_state[subject->state]++;
	plan->bytes += subject->size;
	plan->oldest =
		plan->targets->len ? MIN(plan->oldest, subject->received) : subject->received;
	plan->newest = MAX(plan->newest, subject->received);
	g_array_append_val(plan->targets, subject->target);
}

bool
store_plan_purge(Store *store, const PurgeRequest *request, PurgePlan *plan, GError **error)
{
	static const char unfinished[] = "SELECT count(*) FROM purging";
	g_autoptr(Snapshot) look = store_snapshot(store, error);
	g_autoptr(GArray) ids = look ? find_candidates(store, request, error) : NULL;

	*plan = (PurgePlan){ .targets = g_array_new(false, false, sizeof(PurgeTarget)) };
	if (!ids || !db_value(store, unfinished, &plan->unfinished, error))
		return false;
	for (guint i = 0; i < ids->len; i++) {
		int64_t id = g_array_index(ids, int64_t, i);
		PurgeSubject subject;

		if (i > 0 && id == g_array_index(ids, int64_t, i - 1))
			continue;
		if (!purge_look_at(store, request, id, &subject, error))
			return false;
		count(plan, &subject);
	}
	return true;
}
