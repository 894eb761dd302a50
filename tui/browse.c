#include "tui/browse.h"

#include <string.h>

#include "tui/command.h"
#include "tui/view_campaigns.h"
#include "tui/view_message.h"
#include "tui/view_queue.h"

void
run_move(Console *console, int argument)
{
	View *view = console_view(console);
	GError *error = NULL;

	if (!view->ops->move(view, (Move)argument, console_count(console), &error))
		console_fail(console, error);
	if (argument == MOVE_FIRST)
		console->arrived = 0;
}

void
run_open(Console *console, G_GNUC_UNUSED int argument)
{
	View *view = console_view(console);
	GError *error = NULL;

	if (view->ops->open && !view->ops->open(view, &error))
		console_fail(console, error);
}

void
run_back(Console *console, G_GNUC_UNUSED int argument)
{
	console_back(console);
}

void
run_quit(Console *console, G_GNUC_UNUSED int argument)
{
	if (console->pending > 0 && !console->warned) {
		console->warned = true;
		console_say(console, STYLE_WARN,
			"%" G_GINT64_FORMAT
			" not delivered yet (%s shows them): %s again leaves them to"
			" `lazaret deliver`",
			console->pending, console_key_of(console, "outbox"),
			console_key_of(console, "quit"));
		return;
	}
	console->finished = true;
}

/* What was begun is given up by any key that takes neither a count nor the tagged. */
void
run_stop(Console *console, G_GNUC_UNUSED int argument)
{
	bool begun = console->count > 0 || console->tagged;
	bool last = console_view(console)->ops->kind == VIEW_CAMPAIGNS;

	if (console_stop_reading(console))
		return;
	if (console->job)
		command_cancel(console);
	else if (!begun)
		console_say(console, STYLE_DIM, "%s %s",
			console_key_of(console, last ? "quit" : "back"),
			last ? "leaves" : "goes back");
}

void
run_suspend(Console *console, G_GNUC_UNUSED int argument)
{
	console->suspend = true;
}

void
run_refresh(Console *console, G_GNUC_UNUSED int argument)
{
	console->repaint = true;
	console_changed(console);
	console->arrived = 0;
}

void
run_view(Console *console, int argument)
{
	const ViewOps *ops = view_of_kind((ViewKind)argument);
	View *view = NULL;
	GError *error = NULL;

	if (console_show(console, ops))
		return;
	view = ops->create(console, &error);
	if (view)
		console_open(console, view);
	else
		console_fail(console, error);
}

void
run_ask(Console *console, int argument)
{
	console_ask(console, (Ask)argument, "");
}

void
run_search_again(Console *console, int argument)
{
	const char *text = chooser_searched(console_view(console));
	g_autofree char *copy = g_strdup(text);

	if (copy)
		chooser_find(console_view(console), copy, argument < 0);
	else
		console_say(
			console, STYLE_DIM, "%s searches first", console_key_of(console, "search"));
}

/* Tags the row, or takes its tag off, and goes on. */
void
run_tag(Console *console, G_GNUC_UNUSED int argument)
{
	View *view = console_view(console);
	List *list = view->ops->list(view);
	bool moved = true;
	GError *error = NULL;

	for (int i = 0; i < console_count(console) && moved; i++) {
		list_toggle(list);
		if (!chooser_step(view, 1, &moved, &error))
			console_fail(console, error);
	}
}

void
run_tagged(Console *console, G_GNUC_UNUSED int argument)
{
	console->tagged = true;
}

void
run_sort(Console *console, G_GNUC_UNUSED int argument)
{
	View *queue = console_queue(console);
	GError *error = NULL;

	if (queue_sort(queue, &error))
		console_say(console, STYLE_DIM, "sorted by %s", queue_order(queue));
	else
		console_fail(console, error);
}

void
run_reverse(Console *console, G_GNUC_UNUSED int argument)
{
	GError *error = NULL;

	if (!queue_reverse(console_queue(console), &error))
		console_fail(console, error);
}

/* From a campaign of one message the next step led to one of several. */
static void
say_campaign(Console *console)
{
	const CampaignRow *row = campaigns_current(console_view(console));

	if (row)
		console_say(console, STYLE_DIM,
			"campaign %" G_GINT64_FORMAT " has several messages: %s opens it", row->id,
			console_key_of(console, "open"));
}

void
run_step(Console *console, int argument)
{
	bool moved = false;
	GError *error = NULL;

	if (!message_view_step(console_view(console), argument, &moved, &error))
		console_fail(console, error);
	else if (!moved && list_is_reading(chooser_list(console_queue(console))))
		console_say(console, STYLE_DIM, "the list is still being read");
	else if (!moved)
		console_say(console, STYLE_DIM, "there is no message %s this one",
			argument > 0 ? "after" : "before");
	else if (console_view(console)->ops->kind == VIEW_CAMPAIGNS)
		say_campaign(console);
}

void
run_tab(Console *console, int argument)
{
	message_view_tab(console_view(console), argument);
}

void
run_turn(Console *console, int argument)
{
	message_view_turn(console_view(console), argument);
}

void
run_toggle(Console *console, G_GNUC_UNUSED int argument)
{
	message_view_toggle(console_view(console));
}

/* ---- answers ---- */

/* A query that can't be read stays in the prompt; other trouble is said. */
static bool
refuse(Console *console, int column, GError *error)
{
	g_autoptr(GError) owned = error;

	if (owned->domain != QUERY_ERROR) {
		console_fail(console, g_steal_pointer(&owned));
		return true;
	}
	prompt_set_error(console->prompt, owned->message, column);
	return false;
}

bool
browse_limit(Console *console, const char *text)
{
	int column = 0;
	GError *error = NULL;

	if (!chooser_limit(console_queue(console), text, &column, &error))
		return refuse(console, column, error);
	console->arrived = 0;
	return true;
}

static bool
is_query(Console *console, const char *text)
{
	int column = 0;
	GError *error = NULL;
	g_autoptr(Query) query = query_parse(text, console->now, &column, &error);

	return query != NULL || refuse(console, column, error);
}

/* Nothing typed: what was searched for last, once more. */
bool
browse_search(Console *console, const char *text)
{
	View *view = console_view(console);
	const GPtrArray *history = console->histories[ASK_SEARCH];

	if (!*text && history->len == 0)
		return true;
	if (!*text)
		text = g_ptr_array_index(history, history->len - 1);
	if (view->ops->kind & VIEW_CHOOSERS && !is_query(console, text))
		return false;
	view->ops->find(view, text, false);
	return true;
}

bool
browse_tag(Console *console, const char *text)
{
	View *queue = console_queue(console);
	int column = 0;
	GError *error = NULL;

	if (!*text) {
		list_untag_all(queue->ops->list(queue));
		return true;
	}
	return chooser_tag(queue, text, &column, &error) || refuse(console, column, error);
}
