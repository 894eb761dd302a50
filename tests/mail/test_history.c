/* What history adds to a verdict: for each of its findings a history that has it and one
 * that lacks it. */
#include "mail/history.h"

#include <string.h>

#include "mail/brands.h"
#include "mail/detect.h"
#include "mail/weights.h"

enum {
	NOW = 1780000000,
	HOUR = 3600,
	DAY = 24 * HOUR,
};

static Record *
add_record(History *history, int kind, const char *value, int64_t released, int64_t blocked)
{
	Record *record = g_new0(Record, 1);

	record->kind = kind;
	record->value = g_strdup(value);
	record->first = NOW - 40 * DAY;
	record->released = released;
	record->blocked = blocked;
	g_ptr_array_add(history->records, record);
	return record;
}

/* A quarantine that has seen a lot, and a message whose account it knows. */
static History *
usual_history(void)
{
	History *history = history_new();

	history->received = NOW;
	history->since = NOW - 300 * DAY;
	history->messages = 5000;
	history->learn = true;
	return history;
}

static void
add_finding(GPtrArray *findings, const char *id, int weight, const char *where)
{
	Finding *finding = g_new0(Finding, 1);

	finding->id = g_strdup(id);
	finding->weight = weight;
	finding->text = g_strdup(id);
	finding->evidence = g_strdup("");
	finding->where = g_strdup(where);
	g_ptr_array_add(findings, finding);
}

static GPtrArray *
findings_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
}

static const Finding *
find(const GPtrArray *findings, const char *id)
{
	for (guint i = 0; i < findings->len; i++) {
		const Finding *finding = g_ptr_array_index(findings, i);

		if (g_str_equal(finding->id, id))
			return finding;
	}
	return NULL;
}

/* The points of finding @id on a message with @history; 0 where it is not found. */
static int
points(const History *history, const char *id)
{
	g_autoptr(GPtrArray) none = findings_new();
	bool found = false;
	g_autoptr(GPtrArray) judged = history_judge(none, history, NULL, &found);
	const Finding *finding = find(judged, id);

	g_assert_true(found == (judged->len > 0));
	if (finding)
		g_assert_cmpstr(finding->where, ==, HISTORY_PLACE);
	return finding ? finding->weight : 0;
}

static void
test_account_new(void)
{
	g_autoptr(History) history = usual_history();
	Record *record = add_record(history, EDGE_ACCOUNT, "AbC", 0, 0);

	g_assert_cmpint(points(history, "account-new"), ==, 0);
	record->first = NOW - 3 * HOUR;
	g_assert_cmpint(points(history, "account-new"), >, 0);
	record->first = 0;
	g_assert_cmpint(points(history, "account-new"), >, 0);
	record->first = NOW - DAY;
	g_assert_cmpint(points(history, "account-new"), ==, 0);
}

static void
test_all_are_new_in_a_new_quarantine(void)
{
	g_autoptr(History) history = usual_history();
	Record *record = add_record(history, EDGE_ACCOUNT, "AbC", 0, 0);

	record->first = 0;
	history->messages = 99;
	g_assert_cmpint(points(history, "account-new"), ==, 0);
	history->messages = 5000;
	history->since = NOW - 6 * DAY;
	g_assert_cmpint(points(history, "account-new"), ==, 0);
	history->since = 0;
	g_assert_cmpint(points(history, "account-new"), ==, 0);
}

