/* prompt.h - one line to type, with history and completion, and with an error shown where it
 * stands */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include "store/complete.h"
#include "tui/frame.h"
#include "tui/key.h"

typedef struct Prompt Prompt;

typedef enum {
	PROMPT_OPEN,
	PROMPT_ACCEPTED,
	PROMPT_CANCELLED,
} PromptResult;

/* @history (of char *, oldest first) is borrowed and gets what is accepted. */
Prompt *prompt_new(const char *label, const char *text, GPtrArray *history);
void prompt_free(Prompt *prompt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Prompt, prompt_free)

/* To find out what @line may become, whose cursor is at byte @cursor: ends, now or later, in
 * prompt_offer(). */
typedef void (*PromptComplete)(void *data, const char *line, gsize cursor);
/* Takes @offered; NULL: nothing.  Nobody waits for it any more once another key came. */
void prompt_offer(Prompt *prompt, Completion *offered);
void prompt_complete_with(Prompt *prompt, PromptComplete complete, void *data);

/* A click in row @row of the frame: on a candidate it chooses that. */
void prompt_click(Prompt *prompt, int row);
PromptResult prompt_key(Prompt *prompt, Key key);
const char *prompt_text(const Prompt *prompt);

/* What is wrong, and at which character (1-based, 0: nowhere in particular);
 * gone with the next key. */
void prompt_set_error(Prompt *prompt, const char *message, int column);
const char *prompt_error(const Prompt *prompt); /* NULL if there is none */

/* What is to be said about the last key instead of what to type; NULL: nothing. */
const char *prompt_hint(const Prompt *prompt);

/* In row @row; candidates stand in the rows above. */
void prompt_draw(const Prompt *prompt, Frame *frame, int row);

#endif
