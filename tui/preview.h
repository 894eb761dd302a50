/* preview.h - where the preview of a list stands: below it, at its right, or nowhere */
#ifndef TUI_PREVIEW_H
#define TUI_PREVIEW_H

#include "tui/console.h"

/* In the order of PreviewPlace, NULL at the end. */
extern const char *const preview_place_names[];

/* Where @wanted comes to in @area, the list's and the preview's together: never
 * PREVIEW_AUTO. */
PreviewPlace preview_place(PreviewPlace wanted, Area area);
/* Splits @area: the list's part, and the preview's with the line between drawn; no rows:
 * there is none. */
void preview_split(PreviewPlace wanted, Frame *frame, Area *area, Area *preview);

/* Run of an action: the next place that there is room for. */
void run_preview(Console *console, int argument);

#endif
