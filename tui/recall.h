/* recall.h - lines that were typed before: the one above, one that begins so, one with this in it
 *
 * What readline's hands expect: Ctrl-p is the line before, Up the one before that begins
 * with what was typed, Ctrl-r goes back through those that have what is typed then.
 */
#ifndef TUI_RECALL_H
#define TUI_RECALL_H

#include <glib.h>
#include <stdbool.h>

#include "tui/key.h"

typedef struct Recall Recall;

/* @history: of char *, oldest first; borrowed. */
Recall *recall_new(GPtrArray *history);
void recall_free(Recall *recall);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Recall, recall_free)

/* Keeps @line, which was accepted, as the newest; the next step starts from there. */
void recall_keep(Recall *recall, const char *line);

/* The line before (@older) or after the one that is shown, among those that begin with
 * @prefix; @line is what is shown now.  Borrowed until the next call; NULL: there is none. */
const char *recall_step(Recall *recall, bool older, const char *prefix, const char *line);

/* ---- Ctrl-r ---- */

void recall_search(Recall *recall, const char *line);
/* What is searched for; NULL: nothing is. */
const char *recall_needle(const Recall *recall);
bool recall_is_found(const Recall *recall);
/* While searching: is @key one for the search?  Then *line is what is to be shown, as
 * recall_step().  If not, the search is over. */
bool recall_key(Recall *recall, Key key, const char **line);

#endif
