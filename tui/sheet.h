/* sheet.h - styled lines to read: tabs, preview, help, output, dry runs
 *
 * A sheet is written for one width, line by line, and scrolled by whoever shows
 * it.  Long texts are appended whole and cut into rows only where they are seen.
 */
#ifndef TUI_SHEET_H
#define TUI_SHEET_H

#include "tui/frame.h"
#include "tui/wrap.h"

typedef struct Sheet Sheet;

Sheet *sheet_new(int width);
void sheet_free(Sheet *sheet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sheet, sheet_free)

int sheet_width(const Sheet *sheet);

/* Begins a line; what is added goes there until the next one. */
void sheet_line(Sheet *sheet);
/* Goes on at @column, or one blank further when the line is there already. */
void sheet_to(Sheet *sheet, int column);
void sheet_add(Sheet *sheet, Style style, const char *text);
void sheet_addf(Sheet *sheet, Style style, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Goes on over as many lines as it takes, each beginning where the first did; a
 * text too long to be read is cut, and says so. */
void sheet_wrap(Sheet *sheet, Style style, const char *text);
/* The same, but a text that does not fit beside what stands there begins below,
 * at @indent. */
void sheet_below(Sheet *sheet, Style style, int indent, const char *text);
/* One of several things of a value, a dot between two; on the next line where it
 * does not fit. */
void sheet_item(Sheet *sheet, Style style, const char *text);
/* A blank line (but not at the top) and a name of what follows. */
void sheet_heading(Sheet *sheet, const char *text);
/* A name in the left margin; what is added next stands beside it. */
void sheet_label(Sheet *sheet, const char *label);
/* A long text, read where it stands: it must live as long as the sheet. */
void sheet_text(Sheet *sheet, const char *bytes, gsize length, WrapMode mode);

/* The same, with what stands from each @open to the next @close in @style. */
void sheet_marked_text(Sheet *sheet, const char *bytes, gsize length, const char *open,
	const char *close, Style style);

/* The line begun last is where thing @mark (from 1) begins. */
void sheet_mark(Sheet *sheet, guint mark);
/* The thing that begins first at or behind @row and before @end; otherwise the one @row is
 * about; 0: there is none. */
guint sheet_mark_at(const Sheet *sheet, int row, int end);
/* The thing that begins behind @mark, the first of all behind the last. */
guint sheet_mark_behind(const Sheet *sheet, guint mark);

enum {
	SHEET_LABEL = 2,  /* column of labels */
	SHEET_VALUE = 14, /* column of what they name */
};

int sheet_rows(const Sheet *sheet);
void sheet_draw(Sheet *sheet, Frame *frame, Area area, int top);
/* The first row at or after @from that has @text, any case; -1 if there is none. */
int sheet_find(Sheet *sheet, const char *text, int from);

#endif
