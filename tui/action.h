/* action.h - everything a key can do: one table
 *
 * The bottom line, the help view, `lazaret keys` and the manual are made from it.  To
 * add a key: add a row in action.c.  keymap.h says which keys a person has put on it.
 */
#ifndef TUI_ACTION_H
#define TUI_ACTION_H

#include "tui/key.h"
#include "tui/view.h"

enum {
	ACTION_KEYS = 5, /* of one action, the closing NULL among them */
};

/* What must hold before an action runs; the dispatcher checks, and says what is
 * missing. */
typedef enum {
	NEEDS_ROW = 1 << 0,
	NEEDS_MESSAGE = 1 << 1,
	NEEDS_ATTACHMENT = 1 << 2,
	NEEDS_TAGS = 1 << 3,
	NEEDS_PROGRAM = 1 << 4,
	NEEDS_WRITING = 1 << 5,
	NEEDS_BITS = 6,
	NEEDS_TARGETS = 1 << 6, /* the message, or behind ; the tagged ones */
} Need;

typedef struct Action {
	const char *id;                /* in the config file, in tests and comments */
	const char *keys[ACTION_KEYS]; /* as shipped */
	unsigned views;                /* of ViewKind */
	unsigned needs;                /* of Need */
	const char *group;
	const char *label; /* in the bottom line; NULL: not there */
	const char *help;
	void (*run)(Console *console, int argument);
	int argument; /* a Move, a DecisionKind, a ViewKind, ... */
	bool kept;    /* it can't be without a key: there would be no way out, or no help */
} Action;

const Action *actions(void); /* ends with id NULL */

typedef struct Keymap Keymap; /* keymap.h */

/* The sentence for the first of @needs that @have lacks, for keymap_text(); NULL if none
 * does. */
const char *needs_missing(unsigned needs, unsigned have);

#endif
