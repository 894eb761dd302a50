#include "store/decision_stats.h"

#include "store/rule.h"
#include "tests/store/sample.h"

enum {
	HOUR = 3600,
};

static GPtrArray *
stats(const Sample *sample, DecisionWindow window)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = store_decision_stats(sample->store, &window, &error);

	g_assert_no_error(error);
	return rows;
}

/* The one row of @value; there must be one. */
static const DecisionRow *
row_of(const GPtrArray *rows, const char *value)
{
	for (guint i = 0; i < rows->len; i++) {
		const DecisionRow *row = g_ptr_array_index(rows, i);

		if (g_strcmp0(row->value, value) == 0)
			return row;
	}
	g_assert_not_reached();
}

/* By @actor, @hours after SAMPLE_NOW. */
static int64_t
decide(const Sample *sample, DecisionKind kind, int64_t first, int64_t last, const char *actor,
	int hours)
{
	OperationRequest request = sample_request(kind, first, last);
	g_autoptr(GError) error = NULL;
	int64_t operation;

	request.actor = actor;
	request.now = SAMPLE_NOW + (int64_t)hours * HOUR;
	operation = sample_decide(sample, request, &error);
	g_assert_no_error(error);
	return operation;
}

static int64_t
undo(const Sample *sample, int64_t operation, int hours)
{
	g_autoptr(GError) error = NULL;
	int64_t id = store_undo(
		sample->store, operation, "alice", SAMPLE_NOW + (int64_t)hours * HOUR, &error);

	g_assert_no_error(error);
	return id;
}

static void
test_by_kind_and_actor(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) kinds = NULL;
	g_autoptr(GPtrArray) actors = NULL;
	const DecisionRow *row;

	sample_add_plain(sample, 10);
	decide(sample, DECISION_RELEASE, 1, 3, "alice", 1);
	decide(sample, DECISION_BLOCK, 4, 8, "bob", 2);
	decide(sample, DECISION_HOLD, 8, 8, "alice", 3);
	kinds = stats(sample, (DecisionWindow){ .key = DECISIONS_BY_KIND });
	g_assert_cmpint(kinds->len, ==, 3);
	row = g_ptr_array_index(kinds, 0);
	g_assert_cmpstr(row->value, ==, "block");
	g_assert_cmpint(row->decisions, ==, 5);
	g_assert_cmpint(row->by_kind[DECISION_BLOCK], ==, 5);
	g_assert_cmpint(row->by_kind[DECISION_RELEASE], ==, 0);
	actors = stats(sample, (DecisionWindow){ .key = DECISIONS_BY_ACTOR });
	g_assert_cmpint(actors->len, ==, 2);
	row = row_of(actors, "alice");
	g_assert_cmpint(row->decisions, ==, 4);
	g_assert_cmpint(row->by_kind[DECISION_RELEASE], ==, 3);
	g_assert_cmpint(row->by_kind[DECISION_HOLD], ==, 1);
	/* Back to quarantine settles nothing. */
	g_assert_cmpint(row->settled, ==, 3);
}

/* Undo and redo are no decisions; what they took back is said to be. */
static void
test_undone(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t operation;

	sample_add_plain(sample, 4);
	decide(sample, DECISION_BLOCK, 1, 1, "alice", 1);
	operation = decide(sample, DECISION_BLOCK, 2, 4, "alice", 1);
	for (int i = 0; i < 4; i++) {
		g_autoptr(GPtrArray) rows =
			stats(sample, (DecisionWindow){ .key = DECISIONS_BY_ACTOR });
		const DecisionRow *row = row_of(rows, "alice");

		g_assert_cmpint(rows->len, ==, 1);
		g_assert_cmpint(row->decisions, ==, 4);
		g_assert_cmpint(row->undone, ==, i % 2 == 1 ? 3 : 0);
		operation = undo(sample, operation, 2 + i);
	}
}

static void
test_window(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const struct {
		int since, until, decisions;
	} cases[] = {
		{ 0, 0, 6 },
		{ 1, 0, 6 },
		{ 2, 0, 5 },
		{ 2, 3, 2 }, /* the end is no part of it */
		{ 1, 2, 1 },
		{ 4, 9, 0 },
	};

	sample_add_plain(sample, 6);
	decide(sample, DECISION_RELEASE, 1, 1, "alice", 1);
	decide(sample, DECISION_RELEASE, 2, 3, "alice", 2);
	decide(sample, DECISION_RELEASE, 4, 6, "alice", 3);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) rows = stats(sample,
			(DecisionWindow){
				.key = DECISIONS_BY_KIND,
				.since = SAMPLE_NOW + (int64_t)cases[i].since * HOUR,
				.until = cases[i].until
					? SAMPLE_NOW + (int64_t)cases[i].until * HOUR
					: 0,
			});

		g_assert_cmpint(rows->len, ==, cases[i].decisions > 0 ? 1 : 0);
		if (rows->len > 0)
			g_assert_cmpint(((const DecisionRow *)rows->pdata[0])->decisions, ==,
				cases[i].decisions);
	}
}

