/* Sieve (RFC 5228): what a header tells; texts and attachments are encoded where it looks. */
#include "store/export_list.h"

/* Section 2.4.2. */
static void
append_string(GString *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *text);
	}
}

/* The first entry of each list is one that matches nothing: a list must have one, and commas
 * stand between. */
#define NOBODY "  \"nobody.invalid\""

static bool
append_account(GString *out, const Indicator *indicator, G_GNUC_UNUSED void *data)
{
	g_string_append(out, ",\n  \".");
	append_string(out, indicator->value);
	g_string_append(out, ":AmazonSES\"");
	return true;
}

static bool
append_domain(GString *out, const Indicator *indicator, G_GNUC_UNUSED void *data)
{
	g_string_append_printf(out, ",\n  \"%s\", \"*.%s\"", indicator->value, indicator->value);
	return true;
}

static bool
append_sender(GString *out, const Indicator *indicator, G_GNUC_UNUSED void *data)
{
	if (!g_str_is_ascii(indicator->value))
		return false;
	g_string_append(out, ",\n  \"");
	append_string(out, indicator->value);
	g_string_append_c(out, '"');
	return true;
}

#define TO_JUNK "\n] {\n  fileinto \"Junk\";\n  stop;\n}\n"

static const ExportPart parts[] = {
	{ .head = "require \"fileinto\";\n"
		  "if header :contains :comparator \"i;octet\" \"feedback-id\" [\n" NOBODY,
		.tail = TO_JUNK,
		.list = { .blocks = KIND_BIT(INDICATOR_ACCOUNT),
			.comment = "# ",
			.line = append_account } },
	{ .head = "if address :domain :matches \"from\" [\n" NOBODY,
		.tail = TO_JUNK,
		.list = { .blocks = KIND_BIT(INDICATOR_DOMAIN), .line = append_domain } },
	{ .head = "if address :all :is \"from\" [\n" NOBODY,
		.tail = TO_JUNK,
		.list = { .blocks = KIND_BIT(INDICATOR_SENDER), .line = append_sender } },
};

static bool
run(const Export *export, GError **error)
{
	return export_run_parts(export, parts, G_N_ELEMENTS(parts), error);
}

extern const ExportFormat export_sieve;

const ExportFormat export_sieve = {
	.name = "sieve",
	.summary = "a Sieve script that files blocked senders into Junk",
	.whole = true,
	.run = run,
};
