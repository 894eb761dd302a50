/* view_queue.h - messages: all of them, or those of one campaign */
#ifndef TUI_VIEW_QUEUE_H
#define TUI_VIEW_QUEUE_H

#include "tui/chooser.h"

/* All messages that match @limit, above the campaigns. */
bool queue_open(Console *console, const char *limit, GError **error);
/* Those of @campaign alone, above what is seen now. */
bool members_open(Console *console, int64_t campaign, const char *limit, GError **error);
int64_t members_campaign(const View *view);

bool queue_sort(View *view, GError **error); /* the next order */
bool queue_reverse(View *view, GError **error);
/* The order it has, or will have once it is read. */
const char *queue_order(View *view);

#endif
