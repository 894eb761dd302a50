#include "tui/command.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "tui/chooser.h"
#include "tui/complete.h"
#include "tui/help.h"
#include "tui/view_output.h"

enum {
	OUTPUT_MARGIN = 2, /* columns beside what the output view shows */
};

void
run_save(Console *console, G_GNUC_UNUSED int argument)
{
	View *view = console_view(console);
	const char *folder = console->options->save_to;

	console->asked.message = view->ops->message(view)->id;
	console_ask(console, ASK_SAVE, folder ? folder : "");
}

void
run_export(Console *console, G_GNUC_UNUSED int argument)
{
	console_ask(console, ASK_EXPORT, "quarantine.csv");
}

void
run_notice(Console *console, G_GNUC_UNUSED int argument)
{
	View *view = console_view(console);
	int64_t campaign = view->ops->message(view)->campaign;
	g_autofree char *command =
		g_strdup_printf("notice %" G_GINT64_FORMAT " --for staff --lang %s", campaign,
			g_str_has_prefix(g_get_language_names()[0], "ja") ? "ja" : "en");

	console_ask(console, ASK_COMMAND, command);
}

/* Half an export looks like a whole one: it does not stay. */
static void
end_export(Console *console, bool good)
{
	if (console->export_file && !good)
		(void)unlink(console->export_file);
	g_clear_pointer(&console->export_file, g_free);
}

/* One line is said, more are shown. */
static void
show_output(Console *console, const Job *job)
{
	gsize length;
	const char *output = job_output(job, &length);
	const char *end = memchr(output, '\n', length);
	bool one_line = !end || end + 1 == output + length;

	if (!one_line)
		console_open(console, output_view_new(console, job_name(job), output, length));
	else if (length > 0)
		console_say(console, job_succeeded(job) ? STYLE_GOOD : STYLE_ERROR, "%.*s",
			(int)(end ? end - output : (gssize)length), output);
	else
		console_say(console, job_succeeded(job) ? STYLE_GOOD : STYLE_ERROR, "%s %s",
			job_name(job), job_succeeded(job) ? "is done" : "failed");
	console_changed(console);
}

static void
finish(Console *console)
{
	g_autoptr(Job) job = g_steal_pointer(&console->job);

	end_export(console, job_succeeded(job));
	show_output(console, job);
}

static void
say_busy(Console *console)
{
	g_autofree char *text =
		keymap_text(console->keymap, "a command still runs: Esc, then {stop} stops it");

	prompt_set_error(console->prompt, text, 0);
}

/* One at a time: its output has one place to go. */
static bool
is_free(Console *console)
{
	if (console->job && !job_read(console->job))
		finish(console);
	if (console->job)
		say_busy(console);
	return !console->job;
}

static void
start(Console *console, const char *const *arguments, int output)
{
	GError *error = NULL;

	console->job = job_start(arguments, store_path(console->store),
		MAX(console->area.columns - OUTPUT_MARGIN, 0), output, &error);
	if (!console->job)
		console_fail(console, error);
}

/* "help", alone or before a topic: of the console, not of lazaret. */
static bool
is_help(const char *text)
{
	return g_str_has_prefix(text, "help") && (!text[4] || g_ascii_isspace(text[4]));
}

static bool
open_help(Console *console, const char *text)
{
	g_autofree char *topic = g_strstrip(g_strdup(text + strlen("help")));
	g_autoptr(GError) error = NULL;

	if (help_open(console, topic, &error))
		return true;
	prompt_set_error(console->prompt, error->message, 0);
	return false;
}

static const CommandTable *
table_or_none(const CommandTable *table)
{
	static const CommandWords none[] = { { .name = NULL } };
	static const CommandTable empty = { .commands = none };

	return table ? table : &empty;
}

static bool
is_command(const Console *console, const char *name)
{
	const CommandTable *table = table_or_none(console->options->commands);

	for (const CommandWords *one = table->commands; one->name; one++)
		if (strcmp(one->name, name) == 0)
			return true;
	return false;
}

