/* command.h - a subcommand and the session it runs in
 *
 * To add one: write cli/cmd_NAME.c, add its row in cli/main.c, and document it in
 * man/lazaret.1 (tests/cli/man.t compares).
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/config.h"
#include "cli/output.h"
#include "mail/weights.h"
#include "store/store.h"
#include "tui/complete.h"

#define CLI_ERROR (cli_error_quark())
GQuark cli_error_quark(void);

typedef enum {
	CLI_ERROR_HELP, /* asked for help instead: the message is the help */
	CLI_ERROR_USAGE,
	CLI_ERROR_DATA,     /* asked for what the data does not allow */
	CLI_ERROR_NO_INPUT, /* no such thing */
	CLI_ERROR_CONFIG,
	CLI_ERROR_CREATE, /* an output file can't be made */
	CLI_ERROR_WRITE,
	CLI_ERROR_STOPPED, /* by a signal, before it was done */
} CliError;

typedef enum {
	OPENS_NOTHING,
	OPENS_READ,
	OPENS_WRITE,
	OPENS_CREATE,
} CommandOpens;

typedef struct Session Session;

typedef struct Command {
	const char *name;
	CommandOpens opens; /* what session_open() does with the store */
	const char *usage;  /* what follows the name, options apart; "" if nothing does */
	bool takes_query;   /* so that -word among its operands is a term, not an option */
	const char *summary;
	bool (*run)(Session *session, GError **error);
	/* For completion, what it takes beside the values of describe.c: ends with word NULL;
	 * or NULL. */
	const WordValues *values;
} Command;

/* One run of one command. */
struct Session {
	const Command *command;
	char **arguments; /* the command's own; after session_options() its operands */
	char *store_path;
	char *actor; /* login name of the real user */
	int64_t now; /* when the run began */
	Output *output;
	Settings *settings; /* from here on: after session_open() */
	Store *store;       /* NULL with OPENS_NOTHING */
	Weights *weights;   /* what it judges by; NULL where nothing is written */
	int status;         /* exit status of a run that succeeded */
	bool requeue;  /* whatever fails now may pass later, and a mail server must try again */
	GString *hint; /* lines that belong under the error, or empty */
	const Command *const *commands; /* all that there are; ends with NULL */
	GPtrArray *described; /* session_options() fills it: describe.h; NULL: this is a run */
};

void session_init(Session *session);
void session_clear(Session *session);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Session, session_clear)

/* Reads the command's options: @entries (ends with an empty one) and those that
 * all have; @more stands at the end of its --help, or NULL.  CLI_ERROR_HELP,
 * CLI_ERROR_USAGE or G_OPTION_ERROR. */
bool session_options(
	Session *session, const GOptionEntry *entries, const char *more, GError **error);
/* Help or the version was asked for: CLI_ERROR_HELP, and false. */
bool answer_instead(GOptionContext *context, bool help, GError **error);
/* Reads the settings and opens the store as the command needs it. */
bool session_open(Session *session, GError **error);
/* The same where this run of it only looks, which a store that may not be written
 * allows. */
bool session_open_to_look(Session *session, GError **error);
size_t session_operands(const Session *session);
/* CLI_ERROR_USAGE when there are more operands than @most. */
bool session_at_most(const Session *session, size_t most, GError **error);

/* Is there a person to be asked?  Both ends are a terminal. */
bool session_can_ask(const Session *session);
/* Whether what was shown is to be done. */
bool session_ask(Session *session);

/* CLI_ERROR_USAGE for a --limit below 0; 0 is none. */
bool limit_check(int limit, GError **error);

/* The exit status that sysexits(3) has for @error. */
int status_of(const GError *error);
/* The same for a mail server, which must not give a message up for what may pass:
 * everything may, a command line that is wrong as well, but what is wrong with the
 * message itself. */
int status_for_requeue(const GError *error);

int64_t clock_now(void);

#endif
