#include "store/export_pages.h"

#include <stdint.h>

/* A watchlist that is uploaded from a file: less than 3.8 MB.  Bulk updates append, and drop rows
 * that are the same in all columns: what is withdrawn is a later row. */
static const PageSize page_size = {
	.lines = SIZE_MAX,
	.bytes = 3700000,
	.suffix = ".csv",
};

/* A watchlist is matched by the letter, so that no ' may stand before a value.  Of what begins like
 * a formula, accounts and domains have no letters that one could do anything with. */
static bool
add_line(G_GNUC_UNUSED GString *out, const Indicator *indicator, void *data)
{
	g_autoptr(GString) line = g_string_new(NULL);

	if (indicator->kind == INDICATOR_SENDER && csv_is_formula(indicator->value))
		return false;
	csv_exact(line, indicator->value);
	g_string_append_c(line, ',');
	csv_of_indicator(line, indicator, csv_exact);
	pages_add(data, line);
	return true;
}

static bool
run(const Export *export, GError **error)
{
	const ExportList list = {
		.blocks = KINDS_ALL,
		.allows = KINDS_ALL,
		.withdrawn = true,
		.line = add_line,
	};
	g_autoptr(GString) header = g_string_new("SearchKey,");
	g_autoptr(Pages) pages = NULL;

	csv_indicator_header(header);
	pages = pages_new(&page_size, header->str, export, "watchlist");
	return export_run_list(export, &list, pages, error) && pages_end(pages, error);
}

extern const ExportFormat export_sentinel_csv;

const ExportFormat export_sentinel_csv = {
	.name = "sentinel-csv",
	.summary = "a watchlist of Microsoft Sentinel: files of at most 3.8 MB",
	.folder = true,
	.fresh = true,
	.run = run,
};
