/* clipboard.h - what a key copies leaves in one escape sequence, made here and nowhere else
 *
 * OSC 52 asks the terminal to fill its clipboard: it works over ssh, since it is only output.
 * No text of a message comes near it that is not visible, defanged, capped and in base64.
 */
#ifndef TUI_CLIPBOARD_H
#define TUI_CLIPBOARD_H

#include "tui/console.h"

enum {
	CLIPBOARD_MOST = 4096,            /* bytes of a text */
	CLIPBOARD_MOST_LINES = 48 * 1024, /* of one of several lines: 64 KiB of base64 */
};

/* In the order of Clipboard, NULL at the end. */
extern const char *const clipboard_names[];

/* What @wanted comes to on a terminal of that type ($TERM), in tmux ($TMUX), or in GNU screen
 * ($STY), which passes nothing on; each may be NULL.  Never CLIPBOARD_AUTO. */
Clipboard clipboard_of_terminal(
	Clipboard wanted, const char *type, const char *tmux, const char *screen);

/* One line that shows what it is and can't be clicked.  Yours. */
char *clipboard_text(const char *text);
/* The same with lines, each by itself, CLIPBOARD_MOST_LINES at most. */
char *clipboard_lines(const char *text);
/* What has the terminal keep @text, which one of these made.  Yours. */
char *clipboard_sequence(const char *text);

/* Runs of actions: copies what the cursor is on; the whole text that is seen. */
void run_copy(Console *console, int argument);
void run_copy_text(Console *console, int argument);

#endif
