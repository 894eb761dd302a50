#include "store/delivery.h"

#include "store/ledger.h"

static const char *const state_names[DELIVERY_STATES] = {
	[DELIVERY_QUEUED] = "queued",
	[DELIVERY_SENDING] = "sending",
	[DELIVERY_SENT] = "sent",
	[DELIVERY_FAILED] = "failed",
	[DELIVERY_UNKNOWN] = "unknown",
	[DELIVERY_CANCELLED] = "cancelled",
};

const char *
delivery_state_name(DeliveryState state)
{
	g_assert(state < DELIVERY_STATES);
	return state_names[state];
}

const char *
delivery_form(const Delivery *delivery)
{
	if (delivery->report)
		return "report";
	if (delivery->copy)
		return delivery->rewrite ? "rewritten copy" : "copy";
	return delivery->rewrite ? "rewritten" : "";
}

void
delivery_free(Delivery *delivery)
{
	if (!delivery)
		return;
	g_free(delivery->sender);
	g_free(delivery->recipient);
	g_free(delivery->transport);
	g_free(delivery->deliverer);
	g_free(delivery->reply);
	g_free(delivery->subject);
	g_free(delivery);
}

#define DELIVERY_SELECT                                                                     \
	"SELECT d.id, d.operation, d.message,"                                              \
	" CASE WHEN r.id IS NOT NULL THEN r.sender WHEN d.copy THEN ''"                     \
	"  ELSE ifnull(m.sender, '') END, d.recipient, d.transport,"                        \
	" d.state, d.attempts, max(d.due, d.queued + d.hold), d.lease, d.changed, d.reply," \
	" m.subject, d.deliverer, d.copy, d.rewrite, ifnull(d.report, 0), d.queued"         \
	" FROM delivery d JOIN message m ON m.id = d.message"                               \
	" LEFT JOIN report r ON r.id = d.report"

static Delivery *
delivery_of_row(sqlite3_stmt *stmt)
{
	Delivery *delivery = g_new0(Delivery, 1);

	delivery->id = db_int(stmt, 0);
	delivery->operation = db_int(stmt, 1);
	delivery->message = db_int(stmt, 2);
	delivery->sender = db_text(stmt, 3);
	delivery->recipient = db_text(stmt, 4);
	delivery->transport = db_text(stmt, 5);
	delivery->state = (DeliveryState)ledger_enum(stmt, 6, DELIVERY_STATES);
	delivery->attempts = (int)db_int(stmt, 7);
	delivery->due = db_int(stmt, 8);
	delivery->lease = db_int(stmt, 9);
	delivery->changed = db_int(stmt, 10);
	delivery->reply = db_text(stmt, 11);
	delivery->subject = db_text(stmt, 12);
	delivery->deliverer = db_text(stmt, 13);
	delivery->copy = db_int(stmt, 14) != 0;
	delivery->rewrite = db_int(stmt, 15) != 0;
	delivery->report = db_int(stmt, 16);
	delivery->queued = db_int(stmt, 17);
	return delivery;
}

static GPtrArray *
read_deliveries(Store *store, sqlite3_stmt *select, GError **error)
{
	g_autoptr(GPtrArray) deliveries =
		g_ptr_array_new_with_free_func((GDestroyNotify)delivery_free);
	Step step;

	while ((step = db_step(store, select, error)) == STEP_ROW)
		g_ptr_array_add(deliveries, delivery_of_row(select));
	return step == STEP_DONE ? g_steal_pointer(&deliveries) : NULL;
}

Delivery *
delivery_read(Store *store, int64_t id, GError **error)
{
	static const char sql[] = DELIVERY_SELECT " WHERE d.id = :id";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return NULL;
	db_bind_int(select, ":id", id);
	step = db_step(store, select, error);
	if (step == STEP_DONE)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
			"no delivery %" G_GINT64_FORMAT, id);
	return step == STEP_ROW ? delivery_of_row(select) : NULL;
}

GPtrArray *
store_leased(Store *store, GError **error)
{
	static const char sql[] = DELIVERY_SELECT " WHERE d.state = :sending ORDER BY d.id";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return NULL;
	db_bind_int(select, ":sending", DELIVERY_SENDING);
	return read_deliveries(store, select, error);
}

GPtrArray *
store_deliveries(Store *store, int64_t before, int limit, GError **error)
{
	static const char sql[] = DELIVERY_SELECT " WHERE :before = 0 OR d.id < :before"
						  " ORDER BY d.id DESC LIMIT :limit";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return NULL;
	db_bind_int(select, ":before", before);
	db_bind_int(select, ":limit", limit > 0 ? limit : -1);
	return read_deliveries(store, select, error);
}

GPtrArray *
store_deliveries_of(Store *store, int64_t message, GError **error)
{
	static const char sql[] = DELIVERY_SELECT
		" WHERE d.id IN (SELECT id FROM delivery WHERE message = :message UNION"
		"  SELECT o.id FROM reported t JOIN delivery o ON o.report = t.report"
		"  WHERE t.message = :message) ORDER BY d.id";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return NULL;
	db_bind_int(select, ":message", message);
	return read_deliveries(store, select, error);
}
