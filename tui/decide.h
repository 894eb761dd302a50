/* decide.h - actions that decide: about messages, rules, deliveries */
#ifndef TUI_DECIDE_H
#define TUI_DECIDE_H

#include "tui/console.h"

/* Runs of actions: see action.h. */
void run_decide(Console *console, int argument);
void run_undo(Console *console, int argument);
void run_claim(Console *console, int argument);
void run_propose(Console *console, int argument);
void run_commit(Console *console, int argument);
void run_retry(Console *console, int argument);
void run_remove_rule(Console *console, int argument);
void run_test_rule(Console *console, int argument);

/* Answers: see ask.h.  @text is who gets what names no recipient, addresses with blanks
 * between; or the reason. */
bool decide_recipients(Console *console, const char *text);
bool decide_allow(Console *console, const char *text);
bool decide_deny(Console *console, const char *text);

#endif
