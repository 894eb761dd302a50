#include "store/walk.h"

#include "store/marks.h"
#include "tests/store/sample.h"

static char *
plan_of(Store *store, const char *sql)
{
	g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", sql, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(sqlite3_stmt) stmt = db_prepare(store, explain, &error);
	GString *plan = g_string_new(NULL);

	g_assert_no_error(error);
	while (db_step(store, stmt, &error) == STEP_ROW) {
		g_autofree char *line = db_text(stmt, 3);

		g_string_append_printf(plan, "%s\n", line);
	}
	return g_string_free(plan, false);
}

/* What is asked of each is asked in the order of the list, and of the index alone where it
 * knows the answer. */
static void
test_walks_an_index(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const struct {
		const char *query;
		ListSort sort;
		const char *index;
	} cases[] = {
		{ "subject:x", SORT_SCORE, "INDEX message_by_state (state=? AND ord>? AND ord<?)" },
		{ "wallet score:>70", SORT_SCORE,
			"COVERING INDEX message_by_state (state=? AND ord>? AND ord<?)" },
		{ "-wallet", SORT_ID, "COVERING INDEX message_by_state_id (state=? AND rowid<?)" },
		{ "finding:brand", SORT_RECEIVED,
			"INDEX message_by_state_arrived (state=? AND arrived<?)" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Query) query = query_parse(cases[i].query, SAMPLE_NOW, NULL, NULL);
		const StoreList list = {
			.query = query, .sort = cases[i].sort, .from_position = true, .limit = 50
		};
		g_autofree char *sql = walk_sql(&list, STATE_HELD);
		g_autofree char *plan = plan_of(sample->store, sql);

		g_test_message("%s\n%s", cases[i].query, plan);
		g_assert_nonnull(strstr(plan, cases[i].index));
		g_assert_null(strstr(plan, "ORDER BY"));
	}
}

/* How often it found something before it ended as it did. */
static int
steps_to(Store *store, const char *text, WalkStep expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_parse(text, SAMPLE_NOW, NULL, NULL);
	const StoreList list = { .query = query };
	g_autoptr(GPtrArray) marks = query_marks(store, query, &error);
	g_autoptr(Walk) walk = walk_begin(store, &list, marks, &error);
	WalkStep step;
	Place place;
	int found = 0;

	g_assert_no_error(error);
	while ((step = walk_next(walk, &place, &error)) == WALK_FOUND)
		found++;
	g_assert_no_error(error);
	g_assert_cmpint(step, ==, expected);
	return found;
}

static void
test_ends_where_it_is_too_long(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const WalkLimits limits = { .rows = 10, .placed = 15, .few = 0 };

	sample_add_plain(sample, 20);
	g_assert_cmpint(steps_to(sample->store, "subject:message", WALK_OVER), ==, 20);
	g_assert_cmpint(steps_to(sample->store, "subject:nowhere", WALK_OVER), ==, 0);
	sample->store->walk_limits = &limits;
	g_assert_cmpint(steps_to(sample->store, "subject:message", WALK_LOST), <=, 10);
	g_assert_cmpint(steps_to(sample->store, "subject:nowhere", WALK_LOST), ==, 0);
	g_assert_cmpint(steps_to(sample->store, "message", WALK_LOST), >, 10);
	g_assert_cmpint(steps_to(sample->store, "message score:>42", WALK_OVER), ==, 0);
}

/* Few hits are looked up, many are met on the way, and what has an index is never walked. */
static void
test_pays_for_what_many_match(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const struct {
		const char *query;
		bool pays;
	} cases[] = {
		{ "message", true },
		{ "message state:blocked", true },
		{ "\"message 7\"", false },
		{ "-\"message 7\"", true },
		{ "subject:nowhere", true },
		{ "account:" SAMPLE_ACCOUNT, false },
		{ "domain:shop.example message", false },
		{ "domain:shop.example OR message", true },
		{ "state:held state:blocked", false },
	};
	const WalkLimits limits = { .rows = 100, .placed = 100, .few = 5 };

	sample_add_plain(sample, 20);
	sample->store->walk_limits = &limits;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Query) query = query_parse(cases[i].query, SAMPLE_NOW, NULL, NULL);
		g_autoptr(GPtrArray) marks = query_marks(sample->store, query, &error);

		g_assert_no_error(error);
		g_test_message("%s", cases[i].query);
		g_assert_cmpint(walk_pays(sample->store, query, marks), ==, cases[i].pays);
	}
}

/* Whatever ids a store was made to have, they cost no more than their number. */
static void
test_marks_keep_any_ids(void)
{
	static const int64_t ids[] = { 1, 2, 63, 64, 65535, 65536, 65537, 1000000, INT64_C(1) << 40,
		INT64_MAX };
	g_autoptr(Marks) marks = marks_new();

	marks_add(marks, 0);
	marks_add(marks, -5);
	g_assert_cmpint(marks_count(marks), ==, 0);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < G_N_ELEMENTS(ids); i++)
			marks_add(marks, ids[i]);
	}
	g_assert_cmpint(marks_count(marks), ==, G_N_ELEMENTS(ids));
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++)
		g_assert_true(marks_has(marks, ids[i]));
	g_assert_false(marks_has(marks, 0));
	g_assert_false(marks_has(marks, 3));
	g_assert_false(marks_has(marks, 65538));
	g_assert_false(marks_has(marks, -1));
	g_assert_false(marks_has(marks, INT64_MIN));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/walk/walks-an-index", test_walks_an_index);
	sample_test("/walk/ends-where-it-is-too-long", test_ends_where_it_is_too_long);
	sample_test("/walk/pays-for-what-many-match", test_pays_for_what_many_match);
	g_test_add_func("/walk/marks-keep-any-ids", test_marks_keep_any_ids);
	return g_test_run();
}
