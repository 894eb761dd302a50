#include "store/message.h"

#include "store/message_sql.h"
#include "store/query_sql.h"
#include "store/walk.h"

/* What a list is ordered by, and the same hidden from the planner: where a query
 * begins with a set of ids, no index of a list may tempt it away. */
static const struct {
	const char *column;
	const char *hidden;
} orders[] = {
	[SORT_SCORE] = { "m.ord", "+m.ord" },
	[SORT_RECEIVED] = { "m.arrived", "+m.arrived" },
	[SORT_ID] = { "m.id", "+m.id" },
};
G_STATIC_ASSERT(G_N_ELEMENTS(orders) == SORTS);

static Reach
reach_of(const Query *query)
{
	static const Reach everywhere = { .may = REACH_ALL, .must = REACH_ALL };

	return query ? query->reach : everywhere;
}

const char *
list_order(ListSort sort)
{
	return orders[sort].column;
}

/* The state alone decides, so the condition need not be asked. */
static bool
is_states(Reach reach)
{
	return reach.may == reach.must;
}

bool
list_ascends(const StoreList *list)
{
	return list->reverse != list->backwards;
}

/* One SELECT; @state -1 leaves the states to the condition. */
static void
append_arm(GString *sql, const StoreList *list, const char *columns, int state)
{
	const Query *query = list->query;
	const char *order = state < 0 ? orders[list->sort].hidden : orders[list->sort].column;

	g_string_append_printf(
		sql, "SELECT %s AS position, %s FROM message AS m WHERE ", order, columns);
	if (state < 0)
		g_string_append(sql, reach_of(query).may ? "1" : "0");
	else
		g_string_append_printf(sql, "m.state = %d", state);
	if (!is_states(reach_of(query)))
		g_string_append_printf(sql, " AND (%s)", query->where->str);
	if (list->from_position)
		g_string_append_printf(
			sql, " AND %s %s :after", order, list_ascends(list) ? ">" : "<");
}

/* Each state has its own index in order, so several states are merged from as many
 * arms, without sorting. */
static void
append_arms(GString *sql, const StoreList *list, const char *columns)
{
	unsigned may = reach_of(list->query).may;
	const char *joint = "";

	for (int state = 0; state < STATES; state++) {
		if (!(may & 1U << state))
			continue;
		g_string_append(sql, joint);
		append_arm(sql, list, columns, state);
		joint = " UNION ALL ";
	}
}

static void
append_end(GString *sql, const StoreList *list)
{
	g_string_append_printf(
		sql, " ORDER BY position %s LIMIT :limit", list_ascends(list) ? "ASC" : "DESC");
}

/* Every SQL text here is made of constants and numbers. */
char *
message_list_sql(const StoreList *list, const char *columns)
{
	Reach reach = reach_of(list->query);
	GString *sql = NULL;

	/* To ask all of them, they are read as they lie. */
	if (reach.may == 0 ||
		(!is_states(reach) && !reach.keyed && (reach.narrow || !reach.placed)))
		return message_search_sql(list, columns);
	sql = g_string_new(NULL);
	append_arms(sql, list, columns);
	append_end(sql, list);
	return g_string_free(sql, false);
}

char *
message_search_sql(const StoreList *list, const char *columns)
{
	GString *sql = g_string_new(NULL);

	append_arm(sql, list, columns, -1);
	append_end(sql, list);
	return g_string_free(sql, false);
}

void
message_list_bind(const StoreList *list, sqlite3_stmt *stmt)
{
	if (!is_states(reach_of(list->query)))
		query_bind(list->query, stmt);
	if (list->from_position)
		db_bind_int(stmt, ":after", list->after);
	db_bind_int(stmt, ":limit", list->limit > 0 ? list->limit : -1);
}

static sqlite3_stmt *
prepare_list(Store *store, const StoreList *list, const char *columns, GError **error)
{
	g_autofree char *sql = message_list_sql(list, columns);
	sqlite3_stmt *stmt = db_prepare(store, sql, error);

	if (stmt)
		message_list_bind(list, stmt);
	return stmt;
}

void
rows_turn_round(GPtrArray *rows)
{
	for (guint i = 0; i < rows->len / 2; i++) {
		gpointer row = rows->pdata[i];

		rows->pdata[i] = rows->pdata[rows->len - 1 - i];
		rows->pdata[rows->len - 1 - i] = row;
	}
}

/* All of them, where nothing is to be asked of each. */
static GPtrArray *
read_rows(Store *store, const StoreList *list, GError **error)
{
	g_autoptr(sqlite3_stmt) stmt = prepare_list(store, list, MESSAGE_ROW_COLUMNS, error);
	g_autoptr(GPtrArray) rows = NULL;
	Step step;

	if (!stmt)
		return NULL;
	rows = g_ptr_array_new_with_free_func((GDestroyNotify)message_row_free);
	while ((step = db_step(store, stmt, error)) == STEP_ROW)
		g_ptr_array_add(rows, message_row_read(stmt));
	return step == STEP_DONE ? g_steal_pointer(&rows) : NULL;
}

/* ---- where a query is to be asked of each ---- */

