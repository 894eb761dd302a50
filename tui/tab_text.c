#include "tui/tab.h"

#include <string.h>

static void
write_part(const PartText *part, bool alone, Sheet *sheet)
{
	if (!alone) {
		g_autofree char *heading = g_strdup_printf("Part %s, %s", part->path, part->type);

		sheet_heading(sheet, heading);
	}
	if (*part->text)
		sheet_text(sheet, part->text, strlen(part->text), WRAP_WORDS);
}

static void
write_text(Dossier *dossier, G_GNUC_UNUSED bool as_sent, Sheet *sheet)
{
	const GPtrArray *texts;

	if (!dossier->message)
		return;
	texts = dossier->message->texts;
	if (texts->len == 0) {
		sheet_line(sheet);
		sheet_add(sheet, STYLE_DIM, "It has no text to read. Tab 7 shows it as it came.");
	}
	for (guint i = 0; i < texts->len; i++)
		write_part(g_ptr_array_index(texts, i), texts->len == 1, sheet);
}

extern const TabOps tab_text;
const TabOps tab_text = {
	.name = "text",
	.help = "every text part as it reads; [n] is link n, [image 600x200] an image that is not loaded",
	.write = write_text,
};
