#include <string.h>

#include "store/export_list.h"

/* One value a line, and nothing else. */
static bool
append_line(GString *out, const Indicator *indicator, G_GNUC_UNUSED void *data)
{
	g_string_append_printf(out, "%s\n", indicator->value);
	return true;
}

/* A comment would be taken for a value. */
#define PLAIN(kind, name)                                                                \
	{                                                                                \
		.file = (name), .list = {.blocks = KIND_BIT(kind), .line = append_line } \
	}

static const ExportPart parts[] = {
	PLAIN(INDICATOR_ACCOUNT, "block-account"),
	PLAIN(INDICATOR_DOMAIN, "block-domain"),
	PLAIN(INDICATOR_SENDER, "block-sender"),
	PLAIN(INDICATOR_LINK, "block-link"),
	PLAIN(INDICATOR_URL, "block-url"),
	PLAIN(INDICATOR_FILE, "block-sha256"),
};

static bool
run(const Export *export, GError **error)
{
	return export_run_parts(export, parts, G_N_ELEMENTS(parts), error);
}

extern const ExportFormat export_plain;

const ExportFormat export_plain = {
	.name = "list",
	.summary = "plain lists: a file a kind (block-domain, block-url ...), a value a line",
	.folder = true,
	.whole = true,
	.run = run,
};
