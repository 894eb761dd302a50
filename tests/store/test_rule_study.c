/* What rules would have done, what decisions suggest, what an audit names, and why. */
#include "store/rule_study.h"

#include <math.h>

#include "mail/link.h"
#include "store/claim.h"
#include "store/db.h"
#include "store/explain.h"
#include "tests/store/sample.h"

enum {
	DAY = 86400,
};

static Rule *
rule_new(RuleKind kind)
{
	Rule *rule = g_new0(Rule, 1);

	rule->kind = kind;
	rule->account = g_strdup(SAMPLE_ACCOUNT);
	if (kind == RULE_ALLOW)
		rule->domain = g_strdup("mail.shop.example");
	rule->owner = g_strdup("carol");
	rule->reason = g_strdup("known shop");
	rule->created = SAMPLE_NOW - 1000;
	rule->expires = kind == RULE_ALLOW ? SAMPLE_NOW + 90 * DAY : 0;
	return rule;
}

static void
add_rule(const Sample *sample, Rule *rule)
{
	g_autoptr(GError) error = NULL;

	store_add_rule(sample->store, rule, NULL, &error);
	g_assert_no_error(error);
}

static GPtrArray *
list_of(const char *text)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(list, g_strdup(text));
	return list;
}

static void
find(Message *message, const char *id, int weight)
{
	Finding *finding = g_new0(Finding, 1);

	finding->id = g_strdup(id);
	finding->weight = weight;
	finding->text = g_strdup("found");
	finding->evidence = g_strdup("");
	finding->where = g_strdup("");
	g_ptr_array_add(message->findings, finding);
}

static void
find_leaves(Message *message)
{
	find(message, "links-leave", 17);
	find(message, "told", 0);
}

static void
find_form(Message *message)
{
	find(message, "form", 25);
}

static void
assert_list(const GPtrArray *list, const char *wanted)
{
	g_autoptr(GString) joined = g_string_new(NULL);

	for (guint i = 0; i < list->len; i++)
		g_string_append_printf(
			joined, "%s%s", i > 0 ? "|" : "", (char *)g_ptr_array_index(list, i));
	g_assert_cmpstr(joined->str, ==, wanted);
}

/* ---- back-test ---- */

static void
test_words(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Rule) allow = rule_new(RULE_ALLOW);
	g_autoptr(Rule) deny = rule_new(RULE_DENY);
	g_autoptr(GPtrArray) allowed = NULL, denied = NULL;
	RuleTest test;

	sample_add_plain(sample, 3);
	sample_add(sample, &(SampleMail){ .recipients = "ann@here.example eve@there.example" });
	sample_add(sample, &(SampleMail){ .enrich = find_form });
	sample_add(sample, &(SampleMail){ .unproven = true });
	sample_do(sample, DECISION_BLOCK, 1);
	sample_do(sample, DECISION_RELEASE, 2);
	allow->recipients = list_of("here.example");
	g_assert_true(store_test_rule(sample->store, allow, NULL, &test, NULL));
	allowed = rule_test_words(allow, &test);
	assert_list(allowed,
		"would have released 3 messages here, of which a person blocked 1"
		"|agrees with a person on 1"
		"|1 of them held: they stay so, release them yourself"
		"|would leave out 1 more of this identity: nothing trusted vouches for them"
		"|would leave out 1 more of this identity: recipients or From are out of its scope"
		"|would leave out 1 more of this identity: they have findings that it does not lift");
	g_assert_true(store_test_rule(sample->store, deny, NULL, &test, NULL));
	denied = rule_test_words(deny, &test);
	assert_list(denied,
		"would have blocked 6 messages here, of which a person released 1"
		"|agrees with a person on 1"
		"|4 of them held, for 2 recipients: it blocks these at once"
		"|for 1 of them the account is only claimed: others can have written it to get it "
		"blocked");
}

