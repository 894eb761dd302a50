/* What is told of campaigns, lists of them, and what these cost. */
#include "store/campaign.h"

#include <string.h>

#include "store/campaign_rows.h"
#include "tests/store/campaigns.h"

static const CampaignEdge *
edge_at(const GPtrArray *edges, guint index)
{
	return g_ptr_array_index(edges, index);
}

static void
test_edges_say_why(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) edges = NULL;
	g_autoptr(GPtrArray) one = NULL;
	int64_t id;

	campaigns_add(sample, "account:A link:x.test kit:k text:alone");
	campaigns_add(sample, "account:A link:x.test kit:k");
	campaigns_add(sample, "account:A");
	campaigns_cut(sample, EDGE_KIT, "k");
	id = campaigns_of(sample, 1);
	edges = store_campaign_edges(sample->store, id, 0, NULL);
	g_assert_cmpint(edges->len, ==, 3);
	g_assert_cmpstr(edge_at(edges, 0)->value, ==, "A");
	g_assert_cmpint(edge_at(edges, 0)->messages, ==, 3);
	g_assert_cmpint(edge_at(edges, 0)->kind, ==, EDGE_ACCOUNT);
	g_assert_cmpint(edge_at(edges, 0)->campaign, ==, id);
	g_assert_cmpstr(edge_at(edges, 1)->value, ==, "x.test");
	g_assert_cmpstr(edge_at(edges, 2)->value, ==, "k");
	g_assert_cmpint(edge_at(edges, 2)->state, ==, EDGE_CUT);
	g_assert_cmpint(edge_at(edges, 2)->campaign, ==, 0);
	one = store_campaign_edges(sample->store, id, 1, NULL);
	g_assert_cmpint(one->len, ==, 1);
}

static int64_t
add_scored(Sample *sample, const char *edges, const char *to, int score)
{
	g_autoptr(Message) message = campaigns_message("shop.example", edges, score);
	g_auto(GStrv) recipients = g_strsplit(to, " ", -1);

	for (char **recipient = recipients; *recipient; recipient++)
		arrive_recipient(message, *recipient);
	message->ses->account = g_strdup(edges);
	return campaigns_put(sample, message);
}

static void
test_row_counts(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(CampaignRow) all = NULL;
	g_autoptr(CampaignRow) some = NULL;
	g_autoptr(CampaignRow) none = NULL;
	g_autoptr(Query) held = query_parse("state:held", SAMPLE_NOW, NULL, NULL);
	g_autoptr(Query) scored = query_parse("score:>20 state:held", SAMPLE_NOW, NULL, NULL);
	g_autoptr(Query) nothing = query_parse("score:>98", SAMPLE_NOW, NULL, NULL);
	g_autoptr(CampaignRow) of_held = NULL;

	add_scored(sample, "kit:k account:A", "ann@x.example bob@x.example", 30);
	add_scored(sample, "kit:k account:B", "bob@x.example", 90);
	add_scored(sample, "kit:k account:A", "", 10);
	sample_do(sample, DECISION_BLOCK, 2);

	all = campaigns_row(sample, campaigns_of(sample, 1));
	g_assert_cmpint(all->counts[STATE_HELD], ==, 2);
	g_assert_cmpint(all->counts[STATE_BLOCKED], ==, 1);
	g_assert_cmpint(all->counts[STATE_RELEASED], ==, 0);
	g_assert_cmpint(all->matching, ==, 3);
	g_assert_cmpint(all->accounts, ==, 2);
	g_assert_cmpint(all->domains, ==, 1);
	g_assert_cmpint(all->recipients, ==, 2);
	g_assert_false(all->more);
	g_assert_cmpint(all->first, ==, ARRIVE_NOW - 990);
	g_assert_cmpint(all->last, ==, ARRIVE_NOW - 910);
	g_assert_cmpint(all->top->id, ==, 2);
	g_assert_cmpuint(all->kinds, ==, 1U << EDGE_KIT | 1U << EDGE_ACCOUNT);
	of_held = store_campaign(sample->store, all->id, held, NULL);
	g_assert_cmpint(of_held->matching, ==, 2);
	g_assert_cmpint(of_held->top->id, ==, 1);
	some = store_campaign(sample->store, all->id, scored, NULL);
	g_assert_cmpint(some->matching, ==, 1);
	g_assert_cmpint(some->top->id, ==, 1);
	none = store_campaign(sample->store, all->id, nothing, NULL);
	g_assert_cmpint(none->matching, ==, 0);
	g_assert_null(none->top);
}

