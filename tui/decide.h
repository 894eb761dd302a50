/* decide.h - actions that decide: about messages, rules, deliveries */
#ifndef TUI_DECIDE_H
#define TUI_DECIDE_H

#include "tui/console.h"

/* Runs of actions: see action.h. */
void run_decide(Console *console, const Action *action, Key key);
void run_undo(Console *console, const Action *action, Key key);
void run_propose(Console *console, const Action *action, Key key);
void run_commit(Console *console, const Action *action, Key key);
void run_retry(Console *console, const Action *action, Key key);
void run_remove_rule(Console *console, const Action *action, Key key);

/* Answers: see ask.h.  @text is the reason. */
bool decide_allow(Console *console, const char *text);
bool decide_deny(Console *console, const char *text);

#endif