/* An undone decision is none, nor is a rule's. */
static void
test_whose_decision(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Rule) first = rule_new(RULE_DENY);
	g_autoptr(Rule) allow = rule_new(RULE_ALLOW);
	int64_t block;
	RuleTest test;

	sample_add_plain(sample, 3);
	block = sample_do(sample, DECISION_BLOCK, 1);
	sample_do(sample, DECISION_RELEASE, 2);
	block = store_undo(sample->store, block, "alice", SAMPLE_NOW, NULL);
	g_assert_true(store_test_rule(sample->store, allow, NULL, &test, NULL));
	g_assert_cmpint(test.against, ==, 0);
	g_assert_cmpint(test.agreed, ==, 1);
	store_undo(sample->store, block, "alice", SAMPLE_NOW, NULL);
	add_rule(sample, first);
	g_assert_cmpint(sample_state(sample, 3), ==, STATE_BLOCKED);
	g_assert_true(store_test_rule(sample->store, allow, NULL, &test, NULL));
	g_assert_cmpint(test.against, ==, 1);
	g_assert_cmpint(test.since, ==, 1);
}

/* Who claims what a deny rule will block is said; a claim does not keep it back. */
static void
test_claimed(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GArray) ids = g_array_new(false, false, sizeof(int64_t));
	g_autoptr(Rule) rule = rule_new(RULE_DENY);
	g_autoptr(MessageRow) row = NULL;
	int64_t one = 1;
	RuleTest test;

	sample_add_plain(sample, 2);
	g_array_append_val(ids, one);
	store_claim(sample->store,
		&(ClaimRequest){
			.ids = ids, .actor = "bob", .now = SAMPLE_NOW, .until = SAMPLE_NOW + 60 },
		NULL);
	rule->created = SAMPLE_NOW;
	g_assert_true(store_test_rule(sample->store, rule, NULL, &test, NULL));
	g_assert_cmpint(test.claimed, ==, 1);
	g_free(rule->owner);
	rule->owner = g_strdup("bob");
	g_assert_true(store_test_rule(sample->store, rule, NULL, &test, NULL));
	g_assert_cmpint(test.claimed, ==, 0);
	add_rule(sample, rule);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_BLOCKED);
	row = store_row(sample->store, 1, NULL);
	g_assert_null(claim_holder(row, SAMPLE_NOW));
}

static int
count_step(void *data)
{
	(*(int64_t *)data)++;
	return 0;
}

/* Instructions of SQLite that the back-test of @rule takes, in hundreds. */
static int64_t
cost_of(const Sample *sample, Rule *rule)
{
	int64_t steps = 0;
	RuleTest test;

	sqlite3_progress_handler(db_handle(sample->store), 100, count_step, &steps);
	g_assert_true(store_test_rule(sample->store, rule, NULL, &test, NULL));
	sqlite3_progress_handler(db_handle(sample->store), 0, NULL, NULL);
	g_assert_cmpint(test.matches, ==, 0);
	return steps;
}

/* It reads what it could match, not the store. */
static void
test_back_test_by_index(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *digest = g_strnfill(64, 'b');
	Rule rules[] = {
		{ .kind = RULE_ALLOW, .account = (char *)"none", .domain = (char *)"shop.example" },
		{ .kind = RULE_DENY, .account = (char *)"none" },
		{ .kind = RULE_DENY, .domain = (char *)"none.example" },
		{ .kind = RULE_DENY, .link = (char *)"none.example" },
		{ .kind = RULE_DENY, .file = digest },
	};
	int64_t before[G_N_ELEMENTS(rules)];

	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
		rules[i].domain = g_strdup(rules[i].domain);
		rules[i].link = g_strdup(rules[i].link);
		rules[i].file = g_strdup(rules[i].file);
		before[i] = cost_of(sample, &rules[i]);
	}
	sample_add_plain(sample, 500);
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
		g_assert_cmpint(cost_of(sample, &rules[i]), <=, before[i] + 1);
		g_free(rules[i].domain);
		g_free(rules[i].link);
		g_free(rules[i].file);
	}
}

static int64_t
cost_of_arrival(Sample *sample)
{
	int64_t steps = 0;

	sqlite3_progress_handler(db_handle(sample->store), 100, count_step, &steps);
	sample_add(sample, &(SampleMail){ .attachment = true });
	sqlite3_progress_handler(db_handle(sample->store), 0, NULL, NULL);
	return steps;
}

