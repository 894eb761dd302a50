/* view_plan.h - what would happen, before it does: y does it
 *
 * For everything that is about more than one message: decisions about the tagged,
 * new rules.
 */
#ifndef TUI_VIEW_PLAN_H
#define TUI_VIEW_PLAN_H

#include "tui/sheet.h"
#include "tui/view.h"

typedef struct PlanOps {
	/* Says what would happen. */
	void (*write)(void *data, Sheet *sheet);
	/* What is said while it happens, yours; NULL, or gives NULL: it takes no time. */
	char *(*doing)(const void *data);
	/* Does it and says that it did.  False: nothing happened. */
	bool (*commit)(Console *console, void *data, GError **error);
	void (*free)(void *data);
} PlanOps;

/* Takes @data. */
View *plan_view_new(Console *console, const PlanOps *ops, void *data);
/* What @view was given, if that was with @ops; else NULL. */
void *plan_view_data(View *view, const PlanOps *ops);
/* y: back to what was seen before, with the thing done. */
void plan_view_commit(View *view);

#endif
