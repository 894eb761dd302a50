/* allow and deny: one command in two kinds. */
#include <string.h>

#include "cli/command.h"
#include "cli/listing.h"
#include "cli/rule_options.h"
#include "cli/site.h"
#include "cli/target.h"
#include "store/odd.h"
#include "store/rule_study.h"

/* One run of allow or deny. */
typedef struct RuleRun {
	Session *session;
	RuleKind kind;
	const RuleOptions *options;
	const Site *site;
} RuleRun;

static void
print_test(const RuleRun *run, const Rule *rule, const RuleTest *test)
{
	g_autoptr(GPtrArray) sentences = rule_test_words(rule, test);
	g_autofree char *words = rule_words(rule);
	g_autofree char *bounds = rule_bounds(rule);
	g_autofree char *term = rule_term(rule);

	output_line(run->session->output, "%s%s%s, %s:", words, *bounds ? ", " : "", bounds, term);
	for (guint i = 0; i < sentences->len; i++)
		output_line(run->session->output, "  %s",
			(const char *)g_ptr_array_index(sentences, i));
}

enum {
	ODD_SHOWN = 5,
};

/* Of what a deny rule would block at once, what is unlike the rest. */
static bool
print_odd(const RuleRun *run, const Rule *rule, GError **error)
{
	g_autoptr(GPtrArray) odd = store_rule_odd(run->session->store, rule, ODD_SHOWN, error);

	for (guint i = 0; odd && i < odd->len; i++)
		output_line(run->session->output, "  odd: %s",
			((const Odd *)g_ptr_array_index(odd, i))->text);
	return odd != NULL;
}

static bool
test_and_print(const RuleRun *run, Rule *rule, GError **error)
{
	RuleTest test;

	if (!store_test_rule(run->session->store, rule, run->site, &test, error))
		return false;
	print_test(run, rule, &test);
	return print_odd(run, rule, error);
}

static bool
add_rule(const RuleRun *run, Rule *rule, GError **error)
{
	int64_t operation = store_add_rule(run->session->store, rule, run->site, error);

	if (operation)
		output_line(run->session->output,
			"rule %" G_GINT64_FORMAT " settles what comes in from now on; operation "
			"%" G_GINT64_FORMAT ", which lazaret undo takes back",
			rule->id, operation);
	return operation != 0;
}

/* ---- the verbs ---- */

static bool
verb_test(const RuleRun *run, GError **error)
{
	g_autoptr(Rule) rule = rule_of_options(run->session, run->kind, run->options, error);

	return rule && session_at_most(run->session, 1, error) && test_and_print(run, rule, error);
}

static bool
verb_add(const RuleRun *run, GError **error)
{
	g_autoptr(Rule) rule = rule_of_options(run->session, run->kind, run->options, error);

	return rule && session_at_most(run->session, 1, error) &&
		rule_check(rule, run->site, error) && test_and_print(run, rule, error) &&
		(run->options->dry_run || add_rule(run, rule, error));
}

static void
list_texts(Listing *listing, const GPtrArray *texts)
{
	g_autoptr(GString) joined = g_string_new(NULL);

	for (guint i = 0; texts && i < texts->len; i++)
		g_string_append_printf(joined, "%s%s", i > 0 ? " " : "",
			(const char *)g_ptr_array_index(texts, i));
	listing_text(listing, joined->len ? joined->str : NULL);
}

/* For programs: a column a field. */
static const ListingColumn field_columns[] = {
	{ .name = "id", .type = CELL_NUMBER },
	{ .name = "kind" },
	{ .name = "account" },
	{ .name = "domain" },
	{ .name = "sender" },
	{ .name = "link_domain" },
	{ .name = "url" },
	{ .name = "sha256" },
	{ .name = "campaign", .type = CELL_NUMBER },
	{ .name = "to" },
	{ .name = "from_domains" },
	{ .name = "lifts" },
	{ .name = "owner" },
	{ .name = "created", .type = CELL_TIME },
	{ .name = "expires", .type = CELL_TIME },
	{ .name = "idle_days", .type = CELL_NUMBER },
	{ .name = "expired", .type = CELL_BOOL },
	{ .name = "hits", .type = CELL_NUMBER },
	{ .name = "last_hit", .type = CELL_TIME },
	{ .name = "reason" },
};

/* For people: in words. */
static const ListingColumn word_columns[] = {
	{ .name = "id", .type = CELL_NUMBER, .width = 6 },
	{ .name = "rule" },
	{ .name = "stands", .width = 22, .spare = 3 },
	{ .name = "hits", .type = CELL_NUMBER, .width = 6, .spare = 1 },
	{ .name = "last_hit", .type = CELL_TIME, .width = 16, .spare = 4 },
	{ .name = "owner", .width = 12, .spare = 2 },
	{ .name = "reason" },
};

