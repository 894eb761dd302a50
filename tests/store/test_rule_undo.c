/* Rules made, removed, undone and redone: what comes back is what was there. */
#include "store/db.h"
#include "store/rule.h"
#include "tests/store/sample.h"

enum {
	STEPS = 150,
	MESSAGES = 8,
};

static Rule *
rule_on(RuleKind kind, const char *account)
{
	Rule *rule = g_new0(Rule, 1);

	rule->kind = kind;
	rule->account = g_strdup(account);
	if (kind == RULE_ALLOW)
		rule->domain = g_strdup("mail.shop.example");
	rule->owner = g_strdup("carol");
	rule->reason = g_strdup("because");
	rule->created = SAMPLE_NOW;
	rule->expires = kind == RULE_ALLOW ? SAMPLE_NOW + 1000 : 0;
	return rule;
}

static int64_t
add(const Sample *sample, RuleKind kind, const char *account, int64_t *id)
{
	g_autoptr(Rule) rule = rule_on(kind, account);
	g_autoptr(GError) error = NULL;
	int64_t operation = store_add_rule(sample->store, rule, NULL, &error);

	g_assert_no_error(error);
	*id = rule->id;
	return operation;
}

static int64_t
undo(const Sample *sample, int64_t operation)
{
	g_autoptr(GError) error = NULL;
	int64_t undone = store_undo(sample->store, operation, "dave", SAMPLE_NOW + 5, &error);

	g_assert_no_error(error);
	return undone;
}

static void
assert_conflict(const Sample *sample, int64_t operation, const char *words)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(
		store_undo(sample->store, operation, "dave", SAMPLE_NOW + 5, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
	g_assert_cmpstr(error->message, ==, words);
}

static guint
rules_here(const Sample *sample)
{
	g_autoptr(GPtrArray) rules = store_rules(sample->store, SAMPLE_NOW, NULL);

	return rules->len;
}

/* A rule and what it blocked are one operation. */
static void
test_settles_and_undone(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t id, made, taken;

	sample_add_plain(sample, 3);
	sample_do(sample, DECISION_RELEASE, 2);
	made = add(sample, RULE_DENY, SAMPLE_ACCOUNT, &id);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_BLOCKED);
	g_assert_cmpint(sample_state(sample, 2), ==, STATE_RELEASED);
	taken = undo(sample, made);
	g_assert_cmpuint(rules_here(sample), ==, 0);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_HELD);
	g_assert_cmpint(sample_state(sample, 2), ==, STATE_RELEASED);
	g_assert_cmpint(sample_state(sample, 3), ==, STATE_HELD);
	g_assert_cmpint(
		sample_state(sample, sample_add(sample, &(SampleMail){ 0 })), ==, STATE_HELD);
	undo(sample, taken);
	g_assert_cmpuint(rules_here(sample), ==, 1);
	g_assert_cmpint(sample_state(sample, 3), ==, STATE_BLOCKED);
	g_assert_cmpint(
		sample_state(sample, sample_add(sample, &(SampleMail){ 0 })), ==, STATE_BLOCKED);
}

static void
test_removal(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t id, removed;

	add(sample, RULE_DENY, SAMPLE_ACCOUNT, &id);
	removed = store_remove_rule(sample->store, id, "alice", SAMPLE_NOW, NULL);
	g_assert_cmpuint(rules_here(sample), ==, 0);
	removed = undo(sample, removed);
	g_assert_cmpuint(rules_here(sample), ==, 1);
	g_assert_cmpint(
		sample_state(sample, sample_add(sample, &(SampleMail){ 0 })), ==, STATE_BLOCKED);
	undo(sample, removed);
	g_assert_cmpuint(rules_here(sample), ==, 0);
}

static void
test_built_upon(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t id, made, deny;

	sample_add_plain(sample, 1);
	made = add(sample, RULE_ALLOW, SAMPLE_ACCOUNT, &id);
	store_remove_rule(sample->store, id, "bob", SAMPLE_NOW, NULL);
	assert_conflict(sample, made,
		"rule 1 was removed by bob since (operation 2): operation 1 cannot be taken back");
	deny = add(sample, RULE_DENY, SAMPLE_ACCOUNT, &id);
	sample_do(sample, DECISION_RELEASE, 1);
	assert_conflict(sample, deny,
		"message 1 was released by alice just now: operation 3 cannot be taken back");
	g_assert_cmpuint(rules_here(sample), ==, 1);
}

