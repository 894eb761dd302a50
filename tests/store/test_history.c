/* What a store knows of a message's keys, what decisions teach it, and that it forgets
 * exactly what is taken back. */
#include "store/history.h"

#include <string.h>

#include "store/db.h"
#include "store/rescore.h"
#include "store/rule.h"
#include "store/traffic.h"
#include "tests/processor.h"
#include "tests/store/sample.h"

enum {
	STEPS = 600,
	MESSAGES = 24,
	MANY = 10000,
};

static void
add_finding(Message *message, const char *id, const char *text, int weight)
{
	Finding *finding = g_new0(Finding, 1);

	finding->id = g_strdup(id);
	finding->weight = weight;
	finding->text = g_strdup(text);
	finding->evidence = g_strdup("");
	finding->where = g_strdup("header From");
	g_ptr_array_add(message->findings, finding);
	message->score = findings_sum(message->findings);
}

static void
add_link(Message *message, const char *domain)
{
	Link *link = g_new0(Link, 1);

	link->text = g_strdup("");
	link->url = g_strdup_printf("https://%s/x", domain);
	link->final = g_strdup(link->url);
	link->chain = g_ptr_array_new_with_free_func(g_free);
	link->services = g_ptr_array_new_with_free_func(g_free);
	link->domain = g_strdup(domain);
	link->where = g_strdup("part 1");
	g_ptr_array_add(message->links, link);
}

static void
enrich_lure(Message *message)
{
	add_finding(message, "brand-name", "display name says \"MetaMask\", sent from x", 20);
	add_link(message, "lure.example");
}

static void
enrich_other_lure(Message *message)
{
	add_finding(message, "brand-name", "display name says \"Ledger\", sent from x", 20);
	add_link(message, "lure.example");
}

static void
enrich_good(Message *message)
{
	add_finding(message, "links-leave", "every link leaves", 10);
	add_link(message, "shop.example");
}

static const SampleMail lure = {
	.account = "LureEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg=",
	.from = "a@bakery.example",
	.domain = "bakery.example",
	.identity = "bakery.example",
	.enrich = enrich_lure,
};
static const SampleMail good = { .enrich = enrich_good };

static const KeyHistory *
key_of(const GPtrArray *keys, const char *key)
{
	for (guint i = 0; i < keys->len; i++) {
		const KeyHistory *history = g_ptr_array_index(keys, i);

		if (g_str_equal(history->key, key))
			return history;
	}
	g_assert_not_reached();
}

static int64_t
value_of(const Sample *sample, const char *sql)
{
	g_autoptr(GError) error = NULL;
	int64_t value = 0;

	db_value(sample->store, sql, &value, &error);
	g_assert_no_error(error);
	return value;
}

static int64_t
undo(const Sample *sample, int64_t operation)
{
	g_autoptr(GError) error = NULL;
	int64_t undone = store_undo(sample->store, operation, "alice", SAMPLE_NOW, &error);

	g_assert_no_error(error);
	return undone;
}

static void
test_keys(Sample *sample, G_GNUC_UNUSED const void *data)
{
	SampleMail other = lure;
	g_autoptr(GPtrArray) keys = NULL;
	const KeyHistory *account;
	KeyRecord record;

	other.domain = "orchard.example";
	other.enrich = enrich_other_lure;
	sample_add(sample, &lure);
	sample_add(sample, &lure);
	sample_add(sample, &other);
	sample_add(sample, &good);
	sample_do(sample, DECISION_BLOCK, 1);
	sample_do(sample, DECISION_RELEASE, 2);
	undo(sample, sample_do(sample, DECISION_BLOCK, 3));
	keys = store_history(sample->store, 3, NULL);
	account = key_of(keys, "account");

	g_assert_cmpint(account->record.messages, ==, 3);
	g_assert_cmpint(account->record.by_state[STATE_HELD], ==, 1);
	g_assert_cmpint(account->record.by_state[STATE_RELEASED], ==, 1);
	g_assert_cmpint(account->record.by_state[STATE_BLOCKED], ==, 1);
	g_assert_cmpint(account->record.person_blocked, ==, 1);
	g_assert_cmpint(account->record.person_released, ==, 1);
	g_assert_cmpint(account->record.first, ==, SAMPLE_NOW - 3000 + 1);
	g_assert_cmpint(account->record.last, ==, SAMPLE_NOW - 3000 + 3);
	g_assert_cmpuint(account->domains->len, ==, 2);
	g_assert_cmpuint(account->brands->len, ==, 2);
	g_assert_cmpuint(account->decisions->len, ==, 4);
	g_assert_true(((KeyDecision *)g_ptr_array_index(account->decisions, 1))->undone);
	g_assert_cmpint(key_of(keys, "link")->record.messages, ==, 3);
	g_assert_cmpint(key_of(keys, "sender")->record.messages, ==, 3);
	g_assert_cmpint(key_of(keys, "domain")->record.messages, ==, 1);
	g_assert_cmpint(key_of(keys, "domain")->record.first, ==, SAMPLE_NOW - 3000 + 3);

	g_assert_true(store_account_record(sample->store, 3, &record, NULL));
	g_assert_cmpint(record.messages, ==, 3);
}