static void
list_words(Listing *listing, const Rule *rule)
{
	g_autofree char *words = rule_words(rule);
	g_autofree char *bounds = rule_bounds(rule);
	g_autofree char *whole = g_strconcat(words, *bounds ? ", " : "", bounds, NULL);
	g_autofree char *term = rule_term(rule);

	listing_number(listing, rule->id);
	listing_text(listing, whole);
	listing_text(listing, rule->expired ? "expired" : term);
	listing_number(listing, rule->hits);
	listing_number(listing, rule->last_hit);
	listing_text(listing, rule->owner);
	listing_text(listing, rule->reason);
}

static void
list_fields(Listing *listing, const Rule *rule)
{
	listing_number(listing, rule->id);
	listing_text(listing, rule_kind_name(rule->kind));
	listing_text(listing, rule->account);
	listing_text(listing, rule->domain);
	listing_text(listing, rule->sender);
	listing_text(listing, rule->link);
	listing_text(listing, rule->url);
	listing_text(listing, rule->file);
	listing_id(listing, rule->campaign);
	list_texts(listing, rule->recipients);
	list_texts(listing, rule->from_domains);
	if (rule->kind == RULE_ALLOW && rule->lifts_all)
		listing_text(listing, "all");
	else
		list_texts(listing, rule->lifts);
	listing_text(listing, rule->owner);
	listing_number(listing, rule->created);
	listing_number(listing, rule->expires);
	listing_id(listing, (rule->idle + 86399) / 86400);
	listing_bool(listing, rule->expired);
	listing_number(listing, rule->hits);
	listing_number(listing, rule->last_hit);
	listing_text(listing, rule->reason);
}

static bool
verb_list(const RuleRun *run, GError **error)
{
	Session *session = run->session;
	g_autoptr(GPtrArray) rules = NULL;
	g_autoptr(Listing) listing = NULL;
	Format format;

	if (!session_at_most(session, 1, error) ||
		!format_from_name(run->options->format, &format, error))
		return false;
	rules = store_rules(session->store, session->now, error);
	if (!rules)
		return false;
	listing = format == FORMAT_TABLE
		? listing_new(session->output, format, word_columns, G_N_ELEMENTS(word_columns))
		: listing_new(session->output, format, field_columns, G_N_ELEMENTS(field_columns));
	for (guint i = 0; i < rules->len; i++) {
		const Rule *rule = g_ptr_array_index(rules, i);

		if (rule->kind == run->kind && format == FORMAT_TABLE)
			list_words(listing, rule);
		else if (rule->kind == run->kind)
			list_fields(listing, rule);
	}
	return true;
}

/* `deny remove` must not take away what `allow list` shows. */
static bool
is_of_kind(Session *session, int64_t id, RuleKind kind, GError **error)
{
	g_autoptr(GPtrArray) rules = store_rules(session->store, session->now, error);

	for (guint i = 0; rules && i < rules->len; i++) {
		const Rule *rule = g_ptr_array_index(rules, i);

		if (rule->id == id && rule->kind == kind)
			return true;
	}
	if (rules)
		g_set_error(error, CLI_ERROR, CLI_ERROR_NO_INPUT,
			"no %s rule %" G_GINT64_FORMAT "; lazaret %s list shows them",
			rule_kind_name(kind), id, rule_kind_name(kind));
	return false;
}

static bool
verb_remove(const RuleRun *run, GError **error)
{
	Session *session = run->session;
	int64_t id;

	if (!session->arguments[1]) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "%s remove: name a rule by its id",
			session->command->name);
		return false;
	}
	if (!session_at_most(session, 2, error) || !id_parse(session->arguments[1], &id, error) ||
		!is_of_kind(session, id, run->kind, error))
		return false;
	if (!run->options->dry_run &&
		!store_remove_rule(session->store, id, session->actor, session->now, error))
		return false;
	output_line(session->output, "rule %" G_GINT64_FORMAT " %s", id,
		run->options->dry_run ? "would be removed" : "is removed");
	return true;
}

static void
print_suggestion(const RuleRun *run, guint number, const Suggestion *suggestion)
{
	output_line(run->session->output, "%u  %s", number, suggestion->rule->reason);
	print_test(run, suggestion->rule, &suggestion->test);
}

static bool
add_suggestion(const RuleRun *run, const GPtrArray *suggestions, GError **error)
{
	const RuleOptions *options = run->options;
	const Suggestion *suggestion;

	if (options->add < 1 || (guint)options->add > suggestions->len) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_NO_INPUT, "there is no suggestion %d",
			options->add);
		return false;
	}
	suggestion = g_ptr_array_index(suggestions, options->add - 1);
	print_suggestion(run, (guint)options->add, suggestion);
	suggestion->rule->owner = g_strdup(run->session->actor);
	if (options->reason) {
		g_free(suggestion->rule->reason);
		suggestion->rule->reason = g_strdup(options->reason);
	}
	return options->dry_run || add_rule(run, suggestion->rule, error);
}

