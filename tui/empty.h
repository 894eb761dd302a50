/* empty.h - what a list without rows says: how it came to that, and what to do */
#ifndef TUI_EMPTY_H
#define TUI_EMPTY_H

#include "tui/console.h"

/* @limit lets nothing through; @nothing begins the sentence that says so. */
void empty_draw(
	const Console *console, const char *limit, const char *nothing, Frame *frame, Area area);

#endif
