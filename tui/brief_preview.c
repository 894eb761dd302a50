/* brief_preview.c - the preview of one message: as much as the room for it takes */
#include <string.h>

#include "mail/html.h"
#include "tui/brief.h"

enum {
	LEAST_ROWS_FULL = 26,
	OPENING = 3000, /* bytes of the text: more than is seen */
};

void
brief_part(const PartText *part, size_t most, Sheet *sheet)
{
	size_t length = strnlen(part->text, most + 1);

	if (length > most)
		length =
			(size_t)(g_utf8_find_prev_char(part->text, part->text + most) - part->text);
	if (length == 0)
		return;
	if (strcmp(part->type, "text/html") == 0)
		sheet_marked_text(
			sheet, part->text, length, HTML_HIDDEN, HTML_HIDDEN_END, STYLE_WARN);
	else
		sheet_text(sheet, part->text, length, WRAP_WORDS);
}

static void
write_opening(const Dossier *dossier, Sheet *sheet)
{
	const GPtrArray *texts = dossier->message ? dossier->message->texts : NULL;

	if (!texts || texts->len == 0)
		return;
	sheet_heading(sheet, "Its text");
	brief_part(g_ptr_array_index(texts, 0), OPENING, sheet);
}

/* The four answers as the brief has them, and how the mail itself begins. */
static void
write_full(const Dossier *dossier, Sheet *sheet)
{
	const MessageRow *row = dossier->row;

	sheet_line(sheet);
	sheet_wrap(sheet, STYLE_STRONG, *row->subject ? row->subject : "(no subject)");
	brief_who(dossier, sheet);
	brief_links(dossier, sheet);
	sheet_heading(sheet, "What was decided before");
	sheet_label(sheet, "Account");
	brief_record(dossier, sheet);
	brief_decisions(dossier, sheet);
	brief_why(dossier, sheet);
	if (dossier->trouble) {
		sheet_heading(sheet, "What could not be read");
		sheet_line(sheet);
		sheet_wrap(sheet, STYLE_ERROR, dossier->trouble);
	}
	write_opening(dossier, sheet);
}

void
brief_preview(const Dossier *dossier, int rows, Sheet *sheet)
{
	if (rows >= LEAST_ROWS_FULL)
		write_full(dossier, sheet);
	else
		brief_summary(dossier, sheet);
}