static bool
verb_suggest(const RuleRun *run, GError **error)
{
	Session *session = run->session;
	g_autoptr(GPtrArray) suggestions = NULL;

	if (!session_at_most(session, 1, error))
		return false;
	suggestions =
		store_suggest_rules(session->store, run->kind, run->site, session->now, error);
	if (!suggestions)
		return false;
	if (run->options->add)
		return add_suggestion(run, suggestions, error);
	for (guint i = 0; i < suggestions->len; i++)
		print_suggestion(run, i + 1, g_ptr_array_index(suggestions, i));
	if (suggestions->len == 0)
		output_line(session->output,
			"nothing to suggest: no sender has %d decisions of one mind and no rule yet",
			SUGGEST_LEAST);
	return true;
}

static void
print_audited(const RuleRun *run, const Audited *audited)
{
	const Rule *rule = audited->rule;
	g_autofree char *words = rule_words(rule);

	output_line(run->session->output, "rule %" G_GINT64_FORMAT " of %s, %s: %s", rule->id,
		rule->owner, words, rule->reason);
	for (guint i = 0; i < audited->doubts->len; i++)
		output_line(run->session->output, "  %s",
			(const char *)g_ptr_array_index(audited->doubts, i));
}

static bool
verb_audit(const RuleRun *run, GError **error)
{
	Session *session = run->session;
	g_autoptr(GPtrArray) audited = NULL;

	if (!session_at_most(session, 1, error))
		return false;
	audited = store_audit_rules(session->store, run->kind, run->site, session->now, error);
	if (!audited)
		return false;
	for (guint i = 0; i < audited->len; i++)
		print_audited(run, g_ptr_array_index(audited, i));
	if (audited->len == 0)
		output_line(session->output, "no %s rule is over-broad, stale or contradicted",
			rule_kind_name(run->kind));
	return true;
}

typedef struct RuleVerb {
	const char *name;
	bool looks; /* changes nothing, unless a suggestion is added */
	bool (*run)(const RuleRun *run, GError **error);
} RuleVerb;

static const RuleVerb verbs[] = {
	{ "add", false, verb_add },
	{ "list", true, verb_list },
	{ "remove", false, verb_remove },
	{ "test", true, verb_test },
	{ "suggest", true, verb_suggest },
	{ "audit", true, verb_audit },
};

static const RuleVerb *
verb_find(Session *session, GError **error)
{
	const char *name = session->arguments[0];

	for (size_t i = 0; name && i < G_N_ELEMENTS(verbs); i++)
		if (strcmp(name, verbs[i].name) == 0)
			return &verbs[i];
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "usage: lazaret %s %s",
		session->command->name, session->command->usage);
	return NULL;
}

static bool
run_kind(Session *session, RuleKind kind, GError **error)
{
	g_auto(RuleOptions) options = { 0 };
	g_auto(LocalSite) local = { 0 };
	RuleRun run = { .session = session, .kind = kind, .options = &options };
	const RuleVerb *verb;
	bool looks;

	if (!rule_options_read(session, kind, &options, error))
		return false;
	verb = verb_find(session, error);
	if (!verb)
		return false;
	looks = options.dry_run || (verb->looks && !options.add);
	if (!(looks ? session_open_to_look(session, error) : session_open(session, error)) ||
		!local_site_load_names(&local, session->settings, error))
		return false;
	run.site = &local.site;
	return verb->run(&run, error);
}

static bool
run_allow(Session *session, GError **error)
{
	return run_kind(session, RULE_ALLOW, error);
}

static bool
run_deny(Session *session, GError **error)
{
	return run_kind(session, RULE_DENY, error);
}

static const char *
all_at(size_t place, const char **help)
{
	*help = "no bound";
	return place == 0 ? "all" : NULL;
}

static const WordValues values[] = {
	{ .word = "ID", .term = "rule" },
	{ .word = "campaign", .term = "campaign" },
	{ .word = "from-message", .term = "id" },
	{ .word = "link-domain", .term = "link" },
	{ .word = "lifts", .name = all_at, .term = "finding" },
	{ .word = "to", .name = all_at, .term = "to" },
	{ .word = NULL },
};

const Command cmd_allow = {
	.name = "allow",
	.opens = OPENS_WRITE,
	.usage = "add|list|remove ID|test|suggest|audit",
	.summary = "rules that release what an authenticated identity sends",
	.run = run_allow,
	.values = values,
};

const Command cmd_deny = {
	.name = "deny",
	.opens = OPENS_WRITE,
	.usage = "add|list|remove ID|test|suggest|audit",
	.summary = "rules that block by account, domain, sender, link or attachment",
	.run = run_deny,
	.values = values,
};
