/* view.h - one kind of screen: the campaigns, a message, the log, ...
 *
 * To add one: write tui/view_NAME.c, add its bit here and its row in view.c, and
 * in action.c a row with the key that opens it.
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "store/message.h"
#include "tui/frame.h"
#include "tui/list.h"
#include "tui/move.h"

typedef struct Console Console;
typedef struct View View;

/* One bit each: where an action works. */
typedef enum {
	VIEW_QUEUE = 1 << 0,
	VIEW_MESSAGE = 1 << 1,
	VIEW_LOG = 1 << 2,
	VIEW_OUTBOX = 1 << 3,
	VIEW_RULES = 1 << 4,
	VIEW_HELP = 1 << 5,
	VIEW_PLAN = 1 << 6,
	VIEW_OUTPUT = 1 << 7,
	VIEW_CAMPAIGNS = 1 << 8,
	VIEW_MEMBERS = 1 << 9, /* the messages of one campaign */
	VIEW_EDGES = 1 << 10,  /* why a campaign is one */
	VIEW_BURSTS = 1 << 11,
	VIEW_STATS = 1 << 12,
	VIEW_MESSAGES = VIEW_QUEUE | VIEW_MEMBERS,
	VIEW_CHOOSERS = VIEW_CAMPAIGNS | VIEW_MESSAGES,
	VIEW_ANY = (1 << 13) - 1,
} ViewKind;

typedef struct ViewOps {
	const char *name;
	ViewKind kind;
	const char *help; /* what it is for: sentences, for keymap_text() */

	/* A new one, or NULL on error.  NULL: it is opened by other means. */
	View *(*create)(Console *console, GError **error);
	void (*free)(View *view);

	void (*draw)(View *view, Frame *frame, Area area);
	bool (*move)(View *view, Move move, int count, GError **error);

	/* All below may be NULL: then it has no such thing. */

	/* The store changed, or a person asked to see it anew. */
	bool (*reload)(View *view, GError **error);
	/* Opens what the cursor is on. */
	bool (*open)(View *view, GError **error);
	/* A click at @row, @column of the frame. */
	void (*click)(View *view, int row, int column);
	/* The wheel turned there by @rows, down or (below 0) up; false: the cursor moves. */
	bool (*wheel)(View *view, int row, int column, int rows);
	/* Goes to the next (or previous) place that has @text, or says that there is none. */
	void (*find)(View *view, const char *text, bool backwards);
	/* The message that decisions are about, of a campaign the most dangerous; borrowed
	 * until the next call. */
	const MessageRow *(*message)(View *view);
	/* What the cursor is on as text to be copied, and what that is in words.  Yours, both;
	 * NULL on error. */
	char *(*copy)(View *view, char **what, GError **error);
	/* The list the cursor and the tags are in. */
	List *(*list)(View *view);
	/* What it shows, for the title bar: "limit: state:held".  Yours. */
	char *(*title)(View *view);
} ViewOps;

struct View {
	const ViewOps *ops;
	Console *console;
};

/* All of them; ends with NULL. */
const ViewOps *const *views(void);
const ViewOps *view_of_kind(ViewKind kind);

#endif
