#include "tui/view.h"

#include "store/burst.h"
#include "tui/brief.h"
#include "tui/browse.h"
#include "tui/console.h"
#include "tui/figures.h"
#include "tui/table.h"
#include "tui/view_queue.h"

enum {
	MOST = 500, /* accounts; bursts come first */
};

enum {
	COLUMN_BURST,
	COLUMN_ACCOUNT,
	COLUMN_MESSAGES,
	COLUMN_PEAK,
	COLUMN_USUAL,
	COLUMN_WHEN,
	COLUMN_RATE,
	COLUMN_PROOF,
};

// clang-format off
static const Column columns[] = {
	[COLUMN_BURST]    = { .title = "",            .minimum = 5 },
	[COLUMN_ACCOUNT]  = { .title = "account",     .minimum = 8 },
	[COLUMN_MESSAGES] = { .title = "24 h",        .minimum = 6, .to_right = true },
	[COLUMN_PEAK]     = { .title = "peak",        .minimum = 6, .to_right = true },
	[COLUMN_USUAL]    = { .title = "usual",       .minimum = 6, .rank = 1, .to_right = true },
	[COLUMN_WHEN]     = { .title = "when",        .minimum = 4, .rank = 2, .to_right = true },
	[COLUMN_RATE]     = { .title = "by the hour", .minimum = BURST_WINDOWS },
	[COLUMN_PROOF]    = { .title = "",            .minimum = 7, .rank = 3 },
	{ .title = NULL },
};
// clang-format on

static char *
cell_text(int column, const void *row, int64_t now)
{
	const BurstRow *burst = row;

	switch (column) {
	case COLUMN_BURST:
		return g_strdup(burst->burst ? "burst" : "");
	case COLUMN_ACCOUNT:
		return brief_account(burst->value);
	case COLUMN_MESSAGES:
		return g_strdup_printf("%" G_GINT64_FORMAT, burst->messages);
	case COLUMN_PEAK:
		return g_strdup_printf("%" G_GINT64_FORMAT, burst->peak);
	case COLUMN_USUAL:
		return burst->usual > 0 ? g_strdup_printf("%" G_GINT64_FORMAT, burst->usual)
					: g_strdup("–");
	case COLUMN_WHEN:
		return figure_age(now, burst->peak_at);
	case COLUMN_RATE:
		return figure_rate(burst->counts, BURST_WINDOWS);
	case COLUMN_PROOF:
		return g_strdup(burst->key == BURST_CLAIMED_ACCOUNT ? "claimed" : "");
	}
	g_assert_not_reached();
}

static Style
cell_style(int column, const void *row)
{
	const BurstRow *burst = row;

	if (column == COLUMN_BURST || (burst->burst && column == COLUMN_PEAK))
		return STYLE_DANGER;
	if (column == COLUMN_RATE)
		return burst->burst ? STYLE_WARN : STYLE_LINK;
	return column == COLUMN_USUAL || column == COLUMN_WHEN || column == COLUMN_PROOF
		? STYLE_DIM
		: STYLE_NORMAL;
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
	BurstList list = {
		.key = BURST_ACCOUNT, .window = BURST_WINDOW, .now = query->now, .limit = MOST
	};
	int64_t end;

	g_assert(!part->backwards);
	if (part->from_place)
		return g_ptr_array_new();
	return store_bursts(store, &list, &end, error);
}

static int64_t
row_id(const void *row)
{
	const BurstRow *burst = row;

	return (int64_t)g_str_hash(burst->value) * BURST_KEYS + burst->key;
}

static const TableViewOps ops = {
	.table = &table,
	.source = { .read = read_rows, .id = row_id, .forward_only = true },
	.empty = { "No account has sent anything yet.",
		"The hours shown are those before the newest message that names one." },
};

static View *
create_bursts(Console *console, G_GNUC_UNUSED GError **error)
{
	return table_view_new(console, view_of_kind(VIEW_BURSTS), &ops);
}

/* Its messages, in the queue. */
static bool
open_messages(View *view, GError **error)
{
	const BurstRow *burst = table_view_current(view);
	g_autofree char *value = query_quoted(burst->value);
	g_autofree char *limit = g_strdup_printf("account:%s", value);

	return queue_open(view->console, limit, error);
}

static char *
title_of_bursts(G_GNUC_UNUSED View *view)
{
	return g_strdup("bursts");
}

extern const ViewOps view_bursts;
const ViewOps view_bursts = {
	.name = "bursts",
	.kind = VIEW_BURSTS,
	.help = "How many messages each account sent in each of the last 24 hours, up to the newest"
		" one. A burst is an hour of 20 or more that is over three times what is usual."
		" {open} shows the account's messages.",
	.create = create_bursts,
	.free = table_view_free,
	.draw = table_view_draw,
	.move = table_view_move,
	.reload = table_view_reload,
	.open = open_messages,
	.click = table_view_click,
	.list = table_view_list,
	.title = title_of_bursts,
};