/* Nearest rank: of ten the fifth and the ninth. */
static void
test_time_to_decide(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) rows = NULL;
	const DecisionRow *row;

	sample_add_plain(sample, 11);
	for (int i = 10; i >= 1; i--)
		decide(sample, DECISION_BLOCK, i, i, "alice", i);
	/* What was settled already does not wait. */
	decide(sample, DECISION_RELEASE, 1, 1, "alice", 100);
	rows = stats(sample, (DecisionWindow){ .key = DECISIONS_BY_ACTOR });
	row = row_of(rows, "alice");
	g_assert_cmpint(row->settled, ==, 10);
	g_assert_cmpint(row->added_median, ==, 5 * HOUR);
	g_assert_cmpint(row->added_p90, ==, 9 * HOUR);
	/* Message N was received 3000 - N seconds before it was added. */
	g_assert_cmpint(row->median, ==, 5 * HOUR + 3000 - 5);
	g_assert_cmpint(row->p90, ==, 9 * HOUR + 3000 - 9);
	g_clear_pointer(&rows, g_ptr_array_unref);
	rows = stats(sample,
		(DecisionWindow){ .key = DECISIONS_BY_KIND, .since = SAMPLE_NOW + 99 * HOUR });
	g_assert_cmpint(row_of(rows, "release")->settled, ==, 0);
	g_assert_cmpint(row_of(rows, "release")->median, ==, -1);
}

/* A rule that blocks, one message that a person lets out after it, one that was let out wrongly. */
static void
test_false_alarms(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Rule rule = {
		.kind = RULE_DENY,
		.account = (char *)SAMPLE_ACCOUNT,
		.owner = (char *)"carol",
		.reason = (char *)"phish",
		.created = SAMPLE_NOW,
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rules = NULL;
	g_autoptr(GPtrArray) who = NULL;
	g_autoptr(GPtrArray) actors = NULL;
	g_autofree char *number = NULL;

	sample_add(sample, &(SampleMail){ .account = "other" });
	g_assert_cmpint(store_add_rule(sample->store, &rule, NULL, &error), >, 0);
	g_assert_no_error(error);
	sample_add_plain(sample, 3);
	decide(sample, DECISION_RELEASE, 2, 2, "alice", 1);
	decide(sample, DECISION_RELEASE, 1, 1, "alice", 1);
	decide(sample, DECISION_BLOCK, 1, 1, "bob", 2);
	number = g_strdup_printf("%" G_GINT64_FORMAT, rule.id);
	rules = stats(sample, (DecisionWindow){ .key = DECISIONS_BY_RULE });
	g_assert_cmpint(rules->len, ==, 1);
	g_assert_cmpint(row_of(rules, number)->decisions, ==, 3);
	g_assert_cmpint(row_of(rules, number)->by_rule, ==, 3);
	g_assert_cmpint(row_of(rules, number)->overturned, ==, 1);
	g_assert_cmpint(row_of(rules, number)->settled, ==, 0);
	who = stats(sample, (DecisionWindow){ .key = DECISIONS_BY_WHO });
	g_assert_cmpint(row_of(who, "rule")->decisions, ==, 3);
	g_assert_cmpint(row_of(who, "person")->decisions, ==, 3);
	g_assert_cmpint(row_of(who, "person")->missed, ==, 1);
	actors = stats(sample, (DecisionWindow){ .key = DECISIONS_BY_ACTOR });
	g_assert_cmpint(actors->len, ==, 2);
}

static void
find(Message *message)
{
	static const char *const ids[] = { "links-leave", "brand-name", "links-leave", NULL };

	for (int i = 0; ids[i]; i++) {
		Finding *finding = g_new0(Finding, 1);

		finding->id = g_strdup(ids[i]);
		finding->weight = 40;
		finding->text = g_strdup("found");
		finding->evidence = g_strdup("");
		finding->where = g_strdup("");
		g_ptr_array_add(message->findings, finding);
	}
	message->score = 80;
}

static void
test_by_finding(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) rows = NULL;
	const DecisionRow *row;

	for (int i = 0; i < 3; i++)
		sample_add(sample, &(SampleMail){ .enrich = find });
	sample_add_plain(sample, 1);
	decide(sample, DECISION_RELEASE, 1, 2, "alice", 1);
	decide(sample, DECISION_BLOCK, 3, 4, "alice", 1);
	rows = stats(sample, (DecisionWindow){ .key = DECISIONS_BY_FINDING });
	row = row_of(rows, "links-leave");
	g_assert_cmpint(row->decisions, ==, 3);
	g_assert_cmpint(row->by_kind[DECISION_RELEASE], ==, 2);
	g_assert_cmpint(row->high, ==, 2);
	g_assert_cmpint(row_of(rows, "brand-name")->decisions, ==, 3);
}

