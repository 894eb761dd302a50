#include "store/rule_study.h"

#include <string.h>

#include "mail/link.h"
#include "store/campaign.h"
#include "store/explain.h"
#include "store/outbox.h"
#include "tests/store/sample.h"

static Rule *
rule_new(RuleKind kind, const char *account, const char *domain)
{
	Rule *rule = g_new0(Rule, 1);

	rule->kind = kind;
	rule->account = g_strdup(account);
	rule->domain = g_strdup(domain);
	rule->owner = g_strdup("carol");
	rule->reason = g_strdup("known shop");
	rule->created = SAMPLE_NOW - 1000;
	rule->expires = kind == RULE_ALLOW ? SAMPLE_NOW + 1000 : 0;
	rule->lifts_all = kind == RULE_ALLOW;
	return rule;
}

static int64_t
add_rule(const Sample *sample, RuleKind kind, const char *account, const char *domain)
{
	g_autoptr(Rule) rule = rule_new(kind, account, domain);
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(store_add_rule(sample->store, rule, NULL, &error), >, 0);
	g_assert_no_error(error);
	g_assert_cmpint(rule->id, >, 0);
	return rule->id;
}

static void
assert_refused(const Sample *sample, Rule *rule, const char *words)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(store_add_rule(sample->store, rule, NULL, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_REFUSED);
	g_assert_cmpstr(error->message, ==, words);
	g_assert_cmpint(rule->id, ==, 0);
}

static void
test_refused_domains(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const struct {
		RuleKind kind;
		const char *domain;
		const char *words;
	} cases[] = {
		{ RULE_ALLOW, "co.uk", "co.uk is a public suffix: anyone can register below it" },
		{ RULE_DENY, "com", "com is a public suffix: anyone can register below it" },
		{ RULE_DENY, "S3.Amazonaws.com",
			"s3.amazonaws.com is a public suffix: anyone can register below it" },
		{ RULE_ALLOW, "amazonses.com",
			"amazonses.com is every SES account's: name the account" },
		{ RULE_DENY, "eu-west-1.AmazonSES.com",
			"amazonses.com is every SES account's: name the account" },
		{ RULE_ALLOW, "GMail.com",
			"gmail.com is free mail: anyone can have an address there" },
		{ RULE_DENY, "1.2.3.4", "1.2.3.4 is no domain name" },
		{ RULE_DENY, "a b.example", "a b.example is no domain name" },
		{ RULE_DENY, "%", "% is no domain name" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Rule) rule = rule_new(cases[i].kind, SAMPLE_ACCOUNT, cases[i].domain);

		assert_refused(sample, rule, cases[i].words);
	}
}

static void
test_refused_forms(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Rule) reasonless = rule_new(RULE_DENY, "a", NULL);
	g_autoptr(Rule) no_account = rule_new(RULE_ALLOW, "", "shop.example");
	g_autoptr(Rule) no_domain = rule_new(RULE_ALLOW, "a", NULL);
	g_autoptr(Rule) endless = rule_new(RULE_ALLOW, "a", "shop.example");
	g_autoptr(Rule) past = rule_new(RULE_DENY, "a", NULL);
	g_autoptr(Rule) on_nothing = rule_new(RULE_DENY, NULL, "");

	reasonless->reason[0] = '\0';
	endless->expires = 0;
	past->expires = past->created;
	assert_refused(sample, reasonless, "a rule needs a reason");
	assert_refused(sample, no_account, "an allow rule needs both an account and a domain");
	assert_refused(sample, no_domain, "an allow rule needs both an account and a domain");
	assert_refused(sample, endless, "an allow rule needs an expiry");
	assert_refused(sample, past, "a rule can't have expired before it is made");
	assert_refused(sample, on_nothing, "a deny rule needs something to rest on");
}

