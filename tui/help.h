/* help.h - what the console teaches: the tour, and topics to ask for */
#ifndef TUI_HELP_H
#define TUI_HELP_H

#include "tui/console.h"
#include "tui/sheet.h"

/* How one works with all this, for whoever is new to it: two screens. */
void tour_write(const Console *console, Sheet *sheet);

/* @text from where the line is on, further lines beginning at @indent; "{id}" in it stands for
 * the key of that action. */
void help_write(const Console *console, int indent, Style style, const char *text, Sheet *sheet);

/* Opens a topic, the tour for "".  False, with the names there are or the nearest, when there
 * is none of that name. */
bool help_open(Console *console, const char *topic, GError **error);
/* Their names, NULL-terminated.  Yours; they are not. */
const char **help_topics(void);

/* Run of an action: opens the tour. */
void run_tour(Console *console, int argument);

#endif