/* An account that nothing vouches for has no record, whoever else has it. */
static void
test_unproven_account_has_no_record(Sample *sample, G_GNUC_UNUSED const void *data)
{
	SampleMail forged = lure;
	KeyRecord record;

	forged.unproven = true;
	sample_add(sample, &lure);
	sample_add(sample, &forged);
	g_assert_true(store_account_record(sample->store, 2, &record, NULL));
	g_assert_cmpint(record.messages, ==, 0);
	g_assert_true(store_account_record(sample->store, 1, &record, NULL));
	g_assert_cmpint(record.messages, ==, 1);
}

static Rule *
deny(const char *domain)
{
	Rule *rule = g_new0(Rule, 1);

	rule->kind = RULE_DENY;
	rule->domain = g_strdup(domain);
	rule->owner = g_strdup("alice");
	rule->reason = g_strdup("lures");
	rule->created = SAMPLE_NOW;
	return rule;
}

/* What a rule did is no person's decision. */
static void
test_rules_teach_nothing(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Rule) rule = deny("bakery.example");
	g_autoptr(GPtrArray) keys = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(store_add_rule(sample->store, rule, NULL, &error), >, 0);
	g_assert_no_error(error);
	sample_add(sample, &lure);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_BLOCKED);
	keys = store_history(sample->store, 1, NULL);
	g_assert_cmpint(key_of(keys, "account")->record.by_state[STATE_BLOCKED], ==, 1);
	g_assert_cmpint(key_of(keys, "account")->record.person_blocked, ==, 0);
	g_assert_cmpint(value_of(sample, "SELECT count(*) FROM lesson"), ==, 0);
}

static int
score_of(const Sample *sample, int64_t id)
{
	g_autoptr(MessageRow) row = store_row(sample->store, id, NULL);

	return row->score;
}

static bool
has_finding(const Sample *sample, int64_t id, const char *finding)
{
	g_autoptr(Message) message = store_load(sample->store, id, NULL);

	for (guint i = 0; i < message->findings->len; i++) {
		if (g_str_equal(((Finding *)g_ptr_array_index(message->findings, i))->id, finding))
			return true;
	}
	return false;
}

/* What is held is judged again at once, what comes as it comes. */
static void
test_score_follows(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t second;

	for (int i = 0; i < 4; i++)
		sample_add(sample, &lure);
	g_assert_cmpint(score_of(sample, 4), ==, 20);
	sample_do(sample, DECISION_BLOCK, 1);
	g_assert_cmpint(score_of(sample, 4), ==, 20);
	second = sample_do(sample, DECISION_BLOCK, 2);
	g_assert_cmpint(score_of(sample, 4), >, 20);
	g_assert_true(has_finding(sample, 4, "account-blocked"));
	g_assert_true(has_finding(sample, 4, "link-blocked"));
	g_assert_cmpint(sample_add(sample, &lure), ==, 5);
	g_assert_cmpint(score_of(sample, 5), ==, score_of(sample, 4));
	undo(sample, second);
	g_assert_cmpint(score_of(sample, 4), ==, 20);
	g_assert_false(has_finding(sample, 4, "account-blocked"));
	g_assert_cmpint(score_of(sample, 2), ==, 20);
}

