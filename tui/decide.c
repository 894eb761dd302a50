#include "tui/decide.h"

#include "store/claim.h"
#include "store/decision.h"
#include "store/outbox.h"
#include "tui/brief.h"
#include "tui/chooser.h"
#include "tui/draft.h"
#include "tui/figures.h"
#include "tui/table.h"
#include "tui/view_campaigns.h"
#include "tui/view_message.h"
#include "tui/view_plan.h"

/* What people say of a message once it is decided. */
static const char *const past[DECISIONS] = {
	[DECISION_RELEASE] = "released",
	[DECISION_BLOCK] = "blocked",
	[DECISION_HOLD] = "held again",
};

/* ---- decisions about messages ---- */

static OperationRequest
request_of(const Console *console, DecisionKind kind, GArray *targets)
{
	return (OperationRequest){
		.kind = kind,
		.targets = targets,
		.actor = console->options->actor,
		.transport = console->options->transport,
		.copy_to = console->options->copy_to,
		.hold = console->options->hold,
		.now = console->now,
	};
}

static Choice *
chosen(Console *console)
{
	View *view = console_view(console);
	const MessageRow *row = view->ops->message(view);
	Choice *choice;
	Target target;

	if (console->tagged || view->ops->kind & VIEW_CHOOSERS)
		return chooser_choice(console_queue(console), console->tagged);
	target = (Target){ .message = row->id, .version = row->version };
	choice = g_new0(Choice, 1);
	choice->chosen = g_array_new(FALSE, FALSE, sizeof(Target));
	g_array_append_val(choice->chosen, target);
	return choice;
}

/* @to is who gets it where the envelope names nobody; or NULL. */
static void
say_released(Console *console, const MessageRow *row, const char *const *to)
{
	g_autofree char *recipients = to ? g_strjoinv(" ", (char **)to) : brief_recipients(row);
	g_autofree char *span = figure_span(console->options->hold);

	if (console->options->hold == 0)
		console_say(console, STYLE_GOOD, "released #%" G_GINT64_FORMAT " to %s: leaves now",
			row->id, recipients);
	else
		console_say(console, STYLE_GOOD,
			"released #%" G_GINT64_FORMAT " to %s: leaves in %s, %s takes it back",
			row->id, recipients, span, console_key_of(console, "undo"));
}

/* On to the next row: where the list still shows the one decided about, a step; where it
 * left, the next one stands in its place. */
static void
go_on_in_list(Console *console, int64_t decided)
{
	View *view = console_queue(console);
	bool moved;
	GError *error = NULL;

	if (chooser_current(view) == decided && !chooser_step(view, 1, &moved, &error))
		console_fail(console, error);
}

/* All that was to be decided of a campaign is: on to the next campaign. */
static void
leave_settled(Console *console)
{
	View *view = console_view(console);
	GError *error = NULL;

	if (view->ops->kind != VIEW_MEMBERS || !list_is_empty(view->ops->list(view)))
		return;
	console_back(console);
	if (!campaigns_go_on(console_view(console), &error))
		console_fail(console, error);
}

static void
go_on(Console *console, int64_t decided)
{
	View *view = console_view(console);
	GError *error = NULL;

	if (view->ops->kind != VIEW_MESSAGE)
		go_on_in_list(console, decided);
	else if (!message_view_decided(view, &error))
		console_fail(console, error);
	leave_settled(console);
}

/* In the message view the next one came up unasked: which, is said. */
static void
say_next(Console *console, int64_t decided)
{
	View *view = console_view(console);
	const MessageRow *row = view->ops->kind == VIEW_MESSAGE ? view->ops->message(view) : NULL;
	g_autofree char *said = g_strdup(console->said);

	if (row && row->id != decided && console->said_style != STYLE_ERROR)
		console_say(
			console, console->said_style, "%s; now #%" G_GINT64_FORMAT, said, row->id);
}

/* Whose decision it went against; in front, where no width cuts it off. */
static void
say_override(Console *console, const OperationPlan *plan)
{
	g_autofree char *said = g_strdup(console->said);

	if (plan->override)
		console_say(console, STYLE_WARN, "%s; %s", plan->override, said);
}

