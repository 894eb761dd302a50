#include "store/claim.h"

#include "store/claim_rows.h"

const char *
claim_holder(const MessageRow *row, int64_t now)
{
	return row->claimed_until > now ? row->claimed_by : NULL;
}

char *
claim_words(const char *holder, int64_t until, int64_t now)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(until);
	bool soon = until - now < G_TIME_SPAN_DAY / G_TIME_SPAN_SECOND;
	g_autofree char *at =
		time ? g_date_time_format(time, soon ? "%H:%M UTC" : "%Y-%m-%d %H:%M UTC") : NULL;

	return g_strdup_printf("claimed by %s until %s", holder, at ? at : "for ever");
}

static bool
fail_claimed(Store *store, int64_t message, int64_t now, GError **error)
{
	static const char sql[] = "SELECT claimed_by, claimed_until FROM message"
				  " WHERE id = :message";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	g_autofree char *words = NULL;
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":message", message);
	step = db_step(store, select, error);
	if (step == STEP_DONE)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
			"no message %" G_GINT64_FORMAT, message);
	if (step != STEP_ROW)
		return false;
	words = claim_words((const char *)sqlite3_column_text(select, 0), db_int(select, 1), now);
	g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT, "message %" G_GINT64_FORMAT " is %s",
		message, words);
	return false;
}

static bool
claim_one(Store *store, const ClaimRequest *request, int64_t message, GError **error)
{
	static const char sql[] =
		"UPDATE message SET claimed_by = :actor, claimed_until = :until"
		" WHERE id = :message AND (claimed_by IS NULL OR claimed_by = :actor"
		"  OR claimed_until <= :now OR :over)";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_text(update, ":actor", request->actor);
	db_bind_int(update, ":until", request->until);
	db_bind_int(update, ":message", message);
	db_bind_int(update, ":now", request->now);
	db_bind_int(update, ":over", request->over);
	if (!db_run(store, update, error))
		return false;
	return db_changes(store) > 0 || fail_claimed(store, message, request->now, error);
}

int
store_claim(Store *store, const ClaimRequest *request, GError **error)
{
	g_autoptr(Transaction) transaction = db_begin(store, error);

	for (guint i = 0; transaction && i < request->ids->len; i++) {
		if (!claim_one(store, request, g_array_index(request->ids, int64_t, i), error))
			return -1;
	}
	if (!transaction || (!request->dry_run && !transaction_commit(transaction, error)))
		return -1;
	return (int)request->ids->len;
}

static bool
give_back_one(
	Store *store, const ClaimRequest *request, int64_t message, int *given, GError **error)
{
	static const char sql[] =
		"UPDATE message SET claimed_by = NULL, claimed_until = 0"
		" WHERE id = :message AND claimed_by = :actor AND claimed_until > :now";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_int(update, ":message", message);
	db_bind_text(update, ":actor", request->actor);
	db_bind_int(update, ":now", request->now);
	if (!db_run(store, update, error))
		return false;
	*given += db_changes(store);
	return true;
}

int
store_give_back(Store *store, const ClaimRequest *request, GError **error)
{
	g_autoptr(Transaction) transaction = db_begin(store, error);
	int given = 0;

	for (guint i = 0; transaction && i < request->ids->len; i++) {
		if (!give_back_one(
			    store, request, g_array_index(request->ids, int64_t, i), &given, error))
			return -1;
	}
	if (!transaction || (!request->dry_run && !transaction_commit(transaction, error)))
		return -1;
	return given;
}

bool
claims_end(Store *store, int64_t operation, const char *actor, GError **error)
{
	static const char sql[] =
		"UPDATE message SET claimed_by = NULL, claimed_until = 0"
		" WHERE claimed_by = :actor"
		" AND id IN (SELECT message FROM decision WHERE operation = :operation)";
	g_autoptr(Kept) update = db_kept(store, sql, error);

	if (!update)
		return false;
	db_bind_text(update, ":actor", actor);
	db_bind_int(update, ":operation", operation);
	return db_run(store, update, error);
}