static void
test_learning(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) lessons = NULL;
	bool seen = false;

	for (int i = 0; i < 6; i++)
		sample_add(sample, &lure);
	for (int i = 0; i < 6; i++)
		sample_add(sample, &good);
	sample_decide(sample, sample_request(DECISION_BLOCK, 1, 5), NULL);
	g_assert_false(has_finding(sample, 6, "learned"));
	sample_decide(sample, sample_request(DECISION_RELEASE, 7, 11), NULL);
	g_assert_true(has_finding(sample, 12, "learned"));
	g_assert_cmpint(score_of(sample, 12), <, 10);
	lessons = store_lessons(sample->store, 0, NULL);
	for (guint i = 0; i < lessons->len; i++) {
		const Lesson *lesson = g_ptr_array_index(lessons, i);

		if (!g_str_equal(lesson->value, "brand-name"))
			continue;
		seen = true;
		g_assert_cmpstr(lesson->kind, ==, "finding");
		g_assert_cmpint(lesson->blocked, ==, 5);
		g_assert_cmpint(lesson->released, ==, 0);
		g_assert_cmpfloat(lesson->odds, >, 0);
	}
	g_assert_true(seen);

	store_judge_by(sample->store, NULL, false);
	g_assert_cmpint(sample_add(sample, &good), ==, 13);
	g_assert_false(has_finding(sample, 13, "learned"));
}