static void
test_by_account(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const accounts[] = { "one", "two", "two", "", "two" };
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query =
		query_parse("account:one OR account:two", SAMPLE_NOW, NULL, &error);
	g_autoptr(GPtrArray) rows = NULL;

	g_assert_no_error(error);
	for (gsize i = 0; i < G_N_ELEMENTS(accounts); i++)
		sample_add(sample, &(SampleMail){ .account = accounts[i] });
	decide(sample, DECISION_BLOCK, 1, 5, "alice", 1);
	rows = stats(sample, (DecisionWindow){ .key = DECISIONS_BY_ACCOUNT });
	g_assert_cmpint(rows->len, ==, 3);
	g_assert_cmpint(row_of(rows, NULL)->decisions, ==, 1);
	g_clear_pointer(&rows, g_ptr_array_unref);
	rows = stats(sample,
		(DecisionWindow){ .key = DECISIONS_BY_ACCOUNT, .query = query, .limit = 1 });
	g_assert_cmpint(rows->len, ==, 1);
	g_assert_cmpint(row_of(rows, "two")->decisions, ==, 3);
}

/* In order, and the latest where not all are wanted. */
static void
test_by_day_and_hour(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) days = NULL;
	g_autoptr(GPtrArray) hours = NULL;

	sample_add_plain(sample, 6);
	decide(sample, DECISION_BLOCK, 1, 3, "alice", 1);
	decide(sample, DECISION_BLOCK, 4, 4, "alice", 2);
	decide(sample, DECISION_BLOCK, 5, 6, "alice", 30);
	days = stats(sample, (DecisionWindow){ .key = DECISIONS_BY_DAY });
	g_assert_cmpint(days->len, ==, 2);
	g_assert_cmpstr(((const DecisionRow *)days->pdata[0])->value, ==, "2026-05-28");
	g_assert_cmpint(((const DecisionRow *)days->pdata[0])->decisions, ==, 4);
	hours = stats(sample, (DecisionWindow){ .key = DECISIONS_BY_HOUR, .limit = 2 });
	g_assert_cmpint(hours->len, ==, 2);
	g_assert_cmpstr(((const DecisionRow *)hours->pdata[0])->value, ==, "2026-05-28 22:00");
	g_assert_cmpstr(((const DecisionRow *)hours->pdata[1])->value, ==, "2026-05-30 02:00");
}

/* Each key counts every decision that it is about. */
static void
test_keys(Sample *sample, G_GNUC_UNUSED const void *data)
{
	DecisionKey key;

	sample_add_plain(sample, 5);
	decide(sample, DECISION_BLOCK, 1, 5, "alice", 1);
	for (int i = 0; i < DECISION_KEYS; i++) {
		g_autoptr(GPtrArray) rows =
			stats(sample, (DecisionWindow){ .key = (DecisionKey)i });
		int64_t sum = 0;

		for (guint j = 0; j < rows->len; j++)
			sum += ((const DecisionRow *)rows->pdata[j])->decisions;
		g_assert_cmpint(
			sum, ==, i == DECISIONS_BY_RULE || i == DECISIONS_BY_FINDING ? 0 : 5);
		g_assert_true(decision_key_from_name(decision_keys[i].name, &key));
		g_assert_cmpint(key, ==, i);
	}
	g_assert_false(decision_key_from_name("colour", &key));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/decision-stats/by-kind-and-actor", test_by_kind_and_actor);
	sample_test("/decision-stats/undone-unless-redone", test_undone);
	sample_test("/decision-stats/window-has-its-beginning-not-its-end", test_window);
	sample_test(
		"/decision-stats/time-to-decide-is-of-what-people-settled", test_time_to_decide);
	sample_test("/decision-stats/overturned-and-missed", test_false_alarms);
	sample_test("/decision-stats/by-finding-once-each", test_by_finding);
	sample_test("/decision-stats/by-account-of-what-a-query-finds", test_by_account);
	sample_test("/decision-stats/by-day-and-hour-in-order", test_by_day_and_hour);
	sample_test("/decision-stats/each-key-counts-every-decision", test_keys);
	return g_test_run();
}