/* The action of this view that is called so; where a command is as well, that is meant. */
static const Action *
action_named(const Console *console, const char *name)
{
	ViewKind view = console_view(console)->ops->kind;

	for (const Action *action = actions(); action->id; action++)
		if (action->views & view && strcmp(action->id, name) == 0)
			return is_command(console, name) ? NULL : action;
	return NULL;
}

static void
start_command(Console *console, char **words)
{
	g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(arguments, g_strdup(console->options->program));
	for (char **word = words; *word; word++)
		g_ptr_array_add(arguments, shell_word_home(*word));
	g_ptr_array_add(arguments, NULL);
	start(console, (const char *const *)arguments->pdata, -1);
}

bool
command_run(Console *console, const char *text)
{
	g_auto(GStrv) words = NULL;
	g_autoptr(GError) error = NULL;

	if (!*text)
		return true;
	if (is_help(text))
		return open_help(console, text);
	console->chosen = action_named(console, text);
	if (console->chosen)
		return true;
	if (!is_free(console))
		return false;
	if (!g_shell_parse_argv(text, NULL, &words, &error)) {
		prompt_set_error(console->prompt, error->message, 0);
		return false;
	}
	start_command(console, words);
	return true;
}

static Completion *
complete_help(const char *line, gsize cursor)
{
	gsize from = MIN(strlen("help "), cursor);
	Completion *completion = completion_new(from, strlen(line));
	g_autofree const char **topics = help_topics();
	g_autofree char *prefix = g_strndup(line + from, cursor - from);

	for (const char **topic = topics; *topic; topic++)
		if (completion_fits(*topic, prefix))
			completion_add(completion, *topic, NULL, false);
	return completion;
}

Completion *
command_complete(const AskLine *line, Store *store)
{
	const CompleteWith with = {
		.table = table_or_none(line->commands),
		.store = store,
		.now = line->now,
		.views = line->view,
	};

	if (g_str_has_prefix(line->text, "help ") && line->cursor > strlen("help"))
		return complete_help(line->text, line->cursor);
	return complete_command_line(&with, line->text, line->cursor);
}

bool
command_save(Console *console, const char *text)
{
	g_autofree char *folder = shell_word_home(text);
	g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, console->asked.message);

	if (!*text)
		return true;
	if (!is_free(console))
		return false;
	start(console,
		(const char *const[]){
			console->options->program, "save", id, "--to", folder, NULL },
		-1);
	return true;
}

/* By its name's end; NULL: nothing says which. */
static const char *
format_of(const char *path)
{
	if (g_str_has_suffix(path, ".csv"))
		return "csv";
	return g_str_has_suffix(path, ".jsonl") ? "jsonl" : NULL;
}

/* A file that is there already is somebody's: nothing is written over it. */
bool
command_export(Console *console, const char *text)
{
	g_autofree char *limit = chooser_query_text(console_queue(console));
	g_autofree char *path = shell_word_home(text);
	int file;

	if (!*text)
		return true;
	if (!is_free(console))
		return false;
	if (!format_of(path)) {
		prompt_set_error(console->prompt,
			"a name that ends in .csv or .jsonl; : export FORMAT --out PATH makes others",
			0);
		return false;
	}
	file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (file < 0) {
		prompt_set_error(console->prompt,
			errno == EEXIST
				? "this file is there already and stays as it is: another name"
				: g_strerror(errno),
			0);
		return false;
	}
	start(console,
		(const char *const[]){
			console->options->program, "export", format_of(path), "--", limit, NULL },
		file);
	close(file);
	console->export_file = g_steal_pointer(&path);
	if (!console->job)
		end_export(console, false);
	return true;
}

/* A prompt is about the view below it: output waits until it is answered. */
void
command_progress(Console *console)
{
	if (console->job && !job_read(console->job) && !console->prompt)
		finish(console);
}

void
command_cancel(Console *console)
{
	int pid;

	console_say(console, STYLE_WARN, "%s was stopped", job_name(console->job));
	pid = job_stop(g_steal_pointer(&console->job));
	if (pid > 0)
		g_array_append_val(console->stopped, pid);
	end_export(console, false);
}
