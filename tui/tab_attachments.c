#include "tui/tab.h"

#include <string.h>

#include "mail/filetype.h"
#include "mail/text.h"
#include "tui/figures.h"

/* Green where the bytes bear it out, red where they don't; where a name or type
 * promises nothing, neither. */
static Style
type_style(const Attachment *attachment)
{
	if (!filetype_agrees(attachment->declared, attachment->name, attachment->detected))
		return STYLE_WARN;
	return g_ascii_strcasecmp(attachment->declared, attachment->detected) == 0 ? STYLE_GOOD
										   : STYLE_NORMAL;
}

static void
write_flags(const Attachment *attachment, Sheet *sheet)
{
	if (!attachment->flags)
		return;
	sheet_label(sheet, "Mind");
	for (const AttachmentFlagName *flag = attachment_flag_names; flag->name; flag++) {
		if (attachment->flags & flag->flag)
			sheet_item(sheet, STYLE_WARN, flag->words);
	}
}

/* A URL is not to be clicked; a file name with "[.]" in it is hard to read. */
static char *
shown(const char *line)
{
	return strstr(line, "://") ? text_defang(line) : g_strdup(line);
}

static void
write_inside(const Attachment *attachment, Sheet *sheet)
{
	for (guint i = 0; i < attachment->inside->len; i++) {
		g_autofree char *line = shown(g_ptr_array_index(attachment->inside, i));

		if (i == 0) {
			sheet_label(sheet, "Inside");
		} else {
			sheet_line(sheet);
			sheet_to(sheet, SHEET_VALUE);
		}
		sheet_wrap(sheet, STYLE_NORMAL, line);
	}
}

static void
write_attachment(const Attachment *attachment, guint number, Sheet *sheet)
{
	g_autofree char *size = figure_size(attachment->size);

	sheet_line(sheet);
	sheet_mark(sheet, number);
	sheet_addf(sheet, STYLE_HEADING, "%u ", number);
	sheet_wrap(sheet, STYLE_STRONG, attachment->name ? attachment->name : "(no name)");
	write_flags(attachment, sheet);
	sheet_label(sheet, "Declared");
	sheet_wrap(sheet, STYLE_NORMAL, attachment->declared);
	sheet_label(sheet, "Is");
	sheet_add(sheet, type_style(attachment), attachment->detected);
	sheet_label(sheet, "Size");
	sheet_add(sheet, attachment->size == 0 ? STYLE_WARN : STYLE_NORMAL, size);
	sheet_label(sheet, "Part");
	sheet_add(sheet, STYLE_DIM, attachment->path);
	sheet_label(sheet, "SHA-256");
	sheet_wrap(sheet, STYLE_DIM, attachment->sha256);
	write_inside(attachment, sheet);
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

static guint
count_attachments(const Message *message)
{
	return message->attachments->len;
}

static char *
copy_hash(const Dossier *dossier, guint mark, char **what)
{
	const Attachment *attachment = g_ptr_array_index(dossier->message->attachments, mark - 1);

	*what = g_strdup_printf("the SHA-256 of attachment %u", mark);
	return g_strdup(attachment->sha256);
}

extern const TabOps tab_attachments;
const TabOps tab_attachments = {
	.name = "attachments",
	.write = write_attachments,
	.count = count_attachments,
	.copy = copy_hash,
};
