/* Lines for SpamAssassin's configuration: version 4. */
#include <string.h>

#include "mail/domain.h"
#include "store/export_list.h"

/* A rule's name is made of its place in the list, which is the same for the same store. */
typedef struct Names {
	int accounts, urls;
} Names;

static void
append_score(GString *out, const char *name, int number, const char *score, const char *words)
{
	g_string_append_printf(
		out, "describe %s%d %s\nscore %s%d %s\n", name, number, words, name, number, score);
}

static void
append_account(GString *out, const char *account, Names *names)
{
	static const char name[] = "LAZARET_ACCOUNT_";

	g_string_append_printf(out, "header %s%d Feedback-ID =~ /", name, ++names->accounts);
	export_account_regex(out, account);
	g_string_append(out, "$/\n");
	append_score(out, name, names->accounts, "10", "SES account that is blocked in lazaret");
}

/* In addresses * and ? are wild, and # begins a comment anywhere. */
static bool
append_sender(GString *out, const char *address)
{
	if (!export_is_plain_address(address) || strpbrk(address, "*?#"))
		return false;
	g_string_append_printf(out, "blocklist_from %s\n", address);
	return true;
}

/* A # is one where a backslash stands in front of it. */
static void
append_url(GString *out, const char *url, Names *names)
{
	static const char name[] = "LAZARET_URL_";

	g_string_append_printf(out, "uri %s%d m/^", name, ++names->urls);
	export_quote_regex(out, url);
	g_string_append(out, "(?:\\#|$)/\n");
	append_score(out, name, names->urls, "10", "Link to a page that is blocked in lazaret");
}

/* welcomelist_auth would let in the domain whichever account sends. */
static void
append_allowed(GString *out, const Indicator *indicator)
{
	static const char name[] = "LAZARET_ALLOW_";
	g_autofree char *organisation = domain_registrable(indicator->value);
	int rule = (int)indicator->rule;

	g_string_append_printf(out, "header __LAZARET_ALLOWED_ACCOUNT_%d Feedback-ID =~ /", rule);
	export_account_regex(out, indicator->account);
	g_string_append_printf(
		out, "$/\nheader __LAZARET_ALLOWED_FROM_%d From:addr =~ /[\\@.]", rule);
	export_quote_regex(out, organisation);
	g_string_append_printf(out,
		"$/i\nmeta %s%d __LAZARET_ALLOWED_ACCOUNT_%d && __LAZARET_ALLOWED_FROM_%d"
		" && DKIM_VALID_AU\n",
		name, rule, rule, rule);
	append_score(out, name, rule, "-6", "Sender that a rule of lazaret lets in");
}

static bool
append_line(GString *out, const Indicator *indicator, void *data)
{
	switch (indicator->kind) {
	case INDICATOR_ACCOUNT:
		append_account(out, indicator->value, data);
		return true;
	case INDICATOR_DOMAIN:
		if (indicator->action == INDICATOR_ALLOW)
			append_allowed(out, indicator);
		else
			g_string_append_printf(out, "blocklist_from *@%s *@*.%s\n",
				indicator->value, indicator->value);
		return true;
	case INDICATOR_SENDER:
		return append_sender(out, indicator->value);
	case INDICATOR_LINK:
		g_string_append_printf(out, "blocklist_uri_host %s\n", indicator->value);
		return true;
	case INDICATOR_URL:
		append_url(out, indicator->value, data);
		return true;
	case INDICATOR_FILE:
	case INDICATOR_KINDS:
		break;
	}
	return false;
}

static bool
run(const Export *export, GError **error)
{
	const ExportList list = {
		.blocks = KINDS_ALL & ~KIND_BIT(INDICATOR_FILE),
		.allows = KIND_BIT(INDICATOR_DOMAIN),
		.comment = "# ",
		.line = append_line,
	};
	Names names = { 0 };

	return export_run_list(export, &list, &names, error);
}

extern const ExportFormat export_spamassassin;

const ExportFormat export_spamassassin = {
	.name = "spamassassin",
	.summary = "SpamAssassin 4: blocklist_from, blocklist_uri_host and rules",
	.whole = true,
	.run = run,
};
