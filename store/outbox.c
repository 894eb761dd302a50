#include "store/outbox.h"

#include <string.h>

#include "store/delivery.h"
#include "store/ledger.h"
#include "store/message_sql.h"
#include "store/report_rows.h"

enum {
	MAX_REPLY = 2000, /* bytes of a server's reply that are kept */
};

/* What was changed later than that was changed while a clock was wrong, and so are the times that
 * it has since. */
static int64_t
future(int64_t now)
{
	return now + STORE_CLOCK_SLACK;
}

/* *id is 0 when nothing is due. */
static bool
pick(Store *store, const LeaseRequest *request, int64_t *id, GError **error)
{
	static const char sql[] = "SELECT id FROM delivery WHERE state = :queued"
				  " AND (due <= :due OR changed > :future)"
				  " AND (:hurry OR queued + hold <= :due) ORDER BY due, id LIMIT 1";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":queued", DELIVERY_QUEUED);
	db_bind_int(select, ":due", request->due ? request->due : request->now);
	db_bind_int(select, ":future", future(request->now));
	db_bind_int(select, ":hurry", request->hurry);
	step = db_step(store, select, error);
	*id = step == STEP_ROW ? db_int(select, 0) : 0;
	return step != STEP_ERROR;
}

static bool
take(Store *store, int64_t id, const LeaseRequest *request, GError **error)
{
	static const char sql[] =
		"UPDATE delivery SET state = :sending, lease = :until, deliverer = :deliverer,"
		" attempts = attempts + 1, changed = :now WHERE id = :id";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":sending", DELIVERY_SENDING);
	db_bind_int(update, ":until", request->now + request->seconds);
	db_bind_text(update, ":deliverer", request->deliverer);
	db_bind_int(update, ":now", request->now);
	db_bind_int(update, ":id", id);
	return db_run(store, update, error);
}

Delivery *
store_lease(Store *store, const LeaseRequest *request, GError **error)
{
	g_autoptr(Transaction) transaction = NULL;
	g_autoptr(Delivery) delivery = NULL;
	int64_t id = 0;

	g_assert(request->seconds > 0);

	transaction = db_begin(store, error);
	if (!transaction || !pick(store, request, &id, error) || id == 0)
		return NULL;
	if (!take(store, id, request, error))
		return NULL;
	delivery = delivery_read(store, id, error);
	if (!delivery || !transaction_commit(transaction, error))
		return NULL;
	return g_steal_pointer(&delivery);
}

/* May it wait in the queue again?  What stands against that. */
typedef struct Standing {
	bool stands;   /* it is a report, or of a release that stands, its message released */
	int64_t other; /* has its place: another that is on its way to the same recipient or, unless
	                * it is a report, a later one of a release that stands; 0: none */
} Standing;

static bool
find_standing(Store *store, const Delivery *delivery, Standing *standing, GError **error)
{
	static const char sql[] = LEDGER_STANDING
		"SELECT w.report IS NOT NULL OR (m.state = :released AND w.operation IN standing),"
		" (SELECT max(o.id) FROM delivery o"
		"  WHERE o.message = w.message AND o.recipient = w.recipient AND o.id <> w.id"
		"  AND (o.state IN (0, 1) OR (w.report IS NULL AND o.id > w.id"
		"   AND o.state <> :cancelled AND o.operation IN standing)))"
		" FROM delivery w JOIN message m ON m.id = w.message WHERE w.id = :id";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	ledger_bind_standing(select, delivery->message, 0);
	db_bind_int(select, ":id", delivery->id);
	db_bind_int(select, ":cancelled", DELIVERY_CANCELLED);
	if (!db_row(store, select, error))
		return false;
	standing->stands = db_int(select, 0) != 0;
	standing->other = db_int(select, 1);
	return true;
}

static bool
settled_state(Store *store, const Delivery *delivery, DeliveryOutcome outcome, DeliveryState *state,
	GError **error)
{
	Standing standing;

	switch (outcome) {
	case OUTCOME_SENT:
		*state = DELIVERY_SENT;
		return true;
	case OUTCOME_FAILED:
		*state = DELIVERY_FAILED;
		return true;
	case OUTCOME_UNKNOWN:
		*state = DELIVERY_UNKNOWN;
		return true;
	case OUTCOME_RETRY:
		break;
	}
	if (!find_standing(store, delivery, &standing, error))
		return false;
	*state = standing.stands && !standing.other ? DELIVERY_QUEUED : DELIVERY_CANCELLED;
	return true;
}

/* A server may say anything at any length. */
static char *
clean_reply(const char *reply)
{
	return reply ? g_utf8_make_valid(reply, (gssize)strnlen(reply, MAX_REPLY)) : NULL;
}

static bool
write_settlement(Store *store, const Delivery *delivery, DeliveryState state,
	const Settlement *settlement, GError **error)
{
	static const char sql[] =
		"UPDATE delivery SET state = :state, reply = :reply, changed = :now, due = :due,"
		" lease = 0, attempts = attempts - :untried"
		" WHERE id = :id AND state IN (:sending, :unknown)"
		" AND lease = :lease AND attempts = :attempts";
	g_autoptr(Kept) update = db_kept(store, sql, error);
	g_autofree char *reply = clean_reply(settlement->reply);

	if (!update)
		return false;
	db_bind_int(update, ":state", state);
	db_bind_text(update, ":reply", reply);
	db_bind_int(update, ":now", settlement->now);
	db_bind_int(update, ":due",
		settlement->outcome == OUTCOME_RETRY ? settlement->due : delivery->due);
	db_bind_int(update, ":untried", settlement->untried);
	db_bind_int(update, ":id", delivery->id);
	db_bind_int(update, ":sending", DELIVERY_SENDING);
	db_bind_int(update, ":unknown", DELIVERY_UNKNOWN);
	db_bind_int(update, ":lease", delivery->lease);
	db_bind_int(update, ":attempts", delivery->attempts);
	return db_run(store, update, error);
}

