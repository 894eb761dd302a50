#include "tui/view_edges.h"

#include "tui/campaign_dossier.h"
#include "tui/console.h"
#include "tui/table.h"

enum {
	EDGES_MOST = 1000, /* of one campaign: those that bind most */
};

enum {
	COLUMN_MESSAGES,
	COLUMN_STATE,
	COLUMN_TEXT,
};

// clang-format off
static const Column columns[] = {
	[COLUMN_MESSAGES] = { .title = "messages", .minimum = 8, .to_right = true },
	[COLUMN_STATE]    = { .title = "",         .minimum = 6 },
	[COLUMN_TEXT]     = { .title = "what they share", .minimum = 20, .share = 1 },
	{ .title = NULL },
};
// clang-format on

static char *
cell_text(int column, const void *row, G_GNUC_UNUSED int64_t now)
{
	const CampaignEdge *edge = row;

	switch (column) {
	case COLUMN_MESSAGES:
		return g_strdup_printf("%" G_GINT64_FORMAT, edge->messages);
	case COLUMN_STATE:
		return g_strdup(edge->state == EDGE_BINDS ? "" : edge_state_name(edge->state));
	case COLUMN_TEXT:
		return campaign_edge_text(edge);
	}
	g_assert_not_reached();
}

static Style
cell_style(int column, const void *row)
{
	const CampaignEdge *edge = row;

	if (edge->state != EDGE_BINDS)
		return STYLE_DIM;
	return column == COLUMN_MESSAGES ? STYLE_STRONG : STYLE_NORMAL;
}

static const Table table = {
	.columns = columns,
	.text = cell_text,
	.style = cell_style,
};

/* Few enough to be read at once. */
static GPtrArray *
read_rows(Store *store, const void *query, const ListPart *part, GError **error)
{
	g_assert(!part->backwards);
	if (part->from_place)
		return g_ptr_array_new();
	return store_campaign_edges(store, ((const TableQuery *)query)->of, EDGES_MOST, error);
}

static int64_t
row_id(const void *row)
{
	return ((const CampaignEdge *)row)->id;
}

static const TableViewOps ops = {
	.table = &table,
	.source = { .read = read_rows, .id = row_id, .forward_only = true },
	.empty = { "Its messages share nothing that another message has.",
		"There is nothing to cut; {back} goes back." },
};

View *
edges_view_new(Console *console, int64_t campaign)
{
	TableView *view = g_new0(TableView, 1);

	table_view_init(view, console, view_of_kind(VIEW_EDGES), &ops, campaign);
	return &view->base;
}

int64_t
edges_view_campaign(const View *view)
{
	return ((const TableView *)view)->of;
}

const CampaignEdge *
edges_view_current(const View *view)
{
	return table_view_current(view);
}

static char *
title_of_edges(View *view)
{
	return g_strdup_printf(
		"why campaign %" G_GINT64_FORMAT " is one", edges_view_campaign(view));
}

extern const ViewOps view_edges;
const ViewOps view_edges = {
	.name = "edges",
	.kind = VIEW_EDGES,
	.help = "What the messages of a campaign have in common, which makes it one; what binds"
		" most stands first. {cut} cuts what says nothing, such as a link to a big site: the"
		" campaign falls apart where nothing else holds it, and {undo} makes it one again.",
	.free = table_view_free,
	.draw = table_view_draw,
	.move = table_view_move,
	.reload = table_view_reload,
	.click = table_view_click,
	.list = table_view_list,
	.title = title_of_edges,
};