static void
rescore(const Sample *sample, int64_t id, const SampleMail *mail)
{
	g_autoptr(Message) message = sample_message(mail, (int)id);
	g_autoptr(GArray) outcomes = g_array_new(false, false, sizeof(Rescored));
	g_autoptr(GError) error = NULL;
	const Rereading reading = { .id = id, .message = message };

	mail->enrich(message);
	message_find_edges(message, NULL);
	store_rescore(sample->store, &reading, 1, outcomes, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(outcomes->len, ==, 1);
}

/* Read again, a message keeps what history found, once, and finds what came since. */
static void
test_rescore(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int before;

	for (int i = 0; i < 4; i++)
		sample_add(sample, &lure);
	sample_decide(sample, sample_request(DECISION_BLOCK, 1, 3), NULL);
	before = score_of(sample, 4);
	g_assert_cmpint(before, >, 20);
	rescore(sample, 4, &lure);
	g_assert_cmpint(score_of(sample, 4), ==, before);
	rescore(sample, 4, &good);
	g_assert_cmpint(score_of(sample, 4), ==, 10);
	/* What was decided about itself is no evidence against it. */
	rescore(sample, 1, &lure);
	g_assert_cmpint(score_of(sample, 1), ==, before);
	undo(sample, 0);
	sample_do(sample, DECISION_BLOCK, 1);
	sample_do(sample, DECISION_BLOCK, 2);
	rescore(sample, 1, &lure);
	g_assert_cmpint(score_of(sample, 1), ==, 20);
}

/* ---- what stands is what is counted ---- */

/* What every count must be, from decisions alone: of those in force about a message the
 * latest. */
#define STANDING                                                                                  \
	"(SELECT m.id AS message, m.state AS state, (SELECT x.rule IS NULL FROM decision x"       \
	"  WHERE x.id = (SELECT min(y.id) FROM decision y JOIN operation p ON p.id = y.operation" \
	"   WHERE y.message = m.id AND ifnull(p.origin, p.id) ="                                  \
	"   (SELECT ifnull(o.origin, o.id) FROM decision d JOIN operation o"                      \
	"    ON o.id = d.operation WHERE d.message = m.id GROUP BY 1 HAVING count(*) % 2 = 1"     \
	"    ORDER BY max(d.id) DESC LIMIT 1))) AS person FROM message m WHERE m.state <> 0)"

static void
check_counts(const Sample *sample)
{
	static const char *const same[] = {
		"SELECT count(*) FROM (SELECT id, released, blocked, person_released,"
		" person_blocked FROM edge WHERE kind <> 8 EXCEPT"
		" SELECT e.id, ifnull(sum(s.state = 1), 0), ifnull(sum(s.state = 2), 0),"
		"  ifnull(sum(s.state = 1 AND s.person), 0), ifnull(sum(s.state = 2 AND s.person), 0)"
		"  FROM edge e LEFT JOIN message_edge me ON me.edge = e.id"
		"  LEFT JOIN " STANDING " s ON s.message = me.message GROUP BY e.id)",
		"SELECT count(*) FROM (SELECT finding, released, blocked FROM lesson"
		" WHERE finding <> '' AND released + blocked > 0 EXCEPT"
		" SELECT f.id, count(DISTINCT CASE s.state WHEN 1 THEN s.message END),"
		"  count(DISTINCT CASE s.state WHEN 2 THEN s.message END)"
		"  FROM " STANDING " s JOIN finding f ON f.message = s.message"
		"  WHERE s.person AND f.place <> 'history' GROUP BY f.id)",
		"SELECT ifnull((SELECT released + blocked FROM lesson WHERE finding = ''), 0)"
		" - (SELECT count(*) FROM " STANDING " s WHERE s.person)",
		"SELECT count(*) FROM (SELECT key, value, slot, sum(messages) AS messages FROM " TRAFFIC_KEPT
		" GROUP BY 1, 2, 3 HAVING sum(messages) <> 0"
		" EXCEPT SELECT key, value, received / 600, count(*) FROM (SELECT received,"
		"  1 - account_signed AS key, account AS value FROM message"
		"  UNION ALL SELECT received, 2, config_set FROM message"
		"  UNION ALL SELECT received, 3, ip FROM message) WHERE value IS NOT NULL"
		" GROUP BY key, value, received / 600)",
		"SELECT count(*) FROM unsettled",
		"SELECT count(*) FROM lesson WHERE released < 0 OR blocked < 0",
		"SELECT count(*) FROM edge WHERE min(released, blocked, person_released,"
		" person_blocked) < 0",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(same); i++)
		g_assert_cmpint(value_of(sample, same[i]), ==, 0);
}

/* All scores are what a judge would say now of what he sees, history findings once each. */
static void
check_findings(const Sample *sample)
{
	g_assert_cmpint(
		value_of(sample,
			"SELECT count(*) FROM (SELECT 1 FROM finding WHERE place = 'history'"
			" GROUP BY message, id HAVING count(*) > 1)"),
		==, 0);
	g_assert_cmpint(value_of(sample,
				"SELECT count(*) FROM message m WHERE score <> min(100, max(0,"
				" (SELECT sum(weight) FROM finding WHERE message = m.id)))"),
		==, 0);
}

static void
step(const Sample *sample)
{
	int64_t first = g_test_rand_int_range(1, MESSAGES + 1);
	int64_t last = MIN(first + g_test_rand_int_range(0, 6), MESSAGES);
	int64_t operations = value_of(sample, "SELECT ifnull(max(id), 0) FROM operation");
	int act = g_test_rand_int_range(0, 10);

	if (act < 4)
		sample_decide(sample,
			sample_request(
				(DecisionKind)g_test_rand_int_range(0, DECISIONS), first, last),
			NULL);
	else if (act < 8 && operations > 0)
		store_undo(sample->store, g_test_rand_int_range(1, (gint32)operations + 1), "alice",
			SAMPLE_NOW, NULL);
	else
		rescore(sample, first, act == 8 ? &lure : &good);
}

static void
test_random(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Rule) rule = deny("orchard.example");
	SampleMail ruled = lure;

	ruled.domain = "orchard.example";
	g_assert_cmpint(store_add_rule(sample->store, rule, NULL, NULL), >, 0);
	for (int i = 0; i < MESSAGES; i++)
		sample_add(sample, i % 3 == 0 ? &good : i % 3 == 1 ? &lure : &ruled);
	for (int i = 0; i < STEPS; i++) {
		step(sample);
		if (i % 10 == 0)
			check_counts(sample);
	}
	check_counts(sample);
	check_findings(sample);
	sample_assert_sound(sample);
}