static void
test_messages_most_dangerous_first(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GArray) ids = NULL;
	g_autoptr(GArray) two = NULL;

	add_scored(sample, "kit:k", "", 30);
	add_scored(sample, "kit:k", "", 90);
	add_scored(sample, "kit:k", "", 60);
	sample_do(sample, DECISION_BLOCK, 2);
	ids = store_campaign_messages(sample->store, campaigns_of(sample, 1), 0, NULL);
	g_assert_cmpint(ids->len, ==, 3);
	g_assert_cmpint(g_array_index(ids, int64_t, 0), ==, 2);
	g_assert_cmpint(g_array_index(ids, int64_t, 1), ==, 3);
	g_assert_cmpint(g_array_index(ids, int64_t, 2), ==, 1);
	two = store_campaign_messages(sample->store, campaigns_of(sample, 1), 2, NULL);
	g_assert_cmpint(two->len, ==, 2);
}

static void
test_spread_of_a_large_one_is_a_sample(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(CampaignRow) row = NULL;

	for (int i = 0; i <= CAMPAIGN_LOOK; i++) {
		g_autofree char *domain = g_strdup_printf("d%d.example", i);

		campaigns_add_from(sample, domain, "kit:k");
	}
	row = campaigns_row(sample, campaigns_of(sample, 1));
	g_assert_true(row->more);
	g_assert_cmpint(row->domains, ==, CAMPAIGN_LOOK);
	g_assert_cmpint(row->matching, ==, CAMPAIGN_LOOK + 1);
}

/* ---- lists ---- */

enum {
	CAMPAIGNS = 60
};

/* Of one to three messages each, in all states; some with a word in the subject. */
static void
add_campaigns(Sample *sample)
{
	for (int i = 0; i < 2 * CAMPAIGNS; i++) {
		g_autofree char *edges = g_strdup_printf("account:%d", (i * 7) % CAMPAIGNS);
		g_autoptr(Message) message =
			campaigns_message("shop.example", edges, (i * 37) % 101);

		arrive_set(&message->subject, i % 3 ? "plain" : "third");
		campaigns_put(sample, message);
		if (i % 4 == 1)
			sample_do(sample, DECISION_BLOCK, sample->count);
	}
	campaigns_check(sample);
}

static const CampaignRow *
row_at(const GPtrArray *rows, guint index)
{
	return g_ptr_array_index(rows, index);
}

static GPtrArray *
listed(const Sample *sample, CampaignList list)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = store_campaigns(sample->store, &list, &error);

	g_assert_no_error(error);
	return rows;
}

static void
assert_same_row(const CampaignRow *row, const CampaignRow *other)
{
	g_assert_cmpint(row->id, ==, other->id);
	g_assert_cmpint(row->position, ==, other->position);
	g_assert_cmpint(row->matching, ==, other->matching);
	g_assert_cmpint(row->top->id, ==, other->top->id);
}

/* The usual; whatever can be walked is; and none is walked to its end. */
static const WalkLimits walk_limits[] = {
	{ 20000, 200000, 5000 },
	{ 1000, 1000, -1 },
	{ 5, 5, -1 },
};

/* Pages of seven, from either end, are the whole. */
static void
assert_pages_meet(const Sample *sample, const Query *query, bool backwards)
{
	g_autoptr(GPtrArray) all = listed(sample, (CampaignList){ .query = query });
	CampaignList list = { .query = query, .backwards = backwards, .limit = 7 };
	guint at = backwards ? all->len : 0;

	for (guint pages = 0; pages <= all->len; pages++) {
		g_autoptr(GPtrArray) page = listed(sample, list);

		if (page->len == 0)
			break;
		g_assert_cmpint(page->len, <=, 7);
		at -= backwards ? page->len : 0;
		for (guint i = 0; i < page->len; i++)
			assert_same_row(row_at(page, i), row_at(all, at + i));
		at += backwards ? 0 : page->len;
		list.from_position = true;
		list.after = row_at(page, backwards ? 0 : page->len - 1)->position;
	}
	g_assert_cmpint(at, ==, backwards ? 0 : all->len);
}

static int64_t
distinct_campaigns(const Sample *sample, const char *where)
{
	g_autofree char *sql =
		g_strdup_printf("SELECT count(DISTINCT campaign) FROM message WHERE %s", where);

	return campaigns_value(sample->store, sql);
}

typedef struct ListCase {
	const char *query, *where;
} ListCase;

