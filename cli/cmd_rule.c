/* allow and deny: one command in two kinds. */
#include <string.h>

#include "cli/command.h"
#include "cli/listing.h"
#include "cli/target.h"
#include "cli/when.h"
#include "store/message.h"
#include "store/rule.h"

typedef struct RuleOptions {
	char *account;
	char *domain;
	char *from_message;
	char *expires;
	char *reason;
	char *format;
	gboolean dry_run;
} RuleOptions;

static void
options_clear(RuleOptions *options)
{
	g_free(options->account);
	g_free(options->domain);
	g_free(options->from_message);
	g_free(options->expires);
	g_free(options->reason);
	g_free(options->format);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RuleOptions, options_clear)

/* ---- the rule that the options describe ---- */

static Rule *
rule_from(Session *session, RuleKind kind, const char *text, GError **error)
{
	g_autoptr(MessageRow) row = NULL;
	int64_t id;

	if (!id_parse(text, &id, error))
		return NULL;
	row = store_row(session->store, id, error);
	return row ? rule_of_message(kind, row, session->now, error) : NULL;
}

static Rule *
rule_on_nothing(Session *session, RuleKind kind)
{
	Rule *rule = g_new0(Rule, 1);

	rule->kind = kind;
	rule->created = session->now;
	rule->expires = rule_default_expiry(kind, session->now);
	return rule;
}

static void
replace_text(char **field, const char *text)
{
	if (!text)
		return;
	g_free(*field);
	*field = g_strdup(text);
}

static Rule *
rule_of(Session *session, RuleKind kind, const RuleOptions *options, GError **error)
{
	g_autoptr(Rule) rule = options->from_message
		? rule_from(session, kind, options->from_message, error)
		: rule_on_nothing(session, kind);

	if (!rule)
		return NULL;
	replace_text(&rule->account, options->account);
	replace_text(&rule->domain, options->domain);
	replace_text(&rule->owner, session->actor);
	replace_text(&rule->reason, options->reason);
	if (!rule->account && !rule->domain) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"name who it is about: --account, --domain or --from-message");
		return NULL;
	}
	if (options->expires && !expiry_parse(options->expires, session->now, &rule->expires)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"'%s' is neither a duration such as 90d nor a day such as 2026-05-01",
			options->expires);
		return NULL;
	}
	return g_steal_pointer(&rule);
}

static bool
print_test(Session *session, Rule *rule, GError **error)
{
	RuleTest test;

	if (!store_test_rule(session->store, rule, &test, error))
		return false;
	output_line(session->output, "%s account %s, domain %s:", rule_kind_name(rule->kind),
		rule->account ? rule->account : "any", rule->domain ? rule->domain : "any");
	output_line(session->output,
		"  matches %" G_GINT64_FORMAT " messages here, %" G_GINT64_FORMAT
		" of them held; a person decided against it on %" G_GINT64_FORMAT,
		test.matches, test.held, test.against);
	return true;
}

/* ---- the verbs ---- */

static bool
verb_test(Session *session, RuleKind kind, const RuleOptions *options, GError **error)
{
	g_autoptr(Rule) rule = rule_of(session, kind, options, error);

	return rule && session_at_most(session, 1, error) && print_test(session, rule, error);
}

static bool
verb_add(Session *session, RuleKind kind, const RuleOptions *options, GError **error)
{
	g_autoptr(Rule) rule = rule_of(session, kind, options, error);
	g_autofree char *until = NULL;

	if (!rule || !session_at_most(session, 1, error) || !rule_check(rule, error) ||
		!print_test(session, rule, error))
		return false;
	if (options->dry_run)
		return true;
	if (!store_add_rule(session->store, rule, error))
		return false;
	until = when_text(rule->expires);
	output_line(session->output,
		"rule %" G_GINT64_FORMAT " settles what comes in from now on; it expires: %s",
		rule->id, rule->expires ? until : "never");
	return true;
}