/* A message looks for its own marks, whatever rules there are. */
static void
test_arrival_by_index(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char few[] =
		"INSERT INTO rule (kind, account, domain, link, url, file, owner, reason, created)"
		" VALUES (0, 'a', 'b.example', NULL, NULL, NULL, 'o', 'r', 1),"
		" (1, NULL, NULL, 'b.example', NULL, NULL, 'o', 'r', 1),"
		" (1, NULL, NULL, NULL, 'https://b.example/', NULL, 'o', 'r', 1),"
		" (1, NULL, NULL, NULL, NULL, 'b', 'o', 'r', 1), (1, 'a', NULL, NULL, NULL, NULL,"
		" 'o', 'r', 1)";
	static const char many[] =
		"INSERT INTO rule (kind, account, domain, link, url, file, owner, reason, created)"
		" WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 2000)"
		" SELECT r.kind, r.account || i, r.domain || i, r.link || i, r.url || i, r.file || i,"
		" 'o', 'r', 1 FROM c JOIN rule r ON r.id <= 5";
	int64_t before, after;

	g_assert_true(db_exec(sample->store, few, NULL));
	sample_add_plain(sample, 50);
	before = cost_of_arrival(sample);
	g_assert_true(db_exec(sample->store, many, NULL));
	after = cost_of_arrival(sample);
	g_assert_cmpint(after, <=, before + before / 10 + 2);
}

/* ---- the narrowest rule ---- */

static void
test_narrow(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Rule) rule = rule_new(RULE_ALLOW);
	g_autoptr(Rule) deep = rule_new(RULE_ALLOW);

	sample_add(sample,
		&(SampleMail){
			.enrich = find_leaves, .recipients = "Ann@Here.example bob@here.example" });
	sample_add(sample,
		&(SampleMail){ .recipients = "eve@there.example", .from = "x@a.b.shop.example" });
	sample_add(
		sample, &(SampleMail){ .enrich = find_form, .recipients = "joe@nowhere.example" });
	sample_add(sample, &(SampleMail){ .from = "y@b.shop.example" });
	sample_do(sample, DECISION_RELEASE, 1);
	sample_do(sample, DECISION_RELEASE, 2);
	sample_do(sample, DECISION_BLOCK, 3);
	g_assert_true(store_narrow_rule(sample->store, rule, 0, NULL));
	assert_list(rule->recipients, "here.example|there.example");
	assert_list(rule->from_domains, "");
	assert_list(rule->lifts, "links-leave");
	g_assert_true(store_narrow_rule(sample->store, rule, 3, NULL));
	assert_list(rule->recipients, "here.example|nowhere.example|there.example");
	assert_list(rule->lifts, "form|links-leave");
	store_undo(sample->store, 1, "alice", SAMPLE_NOW, NULL);
	g_assert_true(store_narrow_rule(sample->store, deep, 4, NULL));
	assert_list(deep->from_domains, "a.b.shop.example|b.shop.example");
}

/* That people blocked this account, or that it sends far more than it used to, is what a
 * rule is to stop at. */
static void
test_narrow_lifts_no_history(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char sql[] =
		"SELECT count(*) FROM finding WHERE message = 3 AND id = 'account-blocked'";
	g_autoptr(Rule) rule = rule_new(RULE_ALLOW);
	int64_t blocked = 0;

	sample_add(sample, &(SampleMail){ 0 });
	sample_add(sample, &(SampleMail){ 0 });
	sample_do(sample, DECISION_BLOCK, 1);
	sample_do(sample, DECISION_BLOCK, 2);
	sample_add(sample, &(SampleMail){ .enrich = find_form });
	g_assert_true(db_value(sample->store, sql, &blocked, NULL));
	g_assert_cmpint(blocked, ==, 1);
	g_assert_true(store_narrow_rule(sample->store, rule, 3, NULL));
	assert_list(rule->lifts, "form");
}

/* ---- suggestions ---- */

static void
test_wilson(void)
{
	g_assert_cmpfloat_with_epsilon(wilson_bound(5, 5), 0.56552, 0.0001);
	g_assert_cmpfloat_with_epsilon(wilson_bound(38, 39), 0.86824, 0.0001);
	g_assert_cmpfloat_with_epsilon(wilson_bound(0, 9), 0, 0.0001);
	g_assert_cmpfloat_with_epsilon(wilson_bound(0, 0), 0, 0.0001);
	g_assert_cmpfloat_with_epsilon(wilson_bound(1, 2), 0.09453, 0.0001);
}

static GPtrArray *
suggest(const Sample *sample, RuleKind kind)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *suggestions = store_suggest_rules(sample->store, kind, NULL, SAMPLE_NOW, &error);

	g_assert_no_error(error);
	return suggestions;
}

