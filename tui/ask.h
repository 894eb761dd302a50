/* ask.h - what the console asks for, and what it does with the answer */
#ifndef TUI_ASK_H
#define TUI_ASK_H

#include "tui/console.h"

const char *ask_label(Ask ask);
/* What to type, for the bottom line. */
const char *ask_hint(Ask ask);
/* Acts on @text.  False: it stays open, with its error set. */
bool ask_answer(Console *console, Ask ask, const char *text);

/* A line to complete, and what that depends on. */
typedef struct AskLine {
	char *text;
	gsize cursor; /* byte */
	int64_t now;
	ViewKind view;
	const struct CommandTable *commands; /* ConsoleOptions.commands */
} AskLine;

/* A PromptComplete for what is asked at the time; @data is the Console. */
void ask_complete(void *data, const char *text, gsize cursor);
/* Another key came: what is still being read for one is no more wanted. */
void ask_forget(Console *console);

#endif
