/* command.h - actions that run a lazaret subcommand beside the console */
#ifndef TUI_COMMAND_H
#define TUI_COMMAND_H

#include "tui/ask.h"
#include "tui/console.h"

void run_save(Console *console, int argument);
void run_export(Console *console, int argument);
/* The command that writes one, about the campaign the cursor is on, to be completed. */
void run_notice(Console *console, int argument);

/* Answers: see ask.h. */
bool command_run(Console *console, const char *text);
bool command_save(Console *console, const char *text);
bool command_export(Console *console, const char *text);
/* Of a command line: a lazaret command, or what a key of this view does, by its id. */
Completion *command_complete(const AskLine *line, Store *store);

/* The job has printed something: takes it, and shows it all when it has ended and no prompt
 * is open. */
void command_progress(Console *console);
/* Stops it. */
void command_cancel(Console *console);

#endif