static void
assert_suggested(const Sample *sample, RuleKind kind, guint count)
{
	g_autoptr(GPtrArray) suggestions = suggest(sample, kind);

	g_assert_cmpuint(suggestions->len, ==, count);
}

static void
test_suggest_allow(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) suggestions = NULL;
	const Suggestion *suggestion;
	int64_t block;

	sample_add_plain(sample, 7);
	for (int id = 1; id <= 4; id++)
		sample_do(sample, DECISION_RELEASE, id);
	assert_suggested(sample, RULE_ALLOW, 0);
	sample_do(sample, DECISION_RELEASE, 5);
	suggestions = suggest(sample, RULE_ALLOW);
	g_assert_cmpuint(suggestions->len, ==, 1);
	suggestion = g_ptr_array_index(suggestions, 0);
	g_assert_cmpint(suggestion->decided, ==, 5);
	g_assert_cmpint(suggestion->agreed, ==, 5);
	g_assert_cmpint(suggestion->test.matches, ==, 7);
	g_assert_cmpstr(suggestion->rule->reason, ==,
		"people released 5 of 5 (95 % sure of at least 56 in 100)");
	assert_list(suggestion->rule->recipients, "here.example");
	block = sample_do(sample, DECISION_BLOCK, 6);
	assert_suggested(sample, RULE_ALLOW, 0);
	store_undo(sample->store, block, "alice", SAMPLE_NOW, NULL);
	assert_suggested(sample, RULE_ALLOW, 1);
	suggestion->rule->owner = g_strdup("carol");
	add_rule(sample, suggestion->rule);
	assert_suggested(sample, RULE_ALLOW, 0);
}

/* What was blocked of it does not speak against a rule that would not have released it. */
static void
test_suggest_beside_blocked(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_add_plain(sample, 9);
	sample_add(sample, &(SampleMail){ .enrich = find_form });
	for (int id = 1; id <= 9; id++)
		sample_do(sample, DECISION_RELEASE, id);
	sample_do(sample, DECISION_BLOCK, 10);
	assert_suggested(sample, RULE_ALLOW, 1);
}

/* Neither what a rule released, nor what is unproven, nor free mail is a record. */
static void
test_suggest_refused(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Rule) rule = rule_new(RULE_ALLOW);
	int64_t removed;

	add_rule(sample, rule);
	sample_add_plain(sample, 6);
	g_assert_cmpint(sample_state(sample, 6), ==, STATE_RELEASED);
	removed = store_remove_rule(sample->store, rule->id, "carol", SAMPLE_NOW, NULL);
	g_assert_cmpint(removed, >, 0);
	for (int i = 0; i < 6; i++) {
		sample_do(sample, DECISION_RELEASE,
			sample_add(
				sample, &(SampleMail){ .account = "claimed", .unproven = true }));
		sample_do(sample, DECISION_RELEASE,
			sample_add(sample,
				&(SampleMail){ .account = "free",
					.from = "a@gmail.com",
					.domain = "gmail.com",
					.identity = "gmail.com" }));
	}
	assert_suggested(sample, RULE_ALLOW, 0);
}

static void
test_suggest_deny(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) suggestions = NULL;
	const Suggestion *account, *file;

	for (int i = 0; i < 6; i++)
		sample_do(sample, DECISION_BLOCK,
			sample_add(sample, &(SampleMail){ .account = "thief" }));
	for (int i = 0; i < 5; i++)
		sample_do(sample, DECISION_BLOCK,
			sample_add(sample,
				&(SampleMail){
					.account = i < 3 ? "one" : "two", .attachment = true }));
	suggestions = suggest(sample, RULE_DENY);
	g_assert_cmpuint(suggestions->len, ==, 2);
	account = g_ptr_array_index(suggestions, 0);
	file = g_ptr_array_index(suggestions, 1);
	g_assert_cmpstr(account->rule->account, ==, "thief");
	g_assert_cmpfloat(account->bound, >, file->bound);
	g_assert_nonnull(file->rule->file);
	g_assert_cmpint(file->test.identities, ==, 2);
	sample_do(sample, DECISION_RELEASE,
		sample_add(sample, &(SampleMail){ .account = "good", .attachment = true }));
	assert_suggested(sample, RULE_DENY, 1);
}

