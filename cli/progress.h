/* progress.h - one line on a terminal's standard error that says how far long work is */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Progress Progress;

Progress *progress_new(void);
/* Clears the line, and frees. */
void progress_free(Progress *progress);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Progress, progress_free)

/* False when standard error is no terminal: nothing is shown then. */
bool progress_wanted(const Progress *progress);
/* @total -1 is unknown.  Draws a few times a second, however often it is called. */
void progress_show(Progress *progress, int64_t done, int64_t bytes, int64_t total);
/* What is counted from here on, a constant, instead of "messages"; time left is reckoned
 * anew. */
void progress_count(Progress *progress, const char *noun);
/* Shows @line until something else is to be shown. */
void progress_say(Progress *progress, const char *line);
/* Makes room for a line of text; the next progress_show() draws again. */
void progress_clear(Progress *progress);

#endif
