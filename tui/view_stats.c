#include "tui/view_stats.h"

#include "store/decision_stats.h"
#include "tui/figures.h"
#include "tui/table.h"
#include "tui/view_queue.h"

enum {
	MOST = 500, /* rows; those with most decisions come first */
	HOUR = 3600,
	DAY = 24 * HOUR,
};

/* How far back is looked, the first at the beginning. */
static const struct {
	const char *words;
	int64_t seconds; /* 0: all */
} spans[] = {
	{ "the last 8 h", (int64_t)8 * HOUR },
	{ "the last 24 h", DAY },
	{ "the last 7 days", (int64_t)7 * DAY },
	{ "the last 30 days", (int64_t)30 * DAY },
	{ "all", 0 },
};

enum {
	SPANS = G_N_ELEMENTS(spans),
	FIRST_SPAN = 1,
};

enum {
	COLUMN_VALUE,
	COLUMN_DECISIONS,
	COLUMN_RELEASE,
	COLUMN_BLOCK,
	COLUMN_HOLD,
	COLUMN_RULES,
	COLUMN_UNDONE,
	COLUMN_OVERTURNED,
	COLUMN_MISSED,
	COLUMN_HIGH,
	COLUMN_MEDIAN,
	COLUMN_P90,
	COLUMN_ADDED_MEDIAN,
	COLUMN_ADDED_P90,
};

// clang-format off
static const Column columns[] = {
	[COLUMN_VALUE]        = { .title = "counted by",   .minimum = 14, .share = 1, .maximum = 46 },
	[COLUMN_DECISIONS]    = { .title = "all",          .minimum = 5, .to_right = true },
	[COLUMN_RELEASE]      = { .title = "release",      .minimum = 7, .to_right = true },
	[COLUMN_BLOCK]        = { .title = "block",        .minimum = 5, .to_right = true },
	[COLUMN_HOLD]         = { .title = "hold",         .minimum = 5, .rank = 4, .to_right = true },
	[COLUMN_RULES]        = { .title = "rules",        .minimum = 5, .rank = 3, .to_right = true },
	[COLUMN_UNDONE]       = { .title = "undone",       .minimum = 6, .to_right = true },
	[COLUMN_OVERTURNED]   = { .title = "overturned",   .minimum = 10, .to_right = true },
	[COLUMN_MISSED]       = { .title = "missed",       .minimum = 6, .rank = 1, .to_right = true },
	[COLUMN_HIGH]         = { .title = "high",         .minimum = 5, .rank = 2, .to_right = true },
	[COLUMN_MEDIAN]       = { .title = "median",       .minimum = 6, .to_right = true },
	[COLUMN_P90]          = { .title = "p90",          .minimum = 4, .to_right = true },
	[COLUMN_ADDED_MEDIAN] = { .title = "added median", .minimum = 12, .rank = 6, .to_right = true },
	[COLUMN_ADDED_P90]    = { .title = "added p90",    .minimum = 9, .rank = 5, .to_right = true },
	{ .title = NULL },
};
// clang-format on

/* ---- what is asked, as TableQuery.of ---- */

static int64_t
asked(DecisionKey key, int span)
{
	return (int64_t)key * SPANS + span;
}

static DecisionKey
asked_key(int64_t of)
{
	return (DecisionKey)(of / SPANS);
}

static int
asked_span(int64_t of)
{
	return (int)(of % SPANS);
}

/* ---- rows ---- */

static char *
number(int64_t count)
{
	return count > 0 ? g_strdup_printf("%" G_GINT64_FORMAT, count) : g_strdup("–");
}

static char *
length(int64_t seconds)
{
	return seconds >= 0 ? figure_length(seconds) : g_strdup("–");
}

static char *
cell_text(int column, const void *row, G_GNUC_UNUSED int64_t now)
{
	const DecisionRow *stats = row;

	switch (column) {
	case COLUMN_VALUE:
		return g_strdup(stats->value ? stats->value : "–");
	case COLUMN_DECISIONS:
		return number(stats->decisions);
	case COLUMN_RELEASE:
		return number(stats->by_kind[DECISION_RELEASE]);
	case COLUMN_BLOCK:
		return number(stats->by_kind[DECISION_BLOCK]);
	case COLUMN_HOLD:
		return number(stats->by_kind[DECISION_HOLD]);
	case COLUMN_RULES:
		return number(stats->by_rule);
	case COLUMN_UNDONE:
		return number(stats->undone);
	case COLUMN_OVERTURNED:
		return number(stats->overturned);
	case COLUMN_MISSED:
		return number(stats->missed);
	case COLUMN_HIGH:
		return number(stats->high);
	case COLUMN_MEDIAN:
		return length(stats->median);
	case COLUMN_P90:
		return length(stats->p90);
	case COLUMN_ADDED_MEDIAN:
		return length(stats->added_median);
	case COLUMN_ADDED_P90:
		return length(stats->added_p90);
	}
	g_assert_not_reached();
}

static Style
cell_style(int column, const void *row)
{
	const DecisionRow *stats = row;

	if ((column == COLUMN_OVERTURNED && stats->overturned > 0) ||
		(column == COLUMN_MISSED && stats->missed > 0) ||
		(column == COLUMN_HIGH && stats->high > 0))
		return STYLE_WARN;
	return column <= COLUMN_BLOCK || column == COLUMN_MEDIAN || column == COLUMN_P90
		? STYLE_NORMAL
		: STYLE_DIM;
}

