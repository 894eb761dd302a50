#include "store/intake.h"

#include "store/lookup.h"
#include "store/message_rows.h"

bool
store_source_mark(Store *store, const char *source, char **mark, GError **error)
{
	static const char sql[] = "SELECT mark FROM source_mark WHERE source = :source";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	*mark = NULL;
	if (!select)
		return false;
	db_bind_text(select, ":source", source);
	step = db_step(store, select, error);
	if (step == STEP_ROW)
		*mark = db_text(select, 0);
	return step != STEP_ERROR;
}

bool
store_batch_mark(StoreBatch *batch, const char *source, const char *mark, GError **error)
{
	static const char sql[] = "INSERT INTO source_mark (source, mark) VALUES (:source, :mark)"
				  " ON CONFLICT (source) DO UPDATE SET mark = excluded.mark";
	Store *store = store_batch_store(batch);
	g_autoptr(Kept) insert = db_kept(store, sql, error);

	if (!insert)
		return false;
	db_bind_text(insert, ":source", source);
	db_bind_text(insert, ":mark", mark);
	return db_run(store, insert, error);
}

bool
store_has_seen(Store *store, int64_t key, bool *seen, GError **error)
{
	static const LookupSql sql = LOOKUP_SQL("1", "");
	g_autoptr(Kept) select = lookup_prepare(store, &sql, LOOKUP_SEEN, key, error);
	Step step;

	*seen = false;
	if (!select)
		return false;
	step = db_step(store, select, error);
	*seen = step == STEP_ROW;
	return step != STEP_ERROR;
}

bool
store_batch_seen(StoreBatch *batch, int64_t key, GError **error)
{
	Store *store = store_batch_store(batch);
	bool seen;

	return store_has_seen(store, key, &seen, error) &&
		(seen || lookup_add(store, LOOKUP_SEEN, key, 0, error));
}