static void
test_list(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) rules = NULL;
	const Rule *rule;

	add_rule(sample, RULE_ALLOW, SAMPLE_ACCOUNT, "Mail.BÜCHER.example");
	add_rule(sample, RULE_DENY, "x", NULL);
	rules = store_rules(sample->store, SAMPLE_NOW + 1000, NULL);
	g_assert_cmpint(rules->len, ==, 2);
	rule = g_ptr_array_index(rules, 0);
	g_assert_cmpstr(rule->domain, ==, "mail.xn--bcher-kva.example");
	g_assert_cmpstr(rule->account, ==, SAMPLE_ACCOUNT);
	g_assert_cmpstr(rule->owner, ==, "carol");
	g_assert_cmpstr(rule->reason, ==, "known shop");
	g_assert_true(rule->expired);
	rule = g_ptr_array_index(rules, 1);
	g_assert_cmpint(rule->kind, ==, RULE_DENY);
	g_assert_null(rule->domain);
	g_assert_false(rule->expired);
}

static void
test_log(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) operations = NULL;
	const Operation *operation;
	int64_t id = add_rule(sample, RULE_DENY, "acc", "evil.example");

	g_assert_cmpint(store_remove_rule(sample->store, id, "dave", SAMPLE_NOW, NULL), >, 0);
	operations = store_operations(sample->store, 0, 0, NULL);
	g_assert_cmpint(operations->len, ==, 2);
	operation = g_ptr_array_index(operations, 1);
	g_assert_cmpstr(operation->verb, ==, "deny");
	g_assert_cmpstr(operation->actor, ==, "carol");
	g_assert_cmpstr(operation->reason, ==,
		"rule 1, deny account acc domain evil.example, until it is removed: known shop");
	g_assert_cmpint(operation->messages, ==, 0);
	operation = g_ptr_array_index(operations, 0);
	g_assert_cmpstr(operation->verb, ==, "remove");
	g_assert_cmpstr(operation->actor, ==, "dave");
}

static void
test_allow_releases(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) decisions = NULL, rules = NULL;
	g_autoptr(Delivery) delivery = NULL;
	const Decision *decision;
	int64_t rule, id;

	rule = add_rule(sample, RULE_ALLOW, SAMPLE_ACCOUNT, "mail.shop.example");
	id = sample_add(sample, &(SampleMail){ .transport = "sendmail" });
	g_assert_cmpint(sample_state(sample, id), ==, STATE_RELEASED);
	decisions = store_decisions(sample->store, id, NULL);
	g_assert_cmpint(decisions->len, ==, 1);
	decision = g_ptr_array_index(decisions, 0);
	g_assert_cmpint(decision->rule, ==, rule);
	g_assert_cmpstr(decision->actor, ==, "carol");
	g_assert_cmpstr(decision->reason, ==, "known shop");
	rules = store_rules(sample->store, SAMPLE_NOW, NULL);
	g_assert_cmpint(((Rule *)g_ptr_array_index(rules, 0))->hits, ==, 1);
	g_assert_cmpint(((Rule *)g_ptr_array_index(rules, 0))->last_hit, ==, SAMPLE_NOW);
	g_assert_null(store_lease(
		sample->store, &(LeaseRequest){ .now = SAMPLE_NOW + 59, .seconds = 60 }, NULL));
	delivery = store_lease(
		sample->store, &(LeaseRequest){ .now = SAMPLE_NOW + 60, .seconds = 60 }, NULL);
	g_assert_cmpstr(delivery->recipient, ==, "ann@here.example");
	g_assert_cmpstr(delivery->transport, ==, "sendmail");
}

static void
test_allow_needs_proof(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const SampleMail others[] = {
		{ .unproven = true },
		{ .account = "other" },
		{ .account = "" },
		{ .identity = "shop.example" },
		{ .recipients = "" },
	};
	g_autoptr(GPtrArray) operations = NULL;

	add_rule(sample, RULE_ALLOW, SAMPLE_ACCOUNT, "mail.shop.example");
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		g_assert_cmpint(
			sample_state(sample, sample_add(sample, &others[i])), ==, STATE_HELD);
	operations = store_operations(sample->store, 0, 0, NULL);
	g_assert_cmpint(operations->len, ==, 1);
}

