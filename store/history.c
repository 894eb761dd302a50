#include "store/history.h"

#include "store/history_rows.h"
#include "store/ledger.h"

void
store_judge_by(Store *store, const Weights *weights, bool learn)
{
	store->weights = weights;
	store->unlearned = !learn;
}

static void
key_decision_free(KeyDecision *decision)
{
	g_free(decision->actor);
	g_free(decision->verb);
	g_free(decision->reason);
	g_free(decision);
}

void
key_history_free(KeyHistory *history)
{
	if (!history)
		return;
	g_free(history->value);
	g_ptr_array_unref(history->domains);
	g_ptr_array_unref(history->brands);
	g_ptr_array_unref(history->decisions);
	g_free(history);
}

static KeyHistory *
key_history_new(const char *key, const char *value)
{
	KeyHistory *history = g_new0(KeyHistory, 1);

	history->key = key;
	history->value = g_strdup(value);
	history->domains = g_ptr_array_new_with_free_func(g_free);
	history->brands = g_ptr_array_new_with_free_func(g_free);
	history->decisions = g_ptr_array_new_with_free_func((GDestroyNotify)key_decision_free);
	return history;
}

#define RECORD_COLUMNS                                                                     \
	"e.messages, e.released, e.blocked, e.person_released, e.person_blocked, e.first," \
	" e.last"

static void
read_record(sqlite3_stmt *stmt, int column, KeyRecord *record)
{
	record->messages = db_int(stmt, column);
	record->by_state[STATE_RELEASED] = db_int(stmt, column + 1);
	record->by_state[STATE_BLOCKED] = db_int(stmt, column + 2);
	record->by_state[STATE_HELD] = record->messages - record->by_state[STATE_RELEASED] -
		record->by_state[STATE_BLOCKED];
	record->person_released = db_int(stmt, column + 3);
	record->person_blocked = db_int(stmt, column + 4);
	record->first = db_int(stmt, column + 5);
	record->last = db_int(stmt, column + 6);
}

bool
store_account_record(Store *store, int64_t id, KeyRecord *record, GError **error)
{
	static const char sql[] = "SELECT " RECORD_COLUMNS " FROM message_edge me"
				  " JOIN edge e ON e.id = me.edge"
				  " WHERE me.message = :message AND e.kind IN (:account, :claimed)"
				  " ORDER BY e.kind LIMIT 1";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	*record = (KeyRecord){ 0 };
	if (!select)
		return false;
	db_bind_int(select, ":message", id);
	db_bind_int(select, ":account", EDGE_ACCOUNT);
	db_bind_int(select, ":claimed", EDGE_CLAIMED_ACCOUNT);
	step = db_step(store, select, error);
	if (step == STEP_ROW)
		read_record(select, 0, record);
	return step != STEP_ERROR;
}

/* ---- what the newest messages of a key show ---- */

/* The newest messages of edge :edge, or of From domain :domain. */
#define NEWEST                                                                             \
	" (SELECT message AS id FROM (SELECT message FROM message_edge WHERE edge = :edge" \
	"  ORDER BY message DESC LIMIT :look) UNION ALL SELECT id FROM (SELECT id FROM"    \
	"  message WHERE domain = :domain ORDER BY received DESC LIMIT :look)) "

static Kept *
newest(Store *store, const char *sql, int64_t edge, const char *domain, GError **error)
{
	Kept *select = db_kept(store, sql, error);

	if (!select)
		return NULL;
	db_bind_int(select, ":edge", edge);
	db_bind_text(select, ":domain", domain);
	db_bind_int(select, ":look", HISTORY_LOOK);
	return select;
}

static bool
read_domains(Store *store, int64_t edge, KeyHistory *history, GError **error)
{
	static const char sql[] =
		"SELECT m.domain FROM" NEWEST
		"AS n CROSS JOIN message m ON m.id = n.id WHERE m.domain <> ''"
		" GROUP BY m.domain ORDER BY count(*) DESC, m.domain LIMIT :limit";
	g_autoptr(Kept) select = newest(store, sql, edge, NULL, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":limit", HISTORY_DOMAINS);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		g_ptr_array_add(history->domains, db_text(select, 0));
	return step == STEP_DONE;
}

static KeyDecision *
read_decision(sqlite3_stmt *stmt)
{
	KeyDecision *decision = g_new0(KeyDecision, 1);

	decision->operation = db_int(stmt, 0);
	decision->at = db_int(stmt, 1);
	decision->actor = db_text(stmt, 2);
	decision->verb = db_text(stmt, 3);
	decision->reason = db_text(stmt, 4);
	decision->messages = db_int(stmt, 5);
	decision->undone = db_int(stmt, 6) != 0;
	return decision;
}

static bool
read_decisions(Store *store, int64_t edge, const char *domain, KeyHistory *history, GError **error)
{
	static const char sql[] =
		"SELECT o.id, o.at, o.actor, o.verb, o.reason, count(*),"
		" EXISTS (SELECT 1 FROM operation u WHERE u.undoes = o.id) FROM" NEWEST
		"AS n CROSS JOIN decision d ON d.message = n.id CROSS JOIN operation o ON o.id = d.operation"
		" GROUP BY o.id ORDER BY o.id DESC LIMIT :limit";
	g_autoptr(Kept) select = newest(store, sql, edge, domain, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":limit", HISTORY_OPERATIONS);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		g_ptr_array_add(history->decisions, read_decision(select));
	return step == STEP_DONE;
}

