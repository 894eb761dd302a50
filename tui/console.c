#include "tui/console.h"

#include <string.h>

#include "store/campaign.h"
#include "store/outbox.h"
#include "tui/ask.h"
#include "tui/browse.h"
#include "tui/command.h"

enum {
	MOST_COUNT = 10000,
	WHEEL_ROWS = 3,
	PATIENCE = 2000,    /* ms for a locked store: a person takes more for a hang */
	DELIVER_AGAIN = 10, /* seconds between two starts of a deliverer */
	DELIVER_AFTER_FAILURE = 60,
};

/* ---- state ---- */

static void
free_view(void *data)
{
	View *view = data;

	view->ops->free(view);
}

/* Campaigns on their way to be counted. */
typedef struct Counting {
	Console *console;
	int64_t now;
	int64_t campaigns;
} Counting;

static bool
run_counting(Store *store, void *data, GError **error)
{
	Counting *counting = data;
	g_autoptr(Query) held = query_parse("state:held", counting->now, NULL, error);

	counting->campaigns = held ? store_count_campaigns(store, held, error) : -1;
	return counting->campaigns >= 0;
}

static void count_campaigns(Console *console);

static void
end_counting(void *data, const GError *error)
{
	const Counting *counting = data;
	Console *console = counting->console;

	console->count_task = 0;
	if (error)
		console_read_failed(console, error);
	else
		console->campaigns = counting->campaigns;
	if (console->recount)
		count_campaigns(console);
}

static const TaskOps countings = { .run = run_counting, .done = end_counting, .free = g_free };

/* The figure stays what it was until the new one is there. */
static void
count_campaigns(Console *console)
{
	Counting *counting;
	int64_t task;

	console->recount = console->count_task != 0;
	if (console->recount)
		return;
	counting = g_new0(Counting, 1);
	counting->console = console;
	counting->now = console->now;
	task = worker_do(console->worker, TASK_FILLS, &countings, counting);
	if (task != 0)
		console->count_task = task;
}

/* What is kept as figures takes no time. */
static bool
read_counts(Console *console, GError **error)
{
	if (!store_counts(console->store, console->counts, error) ||
		!store_outbox_due(console->store, &console->pending, &console->first_due, error))
		return false;
	count_campaigns(console);
	return true;
}

Console *
console_new(Store *store, const ConsoleOptions *options, int64_t now, GError **error)
{
	g_autoptr(Console) console = g_new0(Console, 1);
	View *campaigns;

	console->store = store;
	console->worker = worker_new(store);
	console->campaigns = -1;
	console->options = options;
	console->now = now;
	console->preview = options->preview;
	console->keymap = keymap_new(options->bindings, error);
	console->views = g_ptr_array_new_with_free_func(free_view);
	console->stopped = g_array_new(FALSE, FALSE, sizeof(int));
	console->spots = g_array_new(FALSE, FALSE, sizeof(Spot));
	for (int i = 0; i < ASKS; i++)
		console->histories[i] = g_ptr_array_new_with_free_func(g_free);
	store_set_patience(store, PATIENCE);
	console->generation = store_generation(store);
	if (!console->keymap || !read_counts(console, error) ||
		!news_begin(&console->news, store, error))
		return NULL;
	console->left_over = console->first_due > 0 && console->first_due <= now;
	campaigns = view_of_kind(VIEW_CAMPAIGNS)->create(console, error);
	if (!campaigns)
		return NULL;
	console_open(console, campaigns);
	return g_steal_pointer(&console);
}

void
console_free(Console *console)
{
	if (!console)
		return;
	g_ptr_array_unref(console->views);
	worker_free(console->worker);
	keymap_free(console->keymap);
	for (int i = 0; i < ASKS; i++)
		g_clear_pointer(&console->histories[i], g_ptr_array_unref);
	prompt_free(console->prompt);
	if (console->job)
		command_cancel(console);
	g_array_unref(console->stopped);
	g_array_unref(console->spots);
	news_clear(&console->news);
	g_free(console->said);
	g_free(console->clip);
	g_free(console);
}

bool
console_finished(const Console *console)
{
	return console->finished;
}

int
console_descriptor(const Console *console)
{
	return worker_descriptor(console->worker);
}

void
console_collect(Console *console)
{
	worker_turn(console->worker);
	worker_collect(console->worker);
}

void
console_settle(Console *console)
{
	worker_settle(console->worker);
}

void
console_read(Console *console, const TaskOps *ops, void *data)
{
	int64_t task;

	worker_drop(console->worker, console->reading);
	task = worker_do(console->worker, TASK_ASKED, ops, data);
	if (task != 0)
		console->reading = task;
}