static void
test_always_blocked(void)
{
	static const struct {
		int kind;
		const char *id;
	} rows[] = {
		{ EDGE_ACCOUNT, "account-blocked" },
		{ EDGE_CLAIMED_ACCOUNT, "account-blocked" },
		{ EDGE_LINK, "link-blocked" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(History) history = usual_history();
		Record *record = add_record(history, rows[i].kind, "it", 0, 1);

		g_assert_cmpint(points(history, rows[i].id), ==, 0);
		record->blocked = 2;
		g_assert_cmpint(points(history, rows[i].id), >, 0);
		record->released = 1;
		g_assert_cmpint(points(history, rows[i].id), ==, 0);
	}
}

/* The good one among several links must not hide the bad one. */
static void
test_the_worst_link_counts(void)
{
	g_autoptr(History) history = usual_history();

	add_record(history, EDGE_LINK, "fine.example", 9, 0);
	add_record(history, EDGE_LINK, "lure.example", 0, 7);
	g_assert_cmpint(points(history, "link-blocked"), >, 0);
}

static void
test_sender_released(void)
{
	g_autoptr(History) history = usual_history();
	Record *record = add_record(history, EDGE_SENDER, "AbC shop.example", 2, 0);

	g_assert_cmpint(points(history, "sender-released"), ==, 0);
	record->released = 3;
	g_assert_cmpint(points(history, "sender-released"), <, 0);
	record->blocked = 1;
	g_assert_cmpint(points(history, "sender-released"), ==, 0);
}

/* Neither a claim nor the account alone, which may send for many, inherits trust. */
static void
test_only_a_proven_sender_is_trusted(void)
{
	g_autoptr(History) history = usual_history();

	add_record(history, EDGE_CLAIMED_ACCOUNT, "AbC", 50, 0);
	add_record(history, EDGE_ACCOUNT, "AbC", 50, 0);
	g_assert_cmpint(points(history, "sender-released"), ==, 0);
}

static void
test_several_brands(void)
{
	g_autoptr(History) history = usual_history();

	g_ptr_array_add(history->brands, g_strdup("MetaMask"));
	g_ptr_array_add(history->brands, g_strdup("Ledger"));
	g_assert_cmpint(points(history, "several-brands"), ==, 0);
	g_ptr_array_add(history->brands, g_strdup("Docusign"));
	g_assert_cmpint(points(history, "several-brands"), >, 0);
}

static void
test_burst(void)
{
	g_autoptr(History) history = usual_history();
	Burst *burst = g_new0(Burst, 1);

	g_assert_cmpint(points(history, "burst"), ==, 0);
	burst->key = "account";
	burst->value = g_strdup("AbC");
	burst->messages = 57;
	burst->usual = 3;
	burst->window = HOUR;
	g_ptr_array_add(history->bursts, burst);
	g_assert_cmpint(points(history, "burst"), >, 0);
}

/* Fifty messages blocked and fifty released, and what has one feature. */
static int
learned(int64_t released, int64_t blocked)
{
	g_autoptr(History) history = usual_history();

	history->released = history->blocked = 50;
	add_record(history, EDGE_TEXT, "0123456789abcdef", released, blocked);
	return points(history, "learned");
}

static void
test_learned(void)
{
	g_assert_cmpint(learned(0, 40), >, 4);
	g_assert_cmpint(learned(40, 0), <, -4);
	g_assert_cmpint(learned(0, 40), ==, -learned(40, 0));
	g_assert_cmpint(learned(20, 20), ==, 0);
	g_assert_cmpint(learned(0, 0), ==, 0);
	g_assert_cmpint(learned(0, 1), ==, 0);
	g_assert_cmpint(learned(0, 4), <, learned(0, 40));
}

static void
test_learned_is_bounded(void)
{
	g_autoptr(History) history = usual_history();

	history->released = history->blocked = 100000;
	for (int i = 0; i < 40; i++) {
		g_autofree char *id = g_strdup_printf("finding-%d", i);

		add_record(history, HISTORY_FINDING, id, 0, 100000);
	}
	g_assert_cmpint(points(history, "learned"), ==, LEARNED_MOST);
}

static void
test_few_lessons_say_nothing(void)
{
	g_autoptr(History) history = usual_history();

	history->blocked = 50;
	history->released = 4;
	add_record(history, EDGE_TEXT, "0123456789abcdef", 0, 40);
	g_assert_cmpint(points(history, "learned"), ==, 0);
	history->released = 5;
	g_assert_cmpint(points(history, "learned"), >, 0);
	history->learn = false;
	g_assert_cmpint(points(history, "learned"), ==, 0);
}

/* Four digests of one text are one reason, not four. */
static void
test_one_feature_of_each_kind(void)
{
	g_autoptr(History) history = usual_history();
	int one;

	history->released = history->blocked = 50;
	add_record(history, EDGE_TEXT, "a", 0, 40);
	one = points(history, "learned");
	add_record(history, EDGE_TEXT, "b", 0, 40);
	add_record(history, EDGE_TEXT, "c", 0, 40);
	g_assert_cmpint(points(history, "learned"), ==, one);
	add_record(history, EDGE_KIT, "X-Kit", 0, 40);
	g_assert_cmpint(points(history, "learned"), >, one);
}

/* Whatever history said before is said anew, and once; what reading found stays. */
static void
test_judged_twice_is_judged_once(void)
{
	g_autoptr(History) history = usual_history();
	g_autoptr(GPtrArray) read = findings_new();
	g_autoptr(GPtrArray) once = NULL;
	g_autoptr(GPtrArray) twice = NULL;
	g_autoptr(GPtrArray) after = NULL;
	bool found = false;

	add_finding(read, "brand-name", 24, "header From");
	add_finding(read, "links-leave", 10, "link 1");
	add_record(history, EDGE_ACCOUNT, "AbC", 0, 9);
	once = history_judge(read, history, NULL, &found);
	twice = history_judge(once, history, NULL, &found);
	g_assert_cmpuint(once->len, ==, 3);
	g_assert_cmpuint(twice->len, ==, 3);
	g_assert_cmpint(findings_sum(once), ==, findings_sum(twice));
	for (guint i = 1; i < twice->len; i++)
		g_assert_cmpint(((Finding *)g_ptr_array_index(twice, i - 1))->weight, >=,
			((Finding *)g_ptr_array_index(twice, i))->weight);

	g_ptr_array_set_size(history->records, 0);
	after = history_judge(twice, history, NULL, &found);
	g_assert_false(found);
	g_assert_cmpuint(after->len, ==, 2);
	g_assert_cmpint(findings_sum(after), ==, 34);
}

static void
test_weights_count(void)
{
	g_autoptr(History) history = usual_history();
	g_autoptr(Weights) weights = weights_parse("account-blocked 3\nlearned 0\n", NULL);
	g_autoptr(GPtrArray) none = findings_new();
	g_autoptr(GPtrArray) judged = NULL;
	bool found = false;

	history->released = history->blocked = 50;
	add_record(history, EDGE_ACCOUNT, "AbC", 0, 40);
	judged = history_judge(none, history, weights, &found);
	g_assert_cmpuint(judged->len, ==, 1);
	g_assert_cmpint(findings_sum(judged), ==, 3);
}

/* The weights that ship are fitted to mails, which have no history. */
static void
test_shipped_weights_leave_history_alone(void)
{
	g_autoptr(Weights) weights = weights_shipped();

	for (const HistoryCheck *check = history_checks(); check->id; check++) {
		g_assert_cmpint(weights_of(weights, check->id, 1000), ==, 1000);
		for (const Detector *const *detector = detectors(); *detector; detector++)
			g_assert_cmpstr((*detector)->id, !=, check->id);
	}
}

/* From the very sentences that the detectors write. */
static void
test_brand_of_a_finding(void)
{
	const char *list = "Meta\"Mask | metamask | metamask.io\n";
	g_autoptr(Brands) brands = brands_new();
	g_autoptr(Message) message = message_new();
	Site site = { .brands = brands };
	g_autofree char *brand = NULL;
	Finding other = { .id = (char *)"urgency-subject", .text = (char *)"says \"now\"" };

	g_assert_true(brands_add(brands, list, NULL));
	g_free(message->from->name);
	message->from->name = g_strdup("MetaMask Support");
	message->from_domain = g_strdup("bakery.example");
	message_judge(message, &site);
	g_assert_nonnull(find(message->findings, "brand-name"));
	brand = finding_brand(find(message->findings, "brand-name"));
	g_assert_cmpstr(brand, ==, "Meta\"Mask");
	g_assert_null(finding_brand(&other));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/history/account-new", test_account_new);
	g_test_add_func(
		"/history/all-are-new-in-a-new-quarantine", test_all_are_new_in_a_new_quarantine);
	g_test_add_func("/history/always-blocked", test_always_blocked);
	g_test_add_func("/history/the-worst-link-counts", test_the_worst_link_counts);
	g_test_add_func("/history/sender-released", test_sender_released);
	g_test_add_func(
		"/history/only-a-proven-sender-is-trusted", test_only_a_proven_sender_is_trusted);
	g_test_add_func("/history/several-brands", test_several_brands);
	g_test_add_func("/history/burst", test_burst);
	g_test_add_func("/history/learned", test_learned);
	g_test_add_func("/history/learned-is-bounded", test_learned_is_bounded);
	g_test_add_func("/history/few-lessons-say-nothing", test_few_lessons_say_nothing);
	g_test_add_func("/history/one-feature-of-each-kind", test_one_feature_of_each_kind);
	g_test_add_func("/history/judged-twice-is-judged-once", test_judged_twice_is_judged_once);
	g_test_add_func("/history/weights-count", test_weights_count);
	g_test_add_func("/history/shipped-weights-leave-history-alone",
		test_shipped_weights_leave_history_alone);
	g_test_add_func("/history/brand-of-a-finding", test_brand_of_a_finding);
	return g_test_run();
}
