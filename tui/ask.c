#include "tui/ask.h"

#include <string.h>

#include "tui/browse.h"
#include "tui/command.h"
#include "tui/decide.h"

typedef struct AskRow {
	const char *label;
	const char *hint;
	bool (*answer)(Console *console, const char *text);
} AskRow;

// clang-format off
static const AskRow rows[ASKS] = {
	[ASK_LIMIT]   = { "limit:", "from: subject: account: link: state: score:>70 has:attachment -not OR ( )"
				    "  ·  empty shows all", browse_limit },
	[ASK_SEARCH]  = { "search:", "Enter goes to the next one  ·  Up: earlier searches", browse_search },
	[ASK_TAG]     = { "tag:", "tags what matches, within the limit  ·  empty takes all tags off", browse_tag },
	[ASK_COMMAND] = { ":", "a lazaret command: stats, import PATH, release ID --to ADDRESS, …", command_run },
	[ASK_SAVE]    = { "save attachments to:", "a folder  ·  Esc leaves it", command_save },
	[ASK_EXPORT]  = { "export decisions to:", "a new file, .csv or .jsonl: what was decided about the messages of this limit", command_export },
	[ASK_ALLOW]   = { "allow, because:", "the reason the rule will carry  ·  what it does is shown first", decide_allow },
	[ASK_DENY]    = { "deny, because:", "the reason the rule will carry  ·  what it does is shown first", decide_deny },
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
