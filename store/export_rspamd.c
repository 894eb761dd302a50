/* Maps for rspamd's multimap module, and the stanza that reads them. */
#include "mail/domain.h"
#include "store/export_list.h"

#define MAPS "$LOCAL_CONFDIR/local.d/lazaret/"

/* The analyst's word should weigh as much as the site wants it to: scores stand here alone. */
static const char stanza[] =
	"# For /etc/rspamd/local.d/multimap.conf, where this folder is /etc/rspamd/local.d/lazaret:\n"
	"#   .include(try=true; priority=1) \"" MAPS "multimap.conf\"\n"
	"LAZARET_ACCOUNT {\n"
	"  type = \"header\"; header = \"Feedback-ID\"; regexp = true;\n"
	"  map = \"" MAPS "account.map\"; score = 10.0;\n"
	"  description = \"SES account that is blocked in lazaret\";\n"
	"}\n"
	"LAZARET_DOMAIN {\n"
	"  type = \"header\"; header = \"From\"; filter = \"email:domain\"; glob = true;\n"
	"  map = \"" MAPS "domain.map\"; score = 10.0;\n"
	"  description = \"From domain that is blocked in lazaret\";\n"
	"}\n"
	"LAZARET_SENDER {\n"
	"  type = \"header\"; header = \"From\"; filter = \"email:addr\";\n"
	"  map = \"" MAPS "sender.map\"; score = 10.0;\n"
	"  description = \"From address that is blocked in lazaret\";\n"
	"}\n"
	"LAZARET_LINK {\n"
	"  type = \"url\"; glob = true;\n"
	"  map = \"" MAPS "link.map\"; score = 10.0;\n"
	"  description = \"Link to a host that is blocked in lazaret\";\n"
	"}\n"
	"LAZARET_URL {\n"
	"  type = \"url\"; filter = \"full\"; regexp = true;\n"
	"  map = \"" MAPS "url.map\"; score = 10.0;\n"
	"  description = \"Link to a page that is blocked in lazaret\";\n"
	"}\n"
	"# Account and From together; DMARC says that From is the domain's own.\n"
	"LAZARET_ALLOW {\n"
	"  type = \"selector\"; selector = \"header('Feedback-ID');from('mime'):domain\";\n"
	"  delimiter = \"|\"; regexp = true; require_symbols = \"DMARC_POLICY_ALLOW\";\n"
	"  map = \"" MAPS "allow.map\"; score = -6.0;\n"
	"  description = \"Sender that a rule of lazaret lets in\";\n"
	"}\n";

static bool
append_account(GString *out, const Indicator *indicator, G_GNUC_UNUSED void *data)
{
	g_string_append_c(out, '/');
	export_account_regex(out, indicator->value);
	g_string_append(out, "$/\n");
	return true;
}

static bool
append_domain(GString *out, const Indicator *indicator, G_GNUC_UNUSED void *data)
{
	g_string_append_printf(out, "%s\n*.%s\n", indicator->value, indicator->value);
	return true;
}

/* A line is a key up to the first blank, and # begins a comment. */
static bool
append_sender(GString *out, const Indicator *indicator, G_GNUC_UNUSED void *data)
{
	if (!export_is_plain_address(indicator->value) || strchr(indicator->value, '#'))
		return false;
	g_string_append_printf(out, "%s\n", indicator->value);
	return true;
}

/* rspamd has decoded what is %-encoded when it asks, and left a fragment where there was one: a
 * number sign would begin a comment here. */
static bool
append_url(GString *out, const Indicator *indicator, G_GNUC_UNUSED void *data)
{
	g_string_append(out, "/^");
	for (const char *at = indicator->value; *at; at++) {
		const char letter[] = { *at, '\0' };

		if (*at == '%' && g_ascii_isxdigit(at[1]) && g_ascii_isxdigit(at[2])) {
			g_string_append_printf(out, "(?:(?i:%%%.2s)|\\x%.2s)", at + 1, at + 1);
			at += 2;
		} else
			export_quote_regex(out, letter);
	}
	g_string_append(out, "(?:\\x23.*)?$/\n");
	return true;
}

/* The rule names the DKIM domain, with which From's is aligned: of one organisation. */
static bool
append_allowed(GString *out, const Indicator *indicator, G_GNUC_UNUSED void *data)
{
	g_autofree char *organisation = domain_registrable(indicator->value);

	g_string_append_c(out, '/');
	export_account_regex(out, indicator->account);
	g_string_append(out, "\\|([^|]*\\.)?");
	export_quote_regex(out, organisation);
	g_string_append(out, "$/\n");
	return true;
}

#define MAP(name, kind, append)                   \
	{                                         \
		.file = (name), .list = {         \
			.blocks = KIND_BIT(kind), \
			.comment = "# ",          \
			.line = (append)          \
		}                                 \
	}

static const ExportPart parts[] = {
	MAP("account.map", INDICATOR_ACCOUNT, append_account),
	MAP("domain.map", INDICATOR_DOMAIN, append_domain),
	MAP("sender.map", INDICATOR_SENDER, append_sender),
	MAP("link.map", INDICATOR_LINK, append_domain),
	MAP("url.map", INDICATOR_URL, append_url),
	{ .file = "allow.map",
		.list = { .allows = KIND_BIT(INDICATOR_DOMAIN),
			.comment = "# ",
			.line = append_allowed } },
	{ .file = "multimap.conf", .head = stanza },
};

static bool
run(const Export *export, GError **error)
{
	return export_run_parts(export, parts, G_N_ELEMENTS(parts), error);
}

extern const ExportFormat export_rspamd;

const ExportFormat export_rspamd = {
	.name = "rspamd",
	.summary = "rspamd: maps for multimap, and the stanza that reads them",
	.folder = true,
	.whole = true,
	.run = run,
};
