/* console.h - the console without a terminal
 *
 * tui.c drives it with keys and the clock and shows the frames it draws; tests do
 * the same.  Views and actions use what stands in the second half.
 */
#ifndef TUI_CONSOLE_H
#define TUI_CONSOLE_H

#include "store/decision.h"
#include "tui/job.h"
#include "tui/keymap.h"
#include "tui/news.h"
#include "tui/prompt.h"
#include "tui/tui.h"
#include "tui/worker.h"

/* @store and @options must outlive it. */
Console *console_new(Store *store, const ConsoleOptions *options, int64_t now, GError **error);
void console_free(Console *console);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Console, console_free)

void console_key(Console *console, Press press);
/* About once a second: notices what others changed, counts down, starts deliveries. */
void console_tick(Console *console, int64_t now);
void console_draw(Console *console, Frame *frame);
bool console_finished(const Console *console);

/* What was read meanwhile is there: readable when console_collect() has something to do. */
int console_descriptor(const Console *console);
void console_collect(Console *console);
/* Waits until nothing is being read any more. */
void console_settle(Console *console);

/* What the person is asked for; ask.c has a row for each. */
typedef enum {
	ASK_LIMIT,
	ASK_SEARCH,
	ASK_TAG,
	ASK_COMMAND,
	ASK_SAVE,
	ASK_EXPORT,
	ASK_TEXT,
	ASK_RECIPIENTS,
	ASK_ALLOW,
	ASK_DENY,
	ASKS
} Ask;

/* Where an action stands in the bottom line, to be clicked. */
typedef struct Spot {
	const Action *action;
	int row, column, end;
} Spot;

/* ---- for views and actions ---- */

struct Console {
	Store *store;
	Worker *worker;  /* all that could take long is read through it */
	int64_t reading; /* its task that a key asked for: console_read() */
	int64_t count_task;
	bool recount;              /* the store changed while that was counting */
	void (*paint)(void *data); /* shows at once what would be drawn next; NULL: can't */
	void *paint_data;
	const ConsoleOptions *options;
	int64_t now;
	Keymap *keymap;
	GPtrArray *views; /* of View, the campaigns first; the last one is seen */
	bool finished;
	bool repaint; /* all of the terminal, with the next frame */
	bool suspend; /* stop, as Ctrl-z does to other programs, before that */

	int64_t generation; /* of the store, when it was read last */
	int64_t counts[STATES];
	int64_t campaigns; /* that have a message which is held; -1: not counted yet */
	int64_t arrived;   /* messages since the person last looked at the top */
	News news;         /* what others did */
	int64_t pending;   /* deliveries not settled */
	int64_t first_due;

	int count;    /* typed before a command; 0: none */
	bool tagged;  /* ; was pressed: the next command is about the tagged */
	bool pasting; /* what comes was not pressed */
	bool warned;  /* that deliveries wait: a second q leaves */
	char *said;   /* in the message line; NULL: nothing */
	Style said_style;
	bool said_drawn;    /* a person could have read it */
	Prompt *prompt;     /* NULL: none */
	Ask ask;            /* what it is about */
	int64_t completing; /* the worker's task for it; 0: none */
	Target asked;       /* what the prompt is about, wherever the cursor goes: a message, but */
			    /* of ASK_ALLOW and ASK_DENY the row of the list */
	const Action *chosen; /* named in answer to it, to be run when it is closed; or NULL */
	GPtrArray *histories[ASKS];

	PreviewPlace preview; /* of lists, in this session */
	Area area;            /* of the view, in the frame drawn last */
	bool unseen;          /* that one was too small to show anything */
	GArray *spots;        /* of Spot: what stands in the bottom line */
	char *clip;           /* to be sent to the terminal, once; NULL: nothing */
	Job *job;             /* a command that runs; NULL: none */
	GArray *stopped;      /* of int: process ids of commands that were stopped */
	char *export_file;    /* what the job writes; NULL: nothing */
	bool left_over;       /* deliveries were due before this console: they wait for a person */
	int64_t deliver_next; /* no delivery is started before */
	int deliverer;        /* process id of the one started last; 0: none */
};

View *console_view(const Console *console);
/* The list that is chosen from: the campaigns or messages seen, or nearest below. */
View *console_queue(const Console *console);
/* Takes @view and shows it. */
void console_open(Console *console, View *view);
/* Back to the view below; the campaigns stay. */
void console_back(Console *console);
/* Back to the view of that kind, if one is open. */
bool console_show(Console *console, const ViewOps *ops);
/* Something was decided here: all views read it, and nothing counts as news. */
void console_changed(Console *console);
/* The same, and it is to be delivered: with that leaves what was left over. */
void console_queued(Console *console);

void console_say(Console *console, Style style, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Says @error and frees it; NULL: nothing to say. */
void console_fail(Console *console, GError *error);
/* The key of the action of @id, as keymap_key() says it. */
const char *console_key_of(const Console *console, const char *id);
void console_ask(Console *console, Ask ask, const char *text);
/* Reads what a key asked for in the view that is seen: worker_do().  One at a time: the
 * next one, or another view, forgets it. */
void console_read(Console *console, const TaskOps *ops, void *data);
/* Says why something could not be read; of what a person gave up, that it was. */
void console_read_failed(Console *console, const GError *error);
/* Gives up what is being read; false: nothing is. */
bool console_stop_reading(Console *console);
void console_not_found(Console *console, const char *text);
/* Says what is being done, on the screen, before it is. */
void console_say_now(Console *console, const char *text);
/* The count typed before the command, 1 if none was. */
int console_count(const Console *console);

#endif
