/* tui.h - the console: one call that runs it */
#ifndef TUI_TUI_H
#define TUI_TUI_H

#include "store/store.h"

/* Where a list's preview stands. */
typedef enum {
	PREVIEW_AUTO, /* at its right where that is wide enough, else below */
	PREVIEW_BELOW,
	PREVIEW_RIGHT, /* below where it is too narrow for that */
	PREVIEW_OFF,
	PREVIEW_PLACES
} PreviewPlace;

/* Where y puts what it copies. */
typedef enum {
	CLIPBOARD_AUTO,  /* as the terminal's type makes likely */
	CLIPBOARD_OSC52, /* the terminal's, by an escape sequence */
	CLIPBOARD_TMUX,  /* tmux's, which hands it on to the terminal's */
	CLIPBOARD_OFF,   /* shown, to be selected by hand */
	CLIPBOARDS
} Clipboard;

/* Colours: by the terminal, for a dark or a light one, at most so many, or none. */
typedef enum {
	THEME_AUTO,
	THEME_DARK,
	THEME_LIGHT,
	THEME_SIXTEEN,
	THEME_EIGHT,
	THEME_NONE,
	THEMES
} Theme;

typedef struct ConsoleOptions {
	const char *program;   /* absolute path of lazaret itself, to run subcommands */
	const char *actor;     /* login name that decisions carry */
	const char *transport; /* for releases, as in OperationRequest */
	const char *copy_to;   /* likewise; or NULL */
	int64_t hold;          /* hold window, seconds */
	int64_t claim;         /* how long a claim stands, seconds */
	/* What a report of a campaign says of who makes it, and how it leaves. */
	const struct ReportRequest *report;
	const char *limit;    /* first limit: a query, or NULL for state:held */
	const char *save_to;  /* folder for saved attachments */
	PreviewPlace preview; /* to begin with */
	Clipboard clipboard;  /* CLIPBOARD_AUTO is for clipboard_of_terminal() to settle */
	Theme theme;
	bool mouse; /* clicks and the wheel are taken from the terminal */
	/* What rules are checked against, read when the first is; NULL: nothing is known. */
	const struct Site *(*site)(void *data, GError **error);
	void *site_data;
	const GPtrArray *bindings; /* of KeyBinding: other keys; NULL: none */
	bool read_only;            /* the store may not be written: nothing can be decided */
	const struct CommandTable *commands; /* what : takes; NULL: nothing is known of it */
} ConsoleOptions;

/* Until the user quits.  False when the terminal can't be used, or the store not be
 * read to begin with; trouble that comes later is said on the screen. */
bool console_run(Store *store, const ConsoleOptions *options, GError **error);

#endif
