/* Postfix sees envelope senders and header fields as they come; what is in a body is encoded. */
#include <string.h>

#include "store/export_list.h"

static const char reject[] = "REJECT 5.7.1 Blocked here";

/* access(5): a key ends with white space, and # in front of it makes it a comment. */
static bool
append_sender(GString *out, const Indicator *indicator, G_GNUC_UNUSED void *data)
{
	if (!export_is_plain_address(indicator->value) || indicator->value[0] == '#')
		return false;
	g_string_append_printf(out, "%s\t%s\n", indicator->value, reject);
	/* Where parent_domain_matches_subdomains is empty, the dot says what is below. */
	if (indicator->kind == INDICATOR_DOMAIN)
		g_string_append_printf(out, ".%s\t%s\n", indicator->value, reject);
	return true;
}

/* For a POSIX expression between tildes: regexp_table(5).  Of letters behind a backslash, glibc
 * takes some for operators. */
static void
append_quoted(GString *out, const char *text)
{
	for (; *text; text++) {
		if (g_ascii_isalnum(*text) || strchr("-_=@,:/#%&!'`", *text))
			g_string_append_c(out, *text);
		else if (strchr("^\\~", *text))
			g_string_append_printf(out, "\\%c", *text);
		else
			g_string_append_printf(out, "[%c]", *text);
	}
}

/* The address is the last thing in the field: a name in front of it may hold another. */
static void
append_from(GString *out, const Indicator *indicator)
{
	g_string_append(out, "~^From:(.*[<[:space:]])?");
	if (indicator->kind == INDICATOR_DOMAIN)
		g_string_append(out, "[^[:space:]@]+@([^[:space:]@]*[.])?");
	append_quoted(out, indicator->value);
	g_string_append_printf(out, "[>[:space:]]*$~ %s\n", reject);
}

static bool
append_header(GString *out, const Indicator *indicator, G_GNUC_UNUSED void *data)
{
	if (indicator->kind != INDICATOR_ACCOUNT) {
		if (!export_is_plain_address(indicator->value))
			return false;
		append_from(out, indicator);
		return true;
	}
	/* Expressions are without case unless i turns it on. */
	g_string_append(out, "~^[Ff][Ee][Ee][Dd][Bb][Aa][Cc][Kk]-[Ii][Dd]:.*:1[.][^:]+[.]");
	append_quoted(out, indicator->value);
	g_string_append_printf(out, ":AmazonSES[[:space:]]*$~i %s\n", reject);
	return true;
}

static const ExportPart parts[] = {
	{ .file = "sender_access",
		.head = "# smtpd_sender_restrictions = check_sender_access texthash:FOLDER/sender_access\n",
		.list = { .blocks = KIND_BIT(INDICATOR_DOMAIN) | KIND_BIT(INDICATOR_SENDER),
			.comment = "# ",
			.line = append_sender } },
	{ .file = "header_checks",
		.head = "# header_checks = regexp:FOLDER/header_checks\n",
		.list = { .blocks = KIND_BIT(INDICATOR_ACCOUNT) | KIND_BIT(INDICATOR_DOMAIN) |
				KIND_BIT(INDICATOR_SENDER),
			.comment = "# ",
			.line = append_header } },
};

static bool
run(const Export *export, GError **error)
{
	return export_run_parts(export, parts, G_N_ELEMENTS(parts), error);
}

extern const ExportFormat export_postfix;

const ExportFormat export_postfix = {
	.name = "postfix",
	.summary = "Postfix: a map of senders (access) and header_checks",
	.folder = true,
	.whole = true,
	.run = run,
};
