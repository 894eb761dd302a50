#include "tui/view_campaigns.h"

#include "tui/brief.h"
#include "tui/campaign_dossier.h"
#include "tui/chooser.h"
#include "tui/console.h"
#include "tui/figures.h"
#include "tui/view_message.h"
#include "tui/view_queue.h"

typedef struct CampaignsView {
	Chooser chooser;
	int64_t opened; /* position of the campaign that was opened last */
} CampaignsView;

enum {
	COLUMN_ID,
	COLUMN_MESSAGES,
	COLUMN_SCORE,
	COLUMN_STATE,
	COLUMN_ACCOUNT,
	COLUMN_DOMAIN,
	COLUMN_FROM,
	COLUMN_SUBJECT,
	COLUMN_LINKS,
	COLUMN_LAST,
	COLUMN_WHY,
};

/* As in the list of messages, the domain stands before the name and never leaves. */
// clang-format off
static const Column columns[] = {
	[COLUMN_ID]       = { .title = "#",             .minimum = 4,  .rank = 5, .to_right = true },
	[COLUMN_MESSAGES] = { .title = "n",             .minimum = 4,  .to_right = true },
	[COLUMN_SCORE]    = { .title = "score",         .minimum = 3,  .share = 1, .maximum = 5, .to_right = true },
	[COLUMN_STATE]    = { .title = "",              .minimum = 2,  .rank = 1 },
	[COLUMN_ACCOUNT]  = { .title = "account",       .minimum = 10, .rank = 4, .whole = true },
	[COLUMN_DOMAIN]   = { .title = "domain",        .minimum = 14, .share = 2, .maximum = 34 },
	[COLUMN_FROM]     = { .title = "from",          .minimum = 10, .share = 2, .rank = 3, .maximum = 28 },
	[COLUMN_SUBJECT]  = { .title = "subject",       .minimum = 20, .share = 7, .rank = 8, .maximum = 70 },
	[COLUMN_LINKS]    = { .title = "→ links go to", .minimum = 13, .share = 2, .rank = 2, .maximum = 34 },
	[COLUMN_LAST]     = { .title = "last",          .minimum = 4,  .rank = 1, .to_right = true },
	[COLUMN_WHY]      = { .title = "why together",  .minimum = 16, .share = 3, .rank = 6, .maximum = 60 },
	{ .title = NULL },
};
// clang-format on

static CampaignsView *
campaigns_of(View *view)
{
	return (CampaignsView *)view;
}

/* ---- rows ---- */

static GPtrArray *
read_rows(Store *store, G_GNUC_UNUSED const Limit *limit, const Query *query, const ListPart *part,
	GError **error)
{
	const CampaignList list = {
		.query = query,
		.from_position = part->from_place,
		.after = part->place,
		.backwards = part->backwards,
		.limit = part->limit,
	};

	return store_campaigns(store, &list, error);
}

static int64_t
row_id(const void *row)
{
	return ((const CampaignRow *)row)->id;
}

static int64_t
row_place(const void *row)
{
	return ((const CampaignRow *)row)->position;
}

/* A campaign moves up with what comes, and leaves when nothing of it matches. */
static bool
find_again(Store *store, const void *query, int64_t id, bool *there, int64_t *place, GError **error)
{
	const Limit *limit = query;
	g_autoptr(GError) trouble = NULL;
	g_autoptr(CampaignRow) row = store_campaign(store, id, limit->query, &trouble);

	if (!row && !g_error_matches(trouble, STORE_ERROR, STORE_ERROR_NOT_FOUND)) {
		g_propagate_error(error, g_steal_pointer(&trouble));
		return false;
	}
	*there = row && row->matching > 0;
	*place = row ? row->position : 0;
	return true;
}

static const MessageRow *
message_of_row(const void *row)
{
	return ((const CampaignRow *)row)->top;
}

/* Where a campaign comes down to the one message that is seen of it, it is decided about
 * as it was seen. */
static GArray *
targets_of(Store *store, const Choice *choice, GError **error)
{
	g_autoptr(GArray) campaigns = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GArray) ids = NULL;
	GArray *targets;

	for (guint i = 0; i < choice->chosen->len; i++)
		g_array_append_val(campaigns, g_array_index(choice->chosen, Target, i).message);
	ids = store_campaign_members(store, campaigns, choice->limit->query, error);
	if (!ids)
		return NULL;
	targets = g_array_new(FALSE, FALSE, sizeof(Target));
	for (guint i = 0; i < ids->len; i++) {
		int64_t id = g_array_index(ids, int64_t, i);
		bool seen = ids->len == 1 && choice->seen.message == id;
		Target target = { .message = id, .version = seen ? choice->seen.version : -1 };

		g_array_append_val(targets, target);
	}
	return targets;
}

/* ---- drawing ---- */

