/* A rule as it is given, checked, tested on a small store and added: rule.h, rule_study.h. */
#include "store/rule.h"

#include "store/rule_study.h"
#include "tests/fuzz/fuzz_store.h"
#include "tests/mail/mails.h"

enum {
	RULES_AT_MOST = 100, /* then they are removed */
};

int
LLVMFuzzerInitialize(int *count, char ***arguments)
{
	(void)count, (void)arguments;
	make_store();
	sample_add_plain(&sample, 3);
	return 0;
}

static char *
word(Fuzz *fuzz)
{
	g_autofree char *line = fuzz_line(fuzz);

	return *line && g_utf8_validate(line, -1, NULL) ? g_steal_pointer(&line) : NULL;
}

static GPtrArray *
words(Fuzz *fuzz)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *line = word(fuzz);
	g_auto(GStrv) parts = g_strsplit(line ? line : "", " ", -1);

	for (char **part = parts; *part; part++)
		if (**part)
			g_ptr_array_add(list, g_strdup(*part));
	return list;
}

/* The input: a line for each thing a rule may have. */
static Rule *
rule_of_input(Fuzz *fuzz)
{
	Rule *rule = g_new0(Rule, 1);

	rule->kind = fuzz_byte(fuzz) & 1 ? RULE_ALLOW : RULE_DENY;
	rule->account = word(fuzz);
	rule->domain = word(fuzz);
	rule->sender = word(fuzz);
	rule->link = word(fuzz);
	rule->url = word(fuzz);
	rule->file = word(fuzz);
	rule->recipients = words(fuzz);
	rule->from_domains = words(fuzz);
	rule->lifts = words(fuzz);
	rule->reason = word(fuzz);
	rule->owner = g_strdup("ann");
	rule->created = SAMPLE_NOW;
	rule->expires = rule->kind == RULE_ALLOW ? SAMPLE_NOW + 86400 : 0;
	return rule;
}

/* What was spelt once is spelt so. */
static void
check_spelling(Rule *rule)
{
	g_autofree char *before = rule_words(rule);
	g_autofree char *bounds_before = rule_bounds(rule);
	g_autofree char *after = NULL;
	g_autofree char *bounds = NULL;
	g_autoptr(GError) error = NULL;

	rule_check(rule, mails_site(), &error);
	g_assert_no_error(error);
	after = rule_words(rule);
	bounds = rule_bounds(rule);
	g_assert_cmpstr(before, ==, after);
	g_assert_cmpstr(bounds_before, ==, bounds);
	fuzz_assert_utf8(after);
	fuzz_assert_utf8(bounds);
	g_assert_true(!rule->domain || strcmp(rule->domain, "amazonses.com") != 0);
}

static void
check_test(Rule *rule)
{
	RuleTest test = { 0 };
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) sentences = NULL;

	store_test_rule(sample.store, rule, mails_site(), &test, &error);
	g_assert_no_error(error);
	g_assert_cmpint(test.matches, <=, sample.count);
	g_assert_cmpint(test.held, <=, test.matches);
	sentences = rule_test_words(rule, &test);
	for (guint i = 0; i < sentences->len; i++)
		fuzz_assert_utf8(g_ptr_array_index(sentences, i));
}

static void
remove_all(const GPtrArray *rules)
{
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < rules->len; i++) {
		const Rule *rule = g_ptr_array_index(rules, i);

		store_remove_rule(sample.store, rule->id, "ann", SAMPLE_NOW, &error);
		g_assert_no_error(error);
	}
}

/* What is added is listed as it was said. */
static void
check_added(Rule *rule)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rules = NULL;
	g_autofree char *said = rule_words(rule);
	g_autofree char *listed = NULL;

	if (!store_add_rule(sample.store, rule, mails_site(), &error)) {
		g_assert_error(error, STORE_ERROR, STORE_ERROR_REFUSED);
		return;
	}
	rules = store_rules(sample.store, SAMPLE_NOW, &error);
	g_assert_no_error(error);
	listed = rule_words(g_ptr_array_index(rules, rules->len - 1));
	g_assert_cmpstr(listed, ==, said);
	if (rules->len >= RULES_AT_MOST)
		remove_all(rules);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Fuzz fuzz = { data, size };
	g_autoptr(Rule) rule = rule_of_input(&fuzz);
	g_autoptr(GError) error = NULL;
	bool good = rule_check(rule, mails_site(), &error);

	fuzz_assert_said(good, error);
	if (!good)
		return 0;
	check_spelling(rule);
	check_test(rule);
	check_added(rule);
	return 0;
}
