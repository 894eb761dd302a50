/* gather.h - what is painted leaves in one piece
 *
 * ncurses writes after each move of the cursor, a hundred times a page: a terminal
 * behind ssh paints in as many steps.  It is given a stream whose descriptor is the
 * terminal, and between gather_begin() and gather_end() a file in memory.
 */
#ifndef TUI_GATHER_H
#define TUI_GATHER_H

#include <glib.h>
#include <stdio.h>

typedef struct Gather Gather;

/* For the terminal @terminal; NULL when no descriptor is left. */
Gather *gather_new(int terminal);
void gather_free(Gather *gather);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Gather, gather_free)

/* To write to; it is the gatherer's. */
FILE *gather_stream(const Gather *gather);
void gather_begin(Gather *gather);
void gather_end(Gather *gather);

#endif