/* It was about what was seen. */
static void
forget_reading(Console *console)
{
	worker_drop(console->worker, console->reading);
	console->reading = 0;
}

View *
console_view(const Console *console)
{
	return g_ptr_array_index(console->views, console->views->len - 1);
}

View *
console_queue(const Console *console)
{
	for (guint place = console->views->len; place > 0; place--) {
		View *view = g_ptr_array_index(console->views, place - 1);

		if (view->ops->kind & VIEW_CHOOSERS)
			return view;
	}
	g_assert_not_reached();
}

void
console_open(Console *console, View *view)
{
	forget_reading(console);
	g_ptr_array_add(console->views, view);
}

void
console_back(Console *console)
{
	forget_reading(console);
	if (console->views->len > 1)
		g_ptr_array_remove_index(console->views, console->views->len - 1);
}

bool
console_show(Console *console, const ViewOps *ops)
{
	guint place = console->views->len;

	while (place > 0 && ((View *)g_ptr_array_index(console->views, place - 1))->ops != ops)
		place--;
	if (place > 0) {
		forget_reading(console);
		g_ptr_array_set_size(console->views, (gint)place);
	}
	return place > 0;
}

/* Of keys that came before a frame was drawn the later ones do not hide what went wrong. */
static bool
is_unread_error(const Console *console)
{
	return console->said && console->said_style == STYLE_ERROR && !console->said_drawn;
}

void
console_say(Console *console, Style style, const char *format, ...)
{
	va_list arguments;

	if (is_unread_error(console))
		return;
	va_start(arguments, format);
	g_free(console->said);
	console->said = g_strdup_vprintf(format, arguments);
	console->said_style = style;
	console->said_drawn = false;
	va_end(arguments);
}

void
console_fail(Console *console, GError *error)
{
	g_autoptr(GError) owned = error;

	if (owned)
		console_say(console, STYLE_ERROR, "%s", owned->message);
}

const char *
console_key_of(const Console *console, const char *id)
{
	return keymap_key(console->keymap, id);
}

static void
say_stopped(Console *console)
{
	console_say(console, STYLE_WARN, "stopped: what was there stays");
}

void
console_read_failed(Console *console, const GError *error)
{
	if (g_error_matches(error, STORE_ERROR, STORE_ERROR_STOPPED))
		say_stopped(console);
	else
		console_say(console, STYLE_ERROR, "%s", error->message);
}

bool
console_stop_reading(Console *console)
{
	bool stopped = worker_give_up(console->worker);

	if (stopped)
		say_stopped(console);
	return stopped;
}

void
console_not_found(Console *console, const char *text)
{
	console_say(console, STYLE_WARN, "not found: %s", text);
}

void
console_say_now(Console *console, const char *text)
{
	console_say(console, STYLE_DIM, "%s", text);
	if (console->paint)
		console->paint(console->paint_data);
}

void
console_ask(Console *console, Ask ask, const char *text)
{
	/* What comes in now would change what the answer is about. */
	forget_reading(console);
	prompt_free(console->prompt);
	console->prompt = prompt_new(ask_label(ask), text, console->histories[ask]);
	console->ask = ask;
	prompt_complete_with(console->prompt, ask_complete, console);
}

int
console_count(const Console *console)
{
	return MAX(console->count, 1);
}

/* ---- what changes in the store ---- */

static int64_t
total(const Console *console)
{
	int64_t all = 0;

	for (int i = 0; i < STATES; i++)
		all += console->counts[i];
	return all;
}

static void
read_store(Console *console)
{
	int64_t before = total(console);
	GError *error = NULL;

	console->generation = store_generation(console->store);
	if (!read_counts(console, &error) ||
		!news_look(&console->news, console->store, console->options->actor, console->now,
			&error)) {
		console_fail(console, error);
		return;
	}
	console->arrived += MAX(total(console) - before, 0);
	for (guint i = 0; i < console->views->len; i++) {
		View *view = g_ptr_array_index(console->views, i);

		if (view->ops->reload && !view->ops->reload(view, &error)) {
			console_fail(console, error);
			return;
		}
	}
}

void
console_changed(Console *console)
{
	for (guint i = 0; i < console->views->len; i++) {
		View *view = g_ptr_array_index(console->views, i);

		if (view->ops->list)
			list_accept(view->ops->list(view));
	}
	worker_hurry(console->worker);
	read_store(console);
	console->warned = false;
}

void
console_queued(Console *console)
{
	console->left_over = false;
	console_changed(console);
}

/* What is due is sent by another process, which outlives this one.  Whoever only looks into a
 * store, or a copy of one, sends nothing by that. */
