#include "tui/tab.h"

#include <string.h>

#include "tui/brief.h"

static const Finding *
find_finding(const Message *message, const char *id)
{
	for (guint i = 0; i < message->findings->len; i++) {
		const Finding *finding = g_ptr_array_index(message->findings, i);

		if (strcmp(finding->id, id) == 0)
			return finding;
	}
	return NULL;
}

/* What the texts themselves do not say. */
static void
write_notes(const Message *message, Sheet *sheet)
{
	const Finding *differ = find_finding(message, "alternatives-differ");
	g_autofree char *loads = message_loads(message);

	if (loads) {
		sheet_line(sheet);
		sheet_add(sheet, STYLE_DIM, loads);
	}
	if (differ) {
		sheet_line(sheet);
		sheet_wrap(sheet, STYLE_WARN, differ->text);
	}
}

static void
write_part(const PartText *part, bool alone, Sheet *sheet)
{
	if (!alone) {
		g_autofree char *heading = g_strdup_printf("Part %s, %s", part->path, part->type);

		sheet_heading(sheet, heading);
	}
	brief_part(part, G_MAXSSIZE - 1, sheet);
}

static void
write_text(Dossier *dossier, G_GNUC_UNUSED bool as_sent, Sheet *sheet)
{
	const GPtrArray *texts;

	if (!dossier->message)
		return;
	texts = dossier->message->texts;
	write_notes(dossier->message, sheet);
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
	.help = "every text part as it reads; [n] is link n, [image 600x200] not loaded, ⟦hidden: …⟧ unseen",
	.write = write_text,
};
