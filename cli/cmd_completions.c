/* What a shell needs to complete lazaret's command line: a script, and for that script what
 * a line may go on with.  The console's prompts complete by the same calls. */
#include <string.h>

#include "cli/command.h"
#include "cli/describe.h"
#include "mail/text.h"
#include "tui/frame.h"

enum {
	MOST_WIDTH = 40,       /* columns for a candidate before its help, */
	GAP = 2,               /* and between these */
	PATIENCE = 200 * 1000, /* microseconds that the store may take: who waits for more? */
};

/* ---- the scripts ---- */

/* They run the lazaret of the PATH, never a file of the folder one happens to be in. */
static const char bash_script[] =
	"# bash completion of lazaret, made by: lazaret completions bash\n"
	"_lazaret()\n"
	"{\n"
	"	local candidate\n"
	"	COMPREPLY=()\n"
	"	while IFS= read -r candidate; do\n"
	"		COMPREPLY+=(\"$candidate\")\n"
	"	done < <(command lazaret completions bash -- \"${COMP_LINE:0:COMP_POINT}\" \"$2\" \\\n"
	"		2>/dev/null </dev/null)\n"
	"}\n"
	"complete -o nosort -o nospace -F _lazaret lazaret\n";

static const char zsh_script[] =
	"#compdef lazaret\n"
	"# zsh completion of lazaret, made by: lazaret completions zsh\n"
	"_lazaret()\n"
	"{\n"
	"	local row\n"
	"	local -a part before spelled=(-Q) whole whole_shown begun begun_shown\n"
	"	(( CURRENT > 2 )) && before=(\"${(@Q)words[2,CURRENT-1]}\")\n"
	"	while IFS= read -r row; do\n"
	"		part=(\"${(@ps:\\t:)row}\")\n"
	"		[[ -n $compstate[quote] ]] && part[3]=$part[2] spelled=()\n"
	"		if [[ $part[1] == begun ]]; then\n"
	"			begun+=(\"$part[3]\") begun_shown+=(\"$part[4]\")\n"
	"		else\n"
	"			whole+=(\"$part[3]\") whole_shown+=(\"$part[4]\")\n"
	"		fi\n"
	"	done < <(command lazaret completions zsh -- \"${before[@]}\" \"${(Q)PREFIX}\" \\\n"
	"		2>/dev/null </dev/null)\n"
	"	(( $#whole )) && compadd -V lazaret -U -l $spelled -d whole_shown -a whole\n"
	"	(( $#begun )) && compadd -V lazaret -U -l $spelled -S '' -d begun_shown -a begun\n"
	"	(( $#whole + $#begun ))\n"
	"}\n"
	"if [[ $funcstack[1] == _lazaret ]]; then\n"
	"	_lazaret \"$@\"\n"
	"else\n"
	"	compdef _lazaret lazaret\n"
	"fi\n";

/* ---- what the words say ---- */

/* The store that --store names, else the one of every command. */
static const char *
store_named(const char *const *words)
{
	const char *named = NULL;

	for (; *words && strcmp(*words, "--") != 0; words++) {
		if (g_str_has_prefix(*words, "--store="))
			named = *words + strlen("--store=");
		else if (strcmp(*words, "--store") == 0 && words[1])
			named = *++words;
	}
	return named;
}

static Store *
open_named(const Session *session, const char *const *words)
{
	const char *named = store_named(words);
	g_autofree char *path = shell_word_home(named ? named : session->store_path);

	return store_open(path, STORE_GLANCE, NULL);
}

static bool
is_late(void *deadline)
{
	return g_get_monotonic_time() > *(int64_t *)deadline;
}

static Completion *
complete(const Session *session, const char *const *words, const char *word)
{
	g_autoptr(Description) description = describe_commands(session->commands);
	g_autoptr(Store) store = open_named(session, words);
	int64_t deadline = g_get_monotonic_time() + PATIENCE;
	const CompleteWith with = {
		.table = description_table(description),
		.store = store,
		.now = session->now,
	};

	if (store)
		store_set_stop(store, is_late, &deadline);
	return complete_word(&with, words, word);
}

/* ---- as the shells take it ---- */

/* @text as it is to stand where a shell reads @quote as open; ~/ at the beginning of a
 * word stays a sign. */
static void
append_spelled(GString *out, const char *text, char quote, bool begins)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "@%+=:,./_-";

	if (begins && quote == '\0' && g_str_has_prefix(text, "~/")) {
		g_string_append(out, "~/");
		text += 2;
	}
	for (; *text; text++) {
		bool sign = *text > 0 && !strchr(plain, *text);

		if (quote == '\'' && *text == '\'')
			g_string_append(out, "'\\'");
		else if (quote == '\0' ? sign : quote == '"' && strchr("\"\\$`", *text))
			g_string_append_c(out, '\\');
		g_string_append_c(out, *text);
	}
}