bool
store_settle(Store *store, const Delivery *delivery, const Settlement *settlement, GError **error)
{
	g_autoptr(Transaction) transaction = db_begin(store, error);
	DeliveryState state;

	if (!transaction || !settled_state(store, delivery, settlement->outcome, &state, error) ||
		!write_settlement(store, delivery, state, settlement, error))
		return false;
	if (db_changes(store) == 0) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
			"delivery %" G_GINT64_FORMAT " to %s is not this deliverer's any more",
			delivery->id, delivery->recipient);
		return false;
	}
	return transaction_commit(transaction, error);
}

int
store_expire_leases(Store *store, int64_t now, GError **error)
{
	static const char sql[] = "UPDATE delivery SET state = :unknown, changed = :now,"
				  " reply = 'the deliverer never said what became of it'"
				  " WHERE state = :sending"
				  " AND (lease <= :now OR changed > :future)";
	g_autoptr(Transaction) transaction = db_begin(store, error);
	g_autoptr(Kept) update = transaction ? db_kept(store, sql, error) : NULL;
	int expired;

	if (!update)
		return -1;
	db_bind_int(update, ":unknown", DELIVERY_UNKNOWN);
	db_bind_int(update, ":now", now);
	db_bind_int(update, ":future", future(now));
	db_bind_int(update, ":sending", DELIVERY_SENDING);
	if (!db_run(store, update, error))
		return -1;
	expired = db_changes(store);
	return transaction_commit(transaction, error) ? expired : -1;
}

bool
store_outbox_due(Store *store, int64_t *pending, int64_t *first_due, GError **error)
{
	static const char sql[] =
		"SELECT count(*), ifnull(min(CASE state WHEN :queued THEN max(due, queued + hold) END), 0)"
		" FROM delivery WHERE state IN (:queued, :sending)";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":queued", DELIVERY_QUEUED);
	db_bind_int(select, ":sending", DELIVERY_SENDING);
	if (!db_row(store, select, error))
		return false;
	*pending = db_int(select, 0);
	*first_due = db_int(select, 1);
	return true;
}

static bool
requeue(Store *store, int64_t id, int64_t now, GError **error)
{
	static const char sql[] =
		"UPDATE delivery SET state = :queued, due = :now, queued = :now, hold = 0, lease = 0,"
		" attempts = 0, changed = :now WHERE id = :id";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":queued", DELIVERY_QUEUED);
	db_bind_int(update, ":now", now);
	db_bind_int(update, ":id", id);
	return db_run(store, update, error);
}

static bool
check_retry(Store *store, const Delivery *delivery, GError **error)
{
	Standing standing;

	if (delivery->report ? !report_is_whole(store, delivery->report, error)
			     : message_fail_purged(store, delivery->message, error))
		return false;
	if (delivery->state != DELIVERY_FAILED && delivery->state != DELIVERY_UNKNOWN) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"delivery %" G_GINT64_FORMAT
			" is %s: only a failed or unknown one is retried",
			delivery->id, delivery_state_name(delivery->state));
		return false;
	}
	if (!find_standing(store, delivery, &standing, error))
		return false;
	if (standing.other)
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"delivery %" G_GINT64_FORMAT " to %s has delivery %" G_GINT64_FORMAT
			" in its place",
			delivery->id, delivery->recipient, standing.other);
	else if (!standing.stands)
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"message %" G_GINT64_FORMAT " was taken back since: release it again",
			delivery->message);
	return standing.stands && !standing.other;
}

bool
store_cancel(Store *store, int64_t id, int64_t now, GError **error)
{
	static const char sql[] =
		"UPDATE delivery SET state = :cancelled, changed = :now"
		" WHERE id = :id AND report IS NOT NULL AND state IN (:queued, :failed)";
	g_autoptr(Transaction) transaction = db_begin(store, error);
	g_autoptr(Delivery) delivery = transaction ? delivery_read(store, id, error) : NULL;
	g_autoptr(Kept) update = delivery ? db_kept(store, sql, error) : NULL;

	if (!update)
		return false;
	db_bind_int(update, ":cancelled", DELIVERY_CANCELLED);
	db_bind_int(update, ":now", now);
	db_bind_int(update, ":id", id);
	db_bind_int(update, ":queued", DELIVERY_QUEUED);
	db_bind_int(update, ":failed", DELIVERY_FAILED);
	if (!db_run(store, update, error))
		return false;
	if (db_changes(store) == 1)
		return transaction_commit(transaction, error);
	if (delivery->report)
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"delivery %" G_GINT64_FORMAT " is %s: only what has not left is cancelled",
			id, delivery_state_name(delivery->state));
	else
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"delivery %" G_GINT64_FORMAT
			" is no report: hold or block message %" G_GINT64_FORMAT " instead",
			id, delivery->message);
	return false;
}

bool
store_retry(Store *store, int64_t id, int64_t now, GError **error)
{
	g_autoptr(Transaction) transaction = db_begin(store, error);
	g_autoptr(Delivery) delivery = transaction ? delivery_read(store, id, error) : NULL;

	return delivery && check_retry(store, delivery, error) && requeue(store, id, now, error) &&
		transaction_commit(transaction, error);
}