/* The domain of the most dangerous message, and how many others there are. */
static bool
draw_cell(int column, const void *data, Frame *frame, Area cell)
{
	const CampaignRow *row = data;

	if (column != COLUMN_DOMAIN || !row->top)
		return false;
	if (row->domains > 1) {
		g_autofree char *more = g_strdup_printf(" +%d", row->domains - 1);

		cell.columns -= text_width(more);
		frame_text(frame, cell.row, cell.column + cell.columns, text_width(more),
			STYLE_WARN, more);
	}
	chooser_draw_domain(row->top, frame, cell);
	return true;
}

static char *
account_words(const CampaignRow *row)
{
	g_autofree char *account = NULL;
	const char *mark;

	if (!row->top || !row->top->account)
		return g_strdup("–");
	account = brief_account(row->top->account);
	mark = row->top->account_signed ? "" : "?";
	if (row->accounts > 1)
		return g_strdup_printf("%s%s +%d", account, mark, row->accounts - 1);
	return g_strconcat(account, mark, NULL);
}

static char *
link_words(const MessageRow *top)
{
	if (top && top->link_domain)
		return text_defang(top->link_domain);
	return g_strdup(top && top->links > 0 ? "the sender's own" : "–");
}

/* Held messages of it stand where it stands; "!" where others of it were released. */
static const char *
state_sign(const CampaignRow *row)
{
	if (row->counts[STATE_HELD] > 0)
		return row->counts[STATE_RELEASED] > 0 ? " !" : "  ";
	if (row->counts[STATE_RELEASED] == 0)
		return "✗";
	return row->counts[STATE_BLOCKED] == 0 ? "✓" : "✓✗";
}

static char *
why_words(const CampaignRow *row)
{
	GString *why = g_string_new(NULL);
	unsigned kinds = row->kinds;

	/* The account says it all, where there is one. */
	if (kinds & 1U << EDGE_ACCOUNT)
		kinds &= ~(1U << EDGE_SENDER | 1U << EDGE_CLAIMED_ACCOUNT);
	for (int kind = 0; kind < EDGE_KINDS; kind++) {
		if (kinds & 1U << kind)
			g_string_append_printf(
				why, "%s%s", why->len ? " · " : "", edge_kind_names[kind].name);
	}
	if (why->len == 0)
		g_string_append(why, "–");
	if (row->counts[STATE_RELEASED] > 0)
		g_string_append_printf(
			why, " · %" G_GINT64_FORMAT " released", row->counts[STATE_RELEASED]);
	return g_string_free(why, FALSE);
}

static char *
from_words(const MessageRow *top)
{
	if (!top)
		return g_strdup("");
	/* Where it is narrow, there is no subject that says so. */
	if (top->purged)
		return g_strdup("(purged)");
	return g_strdup(*top->from_name ? top->from_name : top->from);
}

static char *
cell_text(int column, const void *data, int64_t now)
{
	const CampaignRow *row = data;
	const MessageRow *top = row->top;

	switch (column) {
	case COLUMN_ID:
		return g_strdup_printf("%" G_GINT64_FORMAT, row->id);
	case COLUMN_MESSAGES:
		return g_strdup_printf("%" G_GINT64_FORMAT, row->matching);
	case COLUMN_SCORE:
		return top ? g_strdup_printf("%d", row->score) : g_strdup("–");
	case COLUMN_STATE:
		return g_strdup(state_sign(row));
	case COLUMN_ACCOUNT:
		return account_words(row);
	case COLUMN_DOMAIN:
		return g_strdup("–");
	case COLUMN_FROM:
		return from_words(top);
	case COLUMN_SUBJECT:
		return g_strdup(top ? message_row_title(top) : "");
	case COLUMN_LINKS:
		return link_words(top);
	case COLUMN_LAST:
		return figure_age(now, row->last);
	case COLUMN_WHY:
		return why_words(row);
	}
	g_assert_not_reached();
}

static Style
state_style(const CampaignRow *row)
{
	if (row->counts[STATE_HELD] > 0)
		return STYLE_WARN;
	return row->counts[STATE_RELEASED] > 0 ? STYLE_GOOD : STYLE_DANGER;
}

static Style
cell_style(int column, const void *data)
{
	const CampaignRow *row = data;
	const MessageRow *top = row->top;

	switch (column) {
	case COLUMN_MESSAGES:
		return row->matching > 1 ? STYLE_STRONG : STYLE_DIM;
	case COLUMN_SCORE:
		return brief_score_style(row->score);
	case COLUMN_STATE:
		return state_style(row);
	case COLUMN_ACCOUNT:
		return top && top->account_signed ? STYLE_NORMAL : STYLE_DIM;
	case COLUMN_SUBJECT:
		return top && top->seen ? STYLE_NORMAL : STYLE_STRONG;
	case COLUMN_LINKS:
		return top && top->link_domain ? STYLE_LINK : STYLE_DIM;
	default:
		return STYLE_DIM;
	}
}