static bool
verb_list(Session *session, RuleKind kind, const RuleOptions *options, GError **error)
{
	static const ListingColumn columns[] = {
		{ .name = "id", .type = CELL_NUMBER, .width = 6 },
		{ .name = "kind", .width = 5, .spare = 6 },
		{ .name = "account" },
		{ .name = "domain" },
		{ .name = "owner", .width = 12, .spare = 2 },
		{ .name = "created", .type = CELL_TIME, .width = 16, .spare = 4 },
		{ .name = "expires", .type = CELL_TIME, .width = 16 },
		{ .name = "expired", .type = CELL_BOOL, .width = 7, .spare = 3 },
		{ .name = "hits", .type = CELL_NUMBER, .width = 6, .spare = 1 },
		{ .name = "last_hit", .type = CELL_TIME, .width = 16, .spare = 5 },
		{ .name = "reason" },
	};
	g_autoptr(GPtrArray) rules = NULL;
	g_autoptr(Listing) listing = NULL;
	Format format;

	if (!session_at_most(session, 1, error) ||
		!format_from_name(options->format, &format, error))
		return false;
	rules = store_rules(session->store, session->now, error);
	if (!rules)
		return false;
	listing = listing_new(session->output, format, columns, G_N_ELEMENTS(columns));
	for (guint i = 0; i < rules->len; i++) {
		const Rule *rule = g_ptr_array_index(rules, i);

		if (rule->kind != kind)
			continue;
		listing_number(listing, rule->id);
		listing_text(listing, rule_kind_name(rule->kind));
		listing_text(listing, rule->account);
		listing_text(listing, rule->domain);
		listing_text(listing, rule->owner);
		listing_number(listing, rule->created);
		listing_number(listing, rule->expires);
		listing_bool(listing, rule->expired);
		listing_number(listing, rule->hits);
		listing_number(listing, rule->last_hit);
		listing_text(listing, rule->reason);
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
verb_remove(Session *session, RuleKind kind, const RuleOptions *options, GError **error)
{
	int64_t id;

	if (!session->arguments[1]) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "%s remove: name a rule by its id",
			session->command->name);
		return false;
	}
	if (!session_at_most(session, 2, error) || !id_parse(session->arguments[1], &id, error) ||
		!is_of_kind(session, id, kind, error))
		return false;
	if (!options->dry_run &&
		!store_remove_rule(session->store, id, session->actor, session->now, error))
		return false;
	output_line(session->output, "rule %" G_GINT64_FORMAT " %s", id,
		options->dry_run ? "would be removed" : "is removed");
	return true;
}

typedef struct RuleVerb {
	const char *name;
	bool looks; /* changes nothing */
	bool (*run)(Session *session, RuleKind kind, const RuleOptions *options, GError **error);
} RuleVerb;

static const RuleVerb verbs[] = {
	{ "add", false, verb_add },
	{ "list", true, verb_list },
	{ "remove", false, verb_remove },
	{ "test", true, verb_test },
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
	const RuleVerb *verb;
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "account", 'a', 0, G_OPTION_ARG_STRING, &options.account, "the SES account, as list --columns account shows it", "ACCOUNT" },
		{ "domain", 'd', 0, G_OPTION_ARG_STRING, &options.domain, "the aligned domain", "DOMAIN" },
		{ "from-message", 'm', 0, G_OPTION_ARG_STRING, &options.from_message, "take account and domain from this message", "ID" },
		{ "expires", 'e', 0, G_OPTION_ARG_STRING, &options.expires, "a duration (90d) or a day (2026-05-01)", "WHEN" },
		{ "reason", 'r', 0, G_OPTION_ARG_STRING, &options.reason, "why, for the record", "TEXT" },
		{ "dry-run", 'n', 0, G_OPTION_ARG_NONE, &options.dry_run, "say what would change, and change nothing", NULL },
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &options.format, "of list: table, csv or jsonl", "FORMAT" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	if (!session_options(session, entries, NULL, error))
		return false;
	verb = verb_find(session, error);
	if (!verb ||
		!(verb->looks || options.dry_run ? session_open_to_look(session, error)
						 : session_open(session, error)))
		return false;
	return verb->run(session, kind, &options, error);
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

const Command cmd_allow = {
	.name = "allow",
	.opens = OPENS_WRITE,
	.usage = "add|list|remove ID|test",
	.summary = "rules that release what an authenticated identity sends",
	.run = run_allow,
};

const Command cmd_deny = {
	.name = "deny",
	.opens = OPENS_WRITE,
	.usage = "add|list|remove ID|test",
	.summary = "rules that block what an account or a domain sends",
	.run = run_deny,
};