/* The goal is 150 ms of the operation's second on an idle machine; what fails here is the
 * wrong order of growth. */
static void
test_many(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, NULL);
	g_autoptr(GPtrArray) keys = NULL;
	double seconds;

	for (int i = 0; i < MANY; i++)
		sample_put(sample, batch, i % 2 ? &lure : &good);
	g_assert_true(store_batch_commit(batch, NULL));
	seconds = processor_seconds();
	sample_decide(sample, sample_request(DECISION_BLOCK, 1, MANY), NULL);
	seconds = processor_seconds() - seconds;
	g_test_minimized_result(seconds, "block of %d messages: %.2f s", MANY, seconds);
	g_assert_cmpfloat(seconds, <, 20);
	seconds = processor_seconds();
	keys = store_history(sample->store, 1, NULL);
	seconds = processor_seconds() - seconds;
	g_assert_nonnull(keys);
	g_test_minimized_result(seconds, "history of keys of %d: %.4f s", MANY, seconds);
	g_assert_cmpfloat(seconds, <, 1);
	g_assert_true(key_of(keys, "domain")->capped);
	check_counts(sample);
}

/* Rows that what was decided read table by table, instead of by index. */
static int
rows_read_through(const Sample *sample)
{
	GHashTableIter iter;
	void *stmt;
	int rows = 0;

	g_hash_table_iter_init(&iter, sample->store->kept);
	while (g_hash_table_iter_next(&iter, NULL, &stmt)) {
		if (strstr(sqlite3_sql(stmt), "unsettled"))
			rows += sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_FULLSCAN_STEP, true);
	}
	return rows;
}

/* One decision more, the same rows, however many messages there are. */
static void
test_costs_what_is_decided(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int few;

	for (int i = 0; i < 3; i++)
		sample_add(sample, &lure);
	sample_do(sample, DECISION_BLOCK, 1);
	rows_read_through(sample);
	sample_do(sample, DECISION_BLOCK, 2);
	few = rows_read_through(sample);
	for (int i = 0; i < 60; i++)
		sample_do(sample, DECISION_BLOCK, sample_add(sample, i % 2 ? &good : &lure));
	rows_read_through(sample);
	sample_do(sample, DECISION_BLOCK, 3);
	g_assert_cmpint(rows_read_through(sample), ==, few);
}

/* What the last search for held messages of the same campaigns took, in SQLite's steps. */
static int
steps_to_find_alike(const Sample *sample)
{
	GHashTableIter iter;
	void *stmt;
	int steps = 0;

	g_hash_table_iter_init(&iter, sample->store->kept);
	while (g_hash_table_iter_next(&iter, NULL, &stmt)) {
		if (strstr(sqlite3_sql(stmt), "campaigns (id)"))
			steps += sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_VM_STEP, true);
	}
	return steps;
}

static void
test_judging_costs_what_is_alike(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int few;

	for (int i = 0; i < 3; i++)
		sample_add(sample, &lure);
	sample_do(sample, DECISION_BLOCK, 1);
	steps_to_find_alike(sample);
	sample_do(sample, DECISION_BLOCK, 2);
	few = steps_to_find_alike(sample);
	g_assert_cmpint(few, >, 0);
	for (int i = 0; i < 300; i++)
		sample_add(sample, &good);
	sample_do(sample, DECISION_BLOCK, 3);
	g_assert_cmpint(steps_to_find_alike(sample), <=, few);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/history/keys", test_keys);
	sample_test("/history/unproven-account-has-no-record", test_unproven_account_has_no_record);
	sample_test("/history/rules-teach-nothing", test_rules_teach_nothing);
	sample_test("/history/score-follows", test_score_follows);
	sample_test("/history/learning", test_learning);
	sample_test("/history/rescore", test_rescore);
	sample_test("/history/random", test_random);
	sample_test("/history/costs-what-is-decided", test_costs_what_is_decided);
	sample_test("/history/judging-costs-what-is-alike", test_judging_costs_what_is_alike);
	sample_test("/history/many", test_many);
	return g_test_run();
}
