/* history_judge.c - what is known of a message's keys, and its verdict with that */
#include "store/history_rows.h"

#include "store/campaign_rows.h"
#include "store/listed_rows.h"
#include "store/message_sql.h"
#include "store/traffic.h"

static Record *
record_new(int kind, const char *value)
{
	Record *record = g_new0(Record, 1);

	record->kind = kind;
	record->value = g_strdup(value);
	return record;
}

/* ---- the quarantine as a whole ---- */

static bool
read_quarantine(Store *store, History *history, GError **error)
{
	static const char sql[] =
		"SELECT (SELECT sum(messages) FROM counter), ifnull(released, 0),"
		" ifnull(blocked, 0) FROM (SELECT 1) LEFT JOIN lesson ON finding = ''";
	static const char first[] =
		"SELECT ifnull(min(arrived), 0) FROM (SELECT (SELECT min(arrived) FROM message"
		"  WHERE state = s.column1) AS arrived FROM (VALUES (0), (1), (2)) s)";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	int64_t arrived = 0;

	if (!select || !db_row(store, select, error) || !db_value(store, first, &arrived, error))
		return false;
	history->messages = db_int(select, 0);
	history->released = db_int(select, 1);
	history->blocked = db_int(select, 2);
	history->since = arrived >> ORDER_ARRIVED_SHIFT;
	history->learn = !store->unlearned;
	return true;
}

/* ---- its keys ---- */

/* A key that nothing had before is known as well: as new. */
static void
add_key(History *history, const Edge *key, const EntryEdge *edge)
{
	Record *record = record_new(key->kind, key->value);

	record->first = edge->first;
	record->released = edge->person_released;
	record->blocked = edge->person_blocked;
	g_ptr_array_add(history->records, record);
}

static bool
read_lesson(Store *store, const char *finding, History *history, GError **error)
{
	static const char sql[] = "SELECT released, blocked FROM lesson WHERE finding = :finding";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Record *record;
	Step step;

	if (!select)
		return false;
	db_bind_text(select, ":finding", finding);
	step = db_step(store, select, error);
	if (step != STEP_ROW)
		return step == STEP_DONE;
	record = record_new(HISTORY_FINDING, finding);
	record->released = db_int(select, 0);
	record->blocked = db_int(select, 1);
	g_ptr_array_add(history->records, record);
	return true;
}

static bool
read_lessons(Store *store, const GPtrArray *findings, History *history, GError **error)
{
	const char *before = NULL;

	if (!history->learn || history->released + history->blocked == 0)
		return true;
	for (guint i = 0; i < findings->len; i++) {
		const Finding *finding = g_ptr_array_index(findings, i);

		if (finding_is_of_history(finding) || g_strcmp0(before, finding->id) == 0)
			continue;
		before = finding->id;
		if (!read_lesson(store, finding->id, history, error))
			return false;
	}
	return true;
}

/* ---- brands ---- */

static void
add_brand(GPtrArray *brands, char *brand)
{
	if (g_ptr_array_find_with_equal_func(brands, brand, g_str_equal, NULL))
		g_free(brand);
	else
		g_ptr_array_add(brands, brand);
}

/* From one brand to the next, so that it costs what is found, however many messages
 * bear each. */
bool
history_read_brands(Store *store, int64_t edge, GPtrArray *brands, GError **error)
{
	static const char sql[] =
		"WITH RECURSIVE brand (name) AS (SELECT min(brand) FROM borrowed"
		"  WHERE edge = :edge UNION ALL SELECT (SELECT min(b.brand) FROM borrowed b"
		"   WHERE b.edge = :edge AND b.brand > brand.name)"
		"  FROM brand WHERE brand.name IS NOT NULL LIMIT :limit)"
		" SELECT name FROM brand WHERE name IS NOT NULL";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":edge", edge);
	db_bind_int(select, ":limit", HISTORY_MAX_BRANDS);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		add_brand(brands, db_text(select, 0));
	return step == STEP_DONE;
}

/* Only a message that borrows one itself is asked about its account's others. */
static bool
read_all_brands(
	Store *store, const Message *message, const GArray *edges, History *history, GError **error)
{
	for (guint i = 0; i < message->findings->len; i++) {
		char *brand = finding_brand(g_ptr_array_index(message->findings, i));

		if (brand)
			add_brand(history->brands, brand);
	}
	for (guint i = 0; i < edges->len && history->brands->len > 0; i++) {
		const Edge *key = g_ptr_array_index(message->edges, i);
		const EntryEdge *edge = &g_array_index(edges, EntryEdge, i);

		if (key->kind != EDGE_ACCOUNT && key->kind != EDGE_CLAIMED_ACCOUNT)
			continue;
		if (!history_read_brands(store, edge->id, history->brands, error))
			return false;
	}
	return true;
}

/* ---- the verdict ---- */

/* Of @add's message, whose rows stand where it is @counted.  NULL on error. */
static History *
collect(const Addition *add, const GArray *edges, int64_t received, bool counted, GError **error)
{
	Store *store = add->store;
	const Message *message = add->message;
	g_autoptr(History) history = history_new();

	history->received = received;
	if (!read_quarantine(store, history, error) ||
		!read_all_brands(store, message, edges, history, error))
		return NULL;
	for (guint i = 0; i < edges->len; i++)
		add_key(history, g_ptr_array_index(message->edges, i),
			&g_array_index(edges, EntryEdge, i));
	if (counted && !listed_read(store, add->id, received, history->listed, error))
		return NULL;
	if (!read_lessons(store, message->findings, history, error) ||
		!traffic_judge(store, message, counted, history, error))
		return NULL;
	return g_steal_pointer(&history);
}

