/* browse.h - actions that look and change nothing in the store */
#ifndef TUI_BROWSE_H
#define TUI_BROWSE_H

#include "tui/console.h"

/* Runs of actions: see action.h. */
void run_move(Console *console, int argument);
void run_open(Console *console, int argument);
void run_back(Console *console, int argument);
void run_stop(Console *console, int argument);
void run_suspend(Console *console, int argument);
void run_quit(Console *console, int argument);
void run_refresh(Console *console, int argument);
void run_view(Console *console, int argument);
void run_ask(Console *console, int argument);
void run_search_again(Console *console, int argument);
void run_tag(Console *console, int argument);
void run_tagged(Console *console, int argument);
void run_sort(Console *console, int argument);
void run_reverse(Console *console, int argument);
void run_step(Console *console, int argument);
void run_tab(Console *console, int argument);
void run_turn(Console *console, int argument);
void run_toggle(Console *console, int argument);

/* Answers: see ask.h. */
bool browse_limit(Console *console, const char *text);
bool browse_search(Console *console, const char *text);
bool browse_tag(Console *console, const char *text);

#endif