static void
test_block_rules(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const struct {
		SampleMail mail;
		MessageState state;
	} cases[] = {
		{ { .account = "thief", .unproven = true }, STATE_BLOCKED },
		{ { .domain = "evil.example" }, STATE_BLOCKED },
		{ { .domain = "", .identity = "EVIL.example" }, STATE_HELD },
		{ { .account = "both" }, STATE_HELD },
		{ { .account = "both", .domain = "half.example" }, STATE_BLOCKED },
		{ { .domain = "half.example" }, STATE_HELD },
		{ { .from = "a@mail.phish.example", .domain = "phish.example" }, STATE_BLOCKED },
		{ { .from = "a@x.mail.phish.example", .domain = "phish.example" }, STATE_BLOCKED },
		{ { .from = "a@phish.example",
			  .domain = "phish.example",
			  .identity = "x.mail.PHISH.example" },
			STATE_BLOCKED },
		{ { .from = "a@phish.example", .domain = "phish.example" }, STATE_HELD },
		{ { .from = "a@notmail.phish.example", .domain = "phish.example" }, STATE_HELD },
	};

	add_rule(sample, RULE_DENY, "thief", NULL);
	add_rule(sample, RULE_DENY, NULL, "evil.example");
	add_rule(sample, RULE_DENY, "both", "half.example");
	add_rule(sample, RULE_DENY, NULL, "mail.phish.example");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int64_t id = sample_add(sample, &cases[i].mail);

		g_assert_cmpint(sample_state(sample, id), ==, cases[i].state);
	}
}

static void
lead_deep(Message *message)
{
	g_ptr_array_add(message->links,
		link_new("", "https://x.kit.Lure.example:443/a#you", 0, "part 1", NULL));
}

static void
lead_elsewhere(Message *message)
{
	g_ptr_array_add(message->links, link_new("", "https://lure.example/a", 0, "part 1", NULL));
}

