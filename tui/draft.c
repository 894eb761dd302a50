#include "tui/draft.h"

#include "store/odd.h"
#include "store/plan_identity.h"
#include "tui/figures.h"

enum {
	FIGURE_TEXT = 10, /* column of what a figure counts */
	MANY = 500,       /* messages that take a while */
	LEAST_SHEET = 40, /* columns: any width tells whether there are lines at all */
};

void
draft_free(void *data)
{
	Draft *draft = data;

	if (!draft)
		return;
	operation_plan_clear(&draft->plan);
	g_free(draft->of);
	g_free(draft);
}

static void
write_figure(Sheet *sheet, Style style, int64_t figure, const char *what)
{
	if (figure == 0)
		return;
	sheet_line(sheet);
	sheet_addf(sheet, style, "%8" G_GINT64_FORMAT, figure);
	sheet_to(sheet, FIGURE_TEXT);
	sheet_wrap(sheet, style == STYLE_DIM ? STYLE_DIM : STYLE_NORMAL, what);
}

static void
write_count(Sheet *sheet, int64_t count, const char *noun)
{
	g_autofree char *plural = g_strdup_printf("%s%s", noun, count == 1 ? "" : "s");

	write_figure(sheet, STYLE_NORMAL, count, plural);
}

static void
write_words(Sheet *sheet, Style style, const char *words)
{
	if (!words)
		return;
	sheet_line(sheet);
	sheet_to(sheet, FIGURE_TEXT);
	sheet_wrap(sheet, style, words);
}

static void
write_extent(const Draft *draft, Sheet *sheet)
{
	const OperationPlan *plan = &draft->plan;

	write_figure(sheet, STYLE_STRONG, plan->by_state[STATE_HELD], "held now");
	write_figure(sheet, STYLE_STRONG, plan->by_state[STATE_RELEASED], "released now");
	write_figure(sheet, STYLE_STRONG, plan->by_state[STATE_BLOCKED], "blocked now");
	write_count(sheet, plan->recipients, "recipient");
	write_count(sheet, plan->accounts, "SES account");
	write_count(sheet, plan->domains, "From domain");
	write_figure(sheet, STYLE_DIM, plan->unchanged, "so already: nothing to do for these");
	write_figure(sheet, STYLE_DIM, draft->unshown,
		"more of the campaign, which the limit does not show: they stay as they are");
}

static void
write_no_recipients(const Draft *draft, Sheet *sheet)
{
	g_autofree char *text =
		g_strdup_printf("without a known envelope recipient: %s asks who gets these",
			keymap_key(draft->keymap, "commit"));

	write_figure(sheet, STYLE_WARN, draft->plan.without_recipients, text);
}

static void
write_warnings(const Draft *draft, Sheet *sheet)
{
	const OperationPlan *plan = &draft->plan;
	bool release = draft->kind == DECISION_RELEASE;

	write_figure(sheet, STYLE_WARN, plan->with_attachments, "with attachments");
	write_figure(sheet, STYLE_WARN, release ? plan->unknown_sender : 0,
		"without a known envelope sender: these leave with the null sender <>");
	write_figure(sheet, STYLE_WARN, release ? 0 : plan->waiting,
		"still waiting to be delivered: cancelled");
	write_figure(sheet, STYLE_DANGER, release ? 0 : plan->departed,
		"delivered already, or perhaps: too late for these");
	write_figure(sheet, STYLE_WARN, plan->also_released,
		plan->accounts == 1
			? "released from this account before: blocking contradicts that"
			: "released from these accounts before: blocking contradicts that");
	write_figure(sheet, STYLE_WARN, plan->overridden, "decided by others:");
	write_words(sheet, STYLE_WARN, plan->override);
	write_figure(sheet, STYLE_DANGER, plan->claimed, "claimed by somebody else:");
	write_words(sheet, STYLE_DANGER, plan->claim);
	write_no_recipients(draft, sheet);
	write_figure(sheet, STYLE_DANGER, plan->leaving,
		"still being delivered from an earlier release, so all of this will be refused");
	write_figure(sheet, STYLE_DANGER, plan->changed_since,
		"decided about since you looked, so all of this will be refused:");
	write_words(sheet, STYLE_DANGER, plan->conflict);
	for (guint i = 0; i < plan->odd->len; i++) {
		const Odd *odd = g_ptr_array_index(plan->odd, i);
		g_autofree char *words = g_strdup_printf("odd: %s", odd->text);

		write_words(sheet, STYLE_WARN, words);
	}
}

/* One alone is what the extent says already. */
static void
write_identities(const OperationPlan *plan, Sheet *sheet)
{
	g_autofree char *more = NULL;

	if (plan->identities->len < 2)
		return;
	sheet_heading(sheet, "Whom they are from");
	for (guint i = 0; i < plan->identities->len; i++) {
		const PlanIdentity *identity = g_ptr_array_index(plan->identities, i);
		g_autofree char *words = plan_identity_words(identity);

		write_figure(sheet, STYLE_NORMAL, identity->messages, words);
	}
	if (plan->more_identities > 0)
		more = g_strdup_printf("and %d more identities", plan->more_identities);
	write_words(sheet, STYLE_DIM, more);
}

static bool
stands_out(const Draft *draft)
{
	g_autoptr(Sheet) warnings = sheet_new(LEAST_SHEET);

	write_warnings(draft, warnings);
	return sheet_rows(warnings) > 0;
}

void
draft_write(void *data, Sheet *sheet)
{
	const Draft *draft = data;
	g_autofree char *heading = NULL;
	g_autofree char *messages = figure_count(draft->plan.messages, "message");
	g_autofree char *span = figure_span(draft->hold);

	heading = g_strdup_printf(
		"Dry run: %s %s%s", decision_name(draft->kind), messages, draft->of);
	sheet_heading(sheet, heading);
	write_extent(draft, sheet);
	write_identities(&draft->plan, sheet);
	if (stands_out(draft)) {
		sheet_heading(sheet, "What stands out");
		write_warnings(draft, sheet);
	}
	sheet_line(sheet);
	sheet_line(sheet);
	sheet_to(sheet, SHEET_LABEL);
	if (draft->kind == DECISION_RELEASE && draft->hold == 0)
		sheet_add(sheet, STYLE_DIM, "They leave at once: nothing takes it back.");
	else if (draft->kind == DECISION_RELEASE)
		sheet_addf(sheet, STYLE_DIM, "They leave in %s; until then %s takes it all back.",
			span, keymap_key(draft->keymap, "undo"));
	else
		sheet_addf(sheet, STYLE_DIM, "%s takes it all back.",
			keymap_key(draft->keymap, "undo"));
}

/* Said where it takes long enough to be read. */
char *
draft_doing(const void *data)
{
	static const char *const words[DECISIONS] = {
		[DECISION_RELEASE] = "releasing",
		[DECISION_BLOCK] = "blocking",
		[DECISION_HOLD] = "holding again",
	};
	const Draft *draft = data;
	g_autofree char *messages = figure_count(draft->plan.messages, "message");

	if (draft->plan.messages < MANY)
		return NULL;
	return g_strdup_printf("%s %s%s…", words[draft->kind], messages, draft->of);
}
