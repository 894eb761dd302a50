#include "tui/report.h"

#include "store/report.h"
#include "tui/chooser.h"
#include "tui/figures.h"
#include "tui/table.h"
#include "tui/view_campaigns.h"
#include "tui/view_plan.h"
#include "tui/view_queue.h"

typedef struct Draft {
	Console *console;
	ReportRequest request;
	ReportPlan plan;
} Draft;

static void
free_draft(void *data)
{
	Draft *draft = data;

	if (!draft)
		return;
	report_plan_clear(&draft->plan);
	g_free(draft);
}

/* ---- what would leave ---- */

static void
write_way(const ReportRequest *request, Sheet *sheet)
{
	sheet_label(sheet, "To");
	sheet_add(sheet, STYLE_STRONG, request->destination);
	sheet_label(sheet, "By");
	sheet_wrap(sheet, STYLE_NORMAL,
		request->way == REPORT_API
			? "the AWS Abuse Signal API; Amazon keeps it in the USA and in Europe"
			: request->transport);
	sheet_label(sheet, "From");
	sheet_wrap(sheet, STYLE_NORMAL, request->reporter.org);
	sheet_item(sheet, STYLE_NORMAL, request->reporter.contact);
	sheet_label(sheet, "Victims");
	sheet_wrap(sheet, STYLE_NORMAL,
		"recipient-1 and so on in their place; headers are complete else");
}

static void
write_draft(const ReportDraft *draft, Sheet *sheet)
{
	g_autofree char *listed = figure_count((int64_t)draft->messages->len, "message");
	g_autofree char *size = g_format_size(g_bytes_get_size(draft->body));

	sheet_label(sheet, "Account");
	sheet_wrap(sheet, draft->account ? STYLE_STRONG : STYLE_WARN,
		draft->account ? draft->account : "they name none");
	sheet_line(sheet);
	sheet_to(sheet, SHEET_VALUE);
	sheet_addf(sheet, STYLE_NORMAL, "%s listed, %d shown, %s", listed, draft->shown, size);
	if (draft->unlisted > 0)
		sheet_addf(sheet, STYLE_NORMAL, "; %" G_GINT64_FORMAT " more counted",
			draft->unlisted);
	if (draft->account && !draft->proven)
		sheet_item(sheet, STYLE_WARN, "no signature of Amazon's covers it");
}

static void
write_plan(void *data, Sheet *sheet)
{
	const Draft *draft = data;
	const ReportPlan *plan = &draft->plan;
	g_autofree char *heading =
		g_strdup_printf("Report campaign %" G_GINT64_FORMAT " to Amazon", plan->campaign);

	sheet_heading(sheet, heading);
	write_way(&draft->request, sheet);
	for (guint i = 0; i < plan->drafts->len; i++)
		write_draft(g_ptr_array_index(plan->drafts, i), sheet);
	for (UnreportedReason reason = 0; reason < UNREPORTED_REASONS; reason++) {
		if (plan->unreported[reason] == 0)
			continue;
		sheet_label(sheet, "Left out");
		sheet_addf(sheet, STYLE_NORMAL, "%" G_GINT64_FORMAT " %s", plan->unreported[reason],
			unreported_words(reason));
	}
	sheet_label(sheet, "Shown by");
	sheet_addf(sheet, STYLE_NORMAL, ":report %" G_GINT64_FORMAT " --print, byte for byte",
		plan->campaign);
	if (!plan->before)
		return;
	sheet_label(sheet, "Before");
	sheet_wrap(sheet, STYLE_DANGER, plan->before);
}

/* ---- and does ---- */

/* What was reported before is meant when it is said twice. */
static bool
is_meant(Draft *draft, GError **error)
{
	if (!draft->plan.before || draft->request.again)
		return true;
	draft->request.again = true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
		"it was %s: %s once more reports it again", draft->plan.before,
		console_key_of(draft->console, "commit"));
	return false;
}

static bool
commit(Console *console, void *data, GError **error)
{
	Draft *draft = data;
	g_autofree char *reports = figure_count((int64_t)draft->plan.drafts->len, "report");
	g_autofree char *span = figure_span(draft->request.hold);

	draft->request.now = console->now;
	if (!is_meant(draft, error) ||
		store_report(console->store, &draft->request, &draft->plan, error) == 0)
		return false;
	console_say(console, STYLE_GOOD,
		"campaign %" G_GINT64_FORMAT
		" reported: %s leave in %s; in the outbox (%s) %s stops one",
		draft->plan.campaign, reports, span, console_key_of(console, "outbox"),
		console_key_of(console, "cancel"));
	console_queued(console);
	return true;
}

static const PlanOps plan_ops = {
	.write = write_plan,
	.commit = commit,
	.free = free_draft,
};

/* ---- on its way to be known ---- */

typedef struct Look {
	Console *console;
	Draft *draft;
} Look;

static bool
run_look(Store *store, void *data, GError **error)
{
	Draft *draft = ((Look *)data)->draft;

	report_plan_clear(&draft->plan);
	return store_plan_report(store, &draft->request, &draft->plan, error);
}

static void
end_look(void *data, const GError *error)
{
	Look *look = data;

	if (error)
		console_read_failed(look->console, error);
	else
		console_open(look->console,
			plan_view_new(look->console, &plan_ops, g_steal_pointer(&look->draft)));
}

static void
free_look(void *data)
{
	Look *look = data;

	free_draft(look->draft);
	g_free(look);
}

static const TaskOps looks = { .run = run_look, .done = end_look, .free = free_look };

void
run_report(Console *console, G_GNUC_UNUSED int argument)
{
	View *view = console_view(console);
	Look *look;

	if (!console->options->report) {
		console_say(console, STYLE_WARN, "this console was not told how to report");
		return;
	}
	look = g_new0(Look, 1);
	look->console = console;
	look->draft = g_new0(Draft, 1);
	look->draft->console = console;
	look->draft->request = *console->options->report;
	look->draft->request.campaign =
		view->ops->kind == VIEW_MEMBERS ? members_campaign(view) : chooser_current(view);
	look->draft->request.actor = console->options->actor;
	look->draft->request.now = console->now;
	console_read(console, &looks, look);
}

void
run_cancel(Console *console, G_GNUC_UNUSED int argument)
{
	const Delivery *delivery = table_view_current(console_view(console));
	GError *error = NULL;

	if (!store_cancel(console->store, delivery->id, console->now, &error)) {
		console_fail(console, error);
		return;
	}
	console_say(console, STYLE_GOOD, "stopped: nothing of it leaves");
	console_changed(console);
}
