#include "tui/tab.h"

static void
write_raw(Dossier *dossier, G_GNUC_UNUSED bool as_sent, Sheet *sheet)
{
	g_autoptr(GError) error = NULL;
	GBytes *raw = dossier_raw(dossier, &error);
	gsize length;
	const char *bytes;

	if (!raw) {
		sheet_line(sheet);
		sheet_wrap(sheet, STYLE_ERROR, error->message);
		return;
	}
	bytes = g_bytes_get_data(raw, &length);
	sheet_text(sheet, bytes, length, WRAP_BYTES);
}

extern const TabOps tab_raw;
const TabOps tab_raw = {
	.name = "raw",
	.write = write_raw,
};