/* ---- random sequences ---- */

/* All that operations on rules may change, as text. */
static char *
picture(const Sample *sample)
{
	static const char sql[] =
		"SELECT 'rule ' || id || ' ' || (removed = 0) || ' ' || hits || ' ' || last_hit"
		" FROM rule UNION ALL SELECT 'message ' || id || ' ' || state FROM message"
		" ORDER BY 1";
	g_autoptr(sqlite3_stmt) select = db_prepare(sample->store, sql, NULL);
	GString *text = g_string_new(NULL);

	while (db_step(sample->store, select, NULL) == STEP_ROW)
		g_string_append_printf(text, "%s\n", (const char *)sqlite3_column_text(select, 0));
	return g_string_free(text, false);
}

/* A rule that was never there is as one that is undone. */
static char *
without_undone(const char *text)
{
	g_autoptr(GRegex) undone = g_regex_new("^rule \\d+ 0 .*\n", G_REGEX_MULTILINE, 0, NULL);

	return g_regex_replace_literal(undone, text, -1, 0, "", 0, NULL);
}

static int64_t
do_something(const Sample *sample)
{
	g_autofree char *account = g_strdup_printf("acct%d", g_test_rand_int_range(0, 3));
	g_autoptr(GPtrArray) rules = store_rules(sample->store, SAMPLE_NOW, NULL);
	int64_t message = g_test_rand_int_range(1, MESSAGES + 1);
	int64_t id;

	switch (g_test_rand_int_range(0, 4)) {
	case 0:
		return add(sample, RULE_DENY, account, &id);
	case 1:
		return add(sample, RULE_ALLOW, account, &id);
	case 2:
		id = rules->len ? ((Rule *)g_ptr_array_index(rules, 0))->id : 0;
		return id ? store_remove_rule(sample->store, id, "dave", SAMPLE_NOW, NULL) : 0;
	default:
		return sample_decide(sample,
			sample_request(g_test_rand_bit() ? DECISION_BLOCK : DECISION_HOLD, message,
				message),
			NULL);
	}
}

/* Undone at once, and redone, everything is as it was; what is left undone makes room for
 * what comes. */
static void
test_random(Sample *sample, G_GNUC_UNUSED const void *data)
{
	for (int i = 0; i < MESSAGES; i++) {
		g_autofree char *account = g_strdup_printf("acct%d", i % 3);

		sample_add(sample, &(SampleMail){ .account = account });
	}
	for (int i = 0; i < STEPS; i++) {
		g_autofree char *before = picture(sample);
		int64_t operation = do_something(sample);
		g_autofree char *after = picture(sample);
		g_autofree char *undone = NULL, *redone = NULL;
		g_autofree char *wanted = without_undone(before), *got = NULL;
		int64_t taken;

		if (!operation)
			continue;
		taken = undo(sample, operation);
		undone = picture(sample);
		got = without_undone(undone);
		g_assert_cmpstr(got, ==, wanted);
		if (g_test_rand_int_range(0, 3) == 0)
			continue;
		undo(sample, taken);
		redone = picture(sample);
		g_assert_cmpstr(redone, ==, after);
	}
}

/* From the last operation back to the first, everything is as in the beginning. */
static void
test_all_the_way(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GArray) operations = g_array_new(false, false, sizeof(int64_t));
	g_autofree char *before = NULL, *after = NULL, *left = NULL;

	for (int i = 0; i < MESSAGES; i++) {
		g_autofree char *account = g_strdup_printf("acct%d", i % 3);

		sample_add(sample, &(SampleMail){ .account = account });
	}
	before = picture(sample);
	for (int i = 0; i < 40; i++) {
		int64_t operation = do_something(sample);

		if (operation)
			g_array_append_val(operations, operation);
	}
	while (operations->len > 0) {
		undo(sample, g_array_index(operations, int64_t, operations->len - 1));
		g_array_set_size(operations, operations->len - 1);
	}
	after = picture(sample);
	left = without_undone(after);
	g_assert_cmpstr(left, ==, before);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/rule-undo/rule-and-what-it-blocked-are-one", test_settles_and_undone);
	sample_test("/rule-undo/removal-comes-back-too", test_removal);
	sample_test("/rule-undo/not-where-somebody-built-upon-it", test_built_upon);
	sample_test("/rule-undo/random-sequences-restore-exactly", test_random);
	sample_test("/rule-undo/all-the-way-back", test_all_the_way);
	return g_test_run();
}