/* ---- keys that are edges ---- */

/* The edge's id stands beside it in @edges. */
static bool
read_keys(Store *store, int64_t id, GPtrArray *keys, GArray *edges, GError **error)
{
	static const char sql[] = "SELECT e.id, e.kind, e.value, " RECORD_COLUMNS
				  " FROM message_edge me JOIN edge e ON e.id = me.edge"
				  " WHERE me.message = :message AND e.kind <= :link"
				  " ORDER BY e.kind, e.messages LIMIT 2 + :links";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":message", id);
	db_bind_int(select, ":link", EDGE_LINK);
	db_bind_int(select, ":links", HISTORY_LINKS);
	while ((step = db_step(store, select, error)) == STEP_ROW) {
		EdgeKind kind = (EdgeKind)ledger_enum(select, 1, EDGE_KINDS);
		KeyHistory *history = key_history_new(
			edge_kind_names[kind].name, (const char *)sqlite3_column_text(select, 2));
		int64_t edge = db_int(select, 0);

		read_record(select, 3, &history->record);
		g_ptr_array_add(keys, history);
		g_array_append_val(edges, edge);
	}
	return step == STEP_DONE;
}

static bool
fill_edges(Store *store, GPtrArray *keys, const GArray *edges, GError **error)
{
	for (guint i = 0; i < keys->len; i++) {
		KeyHistory *history = g_ptr_array_index(keys, i);
		int64_t edge = g_array_index(edges, int64_t, i);

		if (!read_domains(store, edge, history, error) ||
			!history_read_brands(store, edge, history->brands, error) ||
			!read_decisions(store, edge, NULL, history, error))
			return false;
	}
	return true;
}

/* ---- the From domain ---- */

static bool
count_state(Store *store, MessageState state, KeyHistory *history, GError **error)
{
	static const char sql[] =
		"SELECT count(*), ifnull(sum(s.person), 0) FROM (SELECT id FROM message"
		"  WHERE domain = :domain AND state = :state LIMIT :cap) AS m"
		" LEFT JOIN settled s ON s.message = m.id";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	KeyRecord *record = &history->record;

	if (!select)
		return false;
	db_bind_text(select, ":domain", history->value);
	db_bind_int(select, ":state", state);
	db_bind_int(select, ":cap", HISTORY_CAP);
	if (!db_row(store, select, error))
		return false;
	record->by_state[state] = db_int(select, 0);
	record->messages += db_int(select, 0);
	if (state == STATE_RELEASED)
		record->person_released = db_int(select, 1);
	if (state == STATE_BLOCKED)
		record->person_blocked = db_int(select, 1);
	history->capped = history->capped || record->by_state[state] >= HISTORY_CAP;
	return true;
}

static bool
read_times(Store *store, KeyHistory *history, GError **error)
{
	static const char sql[] =
		"SELECT (SELECT min(received) FROM message WHERE domain = :domain),"
		" (SELECT max(received) FROM message WHERE domain = :domain)";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_text(select, ":domain", history->value);
	if (!db_row(store, select, error))
		return false;
	history->record.first = db_int(select, 0);
	history->record.last = db_int(select, 1);
	return true;
}

static bool
add_domain(Store *store, const char *domain, GPtrArray *keys, GError **error)
{
	KeyHistory *history;

	if (!*domain)
		return true;
	history = key_history_new("domain", domain);
	g_ptr_array_add(keys, history);
	for (MessageState state = 0; state < STATES; state++) {
		if (!count_state(store, state, history, error))
			return false;
	}
	return read_times(store, history, error) &&
		read_decisions(store, 0, domain, history, error);
}

GPtrArray *
store_history(Store *store, int64_t id, GError **error)
{
	g_autoptr(Snapshot) look = store_snapshot(store, error);
	g_autoptr(MessageRow) row = look ? store_row(store, id, error) : NULL;
	g_autoptr(GPtrArray) keys =
		g_ptr_array_new_with_free_func((GDestroyNotify)key_history_free);
	g_autoptr(GArray) edges = g_array_new(false, false, sizeof(int64_t));

	if (!row || !read_keys(store, id, keys, edges, error) ||
		!fill_edges(store, keys, edges, error) ||
		!add_domain(store, row->domain, keys, error))
		return NULL;
	return g_steal_pointer(&keys);
}

/* ---- in words ---- */

char *
history_count(const KeyHistory *history, int64_t count)
{
	if (history->capped && count >= HISTORY_CAP)
		return g_strdup_printf("%d,000+", HISTORY_CAP / 1000);
	return g_strdup_printf("%" G_GINT64_FORMAT, count);
}

char *
history_brands(const KeyHistory *history)
{
	GString *text;

	if (history->brands->len < 2)
		return NULL;
	text = g_string_new(NULL);
	g_string_append_printf(text, "one %s, %u%s brands: ", history->key, history->brands->len,
		history->brands->len >= HISTORY_MAX_BRANDS ? "+" : "");
	for (guint i = 0; i < history->brands->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
			(const char *)g_ptr_array_index(history->brands, i));
	return g_string_free(text, false);
}
