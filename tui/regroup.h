/* regroup.h - actions that say what belongs together: split and join campaigns */
#ifndef TUI_REGROUP_H
#define TUI_REGROUP_H

#include "tui/console.h"

/* Runs of actions: see action.h. */
void run_split(Console *console, int argument); /* shows why a campaign is one */
void run_cut(Console *console, int argument);
void run_join(Console *console, int argument);

#endif