static const Table table = {
	.columns = columns,
	.text = cell_text,
	.style = cell_style,
};

static GPtrArray *
read_rows(Store *store, const void *data, const ListPart *part, GError **error)
{
	const TableQuery *query = data;
	int64_t seconds = spans[asked_span(query->of)].seconds;
	const DecisionWindow window = {
		.key = asked_key(query->of),
		.since = seconds > 0 ? query->now - seconds : 0,
		.limit = MOST,
	};

	g_assert(!part->backwards);
	if (part->from_place)
		return g_ptr_array_new();
	return store_decision_stats(store, &window, error);
}

static int64_t
row_id(const void *row)
{
	const DecisionRow *stats = row;

	return stats->value ? (int64_t)g_str_hash(stats->value) + 1 : 1;
}

static const TableViewOps ops = {
	.table = &table,
	.source = { .read = read_rows, .id = row_id, .forward_only = true },
	.empty = { "Nothing was decided in this window.",
		"{window-longer} looks further back, {count-by} counts by something else." },
};

/* ---- the view ---- */

static TableView *
stats_of(View *view)
{
	return (TableView *)view;
}

static View *
create_stats(Console *console, G_GNUC_UNUSED GError **error)
{
	TableView *view = g_new0(TableView, 1);

	table_view_init(view, console, view_of_kind(VIEW_STATS), &ops,
		asked(DECISIONS_BY_KIND, FIRST_SPAN));
	return &view->base;
}

/* The same view, asked anew. */
static void
ask(Console *console, DecisionKey key, int span)
{
	TableView *view = stats_of(console_view(console));
	TableQuery *query = g_atomic_rc_box_new0(TableQuery);
	GError *error = NULL;

	view->of = asked(key, span);
	query->now = console->now;
	query->of = view->of;
	if (!list_restart(view->list, query, &error))
		console_fail(console, error);
}

void
run_count_by(Console *console, int argument)
{
	int64_t of = stats_of(console_view(console))->of;
	int key = ((int)asked_key(of) + argument + DECISION_KEYS) % DECISION_KEYS;

	ask(console, (DecisionKey)key, asked_span(of));
}

void
run_window(Console *console, int argument)
{
	int64_t of = stats_of(console_view(console))->of;
	int span = CLAMP(asked_span(of) + argument, 0, SPANS - 1);

	if (span != asked_span(of))
		ask(console, asked_key(of), span);
	else
		console_say(console, STYLE_DIM, "%s is the %s that there is", spans[span].words,
			argument > 0 ? "longest" : "shortest");
}

/* The term of a query that finds what is counted by @key; NULL: none does. */
static const char *
term_of(DecisionKey key)
{
	switch (key) {
	case DECISIONS_BY_ACTOR:
		return "by";
	case DECISIONS_BY_RULE:
		return "rule";
	case DECISIONS_BY_ACCOUNT:
		return "account";
	case DECISIONS_BY_FINDING:
		return "finding";
	case DECISIONS_BY_KIND:
	case DECISIONS_BY_WHO:
	case DECISIONS_BY_DAY:
	case DECISIONS_BY_HOUR:
	case DECISION_KEYS:
		break;
	}
	return NULL;
}

/* Its messages, in the queue, whenever they were decided about. */
static bool
open_messages(View *view, GError **error)
{
	const DecisionRow *stats = table_view_current(view);
	const char *term = term_of(asked_key(stats_of(view)->of));
	g_autofree char *value = NULL;
	g_autofree char *limit = NULL;

	if (!term || !stats->value) {
		console_say(view->console, STYLE_DIM, "no query finds these messages");
		return true;
	}
	value = query_quoted(stats->value);
	limit = g_strdup_printf("%s:%s", term, value);
	return queue_open(view->console, limit, error);
}

/* Of the rows that are seen. */
static char *
title_of_stats(View *view)
{
	const TableQuery *query = list_query(stats_of(view)->list);

	return g_strdup_printf("decisions by %s · %s", decision_keys[asked_key(query->of)].name,
		spans[asked_span(query->of)].words);
}

#define HIGH G_STRINGIFY(DECISION_HIGH)

extern const ViewOps view_stats;
const ViewOps view_stats = {
	.name = "stats",
	.kind = VIEW_STATS,
	.help = "How much was decided in a shift or a month: release, block and hold, and how many"
		" of these by rules. Undone was taken back. Overturned was blocked and released"
		" later, missed released and blocked later; high was released by a person with a"
		" score of " HIGH " or more. Counted by rule or finding these are its false alarms."
		" Median and p90 say how long half of the messages and nine in ten had waited, at"
		" most, when a person settled them: since the gateway received them, and since"
		" they were added here. {count-by} counts by something else, {window-longer} and"
		" {window-shorter} look further back or less, {open} shows the messages.",
	.create = create_stats,
	.free = table_view_free,
	.draw = table_view_draw,
	.move = table_view_move,
	.reload = table_view_reload,
	.open = open_messages,
	.click = table_view_click,
	.list = table_view_list,
	.title = title_of_stats,
};