static void
lead_to_lure(Message *message)
{
	g_ptr_array_add(message->links, link_new("", "https://lure.example/", 0, "part 1", NULL));
	g_ptr_array_add(message->links, link_new("", "https://www.w3.org/", 0, "part 1", NULL));
	g_ptr_array_add(message->links,
		link_new("", "https://fonts.example/css", LINK_IMAGE, "part 1", NULL));
}

/* What a mail merely loads, and what all mails link to, is no sign of a lure. */
static void
test_suggest_links(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const accounts[] = { "one", "two", "three", "four", "five" };
	g_autoptr(GPtrArray) suggestions = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(accounts); i++)
		sample_do(sample, DECISION_BLOCK,
			sample_add(sample,
				&(SampleMail){ .account = accounts[i], .enrich = lead_to_lure }));
	suggestions = suggest(sample, RULE_DENY);
	g_assert_cmpuint(suggestions->len, ==, 1);
	g_assert_cmpstr(
		((Suggestion *)g_ptr_array_index(suggestions, 0))->rule->link, ==, "lure.example");
}

/* ---- audit ---- */

static void
assert_doubts(const Sample *sample, int64_t id, int64_t now, const char *wanted)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Audited) audited = store_audit_rule(sample->store, id, NULL, now, &error);

	g_assert_no_error(error);
	assert_list(audited->doubts, wanted);
}

static void
test_audit(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char old[] =
		"INSERT INTO rule (kind, account, domain, owner, reason, created, expires)"
		" VALUES (0, 'a', 'amazonses.com', 'old', 'r', 1780000000, 1780000001),"
		" (0, 'a', 'co.uk', 'old', 'r', 1780000000, 1880000000)";
	g_autoptr(Rule) narrow = rule_new(RULE_ALLOW);
	g_autoptr(Rule) deny = rule_new(RULE_DENY);
	g_autoptr(GPtrArray) doubtful = NULL;

	narrow->recipients = list_of("here.example");
	add_rule(sample, narrow);
	assert_doubts(sample, 1, SAMPLE_NOW, "");
	assert_doubts(sample, 1, SAMPLE_NOW + 91 * DAY,
		"has expired: remove it|was never hit in 91 days");
	sample_add_plain(sample, 1);
	assert_doubts(sample, 1, SAMPLE_NOW + 89 * DAY, "");
	sample_do(sample, DECISION_BLOCK, 1);
	assert_doubts(sample, 1, SAMPLE_NOW,
		"is contradicted: people blocked 1 of what it matches since it was made");
	g_assert_true(db_exec(sample->store, old, NULL));
	assert_doubts(sample, 2, SAMPLE_NOW,
		"whitelists all of SES: every account is amazonses.com's"
		"|releases whatever was found: it lifts all findings"
		"|has no scope: it releases to every recipient");
	assert_doubts(sample, 3, SAMPLE_NOW,
		"would be refused today: co.uk is a public suffix: anyone can register below it"
		"|releases whatever was found: it lifts all findings"
		"|has no scope: it releases to every recipient"
		"|lasts 1157 days from when it was made, more than 180");
	g_clear_pointer(&deny->account, g_free);
	deny->domain = g_strdup("shop.example");
	sample_add(sample, &(SampleMail){ .account = "another", .recipients = "x@else.example" });
	add_rule(sample, deny);
	assert_doubts(sample, deny->id, SAMPLE_NOW, "matches 2 identities");
	doubtful = store_audit_rules(sample->store, RULE_ALLOW, NULL, SAMPLE_NOW, NULL);
	g_assert_cmpuint(doubtful->len, ==, 3);
}

/* ---- why ---- */

static void
assert_why(const Sample *sample, int64_t id, int64_t now, const char *wanted)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) sentences = store_explain(sample->store, id, now, &error);

	g_assert_no_error(error);
	assert_list(sentences, wanted);
}

#define RULE_1 "rule 1 (allow account " SAMPLE_ACCOUNT " domain mail.shop.example)"