static bool
judge(Addition *add, const GArray *edges, int64_t received, bool counted, GError **error)
{
	const Message *message = add->message;
	g_autoptr(History) history = collect(add, edges, received, counted, error);
	bool found = false;

	if (!history)
		return false;
	add->findings = history_judge(message->findings, history, add->store->weights, &found);
	/* Where history says nothing, and never did, the score stays as reading made it. */
	if (found || add->findings->len != message->findings->len)
		add->score = findings_sum(add->findings);
	else
		add->score = message->score;
	add->score = CLAMP(add->score, 0, 100);
	return true;
}

static bool
judge_counted(Addition *add, int64_t received, GError **error)
{
	g_autoptr(GArray) edges = campaign_find_edges(add->store, add->message, error);

	return edges && judge(add, edges, received, true, error);
}

bool
history_judge_listed(Addition *add, int64_t received, GError **error)
{
	g_autoptr(GPtrArray) listed = g_ptr_array_new_with_free_func((GDestroyNotify)listed_free);

	if (!listed_read(add->store, add->id, received, listed, error))
		return false;
	if (listed->len == 0)
		return true;
	g_clear_pointer(&add->findings, g_ptr_array_unref);
	return judge_counted(add, received, error) && message_rows_rejudge(add, error);
}

bool
history_judge_addition(Addition *add, const GArray *edges, int64_t received, GError **error)
{
	return judge(add, edges, received, false, error);
}

/* ---- held messages, judged again ---- */

/* Those of the campaigns of what is unsettled, which come first in this order: SQLite would
 * read all messages by campaign, to save a sort. */
static GArray *
held_alike(Store *store, GError **error)
{
	static const char sql[] =
		"WITH campaigns (id) AS (SELECT DISTINCT m.campaign FROM unsettled u"
		"  CROSS JOIN message m ON m.id = u.message WHERE m.campaign IS NOT NULL LIMIT :limit)"
		" SELECT m.id FROM campaigns c CROSS JOIN message m ON m.campaign = c.id"
		" AND m.state = :held WHERE NOT EXISTS (SELECT 1 FROM purged WHERE message = m.id)"
		" LIMIT :limit";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return NULL;
	db_bind_int(select, ":held", STATE_HELD);
	db_bind_int(select, ":limit", HISTORY_JUDGED);
	return db_ids(store, select, error);
}

static bool
read_edges(Store *store, int64_t id, Message *message, GError **error)
{
	static const char sql[] = "SELECT e.kind, e.value FROM message_edge me"
				  " JOIN edge e ON e.id = me.edge"
				  " WHERE me.message = :message AND e.kind < :drawn";
	g_autoptr(Kept) select = db_kept(store, sql, error);
	Step step;

	if (!select)
		return false;
	db_bind_int(select, ":message", id);
	db_bind_int(select, ":drawn", EDGE_PERSON);
	while ((step = db_step(store, select, error)) == STEP_ROW)
		message_add_edge(message, (EdgeKind)db_int(select, 0),
			(const char *)sqlite3_column_text(select, 1));
	return step == STEP_DONE;
}

static bool
read_judged(Store *store, int64_t id, Message *message, GError **error)
{
	static const char sql[] = "SELECT received, score, account, account_signed,"
				  " config_set, ip FROM message WHERE id = :message";
	g_autoptr(Kept) select = db_kept(store, sql, error);

	if (!select)
		return false;
	db_bind_int(select, ":message", id);
	if (!db_row(store, select, error))
		return false;
	message->received = db_int(select, 0);
	message->score = (int)db_int(select, 1);
	message->ses->account = db_text(select, 2);
	message->ses->account_signed = db_int(select, 3) != 0;
	message->ses->config_set = db_text(select, 4);
	message->ses->ip = db_text(select, 5);
	return read_edges(store, id, message, error) &&
		message_load_findings(store, id, message->findings, error);
}

static bool
is_same(const GPtrArray *a, const GPtrArray *b)
{
	for (guint i = 0; a->len == b->len && i < a->len; i++) {
		const Finding *first = g_ptr_array_index(a, i);
		const Finding *second = g_ptr_array_index(b, i);

		if (first->weight != second->weight || !g_str_equal(first->id, second->id) ||
			!g_str_equal(first->text, second->text) ||
			!g_str_equal(first->evidence, second->evidence))
			return false;
	}
	return a->len == b->len;
}

bool
history_judge_again(Store *store, int64_t id, GError **error)
{
	g_autoptr(Message) message = message_new();
	g_auto(Addition) add = { .store = store, .message = message, .id = id };

	if (!read_judged(store, id, message, error) ||
		!judge_counted(&add, message->received, error))
		return false;
	return is_same(message->findings, add.findings) || message_rows_rejudge(&add, error);
}

bool
history_judge_held(Store *store, GError **error)
{
	g_autoptr(GArray) ids = held_alike(store, error);

	for (guint i = 0; ids && i < ids->len; i++) {
		if (!history_judge_again(store, g_array_index(ids, int64_t, i), error))
			return false;
	}
	return ids != NULL;
}