/* Each alone blocks what is held and what comes. */
static void
test_block_indicators(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *digest = g_strnfill(64, 'a');
	const Rule rules[] = {
		{ .link = (char *)"kit.lure.example" },
		{ .link = (char *)"lure.example" },
		{ .url = (char *)"HTTPS://x.kit.lure.example/a" },
		{ .file = digest },
		{ .sender = (char *)"BOUNCE@mail.shop.example" },
		{ .sender = (char *)"News@shop.example" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
		g_autoptr(Rule) rule = rule_new(RULE_DENY, NULL, NULL);
		SampleMail mail = { .enrich = lead_deep, .attachment = true };
		SampleMail other = { .enrich = lead_elsewhere,
			.from = "x@else.example",
			.domain = "else.example",
			.identity = "else.example",
			.no_sender = true };
		int64_t held = sample_add(sample, &mail);
		int64_t apart = sample_add(sample, &other);

		rule->link = g_strdup(rules[i].link);
		rule->url = g_strdup(rules[i].url);
		rule->file = g_strdup(rules[i].file);
		rule->sender = g_strdup(rules[i].sender);
		g_assert_cmpint(store_add_rule(sample->store, rule, NULL, NULL), >, 0);
		g_assert_cmpint(sample_state(sample, held), ==, STATE_BLOCKED);
		g_assert_cmpint(sample_state(sample, sample_add(sample, &mail)), ==, STATE_BLOCKED);
		g_assert_cmpint(
			sample_state(sample, apart), ==, i == 1 ? STATE_BLOCKED : STATE_HELD);
		store_remove_rule(sample->store, rule->id, "carol", SAMPLE_NOW, NULL);
	}
}

/* One that becomes part of another takes its rules along: later members are blocked. */
static void
test_campaign(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Rule) rule = rule_new(RULE_DENY, NULL, NULL);
	g_autoptr(Rule) nowhere = rule_new(RULE_DENY, NULL, NULL);
	g_autoptr(GPtrArray) rules = NULL, after = NULL;
	g_autoptr(MessageRow) row = NULL, other = NULL, kept = NULL, parted = NULL;
	int64_t joined;
	g_autoptr(GError) error = NULL;

	for (int i = 0; i < 3; i++)
		sample_add(sample, &(SampleMail){ .account = "large" });
	sample_add(sample, &(SampleMail){ .account = "small" });
	row = store_row(sample->store, 4, NULL);
	other = store_row(sample->store, 1, NULL);
	g_assert_cmpint(row->campaign, !=, other->campaign);
	rule->campaign = row->campaign;
	g_assert_cmpint(store_add_rule(sample->store, rule, NULL, NULL), >, 0);
	g_assert_cmpint(sample_state(sample, 4), ==, STATE_BLOCKED);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_HELD);
	g_assert_cmpint(
		sample_state(sample, sample_add(sample, &(SampleMail){ .account = "small" })), ==,
		STATE_BLOCKED);
	joined = store_join_campaigns(sample->store,
		(const int64_t[]){ row->campaign, other->campaign }, "carol", "one kit", SAMPLE_NOW,
		NULL);
	g_assert_cmpint(joined, >, 0);
	rules = store_rules(sample->store, SAMPLE_NOW, NULL);
	g_assert_cmpint(((Rule *)g_ptr_array_index(rules, 0))->campaign, ==, other->campaign);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_HELD);
	g_assert_cmpint(
		sample_state(sample, sample_add(sample, &(SampleMail){ .account = "large" })), ==,
		STATE_BLOCKED);
	/* Parted again, the rule stays with the part that keeps the id, not with its first one. */
	g_assert_cmpint(store_undo(sample->store, joined, "carol", SAMPLE_NOW, NULL), >, 0);
	kept = store_row(sample->store, 1, NULL);
	parted = store_row(sample->store, 4, NULL);
	after = store_rules(sample->store, SAMPLE_NOW, NULL);
	g_assert_cmpint(((Rule *)g_ptr_array_index(after, 0))->campaign, ==, other->campaign);
	g_assert_cmpint(kept->campaign, ==, other->campaign);
	g_assert_cmpint(parted->campaign, !=, other->campaign);
	g_assert_cmpint(
		sample_state(sample, sample_add(sample, &(SampleMail){ .account = "small" })), ==,
		STATE_HELD);
	nowhere->campaign = 999;
	g_assert_cmpint(store_add_rule(sample->store, nowhere, NULL, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

static void
link_to(Message *message, const char *domain)
{
	g_autofree char *url = g_strdup_printf("https://%s/", domain);
	Link *link = link_new("", url, 0, "part 1", NULL);

	g_ptr_array_add(message->links, link);
}

static void
link_to_trap(Message *message)
{
	link_to(message, "trap.example");
}

static void
link_to_shop(Message *message)
{
	link_to(message, "shop.example");
}

static void
link_to_both(Message *message)
{
	link_to_trap(message);
	link_to_shop(message);
}

/* A lure that links to a shop makes the shop's mail part of its campaign, not of what a rule
 * on that campaign blocks. */
static void
test_campaign_drags_nobody_along(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const SampleMail lure = { .account = "thief",
		.identity = "hacked.example",
		.domain = "hacked.example",
		.enrich = link_to_trap };
	const SampleMail bridge = { .account = "thief",
		.identity = "hacked.example",
		.domain = "hacked.example",
		.enrich = link_to_both };
	const SampleMail other_thief = { .account = "mule",
		.identity = "mule.example",
		.domain = "mule.example",
		.enrich = link_to_trap };
	const SampleMail shop = {
		.account = "shop", .identity = "shop.example", .enrich = link_to_shop
	};
	g_autoptr(Rule) rule = rule_new(RULE_DENY, NULL, NULL);
	g_autoptr(GPtrArray) why = NULL;
	g_autoptr(MessageRow) row = NULL;
	g_autoptr(MessageRow) dragged = NULL;
	int64_t first = sample_add(sample, &lure);
	int64_t id;

	sample_add(sample, &lure);
	row = store_row(sample->store, first, NULL);
	rule->campaign = row->campaign;
	g_assert_cmpint(store_add_rule(sample->store, rule, NULL, NULL), >, 0);
	g_assert_cmpint(sample_state(sample, sample_add(sample, &bridge)), ==, STATE_BLOCKED);
	id = sample_add(sample, &shop);
	dragged = store_row(sample->store, id, NULL);
	g_assert_cmpint(dragged->campaign, ==, row->campaign);
	g_assert_cmpint(dragged->state, ==, STATE_HELD);
	why = store_explain(sample->store, id, SAMPLE_NOW, NULL);
	g_assert_nonnull(strstr(
		g_ptr_array_index(why, 1), "most of what it shares anything with is not blocked"));
	g_assert_cmpint(sample_state(sample, sample_add(sample, &shop)), ==, STATE_HELD);
	g_assert_cmpint(sample_state(sample, sample_add(sample, &other_thief)), ==, STATE_BLOCKED);
}

static void
test_block_beats_allow(Sample *sample, G_GNUC_UNUSED const void *data)
{
	add_rule(sample, RULE_ALLOW, SAMPLE_ACCOUNT, "mail.shop.example");
	add_rule(sample, RULE_DENY, NULL, "shop.example");
	g_assert_cmpint(
		sample_state(sample, sample_add(sample, &(SampleMail){ 0 })), ==, STATE_BLOCKED);
}

static void
test_spent_rules(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Rule) expired = rule_new(RULE_DENY, SAMPLE_ACCOUNT, NULL);
	g_autoptr(GError) error = NULL;
	int64_t removed = add_rule(sample, RULE_DENY, SAMPLE_ACCOUNT, NULL);

	expired->expires = SAMPLE_NOW;
	g_assert_cmpint(store_add_rule(sample->store, expired, NULL, NULL), >, 0);
	g_assert_cmpint(store_remove_rule(sample->store, removed, "dave", SAMPLE_NOW, NULL), >, 0);
	g_assert_cmpint(
		sample_state(sample, sample_add(sample, &(SampleMail){ 0 })), ==, STATE_HELD);
	g_assert_cmpint(
		store_remove_rule(sample->store, removed, "dave", SAMPLE_NOW, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
	g_assert_cmpstr(error->message, ==, "no rule 1");
}

static void
test_back_test(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Rule) allow = rule_new(RULE_ALLOW, SAMPLE_ACCOUNT, "mail.shop.example");
	g_autoptr(Rule) block = rule_new(RULE_DENY, NULL, "Shop.example");
	RuleTest test;

	sample_add_plain(sample, 4);
	sample_add(sample, &(SampleMail){ .unproven = true });
	sample_add(sample,
		&(SampleMail){ .from = "a@else.example",
			.domain = "else.example",
			.identity = "else.example" });
	sample_do(sample, DECISION_BLOCK, 1);
	sample_do(sample, DECISION_RELEASE, 2);
	g_assert_true(store_test_rule(sample->store, allow, NULL, &test, NULL));
	g_assert_cmpint(test.matches, ==, 4);
	g_assert_cmpint(test.held, ==, 2);
	g_assert_cmpint(test.against, ==, 1);
	g_assert_true(store_test_rule(sample->store, block, NULL, &test, NULL));
	g_assert_cmpint(test.matches, ==, 5);
	g_assert_cmpint(test.held, ==, 3);
	g_assert_cmpint(test.against, ==, 1);
}

static void
test_undo_of_rule(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t id, undo;

	add_rule(sample, RULE_DENY, SAMPLE_ACCOUNT, NULL);
	id = sample_add(sample, &(SampleMail){ 0 });
	undo = store_undo(sample->store, 2, "alice", SAMPLE_NOW, NULL);
	g_assert_cmpint(undo, ==, 3);
	g_assert_cmpint(sample_state(sample, id), ==, STATE_HELD);
}

static void
unsign(Message *message)
{
	message->ses->account_signed = false;
}

static void
doubt(Message *message)
{
	message->authenticated = false;
}

static void
lose_identity(Message *message)
{
	g_clear_pointer(&message->account_domain, g_free);
}

/* What is proposed is what would match, and what would not is never proposed. */
static void
test_proposal(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const struct {
		SampleMail mail;
		bool allow, deny;
	} cases[] = {
		{ { .subject = "plain" }, true, true },
		{ { .enrich = unsign }, false, true },
		{ { .enrich = doubt }, false, true },
		{ { .enrich = lose_identity }, false, true },
		{ { .account = "" }, false, true },
		{ { .account = "", .domain = "" }, false, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int64_t id = sample_add(sample, &cases[i].mail);
		g_autoptr(MessageRow) row = store_row(sample->store, id, NULL);
		g_autoptr(Rule) allow = rule_of_message(RULE_ALLOW, row, SAMPLE_NOW, NULL);
		g_autoptr(Rule) deny = rule_of_message(RULE_DENY, row, SAMPLE_NOW, NULL);
		RuleTest test;

		g_assert_true((allow != NULL) == cases[i].allow);
		g_assert_true((deny != NULL) == cases[i].deny);
		if (allow) {
			g_assert_true(store_test_rule(sample->store, allow, NULL, &test, NULL));
			g_assert_cmpint(test.matches, ==, 1);
			g_assert_cmpint(allow->expires - SAMPLE_NOW, ==, 90 * 86400);
		}
		if (deny) {
			g_assert_true((deny->domain == NULL) == (deny->account != NULL));
			g_assert_true(store_test_rule(sample->store, deny, NULL, &test, NULL));
			g_assert_cmpint(test.matches, >, 0);
		}
	}
}

static void
test_proof(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const SampleMail mails[] = {
		{ .enrich = unsign },
		{ .enrich = doubt },
		{ .enrich = lose_identity },
	};

	add_rule(sample, RULE_ALLOW, SAMPLE_ACCOUNT, "mail.shop.example");
	for (size_t i = 0; i < G_N_ELEMENTS(mails); i++)
		g_assert_cmpint(
			sample_state(sample, sample_add(sample, &mails[i])), ==, STATE_HELD);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/rule/domain-that-is-everyones-is-refused", test_refused_domains);
	sample_test("/rule/incomplete-is-refused", test_refused_forms);
	sample_test("/rule/list-oldest-first", test_list);
	sample_test("/rule/log-tells-of-rules", test_log);
	sample_test("/rule/allow-releases-on-arrival", test_allow_releases);
	sample_test("/rule/allow-needs-proof-and-recipients", test_allow_needs_proof);
	sample_test("/rule/block-on-account-domain-or-both", test_block_rules);
	sample_test("/rule/block-on-sender-link-url-or-file", test_block_indicators);
	sample_test("/rule/block-on-campaign-follows-it", test_campaign);
	sample_test("/rule/block-on-campaign-drags-nobody-along", test_campaign_drags_nobody_along);
	sample_test("/rule/block-beats-allow", test_block_beats_allow);
	sample_test("/rule/expired-and-removed-do-nothing", test_spent_rules);
	sample_test("/rule/allow-needs-each-proof", test_proof);
	sample_test("/rule/proposed-where-it-would-match", test_proposal);
	sample_test("/rule/back-test", test_back_test);
	sample_test("/rule/what-a-rule-did-can-be-undone", test_undo_of_rule);
	return g_test_run();
}
