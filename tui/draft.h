/* draft.h - a decision about several messages, while it is looked at: its dry run in words */
#ifndef TUI_DRAFT_H
#define TUI_DRAFT_H

#include "store/decision.h"
#include "tui/keymap.h"
#include "tui/sheet.h"

typedef struct Draft {
	DecisionKind kind;
	OperationPlan plan;
	int64_t hold;
	const Keymap *keymap;
	bool tagged;     /* about what was tagged, */
	int64_t row;     /* or this row of the list; 0: neither */
	char *of;        /* " of campaign 12"; "" for messages that were chosen one by one */
	int64_t unshown; /* messages of the campaign that the limit does not show */
	const char *const *to_unknown; /* OperationRequest.to_unknown, once it was asked for */
} Draft;

/* As PlanOps has them: @data is the Draft. */
void draft_write(void *data, Sheet *sheet);
char *draft_doing(const void *data);
void draft_free(void *data);

#endif
