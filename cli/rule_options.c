#include "cli/rule_options.h"

#include <string.h>

#include "cli/target.h"
#include "cli/when.h"
#include "mail/detect.h"
#include "mail/history.h"
#include "store/rule_study.h"

void
rule_options_clear(RuleOptions *options)
{
	g_free(options->account);
	g_free(options->domain);
	g_free(options->sender);
	g_free(options->link);
	g_free(options->url);
	g_free(options->file);
	g_free(options->from_message);
	g_strfreev(options->to);
	g_strfreev(options->from_domains);
	g_strfreev(options->lifts);
	g_free(options->expires);
	g_free(options->idle);
	g_free(options->reason);
	g_free(options->format);
}

static bool
read_allow(Session *session, RuleOptions *options, GError **error)
{
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "account", 'a', 0, G_OPTION_ARG_STRING, &options->account, "the SES account, as list --columns account shows it", "ACCOUNT" },
		{ "domain", 'd', 0, G_OPTION_ARG_STRING, &options->domain, "the aligned domain", "DOMAIN" },
		{ "campaign", 'c', 0, G_OPTION_ARG_INT64, &options->campaign, "only messages of this campaign", "ID" },
		{ "from-message", 'm', 0, G_OPTION_ARG_STRING, &options->from_message, "the identity of this message, as narrow as what was released of it", "ID" },
		{ "to", 't', 0, G_OPTION_ARG_STRING_ARRAY, &options->to, "only to this address or domain; can be repeated; all: to anyone", "RCPT" },
		{ "from-domain", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->from_domains, "only From this domain or below; can be repeated", "DOMAIN" },
		{ "lifts", 'l', 0, G_OPTION_ARG_STRING_ARRAY, &options->lifts, "release in spite of these findings, with commas between; or all", "FINDING,..." },
		{ "expires", 'e', 0, G_OPTION_ARG_STRING, &options->expires, "a duration (90d) or a day (2026-05-01)", "WHEN" },
		{ "idle", 'i', 0, G_OPTION_ARG_STRING, &options->idle, "expire so long after the last hit (45d)", "TIME" },
		{ "reason", 'r', 0, G_OPTION_ARG_STRING, &options->reason, "why, for the record", "TEXT" },
		{ "add", 0, 0, G_OPTION_ARG_INT, &options->add, "of suggest: make the rule with this number", "N" },
		{ "dry-run", 'n', 0, G_OPTION_ARG_NONE, &options->dry_run, "say what would change, and change nothing", NULL },
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &options->format, "of list: table, csv or jsonl", "FORMAT" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	return session_options(session, entries, NULL, error);
}

static bool
read_deny(Session *session, RuleOptions *options, GError **error)
{
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "account", 'a', 0, G_OPTION_ARG_STRING, &options->account, "the SES account, as list --columns account shows it", "ACCOUNT" },
		{ "domain", 'd', 0, G_OPTION_ARG_STRING, &options->domain, "the From or aligned domain, and all below it", "DOMAIN" },
		{ "sender", 's', 0, G_OPTION_ARG_STRING, &options->sender, "the envelope sender or From address", "ADDRESS" },
		{ "link-domain", 'l', 0, G_OPTION_ARG_STRING, &options->link, "a domain or host that a link leads to", "DOMAIN" },
		{ "url", 'u', 0, G_OPTION_ARG_STRING, &options->url, "the very URL that a link leads to", "URL" },
		{ "sha256", 'x', 0, G_OPTION_ARG_STRING, &options->file, "the SHA-256 of an attachment", "HEX" },
		{ "campaign", 'c', 0, G_OPTION_ARG_INT64, &options->campaign, "messages of this campaign, later ones too", "ID" },
		{ "from-message", 'm', 0, G_OPTION_ARG_STRING, &options->from_message, "the account of this message, or its From domain", "ID" },
		{ "expires", 'e', 0, G_OPTION_ARG_STRING, &options->expires, "a duration (90d) or a day (2026-05-01)", "WHEN" },
		{ "idle", 'i', 0, G_OPTION_ARG_STRING, &options->idle, "expire so long after the last hit (45d)", "TIME" },
		{ "reason", 'r', 0, G_OPTION_ARG_STRING, &options->reason, "why, for the record", "TEXT" },
		{ "add", 0, 0, G_OPTION_ARG_INT, &options->add, "of suggest: make the rule with this number", "N" },
		{ "dry-run", 'n', 0, G_OPTION_ARG_NONE, &options->dry_run, "say what would change, and change nothing", NULL },
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &options->format, "of list: table, csv or jsonl", "FORMAT" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	return session_options(session, entries, NULL, error);
}