static const Table table = {
	.columns = columns,
	.text = cell_text,
	.style = cell_style,
	.draw = draw_cell,
};

/* ---- preview ---- */

/* A campaign of one message is shown as that. */
static void
write_preview(Chooser *chooser, int rows, Sheet *sheet)
{
	const CampaignRow *row = list_current(chooser->list);
	bool single = campaign_total(row) == 1 && row->top;
	const Dossier *message = single ? glance_message(chooser->glance, row->top->id) : NULL;
	const CampaignDossier *campaign = single ? NULL : glance_campaign(chooser->glance, row);

	if (message)
		brief_preview(message, rows, sheet);
	else if (campaign)
		campaign_dossier_write(campaign, row, chooser->base.console->now, rows, sheet);
}

static const ChooserOps ops = {
	.table = &table,
	.source = { .read = chooser_read,
		.clear_query = chooser_clear_query,
		.id = row_id,
		.place = row_place,
		.find = find_again },
	.rows = read_rows,
	.ids = store_campaign_ids,
	.targets = targets_of,
	.message = message_of_row,
	.preview = write_preview,
	.nothing = "No campaign here has a message that is",
};

/* ---- what a view does ---- */

static void
free_campaigns(View *view)
{
	CampaignsView *campaigns = campaigns_of(view);

	chooser_clear(&campaigns->chooser);
	g_free(campaigns);
}

static View *
create_campaigns(Console *console, GError **error)
{
	CampaignsView *campaigns = g_new0(CampaignsView, 1);
	const char *limit = console->options->limit ? console->options->limit : "state:held";

	campaigns->chooser.base = (View){ .ops = view_of_kind(VIEW_CAMPAIGNS), .console = console };
	if (chooser_init(&campaigns->chooser, &ops, limit, 0, error))
		return &campaigns->chooser.base;
	free_campaigns(&campaigns->chooser.base);
	return NULL;
}

const CampaignRow *
campaigns_current(const View *view)
{
	return list_current(((const Chooser *)view)->list);
}

const MessageRow *
campaigns_single(const View *view)
{
	const CampaignRow *row = campaigns_current(view);

	return row && campaign_total(row) == 1 ? row->top : NULL;
}

bool
campaigns_go(View *view, int64_t id, GError **error)
{
	const Query *query = chooser_limit_of(view)->query;
	g_autoptr(CampaignRow) row = store_campaign(view->console->store, id, query, error);

	return row &&
		(row->matching == 0 || list_go(chooser_list(view), row->id, row->position, error));
}

bool
campaigns_go_on(View *view, GError **error)
{
	const CampaignList list = {
		.query = chooser_limit_of(view)->query,
		.from_position = true,
		.after = campaigns_of(view)->opened,
		.limit = 1,
	};
	g_autoptr(GPtrArray) rows = store_campaigns(view->console->store, &list, error);
	const CampaignRow *row = rows && rows->len > 0 ? g_ptr_array_index(rows, 0) : NULL;

	return rows && (!row || list_go(chooser_list(view), row->id, row->position, error));
}

int64_t
campaigns_unshown(const View *view)
{
	const CampaignRow *row = campaigns_current(view);

	return row ? campaign_total(row) - row->matching : 0;
}

static bool
open_campaign(View *view, GError **error)
{
	const MessageRow *single = campaigns_single(view);
	const CampaignRow *row = campaigns_current(view);

	if (single)
		return message_view_open(view->console, single->id, true, error);
	campaigns_of(view)->opened = row->position;
	return members_open(view->console, row->id, chooser_limit_text(view), error);
}

static char *
title_of_campaigns(View *view)
{
	const char *limit = chooser_limit_text(view);

	return *limit ? g_strdup_printf("limit: %s", limit) : g_strdup("all campaigns");
}

extern const ViewOps view_campaigns;
const ViewOps view_campaigns = {
	.name = "campaigns",
	.kind = VIEW_CAMPAIGNS,
	.help = "The queue: messages that belong together, most dangerous first. The preview says who"
		" sent them, why they are one, what was found. {release} or {block} decides about all"
		" of a campaign that the limit shows, after a dry run; {open} opens its messages;"
		" {undo} takes back.",
	.create = create_campaigns,
	.free = free_campaigns,
	.draw = chooser_draw,
	.move = chooser_move,
	.reload = chooser_reload,
	.open = open_campaign,
	.click = chooser_click,
	.wheel = chooser_wheel,
	.find = chooser_find,
	.message = chooser_message,
	.copy = chooser_copy,
	.list = chooser_list,
	.title = title_of_campaigns,
};
