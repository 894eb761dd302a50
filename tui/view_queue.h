/* view_queue.h - what actions ask of the queue beyond a view's own calls */
#ifndef TUI_VIEW_QUEUE_H
#define TUI_VIEW_QUEUE_H

#include "tui/view.h"

/* Shows only what matches @text; "" is all.  A query that can't be read changes
 * nothing; *column is where it is wrong. */
bool queue_limit(View *view, const char *text, int *column, GError **error);
const char *queue_limit_text(const View *view);

/* Tags what matches @text within the limit; *count is how many these were. */
bool queue_tag(View *view, const char *text, guint *count, int *column, GError **error);

bool queue_sort(View *view, GError **error); /* the next order */
bool queue_reverse(View *view, GError **error);
const char *queue_order(const View *view);

/* The text searched for last; NULL if none was. */
const char *queue_searched(const View *view);

/* Steps to the row behind (or before) the cursor; NULL when there is none. */
const MessageRow *queue_step(View *view, int rows, GError **error);

#endif