bool
rule_options_read(Session *session, RuleKind kind, RuleOptions *options, GError **error)
{
	return kind == RULE_ALLOW ? read_allow(session, options, error)
				  : read_deny(session, options, error);
}

/* ---- the rule that they describe ---- */

static Rule *
rule_from(Session *session, RuleKind kind, const char *text, GError **error)
{
	g_autoptr(MessageRow) row = NULL;
	g_autoptr(Rule) rule = NULL;
	int64_t id;

	if (!id_parse(text, &id, error))
		return NULL;
	row = store_row(session->store, id, error);
	rule = row ? rule_of_message(kind, row, session->now, error) : NULL;
	return rule && store_narrow_rule(session->store, rule, id, error) ? g_steal_pointer(&rule)
									  : NULL;
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

/* "all" is no bound. */
static void
replace_list(GPtrArray **field, char **entries)
{
	if (!entries)
		return;
	g_clear_pointer(field, g_ptr_array_unref);
	*field = g_ptr_array_new_with_free_func(g_free);
	for (char **entry = entries; *entry; entry++)
		if (strcmp(*entry, "all") != 0)
			g_ptr_array_add(*field, g_strdup(*entry));
}

static bool
is_finding(const char *id)
{
	for (const Detector *const *detector = detectors(); *detector; detector++)
		if (strcmp((*detector)->id, id) == 0)
			return true;
	for (DefectKind kind = 0; kind < DEFECT_KINDS; kind++)
		if (strcmp(defect_detector(kind)->id, id) == 0)
			return true;
	for (const HistoryCheck *check = history_checks(); check->id; check++)
		if (strcmp(check->id, id) == 0)
			return true;
	return false;
}

static bool
add_lift(Rule *rule, const char *id, GError **error)
{
	if (strcmp(id, "all") == 0) {
		rule->lifts_all = true;
	} else if (is_finding(id)) {
		g_ptr_array_add(rule->lifts, g_strdup(id));
	} else {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"there is no finding '%s'; lazaret show --help lists them", id);
		return false;
	}
	return true;
}

static bool
replace_lifts(Rule *rule, char **options, GError **error)
{
	if (!options)
		return true;
	g_clear_pointer(&rule->lifts, g_ptr_array_unref);
	rule->lifts = g_ptr_array_new_with_free_func(g_free);
	for (char **option = options; *option; option++) {
		g_auto(GStrv) ids = g_strsplit(*option, ",", -1);

		for (char **id = ids; *id; id++)
			if (**id && !add_lift(rule, *id, error))
				return false;
	}
	return true;
}

static bool
rests_on_something(const Rule *rule, GError **error)
{
	if (rule->account || rule->domain || rule->sender || rule->link || rule->url ||
		rule->file || rule->campaign)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "name what it rests on: %s",
		rule->kind == RULE_ALLOW
			? "--from-message, or --account and --domain"
			: "--from-message, --account, --domain, --sender, --link-domain, --url, "
			  "--sha256 or --campaign");
	return false;
}

/* Where only --idle is given, a date would end the rule all the same. */
static bool
replace_term(Session *session, Rule *rule, const RuleOptions *options, GError **error)
{
	if (options->idle && (!duration_parse(options->idle, &rule->idle) || rule->idle == 0)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "'%s' is no duration such as 45d",
			options->idle);
		return false;
	}
	if (options->idle)
		rule->expires = 0;
	if (!options->expires || expiry_parse(options->expires, session->now, &rule->expires))
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
		"'%s' is neither a duration such as 90d nor a day such as 2026-05-01",
		options->expires);
	return false;
}

Rule *
rule_of_options(Session *session, RuleKind kind, const RuleOptions *options, GError **error)
{
	g_autoptr(Rule) rule = options->from_message
		? rule_from(session, kind, options->from_message, error)
		: rule_on_nothing(session, kind);

	if (!rule)
		return NULL;
	replace_text(&rule->account, options->account);
	replace_text(&rule->domain, options->domain);
	replace_text(&rule->sender, options->sender);
	replace_text(&rule->link, options->link);
	replace_text(&rule->url, options->url);
	replace_text(&rule->file, options->file);
	if (options->campaign)
		rule->campaign = options->campaign;
	replace_list(&rule->recipients, options->to);
	replace_list(&rule->from_domains, options->from_domains);
	replace_text(&rule->owner, session->actor);
	replace_text(&rule->reason, options->reason);
	return rests_on_something(rule, error) && replace_lifts(rule, options->lifts, error) &&
			replace_term(session, rule, options, error)
		? g_steal_pointer(&rule)
		: NULL;
}
