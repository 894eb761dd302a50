/* tab.h - one page of the message view
 *
 * To add one: write tui/tab_NAME.c, add its row in tui/tab.c, and the key
 * that opens it in tui/action.c.
 */
#ifndef TUI_TAB_H
#define TUI_TAB_H

#include "tui/dossier.h"
#include "tui/sheet.h"

typedef struct TabOps {
	const char *name;
	int widest; /* columns: what is read loses its lines in longer ones; 0: any */
	/* Writes the page; @as_sent asks for bytes over meaning, where there is a choice.
	 * What it lends to the sheet lives in the dossier. */
	void (*write)(Dossier *dossier, bool as_sent, Sheet *sheet);
	/* How many things it shows.  NULL: they are not counted. */
	guint (*count)(const Message *message);
	/* What is to be copied of what it marked with @mark (sheet_mark()), and what that is
	 * in words.  Yours, both.  NULL: it marks nothing, the facts are copied. */
	char *(*copy)(const Dossier *dossier, guint mark, char **what);
} TabOps;

const TabOps *const *tabs(void); /* ends with NULL */

#endif