static const ListCase list_cases[] = {
	{ "", "1" },
	{ "state:held", "state = 0" },
	{ "state:blocked", "state = 2" },
	{ "-state:held", "state <> 0" },
	{ "state:released", "state = 1" },
	{ "state:held state:blocked", "0" },
	{ "third", "subject = 'third'" },
	{ "third state:held", "subject = 'third' AND state = 0" },
	{ "score:>50 -third", "score > 50 AND subject <> 'third'" },
	{ "subject:third", "subject = 'third'" },
	{ "-state:held (third OR score:<40)", "state <> 0 AND (subject = 'third' OR score < 40)" },
	{ "nowhere", "0" },
};

static void
assert_rows(const Sample *sample, const ListCase *row, const GPtrArray *rows)
{
	for (guint i = 0; i < rows->len; i++) {
		const CampaignRow *shown = row_at(rows, i);
		g_autofree char *count =
			g_strdup_printf("SELECT count(*) FROM message"
					" WHERE campaign = %" G_GINT64_FORMAT " AND (%s)",
				shown->id, row->where);
		g_autofree char *top = g_strdup_printf("SELECT id FROM message"
						       " WHERE campaign = %" G_GINT64_FORMAT
						       " AND (%s) ORDER BY ord DESC",
			shown->id, row->where);

		g_assert_cmpint(shown->matching, ==, campaigns_value(sample->store, count));
		g_assert_cmpint(shown->matching, >, 0);
		g_assert_cmpint(shown->top->id, ==, campaigns_value(sample->store, top));
		if (i > 0)
			g_assert_cmpint(shown->position, <, row_at(rows, i - 1)->position);
	}
}

static void
test_list(Sample *sample, G_GNUC_UNUSED const void *data)
{
	add_campaigns(sample);
	for (size_t i = 0; i < G_N_ELEMENTS(list_cases); i++) {
		const ListCase *row = &list_cases[i];
		g_autoptr(Query) query = query_parse(row->query, SAMPLE_NOW, NULL, NULL);
		g_autoptr(GPtrArray) rows = listed(sample, (CampaignList){ .query = query });
		int64_t expected = distinct_campaigns(sample, row->where);

		g_test_message("%s", row->query);
		g_assert_cmpint(rows->len, ==, expected);
		g_assert_cmpint(store_count_campaigns(sample->store, query, NULL), ==, expected);
		assert_rows(sample, row, rows);
		for (size_t j = 0; j < G_N_ELEMENTS(walk_limits); j++) {
			sample->store->walk_limits = &walk_limits[j];
			assert_pages_meet(sample, query, false);
			assert_pages_meet(sample, query, true);
		}
	}
	assert_pages_meet(sample, NULL, false);
}

/* The most dangerous campaign is the one with the most dangerous message. */
static void
test_list_follows_decisions(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Query) held = query_parse("state:held", SAMPLE_NOW, NULL, NULL);
	g_autoptr(GPtrArray) before = NULL;
	g_autoptr(GPtrArray) after = NULL;
	int64_t a;

	add_scored(sample, "kit:a", "", 90);
	add_scored(sample, "kit:a", "", 10);
	add_scored(sample, "kit:b", "", 50);
	a = campaigns_of(sample, 1);
	before = listed(sample, (CampaignList){ .query = held });
	g_assert_cmpint(row_at(before, 0)->id, ==, a);
	sample_do(sample, DECISION_BLOCK, 1);
	after = listed(sample, (CampaignList){ .query = held });
	g_assert_cmpint(after->len, ==, 2);
	g_assert_cmpint(row_at(after, 1)->id, ==, a);
	g_assert_cmpint(row_at(after, 1)->top->id, ==, 2);
	campaigns_check(sample);
}

/* ---- what it costs ---- */

static char *
plan_of(const Sample *sample, const char *sql)
{
	g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", sql, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(sqlite3_stmt) stmt = db_prepare(sample->store, explain, &error);
	GString *plan = g_string_new(NULL);

	g_assert_no_error(error);
	while (db_step(sample->store, stmt, &error) == STEP_ROW) {
		g_autofree char *line = db_text(stmt, 3);

		g_string_append_printf(plan, "%s\n", line);
	}
	return g_string_free(plan, false);
}