/* Commits what is about one message, and goes on to the next. */
static bool
commit_one(Console *console, const OperationRequest *request, GError **error)
{
	View *view = console_view(console);
	const MessageRow *row = view->ops->message(view);
	int64_t id = row->id;
	int64_t decided = view->ops->kind == VIEW_MESSAGE ? id : chooser_current(view);
	g_auto(OperationPlan) plan = { 0 };

	if (!store_plan(console->store, request, &plan, error) ||
		store_decide(console->store, request, error) == 0)
		return false;
	if (request->kind == DECISION_RELEASE)
		say_released(console, row, request->to_unknown);
	else
		console_say(console, STYLE_GOOD, "%s #%" G_GINT64_FORMAT ": %s takes it back",
			past[request->kind], id, console_key_of(console, "undo"));
	say_override(console, &plan);
	(request->kind == DECISION_RELEASE ? console_queued : console_changed)(console);
	go_on(console, decided);
	say_next(console, id);
	return true;
}

static void
decide_one(Console *console, DecisionKind kind, GArray *targets)
{
	View *view = console_view(console);
	const MessageRow *row = view->ops->message(view);
	OperationRequest request = request_of(console, kind, targets);
	GError *error = NULL;

	if (kind == DECISION_RELEASE && !row->recipients[0] && row->state != STATE_RELEASED) {
		console->asked = g_array_index(targets, Target, 0);
		console_ask(console, ASK_RECIPIENTS, "");
	} else if (!commit_one(console, &request, &error)) {
		console_fail(console, error);
		console_changed(console);
	}
}

static bool
commit_draft(Console *console, void *data, GError **error)
{
	Draft *draft = data;
	OperationRequest request = request_of(console, draft->kind, draft->plan.targets);
	View *queue = console_queue(console);
	g_autofree char *messages = figure_count(draft->plan.messages, "message");

	if (draft->plan.without_recipients > 0 && !draft->to_unknown) {
		console_ask(console, ASK_RECIPIENTS, "");
		return false;
	}
	request.to_unknown = draft->to_unknown;
	request.claims_seen = draft->plan.claimed;
	if (store_decide(console->store, &request, error) == 0)
		return false;
	if (draft->tagged)
		list_untag_all(queue->ops->list(queue));
	if (draft->kind == DECISION_RELEASE && draft->hold == 0)
		console_say(
			console, STYLE_GOOD, "released %s%s: they leave now", messages, draft->of);
	else
		console_say(console, STYLE_GOOD, "%s %s%s: %s takes it back", past[draft->kind],
			messages, draft->of, keymap_key(draft->keymap, "undo"));
	(draft->kind == DECISION_RELEASE ? console_queued : console_changed)(console);
	go_on_in_list(console, draft->row);
	return true;
}

static const PlanOps draft_ops = {
	.write = draft_write,
	.doing = draft_doing,
	.commit = commit_draft,
	.free = draft_free,
};

/* As y does, with what was asked for. */
static bool
commit_to(Console *console, Draft *draft, const char *const *to, GError **error)
{
	bool good;

	draft->to_unknown = to;
	good = commit_draft(console, draft, error);
	draft->to_unknown = NULL;
	if (!good)
		return false;
	console_back(console);
	console_changed(console);
	leave_settled(console);
	return true;
}

/* The message that was asked about, though the list may have moved since. */
static bool
release_to(Console *console, const char *const *to, GError **error)
{
	View *view = console_view(console);
	const MessageRow *row = view->ops->message(view);
	g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(Target));
	OperationRequest request = request_of(console, DECISION_RELEASE, targets);

	if (!row || row->id != console->asked.message) {
		console_say(console, STYLE_WARN, "the cursor moved meanwhile: nothing is done");
		return true;
	}
	g_array_append_val(targets, console->asked);
	request.to_unknown = to;
	return commit_one(console, &request, error);
}

bool
decide_recipients(Console *console, const char *text)
{
	Draft *draft = plan_view_data(console_view(console), &draft_ops);
	g_auto(GStrv) words = g_strsplit_set(text, ", ", -1);
	g_autoptr(GPtrArray) to = g_ptr_array_new();
	g_autoptr(GError) error = NULL;

	for (char **word = words; *word; word++)
		if (**word)
			g_ptr_array_add(to, *word);
	g_ptr_array_add(to, NULL);
	if (to->len == 1 ||
		(draft ? commit_to(console, draft, (const char *const *)to->pdata, &error)
		       : release_to(console, (const char *const *)to->pdata, &error)))
		return true;
	if (error)
		prompt_set_error(console->prompt, error->message, 0);
	return false;
}

