/* view_output.h - what a command printed */
#ifndef TUI_VIEW_OUTPUT_H
#define TUI_VIEW_OUTPUT_H

#include "tui/view.h"

View *output_view_new(Console *console, const char *name, const char *output, gsize length);

#endif