static void
test_plain_lists_walk_an_index(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const struct {
		const char *query, *index;
	} cases[] = {
		{ "", "campaign_by_ord (ord>? AND ord<?)" },
		{ "state:held", "campaign_by_held_ord (held_ord>? AND held_ord<?)" },
		{ "-state:held", "campaign_by_ord (ord>? AND ord<?)" },
		{ "state:blocked", "campaign_by_blocked (ord>? AND ord<?)" },
		{ "state:released", "campaign_by_released (ord>? AND ord<?)" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Query) query = query_parse(cases[i].query, SAMPLE_NOW, NULL, NULL);
		const CampaignList list = { .query = query, .from_position = true, .limit = 50 };
		g_autofree char *sql = campaign_list_sql(&list);
		g_autofree char *plan = plan_of(sample, sql);

		g_test_message("%s\n%s", cases[i].query, plan);
		g_assert_nonnull(strstr(plan, cases[i].index));
		g_assert_null(strstr(plan, "SCAN"));
		g_assert_null(strstr(plan, "ORDER BY"));
	}
}

/* The few that are looked at cost few, however many the campaign has. */
static void
test_messages_walk_the_index(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GArray) ids = NULL;
	GHashTableIter iter;
	void *key;
	int seen = 0;

	campaigns_add(sample, "account:A");
	ids = store_campaign_messages(sample->store, campaigns_of(sample, 1), 1, NULL);
	g_hash_table_iter_init(&iter, sample->store->kept);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		g_autofree char *plan = NULL;

		if (!g_str_has_prefix(key, "SELECT id, ord FROM message"))
			continue;
		plan = plan_of(sample, key);
		g_test_message("%s", plan);
		g_assert_nonnull(strstr(plan,
			"SEARCH message USING COVERING INDEX message_by_campaign"
			" (campaign=? AND state=?)"));
		g_assert_null(strstr(plan, "ORDER BY"));
		g_assert_null(strstr(plan, "SCAN"));
		seen++;
	}
	g_assert_cmpint(seen, ==, 1);
}

/* Whatever is run of a store's campaigns is found by an index: all statements that putting in,
 * deciding, cutting, joining, rereading and looking have prepared. */
static void
test_no_statement_scans(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GPtrArray) edges = NULL;
	g_autoptr(GArray) ids = NULL;
	GHashTableIter iter;
	void *key;
	int seen = 0;

	campaigns_add(sample, "account:A link:x.test");
	campaigns_add(sample, "account:B link:x.test");
	campaigns_add_many(sample, "subject:y", 16, 16);
	campaigns_cut(sample, EDGE_LINK, "x.test");
	campaigns_join(sample, 1, 2);
	campaigns_undo(sample, 0);
	campaigns_reread(sample, 1, "account:B");
	rows = listed(sample, (CampaignList){ .limit = 10 });
	edges = store_campaign_edges(sample->store, campaigns_of(sample, 1), 0, NULL);
	ids = store_campaign_messages(sample->store, campaigns_of(sample, 1), 0, NULL);
	g_hash_table_iter_init(&iter, sample->store->kept);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		const char *sql = key;
		g_autofree char *plan = NULL;

		if (!strstr(sql, "campaign") && !strstr(sql, "edge"))
			continue;
		plan = plan_of(sample, sql);
		g_test_message("%s\n%s", sql, plan);
		/* Results of other parts may be walked; tables may not. */
		g_assert_null(strstr(plan, "SCAN m\n"));
		g_assert_null(strstr(plan, "SCAN e\n"));
		g_assert_null(strstr(plan, "SCAN c\n"));
		g_assert_null(strstr(plan, "SCAN me\n"));
		g_assert_null(strstr(plan, "SCAN message"));
		g_assert_null(strstr(plan, "SCAN edge"));
		g_assert_null(strstr(plan, "SCAN campaign"));
		seen++;
	}
	g_assert_cmpint(seen, >, 15);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/campaign/edges-say-why", test_edges_say_why);
	sample_test("/campaign/row-counts", test_row_counts);
	sample_test("/campaign/messages-most-dangerous-first", test_messages_most_dangerous_first);
	sample_test("/campaign/spread-of-a-large-one-is-a-sample",
		test_spread_of_a_large_one_is_a_sample);
	sample_test("/campaign/list", test_list);
	sample_test("/campaign/list-follows-decisions", test_list_follows_decisions);
	sample_test("/campaign/plain-lists-walk-an-index", test_plain_lists_walk_an_index);
	sample_test("/campaign/messages-walk-the-index", test_messages_walk_the_index);
	sample_test("/campaign/no-statement-scans", test_no_statement_scans);
	return g_test_run();
}
