/* brief_preview.c - the preview of one message: as much as the room for it takes */
#include <string.h>

#include "mail/text.h"
#include "tui/brief.h"

enum {
	LEAST_ROWS_FULL = 26,
	OPENING = 3000, /* bytes of the text: more than is seen */
};

/* Defanged, since it stands there unasked. */
static void
write_opening(const Dossier *dossier, int rows, Sheet *sheet)
{
	const GPtrArray *texts = dossier->message ? dossier->message->texts : NULL;
	g_autofree char *head = NULL;
	g_autofree char *opening = NULL;
	g_auto(GStrv) lines = NULL;

	if (!texts || texts->len == 0)
		return;
	sheet_heading(sheet, "Its text");
	head = g_strndup(((const PartText *)g_ptr_array_index(texts, 0))->text, OPENING);
	if (strlen(head) == OPENING) /* perhaps in the middle of a character */
		*g_utf8_find_prev_char(head, head + OPENING) = '\0';
	opening = text_defang(head);
	lines = g_strsplit(opening, "\n", -1);
	for (gsize i = 0; lines[i] && sheet_rows(sheet) < rows; i++) {
		sheet_line(sheet);
		sheet_wrap(sheet, STYLE_NORMAL, g_strchomp(lines[i]));
	}
}

void
brief_aside(const Dossier *dossier, Sheet *sheet)
{
	brief_who(dossier, sheet);
	brief_links(dossier, sheet);
	sheet_heading(sheet, "What was decided before");
	sheet_label(sheet, "Account");
	brief_record(dossier, sheet);
	brief_decisions(dossier, sheet);
	brief_why(dossier, sheet);
	if (dossier->trouble && !dossier->row->purged) {
		sheet_heading(sheet, "What could not be read");
		sheet_line(sheet);
		sheet_wrap(sheet, STYLE_ERROR, dossier->trouble);
	}
}

/* The four answers as the brief has them, and how the mail itself begins. */
static void
write_full(const Dossier *dossier, int rows, Sheet *sheet)
{
	const MessageRow *row = dossier->row;

	sheet_line(sheet);
	sheet_wrap(sheet, STYLE_STRONG, message_row_title(row));
	brief_aside(dossier, sheet);
	write_opening(dossier, rows, sheet);
}

void
brief_preview(const Dossier *dossier, int rows, Sheet *sheet)
{
	if (rows >= LEAST_ROWS_FULL)
		write_full(dossier, rows, sheet);
	else
		brief_summary(dossier, sheet);
}
