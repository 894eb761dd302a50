#include "store/walk.h"

#include "store/marks.h"

/* A row of an index is asked at some 0.1 us, one of the table at some 2. */
static const WalkLimits usual = { .rows = 20000, .placed = 200000, .few = 5000 };

static const WalkLimits *
limits_of(const Store *store)
{
	return store->walk_limits ? store->walk_limits : &usual;
}

/* One state, in order. */
typedef struct Arm {
	sqlite3_stmt *stmt;
	bool over;
	Place place;
	bool matches;
} Arm;

struct Walk {
	Store *store;
	bool ascending;
	int64_t left;
	Arm arms[STATES];
};

bool
walk_pays(const Store *store, const Query *query, const GPtrArray *marks)
{
	int64_t most = 0;

	if (query->reach.keyed || query->reach.may == 0)
		return false;
	for (guint i = 0; i < marks->len; i++)
		most += marks_count(g_ptr_array_index(marks, i));
	return !query->reach.narrow || most > limits_of(store)->few;
}

/* Every SQL text here is made of constants and numbers. */
char *
walk_sql(const StoreList *list, int state)
{
	const char *order = list_order(list->sort);
	GString *sql = g_string_new(NULL);

	g_string_append_printf(sql, "SELECT %s, m.id, %s, %s FROM message AS m WHERE m.state = %d",
		order, list->sort == SORT_SCORE ? "m.campaign" : "0", list->query->each->str,
		state);
	if (list->from_position)
		g_string_append_printf(
			sql, " AND %s %s :after", order, list_ascends(list) ? ">" : "<");
	if (list->sort == SORT_SCORE)
		g_string_append(sql, " AND m.ord BETWEEN :least AND :most");
	g_string_append_printf(sql, " ORDER BY %s %s", order, list_ascends(list) ? "ASC" : "DESC");
	return g_string_free(sql, false);
}

static bool
arm_step(Walk *walk, Arm *arm, GError **error)
{
	Step step = db_step(walk->store, arm->stmt, error);

	arm->over = step == STEP_DONE;
	if (step == STEP_ROW) {
		arm->place.position = db_int(arm->stmt, 0);
		arm->place.id = db_int(arm->stmt, 1);
		arm->place.campaign = db_int(arm->stmt, 2);
		arm->matches = db_int(arm->stmt, 3) != 0;
		walk->left--;
	}
	return step != STEP_ERROR;
}

static bool
arm_begin(Walk *walk, const StoreList *list, const GPtrArray *marks, int state, GError **error)
{
	g_autofree char *sql = walk_sql(list, state);
	Arm *arm = &walk->arms[state];

	arm->stmt = db_prepare(walk->store, sql, error);
	if (!arm->stmt)
		return false;
	query_bind_marks(list->query, marks, arm->stmt);
	if (list->from_position)
		db_bind_int(arm->stmt, ":after", list->after);
	if (list->sort == SORT_SCORE) {
		db_bind_int(arm->stmt, ":least", list->query->reach.least);
		db_bind_int(arm->stmt, ":most", list->query->reach.most);
	}
	return arm_step(walk, arm, error);
}

Walk *
walk_begin(Store *store, const StoreList *list, const GPtrArray *marks, GError **error)
{
	const Reach *reach = &list->query->reach;
	g_autoptr(Walk) walk = g_new0(Walk, 1);

	walk->store = store;
	walk->ascending = list_ascends(list);
	walk->left = reach->placed && list->sort == SORT_SCORE ? limits_of(store)->placed
							       : limits_of(store)->rows;
	for (int state = 0; state < STATES; state++) {
		walk->arms[state].over = true;
		if (reach->may & 1U << state && !arm_begin(walk, list, marks, state, error))
			return NULL;
	}
	return g_steal_pointer(&walk);
}

void
walk_end(Walk *walk)
{
	if (!walk)
		return;
	for (int state = 0; state < STATES; state++)
		sqlite3_finalize(walk->arms[state].stmt);
	g_free(walk);
}

static Arm *
first_arm(Walk *walk)
{
	Arm *first = NULL;

	for (int state = 0; state < STATES; state++) {
		Arm *arm = &walk->arms[state];

		if (arm->over)
			continue;
		if (!first || (arm->place.position < first->place.position) == walk->ascending)
			first = arm;
	}
	return first;
}

WalkStep
walk_next(Walk *walk, Place *place, GError **error)
{
	for (Arm *arm = first_arm(walk); arm; arm = first_arm(walk)) {
		bool matches = arm->matches;

		*place = arm->place;
		if (walk->left <= 0)
			return WALK_LOST;
		if (!arm_step(walk, arm, error))
			return WALK_ERROR;
		if (matches)
			return WALK_FOUND;
	}
	return WALK_OVER;
}

void
walk_spend(Walk *walk, int64_t rows)
{
	walk->left -= rows;
}