static void
test_why(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Rule) allow = rule_new(RULE_ALLOW);
	g_autoptr(Rule) deny = rule_new(RULE_DENY);
	g_autoptr(GError) error = NULL;

	sample_add_plain(sample, 1);
	assert_why(sample, 1, SAMPLE_NOW,
		"held as it came: no person has decided about it|no rule is about it");
	allow->recipients = list_of("here.example");
	allow->created = SAMPLE_NOW;
	add_rule(sample, allow);
	assert_why(sample, 1, SAMPLE_NOW,
		"held as it came: no person has decided about it|" RULE_1
		" does not decide: it was made later, and settles what comes");
	assert_why(sample, sample_add(sample, &(SampleMail){ 0 }), SAMPLE_NOW,
		"released by rule 1 of carol, allow account " SAMPLE_ACCOUNT
		" domain mail.shop.example: known shop (operation 2)");
	assert_why(sample, sample_add(sample, &(SampleMail){ .enrich = find_form }), SAMPLE_NOW,
		"held as it came: no person has decided about it|" RULE_1
		" does not decide: it does not lift form (+25)");
	assert_why(sample,
		sample_add(sample, &(SampleMail){ .recipients = "a@here.example b@else.example" }),
		SAMPLE_NOW,
		"held as it came: no person has decided about it|" RULE_1
		" does not decide: its scope leaves out b@else.example");
	assert_why(sample, sample_add(sample, &(SampleMail){ .unproven = true }), SAMPLE_NOW,
		"held as it came: no person has decided about it|" RULE_1
		" does not decide: nothing trusted vouches for this account and domain");
	assert_why(sample, sample_add(sample, &(SampleMail){ .recipients = "" }), SAMPLE_NOW - 1,
		"held as it came: no person has decided about it|" RULE_1
		" does not decide: it was made later, and settles what comes");
	assert_why(sample, 1, SAMPLE_NOW + 90 * DAY,
		"held as it came: no person has decided about it|" RULE_1
		" does not decide: it has expired: it stood until 2026-08-26");
	add_rule(sample, deny);
	assert_why(sample, 1, SAMPLE_NOW,
		"blocked by rule 2 of carol, deny account " SAMPLE_ACCOUNT
		": known shop (operation 3)|" RULE_1 " does not decide: deny comes before allow");
	sample_do(sample, DECISION_RELEASE, 1);
	assert_why(sample, 1, SAMPLE_NOW,
		"released by alice on 2026-05-28|rule 2 (deny account " SAMPLE_ACCOUNT
		") does not decide: what a person decides stands before any rule|" RULE_1
		" does not decide: what a person decides stands before any rule");
	g_assert_null(store_explain(sample->store, 99, SAMPLE_NOW, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

/* By the last hit: each hit puts the end off. */
static void
test_idle(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Rule) rule = rule_new(RULE_DENY);
	g_autoptr(GPtrArray) before = NULL, after = NULL;

	rule->created = SAMPLE_NOW - 10;
	rule->idle = 100;
	add_rule(sample, rule);
	before = store_rules(sample->store, SAMPLE_NOW + 90, NULL);
	g_assert_true(((Rule *)g_ptr_array_index(before, 0))->expired);
	sample_add_plain(sample, 1);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_BLOCKED);
	after = store_rules(sample->store, SAMPLE_NOW + 90, NULL);
	g_assert_false(((Rule *)g_ptr_array_index(after, 0))->expired);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/rule-study/back-test-in-words", test_words);
	sample_test(
		"/rule-study/undone-decisions-and-rules'-own-do-not-count", test_whose_decision);
	sample_test("/rule-study/claims-are-told-of", test_claimed);
	sample_test("/rule-study/back-test-follows-indexes", test_back_test_by_index);
	sample_test("/rule-study/arrival-costs-the-same-with-many-rules", test_arrival_by_index);
	sample_test("/rule-study/narrowed-to-what-was-released", test_narrow);
	sample_test("/rule-study/narrowed-lifts-no-history", test_narrow_lifts_no_history);
	g_test_add_func("/rule-study/wilson-bound", test_wilson);
	sample_test("/rule-study/allow-is-suggested-from-releases", test_suggest_allow);
	sample_test("/rule-study/suggested-beside-what-was-blocked", test_suggest_beside_blocked);
	sample_test("/rule-study/what-proves-nothing-suggests-nothing", test_suggest_refused);
	sample_test("/rule-study/deny-is-suggested-from-blocks", test_suggest_deny);
	sample_test("/rule-study/deny-is-suggested-on-telling-links", test_suggest_links);
	sample_test("/rule-study/audit-names-what-is-doubtful", test_audit);
	sample_test("/rule-study/why-it-is-so", test_why);
	sample_test("/rule-study/a-hit-puts-the-end-off", test_idle);
	return g_test_run();
}
