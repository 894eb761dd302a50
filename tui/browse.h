/* browse.h - actions that look and change nothing in the store */
#ifndef TUI_BROWSE_H
#define TUI_BROWSE_H

#include "tui/console.h"

/* Runs of actions: see action.h. */
void run_move(Console *console, const Action *action, Key key);
void run_open(Console *console, const Action *action, Key key);
void run_back(Console *console, const Action *action, Key key);
void run_quit(Console *console, const Action *action, Key key);
void run_refresh(Console *console, const Action *action, Key key);
void run_view(Console *console, const Action *action, Key key);
void run_ask(Console *console, const Action *action, Key key);
void run_search_again(Console *console, const Action *action, Key key);
void run_tag(Console *console, const Action *action, Key key);
void run_tagged(Console *console, const Action *action, Key key);
void run_sort(Console *console, const Action *action, Key key);
void run_reverse(Console *console, const Action *action, Key key);
void run_step(Console *console, const Action *action, Key key);
void run_tab(Console *console, const Action *action, Key key);
void run_turn(Console *console, const Action *action, Key key);
void run_toggle(Console *console, const Action *action, Key key);

/* Answers: see ask.h. */
bool browse_limit(Console *console, const char *text);
bool browse_search(Console *console, const char *text);
bool browse_tag(Console *console, const char *text);

#endif
