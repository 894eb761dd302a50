#include "store/rescore.h"

#include <string.h>

#include "store/campaign_rows.h"
#include "store/history_rows.h"
#include "store/lookup.h"
#include "store/message_rows.h"
#include "store/message_sql.h"
#include "store/query_sql.h"
#include "store/traffic.h"
#include "store/words.h"

/* Most of what changes a verdict leaves the words as they are, and the index with them. */
static bool
replace_words(Addition *add, const Message *before, GError **error)
{
	g_autoptr(Words) old = words_new(add->id, before, before->envelope);
	g_autoptr(Words) new = words_new(add->id, add->message, before->envelope);

	return words_replace(add->store, old, new, error);
}

static bool
same_findings(const GPtrArray *a, const GPtrArray *b)
{
	if (a->len != b->len)
		return false;
	for (guint i = 0; i < a->len; i++) {
		const Finding *first = g_ptr_array_index(a, i);
		const Finding *second = g_ptr_array_index(b, i);

		if (strcmp(first->id, second->id) != 0 || first->weight != second->weight)
			return false;
	}
	return true;
}

static void
add_outcome(GArray *outcomes, const Addition *add, const Message *before)
{
	Rescored outcome = {
		.id = add->id,
		.before = before->score,
		.after = add->score,
		.changed = !same_findings(before->findings, add->findings),
	};

	outcome.changed = outcome.changed || outcome.before != outcome.after;
	g_array_append_val(outcomes, outcome);
}

static bool
give(GError **problem, GError **error)
{
	g_propagate_error(error, g_steal_pointer(problem));
	return false;
}

/* A message that is gone, or too damaged to know what it was, is left out. */
static bool
is_left_out(const GError *problem)
{
	return g_error_matches(problem, STORE_ERROR, STORE_ERROR_NOT_FOUND) ||
		g_error_matches(problem, STORE_ERROR, STORE_ERROR_NOT_A_STORE) ||
		g_error_matches(problem, STORE_ERROR, STORE_ERROR_PURGED);
}

/* All but what it shares now. */
static bool
rescore_one(Store *store, const Rereading *reading, GArray *outcomes, GError **error)
{
	g_autoptr(GError) problem = NULL;
	bool whole = false;
	g_autoptr(Message) before = message_load_parts(store, reading->id, &whole, &problem);
	Arrival arrival = { .raw = reading->raw,
		.body = reading->body,
		.links = reading->links,
		.basis = reading->basis };
	g_auto(Addition) add = {
		.store = store,
		.arrival = &arrival,
		.message = reading->message,
		.id = reading->id,
	};

	if ((!before || message_fail_purged(store, reading->id, &problem)) && is_left_out(problem))
		return true;
	if (!before || problem)
		return give(&problem, error);
	arrival.envelope = before->envelope;
	/* The index forgets only what it is told exactly: words that can't be read any more
	 * stay, and the message is found by what it was found by. */
	if ((whole && !replace_words(&add, before, error)) || !message_rows_replace(&add, error))
		return false;
	add_outcome(outcomes, &add, before);
	return true;
}

/* Those of @readings that got an outcome, from the @first on, which are in their order. */
static bool
take_in(Store *store, const Rereading *readings, const GArray *outcomes, guint first,
	GError **error)
{
	for (guint i = first; i < outcomes->len; i++, readings++) {
		while (readings->id != g_array_index(outcomes, Rescored, i).id)
			readings++;
		if (!history_leave(store, readings->id, error) ||
			!campaign_take_in(store, readings->id, readings->message, error) ||
			!history_enter(store, readings->id, readings->message->findings, error))
			return false;
	}
	return true;
}

bool
store_rescore(
	Store *store, const Rereading *readings, size_t count, GArray *outcomes, GError **error)
{
	g_autoptr(Transaction) transaction = db_begin(store, error);
	guint kept = outcomes->len;
	bool done = transaction != NULL;

	for (size_t i = 0; i < count && done; i++)
		done = rescore_one(store, &readings[i], outcomes, error);
	done = done && campaign_rebuild_loose(store, error) &&
		take_in(store, readings, outcomes, kept, error) &&
		campaign_rebuild_loose(store, error) && lookup_merge(store, error) &&
		traffic_merge(store, error) && transaction_commit(transaction, error);
	if (!done)
		g_array_set_size(outcomes, kept);
	return done;
}

int64_t
store_count_outdated(Store *store, const char *basis, GError **error)
{
	static const char sql[] = "SELECT coalesce(sum(messages), 0) FROM basis"
				  " WHERE digest NOT IN (:basis, 'purged')";
	g_autoptr(Kept) stmt = db_kept(store, sql, error);

	if (!stmt)
		return -1;
	db_bind_text(stmt, ":basis", basis);
	return db_step(store, stmt, error) == STEP_ROW ? db_int(stmt, 0) : -1;
}

static char *
outdated_sql(const Query *query)
{
	const char *where = query && query->where->len ? query->where->str : "1";

	return g_strdup_printf("SELECT m.id FROM message AS m JOIN basis AS b ON b.id = m.basis"
			       " WHERE b.digest NOT IN (:basis, 'purged') AND (%s)"
			       " ORDER BY m.ord DESC",
		where);
}

GArray *
store_outdated(Store *store, const char *basis, const Query *query, GError **error)
{
	g_autofree char *sql = outdated_sql(query);
	g_autoptr(sqlite3_stmt) stmt = db_prepare(store, sql, error);

	if (!stmt)
		return NULL;
	db_bind_text(stmt, ":basis", basis);
	if (query)
		query_bind(query, stmt);
	return db_ids(store, stmt, error);
}