/* How a candidate is written into a line of bash. */
typedef struct BashPlace {
	char *kept; /* what stands of the word before what is replaced, as bash reads it */
	char quote; /* that is open behind it */
} BashPlace;

/* In double quotes an interactive bash takes ! for history, and nothing can be done about
 * it.  The blank behind a whole word is ours: it says where to go on; readline itself
 * closes a quotation mark that is open. */
static void
print_bash(Session *session, const Candidate *candidate, const BashPlace *place)
{
	g_autoptr(GString) line = g_string_new(NULL);

	if (!g_str_has_prefix(candidate->text, place->kept) ||
		(place->quote == '"' && strchr(candidate->text, '!')))
		return;
	append_spelled(line, candidate->text + strlen(place->kept), place->quote, !*place->kept);
	if (!candidate->open && !place->quote)
		g_string_append_c(line, ' ');
	output_record(session->output, line->str, line->len);
}

/* Bash replaces @replaced alone, which ends at the end of @line. */
static void
complete_bash(Session *session, const char *line, const char *replaced)
{
	g_auto(ShellLine) shell = { 0 };
	g_autoptr(GString) kept = g_string_new(NULL);
	g_autoptr(Completion) completion = NULL;
	BashPlace place;

	shell_line_read(&shell, line, strlen(line));
	if (shell.words->len < 2 || !g_str_has_suffix(line + shell.from, replaced))
		return;
	shell_word_read(
		line + shell.from, line + strlen(line) - strlen(replaced), kept, &place.quote);
	place.kept = kept->str;
	completion =
		complete(session, (const char *const *)shell.words->pdata + 1, shell.word->str);
	for (guint i = 0; i < completion->candidates->len; i++)
		print_bash(session, g_ptr_array_index(completion->candidates, i), &place);
}

static int
widest(const Completion *completion)
{
	int width = 0;

	for (guint i = 0; i < completion->candidates->len; i++) {
		const Candidate *candidate = g_ptr_array_index(completion->candidates, i);

		width = MAX(width, text_width(candidate->text));
	}
	return MIN(width, MOST_WIDTH);
}

/* "begun" or "whole", the word, the word spelled, what is shown of it: with TABs between. */
static void
print_zsh(Session *session, const Candidate *candidate, int width)
{
	g_autoptr(Visible) help = text_visible(candidate->help, -1);
	g_autoptr(GString) line = g_string_new(candidate->open ? "begun\t" : "whole\t");
	int gap = MAX(width - text_width(candidate->text), 0) + GAP;

	g_string_append_printf(line, "%s\t", candidate->text);
	append_spelled(line, candidate->text, '\0', true);
	g_string_append_printf(line, "\t%s", candidate->text);
	if (*candidate->help)
		g_string_append_printf(line, "%*s%s", gap, "", visible_string(help));
	output_record(session->output, line->str, line->len);
}

/* The last of @words is the one to complete. */
static void
complete_zsh(Session *session, char **words)
{
	guint last = g_strv_length(words) - 1;
	g_autofree char *word = words[last];
	g_autoptr(Completion) completion = NULL;
	int width;

	words[last] = NULL;
	completion = complete(session, (const char *const *)words, word);
	width = widest(completion);
	for (guint i = 0; i < completion->candidates->len; i++)
		print_zsh(session, g_ptr_array_index(completion->candidates, i), width);
}

static void
print_script(Session *session, const char *script)
{
	output_bytes(session->output, script, strlen(script));
}

static bool
fail_usage(const Session *session, GError **error)
{
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "usage: lazaret completions %s",
		session->command->usage);
	return false;
}

static bool
run(Session *session, GError **error)
{
	static const char more[] =
		"The script goes where the shell looks for completions:\n"
		"  lazaret completions bash >~/.local/share/bash-completion/completions/lazaret\n"
		"  lazaret completions zsh >/usr/local/share/zsh/site-functions/_lazaret\n"
		"It asks lazaret completions SHELL -- WORD... what a line may go on with.\n";
	char **words;

	if (!session_options(session, NULL, more, error))
		return false;
	words = session->arguments;
	if (g_strcmp0(words[0], "bash") == 0 && !words[1])
		print_script(session, bash_script);
	else if (g_strcmp0(words[0], "zsh") == 0 && !words[1])
		print_script(session, zsh_script);
	else if (g_strcmp0(words[0], "bash") == 0 && words[2] && !words[3])
		complete_bash(session, words[1], words[2]);
	else if (g_strcmp0(words[0], "zsh") == 0)
		complete_zsh(session, words + 1);
	else
		return fail_usage(session, error);
	return true;
}

const Command cmd_completions = {
	.name = "completions",
	.opens = OPENS_NOTHING,
	.usage = "bash|zsh",
	.summary = "print what a shell completes this command line by",
	.run = run,
};
