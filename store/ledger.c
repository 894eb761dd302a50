#include "store/ledger.h"

#include "mail/address.h"
#include "store/chain.h"
#include "store/outbox.h"

/* The only place that appends an operation.  The next id is SQLite's own, which never
 * comes again: a last row that was taken out leaves a gap. */
int64_t
ledger_operation(Store *store, const Entry *entry, GError **error)
{
	static const char sql[] =
		"WITH next AS (SELECT"
		"  ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'operation'), 0) + 1 AS id,"
		"  (SELECT " CHAIN_LAST_OF_OPERATION " FROM operation o ORDER BY o.id DESC LIMIT 1)"
		"  AS previous)"
		" INSERT INTO operation (id, at, actor, verb, reason, undoes, origin, hash)"
		" SELECT id, :at, :actor, :verb, :reason, nullif(:undoes, 0), nullif(:origin, 0)," CHAIN_OPERATION(
			"previous", "id", ":at", ":actor", ":verb", ":reason", "nullif(:undoes, 0)",
			"nullif(:origin, 0)") " FROM next";
	g_autoptr(Kept) insert = db_kept(store, sql, error);

	if (!insert)
		return 0;
	db_bind_int(insert, ":at", entry->at);
	db_bind_text(insert, ":actor", entry->actor);
	db_bind_text(insert, ":verb", entry->verb);
	db_bind_text(insert, ":reason", entry->reason);
	db_bind_int(insert, ":undoes", entry->undoes);
	db_bind_int(insert, ":origin", entry->origin);
	return db_run(store, insert, error) ? db_last_id(store) : 0;
}

static bool
set_state(Store *store, const Change *change, GError **error)
{
	static const char sql[] = "UPDATE message SET state = :state, version = :version"
				  " WHERE id = :message";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":state", change->after);
	db_bind_int(update, ":version", change->version + 1);
	db_bind_int(update, ":message", change->message);
	return db_run(store, update, error);
}

/* The only place that appends a decision; its operation is the last one. */
static bool
append(Store *store, int64_t operation, const Change *change, int64_t rule, GError **error)
{
	static const char sql[] =
		"WITH last AS (SELECT operation, hash FROM decision ORDER BY id DESC LIMIT 1),"
		" next AS (SELECT"
		"  ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'decision'), 0) + 1 AS id,"
		"  ifnull((SELECT hash FROM last WHERE operation = :operation),"
		"   (SELECT hash FROM operation WHERE id = :operation)) AS previous)"
		" INSERT INTO decision (id, operation, message, kind, before, after, rule, hash)"
		" SELECT id, :operation, :message, :kind, :before, :after, nullif(:rule, 0)," CHAIN_DECISION(
			"previous", "id", ":operation", ":message", ":kind", ":before", ":after",
			"nullif(:rule, 0)") " FROM next"
					    " WHERE :operation = (SELECT max(id) FROM operation)";
	g_autoptr(Kept) insert = db_kept(store, sql, error);

	if (!insert)
		return false;
	db_bind_int(insert, ":operation", operation);
	db_bind_int(insert, ":message", change->message);
	db_bind_int(insert, ":kind", decision_of_state(change->after));
	db_bind_int(insert, ":before", change->before);
	db_bind_int(insert, ":after", change->after);
	db_bind_int(insert, ":rule", rule);
	if (!db_run(store, insert, error))
		return false;
	if (db_changes(store) == 1)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_A_STORE,
		"%s: the store is damaged (operation %" G_GINT64_FORMAT
		" is not the last one); lazaret verify tells more",
		store_path(store), operation);
	return false;
}

bool
ledger_decide(Store *store, int64_t operation, const Change *change, int64_t rule, GError **error)
{
	return set_state(store, change, error) && append(store, operation, change, rule, error);
}

static char *
ago(int64_t seconds)
{
	static const struct {
		int64_t seconds;
		const char *unit;
	} units[] = { { 86400, "d" }, { 3600, "h" }, { 60, "min" } };

	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		if (seconds >= units[i].seconds)
			return g_strdup_printf("%" G_GINT64_FORMAT " %s ago",
				seconds / units[i].seconds, units[i].unit);
	}
	return g_strdup("just now");
}

/* @row: what a decision made of @message, by whom, when, and the rule that made it. */
static char *
blame_words(sqlite3_stmt *row, int64_t message, int64_t now)
{
	const char *state = state_name((MessageState)ledger_enum(row, 0, STATES));
	g_autofree char *when = ago(now - db_int(row, 2));

	return g_strdup_printf("message %" G_GINT64_FORMAT " was %s by %s%s %s", message, state,
		(const char *)sqlite3_column_text(row, 1), db_int(row, 3) ? "'s rule" : "", when);
}

char *
ledger_blame(Store *store, int64_t message, int64_t now, GError **error)
{
	static const char sql[] = "SELECT d.after, o.actor, o.at, d.rule FROM decision d"
				  " JOIN operation o ON o.id = d.operation"
				  " WHERE d.message = :message ORDER BY d.id DESC LIMIT 1";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return NULL;
	db_bind_int(select, ":message", message);
	switch (db_step(store, select, error)) {
	case STEP_ERROR:
		return NULL;
	case STEP_DONE:
		return g_strdup_printf("message %" G_GINT64_FORMAT " has changed", message);
	case STEP_ROW:
		break;
	}
	return blame_words(select, message, now);
}