static void
start_deliverer(Console *console)
{
	const char *const arguments[] = { console->options->program, "deliver", NULL };
	GError *error = NULL;

	if (console->deliverer && job_has_ended(console->deliverer))
		console->deliverer = 0;
	if (console->pending == 0)
		console->left_over = false;
	if (!console->options->program || console->left_over || console->options->read_only ||
		console->deliverer || console->pending == 0 || console->first_due == 0 ||
		console->first_due > console->now || console->now < console->deliver_next)
		return;
	console->deliverer = job_detach(arguments, store_path(console->store), &error);
	console->deliver_next =
		console->now + (console->deliverer ? DELIVER_AGAIN : DELIVER_AFTER_FAILURE);
	console_fail(console, error);
}

static void
reap_stopped(GArray *stopped)
{
	for (guint i = stopped->len; i > 0; i--) {
		if (job_has_ended(g_array_index(stopped, int, i - 1)))
			g_array_remove_index_fast(stopped, i - 1);
	}
}

void
console_tick(Console *console, int64_t now)
{
	console->now = now;
	worker_turn(console->worker);
	if (store_generation(console->store) != console->generation)
		read_store(console);
	reap_stopped(console->stopped);
	start_deliverer(console);
}

/* ---- keys ---- */

static void
answer_prompt(Console *console, Key key)
{
	Prompt *prompt = console->prompt;
	g_autofree char *text = NULL;

	ask_forget(console);
	switch (prompt_key(prompt, key)) {
	case PROMPT_OPEN:
		return;
	case PROMPT_CANCELLED:
		g_clear_pointer(&console->prompt, prompt_free);
		return;
	case PROMPT_ACCEPTED:
		text = g_strstrip(g_strdup(prompt_text(prompt)));
		if (ask_answer(console, console->ask, text) && console->prompt == prompt)
			g_clear_pointer(&console->prompt, prompt_free);
		return;
	}
}

/* What a precondition may ask for, as far as it is there. */
static unsigned
what_is_there(const Console *console)
{
	View *view = console_view(console);
	List *tags = console_queue(console)->ops->list(console_queue(console));
	const MessageRow *row = view->ops->message ? view->ops->message(view) : NULL;
	unsigned have = 0;

	if (row || (view->ops->list && list_current(view->ops->list(view))))
		have |= NEEDS_ROW;
	if (row)
		have |= NEEDS_MESSAGE;
	if (row && row->attachments > 0)
		have |= NEEDS_ATTACHMENT;
	if (list_tagged(tags) > 0)
		have |= NEEDS_TAGS;
	if (console->options->program)
		have |= NEEDS_PROGRAM;
	if (!console->options->read_only)
		have |= NEEDS_WRITING;
	return have;
}

/* What the cursor was on left, perhaps just before the key: the next one is not meant, unless
 * the key is pressed again. */
static bool
has_slipped(Console *console, unsigned needs)
{
	View *view = console_view(console);
	List *list = view->ops->list ? view->ops->list(view) : NULL;

	if (!list || console->tagged || !(needs & NEEDS_WRITING) ||
		!(needs & (NEEDS_TARGETS | NEEDS_ROW | NEEDS_MESSAGE)) || !list_has_slipped(list))
		return false;
	list_accept(list);
	console_say(console, STYLE_WARN,
		"nothing is done: what the cursor was on left the list; again means this one");
	return true;
}

static void
run_action(Console *console, const Action *action)
{
	unsigned needs = action->needs;
	const char *missing;

	if (needs & NEEDS_WRITING && console->unseen) {
		console_say(console, STYLE_WARN, "not done: unseen");
		return;
	}
	if (needs & NEEDS_WRITING && worker_is_asked(console->worker)) {
		console_say(console, STYLE_WARN,
			"not done: what it would be about is still being read, Esc stops that");
		return;
	}
	if (needs & NEEDS_TARGETS)
		needs |= console->tagged ? NEEDS_TAGS : NEEDS_MESSAGE;
	missing = needs_missing(needs, what_is_there(console));
	if (missing) {
		g_autofree char *text = keymap_text(console->keymap, missing);

		console_say(console, STYLE_WARN, "%s", text);
	} else if (!has_slipped(console, action->needs)) {
		action->run(console, action->argument);
	}
	/* What quit warned of, only quit at once overrides. */
	if (action->run != run_quit)
		console->warned = false;
}

static void
run_key(Console *console, Key key)
{
	const Action *action = keymap_find(console->keymap, console_view(console)->ops->kind, key);
	char name[KEY_NAME_BYTES];

	if (action)
		run_action(console, action);
	else
		console_say(console, STYLE_DIM, "%s does nothing here: %s shows the keys",
			key_to_name(key, name), console_key_of(console, "help"));
}

