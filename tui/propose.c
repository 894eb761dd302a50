#include "tui/decide.h"

#include "store/odd.h"
#include "store/rule_study.h"
#include "tui/chooser.h"
#include "tui/figures.h"
#include "tui/table.h"
#include "tui/view_campaigns.h"
#include "tui/view_plan.h"

typedef struct Proposal {
	Rule *rule;
	RuleTest test;
	GPtrArray *odd; /* of what it would block at once */
	const Site *site;
} Proposal;

enum {
	ODD_SHOWN = 5,
};

static void
free_proposal(void *data)
{
	Proposal *proposal = data;

	rule_free(proposal->rule);
	g_clear_pointer(&proposal->odd, g_ptr_array_unref);
	g_free(proposal);
}

static void
write_condition(Sheet *sheet, const char *label, const char *value)
{
	if (!value)
		return;
	sheet_label(sheet, label);
	sheet_wrap(sheet, STYLE_STRONG, value);
}

static void
write_list(Sheet *sheet, const char *label, const GPtrArray *texts, const char *otherwise)
{
	sheet_label(sheet, label);
	if (!texts || texts->len == 0)
		sheet_add(sheet, STYLE_NORMAL, otherwise);
	for (guint i = 0; texts && i < texts->len; i++)
		sheet_item(sheet, STYLE_STRONG, g_ptr_array_index(texts, i));
}

static void
write_scope(const Rule *rule, Sheet *sheet)
{
	if (rule->kind == RULE_DENY)
		return;
	write_list(sheet, "Only to", rule->recipients, "no bounds: to anyone");
	if (rule->from_domains && rule->from_domains->len > 0)
		write_list(sheet, "Only From", rule->from_domains, "");
	write_list(sheet, "Lifts", rule->lifts, "nothing: only what has no finding against it");
}

static void
write_back_test(const Proposal *proposal, Sheet *sheet)
{
	g_autoptr(GPtrArray) sentences = rule_test_words(proposal->rule, &proposal->test);

	sheet_heading(sheet, "Had it been there before");
	for (guint i = 0; i < sentences->len; i++) {
		sheet_line(sheet);
		sheet_to(sheet, SHEET_LABEL);
		sheet_wrap(sheet,
			i == 0 && proposal->test.against > 0 ? STYLE_DANGER : STYLE_NORMAL,
			g_ptr_array_index(sentences, i));
	}
	for (guint i = 0; i < proposal->odd->len; i++) {
		sheet_label(sheet, i == 0 ? "Odd" : "");
		sheet_wrap(sheet, STYLE_WARN,
			((const Odd *)g_ptr_array_index(proposal->odd, i))->text);
	}
}

static void
write_proposal(void *data, Sheet *sheet)
{
	const Proposal *proposal = data;
	const Rule *rule = proposal->rule;
	g_autofree char *term = rule_term(rule);
	g_autofree char *campaign = rule->campaign
		? g_strdup_printf("%" G_GINT64_FORMAT ", of several accounts", rule->campaign)
		: NULL;

	sheet_heading(sheet,
		rule->kind == RULE_ALLOW ? "A rule that releases what comes"
					 : "A rule that blocks what comes, and what is held");
	write_condition(sheet, "SES account", rule->account);
	write_condition(sheet, rule->kind == RULE_ALLOW ? "Signed for" : "Domain", rule->domain);
	write_condition(sheet, "Campaign", campaign);
	write_scope(rule, sheet);
	sheet_label(sheet, "Stands");
	sheet_add(sheet, STYLE_NORMAL, term);
	write_condition(sheet, "Because", rule->reason);
	sheet_label(sheet, "Owner");
	sheet_add(sheet, STYLE_NORMAL, rule->owner);
	write_back_test(proposal, sheet);
}

