#include "tui/action.h"

#include <string.h>

#include "store/decision.h"
#include "store/rule.h"
#include "tui/browse.h"
#include "tui/clipboard.h"
#include "tui/command.h"
#include "tui/decide.h"
#include "tui/help.h"
#include "tui/preview.h"
#include "tui/regroup.h"
#include "tui/report.h"
#include "tui/view_output.h"
#include "tui/view_stats.h"

#define MESSAGES (VIEW_MESSAGES | VIEW_MESSAGE)
#define DECIDING (VIEW_CHOOSERS | VIEW_MESSAGE)
#define READING  (VIEW_MESSAGE | VIEW_HELP | VIEW_OUTPUT)

/* The order is that of the bottom line and of the help view. */
// clang-format off
static const Action table[] = {
	{ .id = "commit", .keys = { "y" }, .views = VIEW_PLAN, .needs = NEEDS_WRITING, .group = "Decide", .label = "do it",
	  .help = "do what is shown, as one operation", .run = run_commit },
	{ .id = "release", .keys = { "r" }, .views = DECIDING, .needs = NEEDS_TARGETS | NEEDS_WRITING, .group = "Decide",
	  .label = "release", .help = "deliver it to its recipients, byte for byte, after the hold window",
	  .run = run_decide, .argument = DECISION_RELEASE },
	{ .id = "block", .keys = { "b" }, .views = DECIDING, .needs = NEEDS_TARGETS | NEEDS_WRITING, .group = "Decide",
	  .label = "block", .help = "never deliver it", .run = run_decide, .argument = DECISION_BLOCK },
	{ .id = "hold", .keys = { "H" }, .views = DECIDING, .needs = NEEDS_TARGETS | NEEDS_WRITING, .group = "Decide",
	  .help = "put it back into quarantine", .run = run_decide, .argument = DECISION_HOLD },
	{ .id = "claim", .keys = { "c" }, .views = DECIDING, .needs = NEEDS_TARGETS | NEEDS_WRITING, .group = "Decide",
	  .help = "claim it, so that others see you are at it; again gives it back", .run = run_claim },
	{ .id = "undo", .keys = { "u" }, .views = DECIDING | VIEW_LOG | VIEW_RULES | VIEW_EDGES, .needs = NEEDS_WRITING, .group = "Decide", .label = "undo",
	  .help = "take back your last decision; in the log, the one the cursor is on", .run = run_undo },
	{ .id = "allow", .keys = { "a" }, .views = DECIDING, .needs = NEEDS_MESSAGE | NEEDS_WRITING, .group = "Decide",
	  .help = "propose a rule that releases what comes like what was released of this sender",
	  .run = run_propose, .argument = RULE_ALLOW },
	{ .id = "deny", .keys = { "A" }, .views = DECIDING, .needs = NEEDS_MESSAGE | NEEDS_WRITING, .group = "Decide",
	  .help = "propose a rule that blocks this account's mail, here and to come", .run = run_propose,
	  .argument = RULE_DENY },
	{ .id = "retry", .keys = { "r" }, .views = VIEW_OUTBOX, .needs = NEEDS_ROW | NEEDS_WRITING, .group = "Decide",
	  .label = "send again", .help = "send a failed or unknown delivery again", .run = run_retry },
	{ .id = "cancel", .keys = { "d" }, .views = VIEW_OUTBOX, .needs = NEEDS_ROW | NEEDS_WRITING, .group = "Decide",
	  .help = "stop a report that has not left", .run = run_cancel },
	{ .id = "report", .keys = { "R" }, .views = VIEW_CAMPAIGNS | VIEW_MEMBERS, .needs = NEEDS_ROW | NEEDS_WRITING, .group = "Decide",
	  .help = "show what Amazon would be told of the campaign's accounts, and report it", .run = run_report },
	{ .id = "test", .keys = { "t" }, .views = VIEW_RULES, .needs = NEEDS_ROW, .group = "Decide",
	  .label = "test", .help = "what the rule would have done here, and what is doubtful about it",
	  .run = run_test_rule },
	{ .id = "remove", .keys = { "d" }, .views = VIEW_RULES, .needs = NEEDS_ROW | NEEDS_WRITING, .group = "Decide",
	  .label = "remove", .help = "remove the rule", .run = run_remove_rule },
	{ .id = "split", .keys = { "-" }, .views = VIEW_CAMPAIGNS | VIEW_MEMBERS, .needs = NEEDS_ROW, .group = "Decide",
	  .help = "show why the campaign is one, and split it there", .run = run_split },
	{ .id = "join", .keys = { "+" }, .views = VIEW_CAMPAIGNS, .needs = NEEDS_WRITING, .group = "Decide",
	  .help = "make the tagged campaigns one", .run = run_join },
	{ .id = "cut", .keys = { "y", "Enter" }, .views = VIEW_EDGES, .needs = NEEDS_ROW | NEEDS_WRITING, .group = "Decide",
	  .label = "cut", .help = "this binds no more; the campaign falls apart where nothing else holds it", .run = run_cut },
	{ .id = "open", .keys = { "Enter", "Right" }, .views = VIEW_CHOOSERS | VIEW_OUTBOX | VIEW_RULES | VIEW_BURSTS | VIEW_STATS,
	  .needs = NEEDS_ROW, .group = "Look", .label = "open", .help = "open what the cursor is on",
	  .run = run_open },
	{ .id = "next", .keys = { "n" }, .views = VIEW_MESSAGE, .group = "Look", .label = "next",
	  .help = "the next message, on the same page", .run = run_step, .argument = 1 },
	{ .id = "previous", .keys = { "p" }, .views = VIEW_MESSAGE, .group = "Look", .label = "previous",
	  .help = "the message before, on the same page", .run = run_step, .argument = -1 },
	{ .id = "tab-next", .keys = { "Tab" }, .views = VIEW_MESSAGE, .group = "Look", .label = "page",
	  .help = "the next page of the message", .run = run_turn, .argument = 1 },
	{ .id = "tab-previous", .keys = { "BackTab" }, .views = VIEW_MESSAGE, .group = "Look",
	  .help = "the page before", .run = run_turn, .argument = -1 },
	{ .id = "tab-brief", .keys = { "1" }, .views = VIEW_MESSAGE, .group = "Look",
	  .help = "brief: who sent it, where its links go, why it scores what it does, what was decided before", .run = run_tab, .argument = 0 },
	{ .id = "tab-text", .keys = { "2" }, .views = VIEW_MESSAGE, .group = "Look",
	  .help = "text: every text part as it reads, hidden text shown and marked; [n] is link n, [image 600x200] not loaded", .run = run_tab, .argument = 1 },
	{ .id = "tab-headers", .keys = { "3" }, .views = VIEW_MESSAGE, .group = "Look",
	  .help = "headers: the path with its trust boundary, who vouches for it, and every field", .run = run_tab, .argument = 2 },
	{ .id = "tab-links", .keys = { "4" }, .views = VIEW_MESSAGE, .group = "Look",
	  .help = "links: what was shown, what was written, every step, where it ends; never clickable", .run = run_tab, .argument = 3 },
	{ .id = "tab-attachments", .keys = { "5" }, .views = VIEW_MESSAGE, .group = "Look",
	  .help = "attachments: what each says it is, what it is and holds, its size and hash", .run = run_tab, .argument = 4 },
	{ .id = "tab-history", .keys = { "6" }, .views = VIEW_MESSAGE, .group = "Look",
	  .help = "history: what was decided about the message and about its likes, and its deliveries", .run = run_tab, .argument = 5 },
	{ .id = "tab-raw", .keys = { "7" }, .views = VIEW_MESSAGE, .group = "Look",
	  .help = "raw: the message byte for byte; what can't be printed is named in angle brackets", .run = run_tab, .argument = 6 },
	{ .id = "as-sent", .keys = { "v" }, .views = VIEW_MESSAGE, .group = "Look",
	  .help = "headers as sent, or decoded", .run = run_toggle },
	{ .id = "preview", .keys = { "|" }, .views = VIEW_CHOOSERS | VIEW_MESSAGE, .group = "Look",
	  .help = "the preview below, at the right, or off; in a message the brief beside its other pages", .run = run_preview },
	{ .id = "count-by", .keys = { "Tab" }, .views = VIEW_STATS, .group = "Look", .label = "count by",
	  .help = "count by the next: kind, who, actor, rule, account, finding, day, hour", .run = run_count_by, .argument = 1 },
	{ .id = "count-by-back", .keys = { "BackTab" }, .views = VIEW_STATS, .group = "Look",
	  .help = "count by what was before", .run = run_count_by, .argument = -1 },
	{ .id = "window-longer", .keys = { "s" }, .views = VIEW_STATS, .group = "Look", .label = "longer",
	  .help = "look further back: 8 hours, a day, 7 days, 30 days, all", .run = run_window, .argument = 1 },
	{ .id = "window-shorter", .keys = { "S" }, .views = VIEW_STATS, .group = "Look", .label = "shorter",
	  .help = "look less far back", .run = run_window, .argument = -1 },
	{ .id = "tag", .keys = { "t" }, .views = VIEW_CHOOSERS, .needs = NEEDS_ROW, .group = "Choose",
	  .label = "tag", .help = "tag the message or campaign, or take its tag off", .run = run_tag },
	{ .id = "tag-query", .keys = { "T" }, .views = VIEW_CHOOSERS, .group = "Choose",
	  .help = "tag all that match a query", .run = run_ask, .argument = ASK_TAG },
	{ .id = "tagged", .keys = { ";" }, .views = VIEW_CHOOSERS, .group = "Choose",
	  .help = "the next key is about all that are tagged", .run = run_tagged },
	{ .id = "limit", .keys = { "l" }, .views = VIEW_CHOOSERS, .group = "Choose", .label = "limit",
	  .help = "show only what matches a query; empty shows all", .run = run_ask,
	  .argument = ASK_LIMIT },
	{ .id = "search", .keys = { "/" }, .views = VIEW_CHOOSERS | READING, .group = "Choose",
	  .label = "find", .help = "go to what matches; in a text, to where it stands",
	  .run = run_ask, .argument = ASK_SEARCH },
	{ .id = "search-next", .keys = { "n" }, .views = VIEW_CHOOSERS, .group = "Choose",
	  .help = "go to the next match", .run = run_search_again, .argument = 1 },
	{ .id = "search-previous", .keys = { "N" }, .views = VIEW_CHOOSERS, .group = "Choose",
	  .help = "go to the match before", .run = run_search_again, .argument = -1 },
	{ .id = "sort", .keys = { "s" }, .views = VIEW_MESSAGES, .group = "Choose",
	  .help = "sort by score, by time of receipt, by import", .run = run_sort },
	{ .id = "reverse", .keys = { "S" }, .views = VIEW_MESSAGES, .group = "Choose",
	  .help = "turn the order round", .run = run_reverse },
	{ .id = "down", .keys = { "j", "Down" }, .views = VIEW_ANY, .group = "Move",
	  .help = "down; a number before it: so many", .run = run_move, .argument = MOVE_DOWN },
	{ .id = "up", .keys = { "k", "Up" }, .views = VIEW_ANY, .group = "Move",
	  .help = "up", .run = run_move, .argument = MOVE_UP },
	{ .id = "page-down", .keys = { "Space", "PageDown", "Ctrl-f" }, .views = VIEW_ANY,
	  .group = "Move", .help = "a page down", .run = run_move, .argument = MOVE_PAGE_DOWN },
	{ .id = "page-up", .keys = { "PageUp", "Ctrl-b" }, .views = VIEW_ANY, .group = "Move",
	  .help = "a page up", .run = run_move, .argument = MOVE_PAGE_UP },
	{ .id = "half-down", .keys = { "Ctrl-d" }, .views = VIEW_ANY, .group = "Move",
	  .help = "half a page down", .run = run_move, .argument = MOVE_HALF_DOWN },
	{ .id = "half-up", .keys = { "Ctrl-u" }, .views = VIEW_ANY, .group = "Move",
	  .help = "half a page up", .run = run_move, .argument = MOVE_HALF_UP },
	{ .id = "first", .keys = { "g", "Home" }, .views = VIEW_ANY, .group = "Move",
	  .help = "to the top", .run = run_move, .argument = MOVE_FIRST },
	{ .id = "last", .keys = { "G", "End" }, .views = VIEW_ANY, .group = "Move",
	  .help = "to the end", .run = run_move, .argument = MOVE_LAST },
	{ .id = "campaigns", .keys = { "C" }, .views = VIEW_ANY, .group = "Go to", .help = "the campaigns",
	  .run = run_view, .argument = VIEW_CAMPAIGNS },
	{ .id = "messages", .keys = { "M" }, .views = VIEW_ANY, .group = "Go to",
	  .help = "all messages, without their campaigns", .run = run_view, .argument = VIEW_QUEUE },
	{ .id = "log", .keys = { "L" }, .views = VIEW_ANY & ~VIEW_PLAN, .group = "Go to",
	  .help = "what was decided, and by whom", .run = run_view, .argument = VIEW_LOG },
	{ .id = "outbox", .keys = { "O" }, .views = VIEW_ANY & ~VIEW_PLAN, .group = "Go to",
	  .help = "what was released or reported: deliveries and replies", .run = run_view, .argument = VIEW_OUTBOX },
	{ .id = "rules", .keys = { "F" }, .views = VIEW_ANY & ~VIEW_PLAN, .group = "Go to",
	  .help = "the rules", .run = run_view, .argument = VIEW_RULES },
	{ .id = "bursts", .keys = { "B" }, .views = VIEW_ANY & ~VIEW_PLAN, .group = "Go to",
	  .help = "who sends more than they used to", .run = run_view, .argument = VIEW_BURSTS },
	{ .id = "numbers", .keys = { "D" }, .views = VIEW_ANY & ~VIEW_PLAN, .group = "Go to",
	  .help = "decisions counted: a shift, a month, by person, rule, finding", .run = run_view, .argument = VIEW_STATS },
	{ .id = "save", .keys = { "w" }, .views = MESSAGES, .needs = NEEDS_ATTACHMENT | NEEDS_PROGRAM,
	  .group = "Take out", .help = "save the attachments, under safe names", .run = run_save },
	{ .id = "copy", .keys = { "y" }, .views = DECIDING, .needs = NEEDS_MESSAGE, .group = "Take out",
	  .help = "copy defanged: the facts; of links, headers and attachments the one the page is at, again the next",
	  .run = run_copy },
	{ .id = "export", .keys = { "x" }, .views = VIEW_CHOOSERS, .needs = NEEDS_PROGRAM,
	  .group = "Take out", .help = "export the decisions about what the limit shows, as csv or jsonl; for other systems: ':', export FORMAT --out PATH", .run = run_export },
	{ .id = "notice", .keys = { "W" }, .views = DECIDING, .needs = NEEDS_MESSAGE | NEEDS_PROGRAM,
	  .group = "Take out", .help = "write a warning about the campaign, for staff or admins, to be copied or saved", .run = run_notice },
	{ .id = "copy-text", .keys = { "y" }, .views = VIEW_OUTPUT, .group = "Take out", .label = "copy",
	  .help = "copy the text, defanged", .run = run_copy_text },
	{ .id = "save-text", .keys = { "w" }, .views = VIEW_OUTPUT, .group = "Take out", .label = "save",
	  .help = "save the text as a new file", .run = run_save_text },
	{ .id = "command", .keys = { ":" }, .views = VIEW_ANY & ~VIEW_PLAN, .needs = NEEDS_PROGRAM,
	  .group = "Console", .help = "run a lazaret command on this store, and show what it prints",
	  .run = run_ask, .argument = ASK_COMMAND },
	{ .id = "refresh", .keys = { "Ctrl-l" }, .views = VIEW_ANY, .group = "Console",
	  .help = "read and paint everything anew", .run = run_refresh },
	{ .id = "back", .keys = { "q", "Esc", "h", "Left" }, .views = VIEW_ANY & ~VIEW_CAMPAIGNS,
	  .group = "Console", .label = "back", .help = "back to where you came from", .run = run_back,
	  .kept = true },
	{ .id = "quit", .keys = { "q" }, .views = VIEW_CAMPAIGNS, .group = "Console", .label = "quit",
	  .help = "leave lazaret", .run = run_quit, .kept = true },
	{ .id = "stop", .keys = { "Ctrl-c" }, .views = VIEW_ANY, .group = "Console",
	  .help = "stop the command that runs, or give up what was begun", .run = run_stop },
	{ .id = "suspend", .keys = { "Ctrl-z" }, .views = VIEW_ANY, .group = "Console",
	  .help = "leave it for a while; fg in the shell comes back", .run = run_suspend },
	{ .id = "help", .keys = { "?" }, .views = VIEW_ANY & ~VIEW_HELP, .group = "Console",
	  .label = "help", .help = "what this view is for, and its keys", .run = run_view, .argument = VIEW_HELP,
	  .kept = true },
	{ .id = "tour", .keys = { "?" }, .views = VIEW_HELP, .group = "Console",
	  .label = "tour", .help = "the tour: what all this is for, and how a shift goes; also :help", .run = run_tour },
	{ .id = NULL },
};

static const char *const missing[NEEDS_BITS] = {
	"there is nothing here to do that with",
	"there is no message here",
	"this message has no attachments",
	"nothing is tagged: {tag} tags what the cursor is on, {tag-query} all that match a query",
	"this console was not told where the lazaret program is",
	"the store is read-only here: look as you like, decide where it may be written",
};
// clang-format on

const Action *
actions(void)
{
	return table;
}

const char *
needs_missing(unsigned needs, unsigned have)
{
	for (unsigned i = 0; i < NEEDS_BITS; i++) {
		if (needs & ~have & (1U << i))
			return missing[i];
	}
	return NULL;
}
