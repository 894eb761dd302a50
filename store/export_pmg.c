/* Objects of Proxmox Mail Gateway's rule system, which its API takes one by one: a group of
 * senders (who) and one of header fields (what). */
#include <string.h>

#include "store/export_list.h"

/* TYPE,VALUE: read by a loop in a shell, so that nothing may need quotes; nor be a spreadsheet's
 * formula. */
static bool
fits(const char *value)
{
	return export_is_plain_address(value) && !strchr("=+-@#", value[0]);
}

/* A domain object is that domain alone. */
static bool
append_who(GString *out, const Indicator *indicator, G_GNUC_UNUSED void *data)
{
	if (!fits(indicator->value))
		return false;
	if (indicator->kind == INDICATOR_SENDER) {
		g_string_append_printf(out, "email,%s\n", indicator->value);
		return true;
	}
	g_string_append_printf(out, "domain,%s\nregex,.*@.*[.]", indicator->value);
	for (const char *at = indicator->value; *at; at++)
		g_string_append_printf(out, *at == '.' ? "[%c]" : "%c", *at);
	g_string_append_c(out, '\n');
	return true;
}

static bool
append_what(GString *out, const Indicator *indicator, G_GNUC_UNUSED void *data)
{
	g_string_append(out, "Feedback-ID,.*:1[.][^:]*[.]");
	for (const char *at = indicator->value; *at; at++)
		g_string_append_printf(out, *at == '+' ? "[%c]" : "%c", *at);
	g_string_append(out, ":AmazonSES\n");
	return true;
}

static const ExportPart parts[] = {
	{ .file = "who.csv",
		.head = "type,value\n",
		.list = { .blocks = KIND_BIT(INDICATOR_DOMAIN) | KIND_BIT(INDICATOR_SENDER),
			.line = append_who } },
	{ .file = "what.csv",
		.head = "field,value\n",
		.list = { .blocks = KIND_BIT(INDICATOR_ACCOUNT), .line = append_what } },
};

static bool
run(const Export *export, GError **error)
{
	return export_run_parts(export, parts, G_N_ELEMENTS(parts), error);
}

extern const ExportFormat export_pmg;

const ExportFormat export_pmg = {
	.name = "pmg",
	.summary = "Proxmox Mail Gateway: who and what objects, as comma-separated values",
	.folder = true,
	.whole = true,
	.run = run,
};
