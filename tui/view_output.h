/* view_output.h - what a command printed */
#ifndef TUI_VIEW_OUTPUT_H
#define TUI_VIEW_OUTPUT_H

#include "tui/view.h"

View *output_view_new(Console *console, const char *name, const char *output, gsize length);
/* What it shows, as it came; borrowed. */
const char *output_view_text(View *view, gsize *length);
/* Answer to ASK_TEXT: writes that into a new file. */
bool output_view_save(Console *console, const char *text);

/* Run of an action: asks where to. */
void run_save_text(Console *console, int argument);

#endif
