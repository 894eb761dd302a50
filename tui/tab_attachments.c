#include "tui/tab.h"

#include "tui/figures.h"

static void
write_types(const Attachment *attachment, Sheet *sheet)
{
	bool same = g_ascii_strcasecmp(attachment->declared, attachment->detected) == 0;

	sheet_label(sheet, "Declared");
	sheet_wrap(sheet, STYLE_NORMAL, attachment->declared);
	sheet_label(sheet, "Is");
	sheet_add(sheet, same ? STYLE_GOOD : STYLE_WARN, attachment->detected);
	if (!same)
		sheet_add(sheet, STYLE_WARN, " [not what it says]");
}

static void
write_attachment(const Attachment *attachment, guint number, Sheet *sheet)
{
	g_autofree char *size = figure_size(attachment->size);

	sheet_line(sheet);
	sheet_addf(sheet, STYLE_HEADING, "%u ", number);
	sheet_wrap(sheet, STYLE_STRONG, attachment->name ? attachment->name : "(no name)");
	write_types(attachment, sheet);
	sheet_label(sheet, "Size");
	sheet_add(sheet, attachment->size == 0 ? STYLE_WARN : STYLE_NORMAL, size);
	sheet_label(sheet, "Part");
	sheet_add(sheet, STYLE_DIM, attachment->path);
	sheet_label(sheet, "SHA-256");
	sheet_wrap(sheet, STYLE_DIM, attachment->sha256);
}

static void
write_attachments(Dossier *dossier, G_GNUC_UNUSED bool as_sent, Sheet *sheet)
{
	const GPtrArray *attachments;

	if (!dossier->message)
		return;
	attachments = dossier->message->attachments;
	sheet_line(sheet);
	if (attachments->len == 0)
		sheet_add(sheet, STYLE_DIM, "It has no attachments.");
	else
		sheet_add(sheet, STYLE_DIM,
			"w saves them, under names of lazaret's own, not executable.");
	for (guint i = 0; i < attachments->len; i++) {
		sheet_line(sheet);
		write_attachment(g_ptr_array_index(attachments, i), i + 1, sheet);
	}
}

extern const TabOps tab_attachments;
const TabOps tab_attachments = {
	.name = "attachments",
	.help = "what each attachment says it is, what it is, its size and hash",
	.write = write_attachments,
};
