#include "tui/tab.h"

#include <string.h>

#include "mail/html.h"

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
	size_t length = strlen(part->text);

	if (!alone) {
		g_autofree char *heading = g_strdup_printf("Part %s, %s", part->path, part->type);

		sheet_heading(sheet, heading);
	}
	if (length == 0)
		return;
	if (strcmp(part->type, "text/html") == 0)
		sheet_marked_text(
			sheet, part->text, length, HTML_HIDDEN, HTML_HIDDEN_END, STYLE_WARN);
	else
		sheet_text(sheet, part->text, length, WRAP_WORDS);
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
	.widest = 110,
	.write = write_text,
};