static bool
commit_proposal(Console *console, void *data, GError **error)
{
	Proposal *proposal = data;

	if (!store_add_rule(console->store, proposal->rule, proposal->site, error))
		return false;
	console_say(console, STYLE_GOOD,
		"rule %" G_GINT64_FORMAT " stands: %s shows the rules, %s takes it back",
		proposal->rule->id, console_key_of(console, "rules"),
		console_key_of(console, "undo"));
	return true;
}

static char *
doing_proposal(G_GNUC_UNUSED const void *data)
{
	return g_strdup("adding the rule…");
}

static const PlanOps proposal_ops = {
	.write = write_proposal,
	.doing = doing_proposal,
	.commit = commit_proposal,
	.free = free_proposal,
};

/* A proposal on its way. */
typedef struct Proposing {
	Console *console;
	Proposal *proposal;
	int64_t message;
} Proposing;

static bool
run_proposing(Store *store, void *data, GError **error)
{
	const Proposing *proposing = data;
	Proposal *proposal = proposing->proposal;
	Rule *rule = proposal->rule;

	if (!store_narrow_rule(store, rule, proposing->message, error) ||
		!rule_check(rule, proposal->site, error) ||
		!store_test_rule(store, rule, proposal->site, &proposal->test, error))
		return false;
	g_clear_pointer(&proposal->odd, g_ptr_array_unref);
	proposal->odd = store_rule_odd(store, rule, ODD_SHOWN, error);
	return proposal->odd != NULL;
}

static void
end_proposing(void *data, const GError *error)
{
	Proposing *proposing = data;
	Console *console = proposing->console;

	if (error)
		console_read_failed(console, error);
	else
		console_open(console,
			plan_view_new(
				console, &proposal_ops, g_steal_pointer(&proposing->proposal)));
}

static void
free_proposing(void *data)
{
	Proposing *proposing = data;

	g_clear_pointer(&proposing->proposal, free_proposal);
	g_free(proposing);
}

static const TaskOps proposings = {
	.run = run_proposing, .done = end_proposing, .free = free_proposing
};

/* What the site has told of itself; false when that can't be read, which is said. */
static bool
find_site(Console *console, const Site **site)
{
	const ConsoleOptions *options = console->options;
	GError *error = NULL;

	*site = options->site ? options->site(options->site_data, &error) : NULL;
	console_fail(console, error);
	return *site || !options->site;
}

/* Takes @rule. */
static void
propose(Console *console, Rule *rule, int64_t message, const char *reason)
{
	Proposing *proposing = g_new0(Proposing, 1);

	rule->owner = g_strdup(console->options->actor);
	rule->reason = g_strdup(reason);
	proposing->console = console;
	proposing->message = message;
	proposing->proposal = g_new0(Proposal, 1);
	proposing->proposal->rule = rule;
	if (find_site(console, &proposing->proposal->site))
		console_read(console, &proposings, proposing);
	else
		free_proposing(proposing);
}

/* A campaign of several senders is blocked as one; else the sender is. */
static Rule *
rule_of_view(RuleKind kind, View *view, int64_t now, GError **error)
{
	const CampaignRow *campaign =
		view->ops->kind == VIEW_CAMPAIGNS ? campaigns_current(view) : NULL;
	Rule *rule;

	if (kind == RULE_ALLOW || !campaign || campaign->accounts < 2)
		return rule_of_message(kind, view->ops->message(view), now, error);
	rule = g_new0(Rule, 1);
	rule->kind = kind;
	rule->campaign = campaign->id;
	rule->created = now;
	rule->expires = rule_default_expiry(kind, now);
	return rule;
}

/* The row of the list, or the message that is read: what a rule is proposed of. */
static int64_t
place_of(View *view)
{
	const MessageRow *row = view->ops->message(view);

	if (view->ops->kind & VIEW_CHOOSERS)
		return chooser_current(view);
	return row ? row->id : 0;
}

