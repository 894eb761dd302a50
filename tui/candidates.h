/* candidates.h - what a line may become: stepped through, and shown above it */
#ifndef TUI_CANDIDATES_H
#define TUI_CANDIDATES_H

#include "store/complete.h"
#include "tui/frame.h"

typedef struct Candidates Candidates;

/* Takes @completion, of at least two, for @line with the cursor at byte @cursor. */
Candidates *candidates_new(Completion *completion, const char *line, gsize cursor);
void candidates_free(Candidates *candidates);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Candidates, candidates_free)

/* The next (@step 1) or the one before (-1); past the ends stands what was typed. */
void candidates_step(Candidates *candidates, int step);
/* None again: what was typed before all this. */
void candidates_reset(Candidates *candidates);
/* The line with the chosen one in it; before one is chosen, with what all begin with.
 * *cursor: behind that.  Yours. */
char *candidates_line(const Candidates *candidates, gsize *cursor);

/* In the rows above row @row, never more than half of the frame. */
void candidates_draw(Candidates *candidates, Frame *frame, int row);
/* Chooses what was drawn in row @row of the frame; false: none was. */
bool candidates_point(Candidates *candidates, int row);

/* @line with the one candidate of @completion in it, and a blank where that ends it. */
char *candidates_only(const Completion *completion, const char *line, gsize *cursor);

#endif
