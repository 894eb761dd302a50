#include "tui/empty.h"

#include <string.h>

#include "tui/help.h"

enum {
	INDENT = 2,
	STEP = 3, /* columns of a step's number */
	MOST_COLUMNS = 100,
};

static void
write_line(const Console *console, int indent, Style style, const char *text, Sheet *sheet)
{
	sheet_line(sheet);
	help_write(console, indent, style, text, sheet);
}

/* What to do, and below it how. */
static void
write_step(const Console *console, int number, const char *text, const char *command,
	const char *shell, Sheet *sheet)
{
	sheet_line(sheet);
	sheet_addf(sheet, STYLE_HEADING, "%d", number);
	help_write(console, STEP, STYLE_NORMAL, text, sheet);
	write_line(console, STEP, STYLE_STRONG, command, sheet);
	if (*shell)
		sheet_addf(sheet, STYLE_DIM, "   in a shell: %s", shell);
}

/* For whoever sees the console for the first time. */
static void
write_first_start(const Console *console, Sheet *sheet)
{
	sheet_line(sheet);
	sheet_add(sheet, STYLE_STRONG, "The quarantine is empty.");
	sheet_line(sheet);
	write_step(console, 1,
		"Say whose checks of SPF, DKIM and DMARC to believe: your own gateway's.",
		"{command}config trusted-authserv-ids mx.example.net", "", sheet);
	sheet_line(sheet);
	write_step(console, 2, "Fill it from a folder of .eml files, a Maildir or an mbox.",
		"{command}import PATH", "lazaret import PATH", sheet);
	sheet_line(sheet);
	write_step(console, 3,
		"Read in two screens how one works here; {help} shows the keys, {quit} leaves.",
		"{command}help", "man 7 lazaret", sheet);
}

/* The work is done. */
static void
write_done(const Console *console, Sheet *sheet)
{
	const int64_t *counts = console->counts;

	sheet_line(sheet);
	sheet_add(sheet, STYLE_STRONG, "Nothing is held: all is decided.");
	sheet_line(sheet);
	sheet_addf(sheet, STYLE_GOOD, "%" G_GINT64_FORMAT " released", counts[STATE_RELEASED]);
	sheet_add(sheet, STYLE_NORMAL, ", ");
	sheet_addf(sheet, STYLE_DANGER, "%" G_GINT64_FORMAT " blocked", counts[STATE_BLOCKED]);
	sheet_line(sheet);
	if (console->pending > 0)
		write_line(console, 0, STYLE_NORMAL,
			"{outbox} shows what is still to be delivered.", sheet);
	write_line(console, 0, STYLE_DIM,
		"{log} shows what was decided, {undo} takes your last decision back; {limit} and Enter"
		" shows all messages. What comes in appears here.",
		sheet);
}

static void
write_no_hits(const Console *console, const char *limit, const char *nothing, Sheet *sheet)
{
	sheet_line(sheet);
	sheet_addf(sheet, STYLE_NORMAL, "%s ", nothing);
	sheet_wrap(sheet, STYLE_STRONG, *limit ? limit : "in the store");
	write_line(console, 0, STYLE_DIM,
		"{limit} and Enter shows all; {limit} and another query shows others."
		"  {command}help query  tells what there is to ask for.",
		sheet);
}

void
empty_draw(const Console *console, const char *limit, const char *nothing, Frame *frame, Area area)
{
	const int64_t *counts = console->counts;
	g_autoptr(Sheet) sheet = sheet_new(MIN(area.columns - 2 * INDENT, MOST_COLUMNS));

	if (counts[STATE_HELD] + counts[STATE_RELEASED] + counts[STATE_BLOCKED] == 0)
		write_first_start(console, sheet);
	else if (counts[STATE_HELD] == 0 && strcmp(limit, "state:held") == 0)
		write_done(console, sheet);
	else
		write_no_hits(console, limit, nothing, sheet);
	area.row += 2;
	area.rows -= 2;
	area.column += INDENT;
	area.columns -= 2 * INDENT;
	sheet_draw(sheet, frame, area, 0);
}
