#include "tui/ask.h"

#include <string.h>

#include "tui/browse.h"
#include "tui/command.h"
#include "tui/complete.h"
#include "tui/decide.h"

typedef struct AskRow {
	const char *label;
	const char *hint;
	bool (*answer)(Console *console, const char *text);
	/* NULL: nothing completes it. */
	Completion *(*complete)(Console *console, const char *line, gsize cursor);
} AskRow;

static Completion *
complete_query(Console *console, const char *line, gsize cursor)
{
	return query_complete(console->store, line, cursor, console->now);
}

/* In a text it is words that are looked for, elsewhere a query. */
static Completion *
complete_search(Console *console, const char *line, gsize cursor)
{
	bool text = !(console_view(console)->ops->kind & VIEW_CHOOSERS);

	return text ? NULL : complete_query(console, line, cursor);
}

static Completion *
complete_folder(G_GNUC_UNUSED Console *console, const char *line, gsize cursor)
{
	return complete_folder_line(line, cursor);
}

// clang-format off
static const AskRow rows[ASKS] = {
	[ASK_LIMIT]   = { "limit:", "a query: Tab lists terms and values  ·  -not OR ( )  ·  empty shows all", browse_limit, complete_query },
	[ASK_SEARCH]  = { "search:", "Enter goes to the next one  ·  Tab completes  ·  Up: earlier searches", browse_search, complete_search },
	[ASK_TAG]     = { "tag:", "tags what matches, within the limit  ·  Tab completes  ·  empty takes all tags off", browse_tag, complete_query },
	[ASK_COMMAND] = { ":", "Tab lists the commands, their options and what they take  ·  stats, import PATH, …", command_run, command_complete },
	[ASK_SAVE]    = { "save attachments to:", "a folder  ·  Tab completes  ·  Esc leaves it", command_save, complete_folder },
	[ASK_EXPORT]  = { "export decisions to:", "a new file, .csv or .jsonl: what was decided about the messages of this limit", command_export, complete_folder },
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

Completion *
ask_complete(void *data, const char *line, gsize cursor)
{
	Console *console = data;
	const AskRow *row = &rows[console->ask];

	return row->complete ? row->complete(console, line, cursor) : NULL;
}