/* Whose messages the draft is about. */
static void
describe(const Console *console, Draft *draft)
{
	View *view = console_view(console);
	guint tagged;

	draft->row = view->ops->kind & VIEW_CHOOSERS && !draft->tagged ? chooser_current(view) : 0;
	if (view->ops->kind != VIEW_CAMPAIGNS) {
		draft->of = g_strdup("");
	} else if (draft->tagged) {
		tagged = list_tagged(view->ops->list(view));
		draft->of = g_strdup_printf(" of %u campaign%s", tagged, tagged == 1 ? "" : "s");
	} else {
		draft->of = g_strdup_printf(" of campaign %" G_GINT64_FORMAT, draft->row);
		draft->unshown = campaigns_unshown(view);
	}
}

/* Does somebody else claim the message under the cursor? */
static bool
is_elsewhere(const Console *console)
{
	View *view = console_view(console);
	const MessageRow *row = view->ops->message(view);
	const char *holder = claim_holder(row, console->now);

	return holder && !g_str_equal(holder, console->options->actor);
}

static bool
is_only(const GArray *targets, const MessageRow *row)
{
	return targets->len == 1 && row && g_array_index(targets, Target, 0).message == row->id;
}

/* What a key is about, on its way to be known. */
typedef struct Look {
	Console *console;
	Choice *choice;
	void (*act)(struct Look *look);
	OperationRequest request;
	Draft *draft; /* planned where there is more to see than one message; NULL: never */
	int64_t only; /* the message that is decided about at once; 0: none is */
	bool planned;
	GArray *targets;
} Look;

static bool
run_look(Store *store, void *data, GError **error)
{
	Look *look = data;

	g_clear_pointer(&look->targets, g_array_unref);
	look->targets = choice_targets(look->choice, store, error);
	if (!look->targets || !look->draft || look->targets->len == 0)
		return look->targets != NULL;
	if (look->targets->len == 1 &&
		g_array_index(look->targets, Target, 0).message == look->only)
		return true;
	look->request.targets = look->targets;
	look->planned = true;
	operation_plan_clear(&look->draft->plan);
	look->draft->plan = (OperationPlan){ 0 };
	return store_plan(store, &look->request, &look->draft->plan, error);
}

static void
end_look(void *data, const GError *error)
{
	Look *look = data;

	if (error)
		console_read_failed(look->console, error);
	else if (look->targets->len == 0)
		console_say(look->console, STYLE_WARN, "the limit shows no message of it any more");
	else
		look->act(look);
}

static void
free_look(void *data)
{
	Look *look = data;

	choice_free(look->choice);
	draft_free(look->draft);
	g_clear_pointer(&look->targets, g_array_unref);
	g_free(look);
}

static const TaskOps looks = { .run = run_look, .done = end_look, .free = free_look };
/* The same of one message: how long a plan of many took says nothing about it. */
static const TaskOps looks_at_one = { .run = run_look, .done = end_look, .free = free_look };

/* What more than one person is at, or more than one message, is looked at first. */
static void
decide(Look *look)
{
	Console *console = look->console;
	View *view = console_view(console);

	if (look->planned)
		console_open(
			console, plan_view_new(console, &draft_ops, g_steal_pointer(&look->draft)));
	else if (is_only(look->targets, view->ops->message(view)))
		decide_one(console, look->draft->kind, look->targets);
	else
		console_say(console, STYLE_WARN, "the cursor moved meanwhile: nothing is done");
}

void
run_decide(Console *console, int argument)
{
	View *view = console_view(console);
	const MessageRow *row = view->ops->message(view);
	Look *look = g_new0(Look, 1);
	bool one;

	look->console = console;
	look->choice = chosen(console);
	look->act = decide;
	look->request = request_of(console, (DecisionKind)argument, NULL);
	look->draft = g_new0(Draft, 1);
	look->draft->kind = (DecisionKind)argument;
	look->draft->hold = console->options->hold;
	look->draft->keymap = console->keymap;
	look->draft->tagged = console->tagged;
	describe(console, look->draft);
	look->only = !console->tagged && row && !is_elsewhere(console) ? row->id : 0;
	one = look->only != 0 && view->ops->kind != VIEW_CAMPAIGNS;
	console_read(console, one ? &looks_at_one : &looks, look);
}

void
run_commit(Console *console, G_GNUC_UNUSED int argument)
{
	plan_view_commit(console_view(console));
	leave_settled(console);
}

/* ---- claims ---- */

