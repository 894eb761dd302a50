#include "store/health.h"

#include "store/db.h"
#include "store/schema.h"

static bool
count_deliveries(Store *store, StoreHealth *health, GError **error)
{
	static const char sql[] = "SELECT state, count(*) FROM delivery WHERE state IN"
				  " (:queued, :sending, :failed, :unknown) GROUP BY state";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":queued", DELIVERY_QUEUED);
	db_bind_int(select, ":sending", DELIVERY_SENDING);
	db_bind_int(select, ":failed", DELIVERY_FAILED);
	db_bind_int(select, ":unknown", DELIVERY_UNKNOWN);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		health->deliveries[db_int(select, 0)] = db_int(select, 1);
	return step == STEP_DONE;
}

static bool
count_stuck(Store *store, int64_t now, StoreHealth *health, GError **error)
{
	static const char sql[] =
		"SELECT (SELECT count(*) FROM delivery WHERE state = :queued AND due < :late),"
		" (SELECT count(*) FROM delivery WHERE state = :sending AND lease < :now)";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":queued", DELIVERY_QUEUED);
	db_bind_int(select, ":sending", DELIVERY_SENDING);
	db_bind_int(select, ":late", now - HEALTH_LATE);
	db_bind_int(select, ":now", now);
	if (!db_row(store, select, error))
		return false;
	health->overdue = db_int(select, 0);
	health->expired = db_int(select, 1);
	return true;
}

bool
store_health(Store *store, int64_t now, StoreHealth *health, GError **error)
{
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	int64_t pages, page, spare;

	*health = (StoreHealth){ .version = schema_version() };
	if (!snapshot || !db_value(store, "PRAGMA page_count", &pages, error) ||
		!db_value(store, "PRAGMA page_size", &page, error) ||
		!db_value(store, "PRAGMA freelist_count", &spare, error) ||
		!db_value(store, "SELECT sum(messages) FROM counter", &health->messages, error) ||
		!db_value(store, "SELECT imported FROM message ORDER BY id DESC LIMIT 1",
			&health->imported, error) ||
		!db_value(store, "SELECT at FROM operation ORDER BY id DESC LIMIT 1",
			&health->decided, error))
		return false;
	health->bytes = pages * page;
	health->free_bytes = spare * page;
	return count_deliveries(store, health, error) && count_stuck(store, now, health, error);
}

int
store_library_version(int *built)
{
	*built = SQLITE_VERSION_NUMBER;
	return sqlite3_libversion_number();
}
