#include <glib.h>

#include "store/export_pages.h"
#include "store/moment.h"

enum {
	ROOM = 15000, /* indicators that a tenant has room for */
};

/* What Microsoft Defender for Endpoint imports at once. */
static const PageSize page_size = {
	.lines = 500,
	.suffix = ".csv",
};

static const char header[] =
	"indicatorType,indicatorValue,expirationTime,action,severity,title,description,"
	"recommendedActions,rbacGroups,category,mitretechniques,GenerateAlert\r\n";

static const char *
type_of(const Indicator *indicator)
{
	switch (indicator->kind) {
	case INDICATOR_LINK:
		return g_hostname_is_ip_address(indicator->value) ? "IpAddress" : "DomainName";
	case INDICATOR_URL:
		return "Url";
	case INDICATOR_FILE:
		return "FileSha256";
	case INDICATOR_ACCOUNT:
	case INDICATOR_DOMAIN:
	case INDICATOR_SENDER:
	case INDICATOR_KINDS:
		break;
	}
	g_assert_not_reached();
}

/* "2026-06-27T20:26:40.0Z" */
static void
append_expires(GString *line, int64_t expires)
{
	g_autofree char *text = moment_text(expires);

	if (text)
		g_string_append_printf(line, "%.19s.0Z", text);
}

static bool
add_line(G_GNUC_UNUSED GString *out, const Indicator *indicator, void *data)
{
	bool file = indicator->kind == INDICATOR_FILE;
	g_autofree char *why = export_why(indicator);
	const char *title = file ? "Attachment of mail that lazaret blocks"
				 : "Link in mail that lazaret blocks";
	g_autoptr(GString) line = g_string_new(type_of(indicator));

	g_string_append_c(line, ',');
	/* It is imported by the letter, and "-dash.example" is no formula that does anything. */
	csv_exact(line, indicator->value);
	g_string_append_c(line, ',');
	append_expires(line, indicator->expires);
	/* A file is removed as well; what is no file can't be. */
	g_string_append_printf(line, ",%s,Medium,%s,", file ? "BlockAndRemediate" : "Block", title);
	csv_cell(line, why);
	g_string_append(line, ",,,,,TRUE\r\n");
	pages_add(data, line);
	return true;
}

static bool
is_full(G_GNUC_UNUSED const Indicator *indicator, void *data)
{
	return pages_lines(data) >= ROOM;
}

static bool
run(const Export *export, GError **error)
{
	const ExportList list = {
		.blocks = KIND_BIT(INDICATOR_LINK) | KIND_BIT(INDICATOR_URL) |
			KIND_BIT(INDICATOR_FILE),
		.line = add_line,
		.full = is_full,
	};
	g_autoptr(Pages) pages = pages_new(&page_size, header, export, "indicators");

	return export_run_list(export, &list, pages, error) && pages_end(pages, error);
}

extern const ExportFormat export_defender_csv;

const ExportFormat export_defender_csv = {
	.name = "defender-csv",
	.summary = "indicators of Microsoft Defender for Endpoint: files of at most 500",
	.folder = true,
	.fresh = true,
	.run = run,
};