static GArray *
ids_of(const GArray *targets)
{
	GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	for (guint i = 0; i < targets->len; i++)
		g_array_append_val(ids, g_array_index(targets, Target, i).message);
	return ids;
}

/* What one claims all of is given back; else all of it is claimed. */
static void
claim(Look *look)
{
	Console *console = look->console;
	g_autoptr(GArray) ids = ids_of(look->targets);
	ClaimRequest request = {
		.ids = ids,
		.actor = console->options->actor,
		.now = console->now,
		.until = console->now + console->options->claim,
		.dry_run = true,
	};
	GError *error = NULL;
	int mine = store_give_back(console->store, &request, &error);
	bool back = mine == (int)ids->len;
	g_autofree char *messages = figure_count((int64_t)ids->len, "message");
	g_autofree char *span = figure_span(console->options->claim);

	request.dry_run = false;
	if (mine < 0 ||
		(back ? store_give_back(console->store, &request, &error)
		      : store_claim(console->store, &request, &error)) < 0) {
		console_fail(console, error);
		return;
	}
	if (back)
		console_say(console, STYLE_GOOD, "%s given back", messages);
	else
		console_say(console, STYLE_GOOD, "%s claimed for %s: %s gives back", messages, span,
			console_key_of(console, "claim"));
	console_changed(console);
}

void
run_claim(Console *console, G_GNUC_UNUSED int argument)
{
	Look *look = g_new0(Look, 1);

	look->console = console;
	look->choice = chosen(console);
	look->act = claim;
	console_read(console, &looks, look);
}

static Operation *
read_operation(const Console *console, int64_t id)
{
	g_autoptr(GPtrArray) operations = store_operations(console->store, id + 1, 1, NULL);

	return operations && operations->len > 0 ? g_ptr_array_steal_index(operations, 0) : NULL;
}

static void
say_undone(Console *console, int64_t id)
{
	g_autoptr(Operation) undo = read_operation(console, id);
	g_autoptr(Operation) undone = undo ? read_operation(console, undo->undoes) : NULL;
	g_autofree char *messages = NULL;

	if (!undone)
		return;
	messages = figure_count(undo->messages, "message");
	if (undo->messages == 0)
		console_say(console, STYLE_GOOD, "taken back: %s%s%s", undone->verb,
			undone->reason ? ", " : "", undone->reason ? undone->reason : "");
	else
		console_say(console, STYLE_GOOD, "taken back, %s: %s%s", messages,
			undo->subject && *undo->subject ? undo->subject : "(no subject)",
			undo->messages > 1 ? ", …" : "");
}

static bool
go_to_campaign_of(View *view, int64_t message, GError **error)
{
	g_autoptr(MessageRow) row = store_row(view->console->store, message, error);

	return row && campaigns_go(view, row->campaign, error);
}

/* What came back is what the person wants to see again. */
static bool
go_to_undone(Console *console, int64_t id, GError **error)
{
	g_autoptr(Operation) undo = read_operation(console, id);
	View *view = console_view(console);

	if (!undo || undo->message == 0)
		return true;
	if (view->ops->kind == VIEW_CAMPAIGNS)
		return go_to_campaign_of(view, undo->message, error);
	return !(view->ops->kind & (VIEW_QUEUE | VIEW_MEMBERS)) ||
		chooser_go(view, undo->message, error);
}

/* In the log, what the cursor is on; else the person's own last decision. */
void
run_undo(Console *console, G_GNUC_UNUSED int argument)
{
	View *view = console_view(console);
	const Operation *operation = NULL;
	GError *error = NULL;
	int64_t undone;

	console_say_now(console, "taking back…");
	if (view->ops->kind == VIEW_LOG)
		operation = table_view_current(view);
	undone = store_undo(console->store, operation ? operation->id : 0, console->options->actor,
		console->now, &error);
	if (undone == 0) {
		console_fail(console, error);
		return;
	}
	say_undone(console, undone);
	console_changed(console);
	if (!go_to_undone(console, undone, &error))
		console_fail(console, error);
}

void
run_retry(Console *console, G_GNUC_UNUSED int argument)
{
	const Delivery *delivery = table_view_current(console_view(console));
	GError *error = NULL;

	if (!store_retry(console->store, delivery->id, console->now, &error)) {
		console_fail(console, error);
		return;
	}
	console_say(console, STYLE_GOOD, "queued again for %s%s", delivery->recipient,
		delivery->report && delivery->state == DELIVERY_UNKNOWN
			? ", where it may have arrived before"
			: "");
	console_queued(console);
}
