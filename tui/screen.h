/* screen.h - the terminal: shows a Frame, and is left as it was found */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include "tui/frame.h"
#include "tui/tui.h"

typedef struct Screen Screen;

#define SCREEN_ERROR (screen_error_quark())
GQuark screen_error_quark(void);

typedef enum {
	SCREEN_ERROR_TERMINAL, /* none, or one that can't place text */
} ScreenError;

/* Takes the terminal on standard input and output over. One at a time. */
Screen *screen_open(Theme theme, bool mouse, GError **error);
/* Gives it back: its modes, its contents, its cursor. */
void screen_close(Screen *screen);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Screen, screen_close)

/* A terminal of that name (TERM) can be taken over: it, or one that stands in for it, is known and
 * places text.  *colors is how many it has. */
bool screen_knows(const char *terminal, int *colors);

/* As the terminal is now. */
void screen_size(Screen *screen, int *rows, int *columns);
void screen_show(Screen *screen, const Frame *frame);
/* A sequence that paints nothing, whole and behind what was shown. */
void screen_send(const char *sequence);
/* Everything is painted anew with the next frame. */
void screen_repaint(Screen *screen);
/* Gives the terminal back for a while: screen_resume() takes it again. */
void screen_suspend(Screen *screen);
void screen_resume(Screen *screen);

#endif
