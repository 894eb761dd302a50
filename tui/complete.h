/* complete.h - what a line may go on with: in the console's prompts, and in a shell
 *
 * The commands and their options are cli/'s: it hands them down as plain data, made from
 * the tables that --help is made from.  Candidates are store/complete.h's.
 */
#ifndef TUI_COMPLETE_H
#define TUI_COMPLETE_H

#include "store/complete.h"

typedef struct CommandOption {
	char *name;  /* without -- */
	char letter; /* '\0': none */
	char *help;
	char *value; /* what it takes, as --help calls it: "FORMAT"; NULL: nothing */
} CommandOption;

/* The values of what a usage or an option calls @word. */
typedef struct WordValues {
	const char *word; /* an option's name, "columns"; or as --help calls a value, "FORMAT" */
	/* One of these: the names themselves, number @place, NULL at their end, and what each
	 * means where there is something to say; */
	const char *(*name)(size_t place, const char **help);
	/* the same, of which there are others for each operand @before; */
	const char *(*name_behind)(const char *before, size_t place);
	const char *term; /* a query term that takes the same, as complete_values(); */
	enum {
		PATH_NONE,
		PATH_ANY,
		PATH_FOLDER,
	} path; /* files. */
} WordValues;

typedef struct CommandWords {
	const char *name; /* NULL ends a table */
	const char *summary;
	const char *usage; /* "QUERY|ID...": words in small letters stand for themselves */
	bool takes_query;
	GPtrArray *options;       /* of CommandOption */
	const WordValues *values; /* its own; ends with word NULL; or NULL */
} CommandWords;

typedef struct CommandTable {
	const CommandWords *commands;
	const GPtrArray *options; /* of CommandOption: those before the command */
	const WordValues *values; /* of all commands; ends with word NULL */
} CommandTable;

/* What completes a command line. */
typedef struct CompleteWith {
	const CommandTable *table;
	Store *store; /* NULL: there is none to ask */
	int64_t now;
	unsigned views; /* of ViewKind: their actions are commands as well; 0: none are */
} CompleteWith;

/* What @word, the last one of a command line up to the cursor, may become: whole words.
 * @words are those before it, the program's name left out; NULL-terminated. */
Completion *complete_word(const CompleteWith *with, const char *const *words, const char *word);
/* The same for a line as a shell reads it, spelled in place. */
Completion *complete_command_line(const CompleteWith *with, const char *line, gsize cursor);

/* A path typed as it is, with ~/ for the home folder; those that begin with a dot only
 * where a dot was typed. */
void complete_path(Completion *completion, const char *path, bool only_folders);
/* A line that is one path, to a folder. */
Completion *complete_folder_line(const char *line, gsize cursor);

/* ---- words of a line, as a shell reads them ---- */

typedef struct ShellLine {
	GPtrArray *words; /* of char *: those before the one the cursor is in; then NULL */
	GString *word;    /* that one, up to the cursor, unquoted */
	gsize from, to;   /* where it stands, to its end behind the cursor */
} ShellLine;
void shell_line_read(ShellLine *shell, const char *line, gsize cursor);
void shell_line_clear(ShellLine *shell);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ShellLine, shell_line_clear)

/* Reads one word from @at, at most to @end; *quote is the quotation mark that is open
 * there, or '\0'.  Returns where it stopped. */
const char *shell_word_read(const char *at, const char *end, GString *word, char *quote);
/* @text so that g_shell_parse_argv() reads it as that one word; as it is where nothing
 * needs quoting.  Yours. */
char *shell_word_spell(const char *text);
/* @path, with the home folder for a ~/ that it begins with.  Yours. */
char *shell_word_home(const char *path);

#endif
