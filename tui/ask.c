#include "tui/ask.h"

#include <string.h>

#include "tui/browse.h"
#include "tui/command.h"
#include "tui/complete.h"
#include "tui/decide.h"
#include "tui/view_output.h"

typedef struct AskRow {
	const char *label;
	const char *hint;
	bool (*answer)(Console *console, const char *text);
	/* NULL: nothing completes it.  On either thread of the worker. */
	Completion *(*complete)(const AskLine *line, Store *store);
} AskRow;

static Completion *
complete_query(const AskLine *line, Store *store)
{
	return query_complete(store, line->text, line->cursor, line->now);
}

/* In a text it is words that are looked for, elsewhere a query. */
static Completion *
complete_search(const AskLine *line, Store *store)
{
	return line->view & VIEW_CHOOSERS ? complete_query(line, store) : NULL;
}

static Completion *
complete_folder(const AskLine *line, G_GNUC_UNUSED Store *store)
{
	return complete_folder_line(line->text, line->cursor);
}

// clang-format off
static const AskRow rows[ASKS] = {
	[ASK_LIMIT]   = { "limit:", "a query: Tab lists terms and values  ·  -not OR ( )  ·  empty shows all", browse_limit, complete_query },
	[ASK_SEARCH]  = { "search:", "Enter goes to the next one  ·  Tab completes  ·  Up: earlier searches", browse_search, complete_search },
	[ASK_TAG]     = { "tag:", "tags what matches, within the limit  ·  Tab completes  ·  empty takes all tags off", browse_tag, complete_query },
	[ASK_COMMAND] = { ":", "Tab lists the commands, their options and what they take  ·  stats, import PATH, …", command_run, command_complete },
	[ASK_SAVE]    = { "save attachments to:", "a folder  ·  Tab completes  ·  Esc leaves it", command_save, complete_folder },
	[ASK_EXPORT]  = { "export decisions to:", "a new .csv or .jsonl file, of this limit  ·  others: Esc : export FORMAT", command_export, complete_folder },
	[ASK_TEXT]    = { "save this text as:", "a new file  ·  Tab completes  ·  Esc leaves it", output_view_save, complete_folder },
	[ASK_RECIPIENTS] = { "release to:", "the gateway left no recipient: addresses, then Enter  ·  Esc leaves it", decide_recipients, NULL },
	[ASK_ALLOW]   = { "allow, because:", "the reason the rule will carry  ·  what it does is shown first", decide_allow, NULL },
	[ASK_DENY]    = { "deny, because:", "the reason the rule will carry  ·  what it does is shown first", decide_deny, NULL },
};
// clang-format on

const char *
ask_label(Ask ask)
{
	return rows[ask].label;
}

const char *
ask_hint(Ask ask)
{
	return rows[ask].hint;
}

bool
ask_answer(Console *console, Ask ask, const char *text)
{
	return rows[ask].answer(console, text);
}

/* ---- completion, beside the keys ---- */

typedef struct AskTask {
	AskLine line;
	Completion *(*complete)(const AskLine *line, Store *store);
	Console *console;
	Completion *completion;
} AskTask;

static bool
run_task(Store *store, void *data, GError **error)
{
	AskTask *task = data;

	g_clear_pointer(&task->completion, completion_free);
	task->completion = task->complete(&task->line, store);
	if (!task->completion || !task->completion->stopped)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_STOPPED, "completion was stopped");
	return false;
}

static void
end_task(void *data, G_GNUC_UNUSED const GError *error)
{
	AskTask *task = data;
	Console *console = task->console;

	console->completing = 0;
	if (console->prompt)
		prompt_offer(console->prompt, g_steal_pointer(&task->completion));
}

static void
free_task(void *data)
{
	AskTask *task = data;

	g_free(task->line.text);
	completion_free(task->completion);
	g_free(task);
}

void
ask_complete(void *data, const char *text, gsize cursor)
{
	static const TaskOps ops = { run_task, end_task, free_task };
	Console *console = data;
	AskTask *task;

	if (!rows[console->ask].complete) {
		prompt_offer(console->prompt, NULL);
		return;
	}
	task = g_new0(AskTask, 1);
	task->console = console;
	task->complete = rows[console->ask].complete;
	task->line = (AskLine){
		.text = g_strdup(text),
		.cursor = cursor,
		.now = console->now,
		.view = console_view(console)->ops->kind,
		.commands = console->options->commands,
	};
	console->completing = worker_do(console->worker, TASK_ASKED, &ops, task);
}

void
ask_forget(Console *console)
{
	worker_drop(console->worker, console->completing);
	console->completing = 0;
}