/* Its id was typed. */
static void
run_chosen(Console *console)
{
	const Action *action = console->chosen;

	console->chosen = NULL;
	if (action)
		run_action(console, action);
}

/* Digits before a command say how often; a view that has them as keys keeps them. */
static bool
take_digit(Console *console, Key key)
{
	ViewKind kind = console_view(console)->ops->kind;

	if (key < '0' || key > '9' || keymap_find(console->keymap, kind, key))
		return false;
	console->count = MIN(console->count * 10 + (int)(key - '0'), MOST_COUNT);
	return true;
}

static void
turn_wheel(Console *console, Press press, bool down)
{
	View *view = console_view(console);
	GError *error = NULL;

	if (view->ops->wheel &&
		view->ops->wheel(view, press.row, press.column, down ? WHEEL_ROWS : -WHEEL_ROWS))
		return;
	if (!view->ops->move(view, down ? MOVE_DOWN : MOVE_UP, WHEEL_ROWS, &error))
		console_fail(console, error);
}

static bool
take_pointer(Console *console, Press press)
{
	View *view = console_view(console);

	if (press.key == KEY_CODE_WHEEL_UP || press.key == KEY_CODE_WHEEL_DOWN)
		turn_wheel(console, press, press.key == KEY_CODE_WHEEL_DOWN);
	else if (press.key != KEY_CODE_CLICK)
		return false;
	else if (view->ops->click)
		view->ops->click(view, press.row, press.column);
	return true;
}

/* What stands where was clicked in the bottom line. */
static const Action *
clicked_action(const Console *console, Press press)
{
	for (guint i = 0; press.key == KEY_CODE_CLICK && i < console->spots->len; i++) {
		const Spot *spot = &g_array_index(console->spots, Spot, i);

		if (press.row == spot->row && press.column >= spot->column &&
			press.column < spot->end)
			return spot->action;
	}
	return NULL;
}

/* Esc first gives up what was begun. */
static bool
give_up(Console *console, Key key)
{
	return key == KEY_CODE_ESC &&
		(console_stop_reading(console) || console->count > 0 || console->tagged);
}

/* A line break among the pasted would answer the prompt. */
static void
paste_into(Prompt *prompt, Key key)
{
	Key typed = key == KEY_CODE_ENTER || key == KEY_CODE_TAB ? ' ' : key;

	if (typed < KEY_CODE_NONE && g_unichar_isprint(typed))
		prompt_key(prompt, typed);
}

/* Pasted letters would be as many commands: only a prompt takes them.  Where the end of it got
 * lost, Esc says that the keys are pressed again. */
static bool
take_paste(Console *console, Key key)
{
	bool ends = key == KEY_CODE_PASTE_END || (console->pasting && key == KEY_CODE_ESC);

	if (key == KEY_CODE_PASTE || ends)
		console->pasting = !ends;
	else if (!console->pasting)
		return false;
	else if (console->prompt)
		paste_into(console->prompt, key);
	if (key == KEY_CODE_PASTE && !console->prompt)
		console_say(console, STYLE_WARN,
			"what was pasted is dropped: only keys pressed count, Esc if none does");
	return true;
}

/* Esc and a key behind it that came as one: a person on a slow line pressed two, unless
 * there is a key with Alt. */
static bool
take_alt(Console *console, Press press)
{
	ViewKind kind = console_view(console)->ops->kind;

	if (press.key < KEY_ALT ||
		(!console->prompt && keymap_find(console->keymap, kind, press.key)))
		return false;
	console_key(console, (Press){ .key = KEY_CODE_ESC });
	console_key(console, (Press){ .key = press.key & ~KEY_ALT });
	return true;
}

void
console_key(Console *console, Press press)
{
	bool tagged = console->tagged;
	const Action *clicked;

	if (press.key == KEY_CODE_RESIZE || press.key == KEY_CODE_NONE ||
		take_paste(console, press.key) || take_alt(console, press))
		return;
	worker_turn(console->worker);
	if (console->prompt) {
		if (press.key == KEY_CONTROL('z'))
			run_suspend(console, 0);
		else if (press.key == KEY_CODE_CLICK)
			prompt_click(console->prompt, press.row);
		else
			answer_prompt(console, press.key);
		console->tagged = false;
		run_chosen(console);
		return;
	}
	if (!is_unread_error(console))
		g_clear_pointer(&console->said, g_free);
	clicked = clicked_action(console, press);
	if (!clicked && (take_pointer(console, press) || take_digit(console, press.key)))
		return;
	if (clicked)
		run_action(console, clicked);
	else if (!give_up(console, press.key))
		run_key(console, press.key);
	console->count = 0;
	/* ; holds for one command: the one just run, unless that was ; itself. */
	if (tagged)
		console->tagged = false;
}
