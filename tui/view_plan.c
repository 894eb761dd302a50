#include "tui/view_plan.h"

#include "tui/console.h"
#include "tui/reader.h"

typedef struct PlanView {
	View base;
	const PlanOps *ops;
	void *data;
	Reader *reader;
} PlanView;

static PlanView *
plan_of(View *view)
{
	return (PlanView *)view;
}

static void
write_plan(void *data, Sheet *sheet)
{
	const PlanView *view = data;
	const Console *console = view->base.console;

	view->ops->write(view->data, sheet);
	sheet_line(sheet);
	sheet_line(sheet);
	sheet_to(sheet, SHEET_LABEL);
	sheet_add(sheet, STYLE_KEY, console_key_of(console, "commit"));
	sheet_add(sheet, STYLE_NORMAL, " does it.  ");
	sheet_add(sheet, STYLE_KEY, console_key_of(console, "back"));
	sheet_add(sheet, STYLE_NORMAL, " leaves everything as it is.");
}

View *
plan_view_new(Console *console, const PlanOps *ops, void *data)
{
	PlanView *view = g_new0(PlanView, 1);

	view->base = (View){ .ops = view_of_kind(VIEW_PLAN), .console = console };
	view->ops = ops;
	view->data = data;
	view->reader = reader_new(write_plan, view);
	return &view->base;
}

static void
free_plan(View *view)
{
	PlanView *plan = plan_of(view);

	plan->ops->free(plan->data);
	reader_free(plan->reader);
	g_free(plan);
}

void *
plan_view_data(View *view, const PlanOps *ops)
{
	return view->ops->kind == VIEW_PLAN && plan_of(view)->ops == ops ? plan_of(view)->data
									 : NULL;
}

void
plan_view_commit(View *view)
{
	PlanView *plan = plan_of(view);
	Console *console = view->console;
	g_autofree char *doing = plan->ops->doing ? plan->ops->doing(plan->data) : NULL;
	GError *error = NULL;

	if (doing)
		console_say_now(console, doing);
	if (!plan->ops->commit(console, plan->data, &error)) {
		console_fail(console, error);
		return;
	}
	console_back(console);
	console_changed(console);
}

static void
draw_plan(View *view, Frame *frame, Area area)
{
	area.column++;
	area.columns -= 2;
	reader_draw(plan_of(view)->reader, frame, area);
}

static bool
move_plan(View *view, Move move, int count, G_GNUC_UNUSED GError **error)
{
	reader_move(plan_of(view)->reader, move, count);
	return true;
}

static char *
title_of_plan(G_GNUC_UNUSED View *view)
{
	return g_strdup("nothing is done yet");
}

extern const ViewOps view_plan;
const ViewOps view_plan = {
	.name = "plan",
	.kind = VIEW_PLAN,
	.help = "What a decision about several messages, or a new rule, would do, and what stands out"
		" among them. {commit} does it; {back} leaves it undone.",
	.free = free_plan,
	.draw = draw_plan,
	.move = move_plan,
	.title = title_of_plan,
};