static bool
open_proposal(Console *console, RuleKind kind, const char *reason)
{
	View *view = console_view(console);
	const MessageRow *row = view->ops->message(view);
	Rule *rule;
	GError *error = NULL;

	if (!*reason) {
		prompt_set_error(
			console->prompt, "a rule needs a reason, for whoever reads it later", 0);
		return false;
	}
	if (!row || place_of(view) != console->asked.message) {
		console_say(console, STYLE_WARN, "the cursor moved meanwhile: nothing is done");
		return true;
	}
	rule = rule_of_view(kind, view, console->now, &error);
	if (rule)
		propose(console, rule, row->id, reason);
	else
		console_fail(console, error);
	return true;
}

bool
decide_allow(Console *console, const char *text)
{
	return open_proposal(console, RULE_ALLOW, text);
}

bool
decide_deny(Console *console, const char *text)
{
	return open_proposal(console, RULE_DENY, text);
}

/* What could never match is said before a reason is asked for. */
void
run_propose(Console *console, int argument)
{
	View *view = console_view(console);
	RuleKind kind = (RuleKind)argument;
	GError *error = NULL;
	g_autoptr(Rule) rule = rule_of_view(kind, view, console->now, &error);

	console->asked.message = place_of(view);
	if (rule)
		console_ask(console, kind == RULE_ALLOW ? ASK_ALLOW : ASK_DENY, "");
	else
		console_fail(console, error);
}

void
run_remove_rule(Console *console, G_GNUC_UNUSED int argument)
{
	const Rule *rule = table_view_current(console_view(console));
	int64_t id = rule->id;
	GError *error = NULL;

	console_say_now(console, "removing the rule…");
	if (!store_remove_rule(console->store, id, console->options->actor, console->now, &error)) {
		console_fail(console, error);
		return;
	}
	console_say(console, STYLE_GOOD, "rule %" G_GINT64_FORMAT " is removed: %s takes that back",
		id, console_key_of(console, "undo"));
	console_changed(console);
}

static void
append_sentences(GString *said, const GPtrArray *sentences)
{
	for (guint i = 0; i < sentences->len; i++)
		g_string_append_printf(said, "%s%s", said->len ? "; " : "",
			(const char *)g_ptr_array_index(sentences, i));
}

/* A back-test on its way. */
typedef struct Testing {
	Console *console;
	int64_t rule, now;
	const Site *site;
	Audited *audited;
} Testing;

static bool
run_testing(Store *store, void *data, GError **error)
{
	Testing *testing = data;

	g_clear_pointer(&testing->audited, audited_free);
	testing->audited =
		store_audit_rule(store, testing->rule, testing->site, testing->now, error);
	return testing->audited != NULL;
}

static void
end_testing(void *data, const GError *error)
{
	const Testing *testing = data;
	const Audited *audited = testing->audited;
	g_autoptr(GPtrArray) sentences = NULL;
	g_autoptr(GString) said = g_string_new(NULL);

	if (error) {
		console_read_failed(testing->console, error);
		return;
	}
	sentences = rule_test_words(audited->rule, &audited->test);
	append_sentences(said, sentences);
	append_sentences(said, audited->doubts);
	console_say(testing->console, audited->doubts->len > 0 ? STYLE_WARN : STYLE_NORMAL,
		"rule %" G_GINT64_FORMAT " %s", audited->rule->id, said->str);
}

static void
free_testing(void *data)
{
	Testing *testing = data;

	g_clear_pointer(&testing->audited, audited_free);
	g_free(testing);
}

static const TaskOps testings = { .run = run_testing, .done = end_testing, .free = free_testing };

void
run_test_rule(Console *console, G_GNUC_UNUSED int argument)
{
	const Rule *rule = table_view_current(console_view(console));
	Testing *testing = g_new0(Testing, 1);

	testing->console = console;
	testing->rule = rule->id;
	testing->now = console->now;
	if (find_site(console, &testing->site))
		console_read(console, &testings, testing);
	else
		free_testing(testing);
}
