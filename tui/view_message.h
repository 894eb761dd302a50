/* view_message.h - what actions ask of the message view beyond a view's own calls */
#ifndef TUI_VIEW_MESSAGE_H
#define TUI_VIEW_MESSAGE_H

#include "tui/view.h"

/* Opens message @id over what is seen now; @follow: it is of the list below, so that
 * next and previous go along that. */
bool message_view_open(Console *console, int64_t id, bool follow, GError **error);

/* The next message (@rows 1) or the one before (-1), in the same tab; *moved says
 * if there was one.  Where the list below is of campaigns, and the next one has several
 * messages, the view is closed. */
bool message_view_step(View *view, int rows, bool *moved, GError **error);
/* Its message was decided about: on to the next, back when there is none.  May close
 * the view. */
bool message_view_decided(View *view, GError **error);

void message_view_tab(View *view, int tab);    /* from 0; others do nothing */
void message_view_turn(View *view, int count); /* so many on, round and round */
/* As sent, or decoded again. */
void message_view_toggle(View *view);

#endif