/* Of Place; *lost: it was too far. */
static GArray *
walk_places(Store *store, const StoreList *list, const GPtrArray *marks, bool *lost, GError **error)
{
	g_autoptr(Walk) walk = walk_begin(store, list, marks, error);
	g_autoptr(GArray) places = g_array_new(false, false, sizeof(Place));
	WalkStep step = walk ? WALK_FOUND : WALK_ERROR;
	Place place;

	while (step == WALK_FOUND && (int)places->len < list->limit) {
		step = walk_next(walk, &place, error);
		if (step == WALK_FOUND)
			g_array_append_val(places, place);
	}
	*lost = step == WALK_LOST;
	return step != WALK_ERROR ? g_steal_pointer(&places) : NULL;
}

/* By what they have in common, or else by looking at all messages as they lie. */
static GArray *
search_places(Store *store, const StoreList *list, GError **error)
{
	g_autofree char *sql = message_search_sql(list, "m.id");
	g_autoptr(sqlite3_stmt) stmt = db_prepare(store, sql, error);
	g_autoptr(GArray) places = g_array_new(false, false, sizeof(Place));
	Step step;

	if (!stmt)
		return NULL;
	message_list_bind(list, stmt);
	while ((step = db_step(store, stmt, error)) == STEP_ROW) {
		Place place = { .position = db_int(stmt, 0), .id = db_int(stmt, 1) };

		g_array_append_val(places, place);
	}
	return step == STEP_DONE ? g_steal_pointer(&places) : NULL;
}

static GArray *
find_places(Store *store, const StoreList *list, GError **error)
{
	g_autoptr(GPtrArray) marks = query_marks(store, list->query, error);
	g_autoptr(GArray) places = NULL;
	bool lost = true;

	if (!marks)
		return NULL;
	if (walk_pays(store, list->query, marks)) {
		places = walk_places(store, list, marks, &lost, error);
		if (!places)
			return NULL;
	}
	return lost ? search_places(store, list, error) : g_steal_pointer(&places);
}

static GPtrArray *
find_rows(Store *store, const StoreList *list, GError **error)
{
	g_autoptr(GArray) places = find_places(store, list, error);
	g_autoptr(GPtrArray) rows =
		g_ptr_array_new_with_free_func((GDestroyNotify)message_row_free);

	for (guint i = 0; places && i < places->len; i++) {
		const Place *place = &g_array_index(places, Place, i);
		MessageRow *row = store_row(store, place->id, error);

		if (!row)
			return NULL;
		row->position = place->position;
		g_ptr_array_add(rows, row);
	}
	return places ? g_steal_pointer(&rows) : NULL;
}

GPtrArray *
store_list(Store *store, const StoreList *list, GError **error)
{
	Reach reach = reach_of(list->query);
	bool ask = list->limit > 0 && !is_states(reach) && !reach.keyed;
	g_autoptr(Snapshot) snapshot = store_snapshot(store, error);
	GPtrArray *rows = NULL;

	if (snapshot)
		rows = ask ? find_rows(store, list, error) : read_rows(store, list, error);
	if (rows && list->backwards)
		rows_turn_round(rows);
	return rows;
}

GArray *
store_ids(Store *store, const Query *query, GError **error)
{
	const StoreList list = { .query = query };
	g_autoptr(sqlite3_stmt) stmt = prepare_list(store, &list, "m.id", error);
	g_autoptr(GArray) ids = NULL;
	Step step;

	if (!stmt)
		return NULL;
	ids = g_array_new(false, false, sizeof(int64_t));
	while ((step = db_step(store, stmt, error)) == STEP_ROW) {
		int64_t id = db_int(stmt, 1);

		g_array_append_val(ids, id);
	}
	return step == STEP_DONE ? g_steal_pointer(&ids) : NULL;
}

bool
store_counts(Store *store, int64_t counts[STATES], GError **error)
{
	static const char sql[] = "SELECT state, messages FROM counter";
	g_autoptr(Kept) stmt = db_kept(store, sql, error);
	Step step;

	if (!stmt)
		return false;
	for (int i = 0; i < STATES; i++)
		counts[i] = 0;
	while ((step = db_step(store, stmt, error)) == STEP_ROW) {
		int64_t state = db_int(stmt, 0);

		if (state >= 0 && state < STATES)
			counts[state] = db_int(stmt, 1);
	}
	return step == STEP_DONE;
}

static int64_t
count_states(Store *store, unsigned states, GError **error)
{
	int64_t counts[STATES];
	int64_t sum = 0;

	if (!store_counts(store, counts, error))
		return -1;
	for (int i = 0; i < STATES; i++)
		sum += states & 1U << i ? counts[i] : 0;
	return sum;
}

int64_t
store_count(Store *store, const Query *query, GError **error)
{
	Reach reach = reach_of(query);
	g_autofree char *sql = NULL;
	g_autoptr(sqlite3_stmt) stmt = NULL;

	if (is_states(reach))
		return count_states(store, reach.may, error);
	sql = g_strconcat("SELECT count(*) FROM message AS m WHERE ", query->where->str, NULL);
	stmt = db_prepare(store, sql, error);
	if (!stmt)
		return -1;
	query_bind(query, stmt);
	return db_step(store, stmt, error) == STEP_ROW ? db_int(stmt, 0) : -1;
}
