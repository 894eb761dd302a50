/* view_stats.h - a shift or a month of decisions, counted: what its keys do */
#ifndef TUI_VIEW_STATS_H
#define TUI_VIEW_STATS_H

#include "tui/console.h"

/* Runs of actions: counted by the next (1) or what is before (-1); a longer window (1) or a
 * shorter one (-1). */
void run_count_by(Console *console, int argument);
void run_window(Console *console, int argument);

#endif