bool
ledger_blame_other(
	Store *store, int64_t message, const char *actor, int64_t now, char **words, GError **error)
{
	static const char sql[] =
		"SELECT d.after, o.actor, o.at, 0 FROM message m"
		" JOIN decision d ON d.id = " LEDGER_IN_FORCE(
			"max(d.id)") " JOIN operation o ON o.id = d.operation"
				     " WHERE m.id = :message AND o.actor <> :actor"
				     " AND " LEDGER_IN_FORCE("max(d.rule)") " IS NULL";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	*words = NULL;
	if (!select)
		return false;
	db_bind_int(select, ":message", message);
	db_bind_text(select, ":actor", actor);
	step = db_step(store, select, error);
	if (step == STEP_ROW)
		*words = blame_words(select, message, now);
	return step != STEP_ERROR;
}

GPtrArray *
ledger_recipients(Store *store, int64_t message, GError **error)
{
	static const char sql[] =
		"SELECT address FROM recipient WHERE message = :message ORDER BY position";
	g_autoptr(GPtrArray) recipients = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":message", message);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		g_ptr_array_add(recipients, db_text(select, 0));
	return step == STEP_DONE ? g_steal_pointer(&recipients) : NULL;
}

static bool
queue_one(Store *store, const Errand *errand, const char *recipient, bool copy, GError **error)
{
	static const char sql[] =
		"INSERT INTO delivery"
		" (operation, message, recipient, transport, due, queued, hold, changed, copy, rewrite)"
		" VALUES (:operation, :message, :recipient, :transport, :at, :at, :hold, :at,"
		" :copy, :rewrite)"
		" ON CONFLICT DO NOTHING";
	g_autoptr(Kept) insert = db_kept(store, sql, error);
	g_autofree char *address = address_normal(recipient);

	if (!insert)
		return false;
	db_bind_int(insert, ":operation", errand->operation);
	db_bind_int(insert, ":message", errand->message);
	db_bind_text(insert, ":recipient", address);
	db_bind_text(insert, ":transport", errand->transport);
	db_bind_int(insert, ":at", errand->at);
	db_bind_int(insert, ":hold", errand->hold);
	db_bind_int(insert, ":copy", copy);
	db_bind_int(insert, ":rewrite", errand->rewrite);
	return db_run(store, insert, error);
}

static bool
queue_named(Store *store, const Errand *errand, const char *const *to, GError **error)
{
	for (int i = 0; to[i]; i++) {
		if (!queue_one(store, errand, to[i], false, error))
			return false;
	}
	return true;
}

static bool
queue_envelope(Store *store, const Errand *errand, GError **error)
{
	g_autoptr(GPtrArray) recipients = ledger_recipients(store, errand->message, error);

	if (recipients && recipients->len == 0 && errand->to_unknown)
		return queue_named(store, errand, errand->to_unknown, error);
	for (guint i = 0; recipients && i < recipients->len; i++) {
		if (!queue_one(store, errand, g_ptr_array_index(recipients, i), false, error))
			return false;
	}
	return recipients != NULL;
}

bool
ledger_queue(Store *store, const Errand *errand, GError **error)
{
	if (!(errand->to ? queue_named(store, errand, errand->to, error)
			 : queue_envelope(store, errand, error)))
		return false;
	return !errand->copy_to || queue_one(store, errand, errand->copy_to, true, error);
}

bool
ledger_cancel(Store *store, int64_t message, int64_t of, int64_t at, GError **error)
{
	static const char sql[] = "UPDATE delivery SET state = :cancelled, changed = :at"
				  " WHERE message = :message AND state = :queued AND report IS NULL"
				  " AND (:of = 0 OR operation = :of)";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":cancelled", DELIVERY_CANCELLED);
	db_bind_int(update, ":at", at);
	db_bind_int(update, ":message", message);
	db_bind_int(update, ":queued", DELIVERY_QUEUED);
	db_bind_int(update, ":of", of);
	return db_run(store, update, error);
}

void
ledger_bind_standing(sqlite3_stmt *stmt, int64_t message, int64_t without)
{
	db_bind_int(stmt, ":message", message);
	db_bind_int(stmt, ":without", without);
	db_bind_int(stmt, ":released", STATE_RELEASED);
}

/* Of a recipient's deliveries the latest that stands is the one that counts. */
bool
ledger_requeue(Store *store, int64_t message, int64_t at, GError **error)
{
	static const char sql[] = LEDGER_STANDING
		"UPDATE delivery AS w SET state = :queued, due = :at, queued = :at, attempts = 0,"
		" changed = :at WHERE w.message = :message AND w.state = :cancelled"
		" AND w.operation IN standing AND NOT EXISTS (SELECT 1 FROM delivery o"
		"  WHERE o.message = w.message AND o.recipient = w.recipient AND o.id <> w.id"
		"  AND (o.state IN (0, 1) OR (o.id > w.id AND o.operation IN standing)))";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	ledger_bind_standing(update, message, 0);
	db_bind_int(update, ":queued", DELIVERY_QUEUED);
	db_bind_int(update, ":at", at);
	db_bind_int(update, ":cancelled", DELIVERY_CANCELLED);
	return db_run(store, update, error);
}

bool
ledger_check_leaves(Store *store, int64_t message, GError **error)
{
	static const char sql[] =
		"SELECT 1 FROM delivery WHERE message = :message AND state <> :cancelled"
		" AND NOT copy AND report IS NULL LIMIT 1";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":message", message);
	db_bind_int(select, ":cancelled", DELIVERY_CANCELLED);
	step = db_step(store, select, error);
	if (step == STEP_DONE)
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"message %" G_GINT64_FORMAT
			" would be released to nobody: hold it and release it again",
			message);
	return step == STEP_ROW;
}

int
ledger_enum(sqlite3_stmt *stmt, int column, int count)
{
	int64_t value = db_int(stmt, column);

	return value >= 0 && value < count ? (int)value : 0;
}
