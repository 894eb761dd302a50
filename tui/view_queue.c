#include "tui/view_queue.h"

#include "store/claim.h"
#include "tui/brief.h"
#include "tui/chooser.h"
#include "tui/console.h"
#include "tui/figures.h"
#include "tui/view_message.h"

enum {
	COLUMN_ID,
	COLUMN_SCORE,
	COLUMN_AGE,
	COLUMN_STATE,
	COLUMN_DOMAIN,
	COLUMN_FROM,
	COLUMN_SUBJECT,
	COLUMN_LINKS,
	COLUMN_ACCOUNT,
	COLUMN_TO,
	COLUMN_WHY,
};

/* The domain comes before the name and never leaves: a name can hold anything, a
 * domain among others, but it cannot stand left of the domain it came from. */
// clang-format off
static const Column columns[] = {
	[COLUMN_ID]      = { .title = "#",             .minimum = 5,  .rank = 6, .to_right = true },
	[COLUMN_SCORE]   = { .title = "score",         .minimum = 3,  .share = 1, .maximum = 5, .to_right = true },
	[COLUMN_AGE]     = { .title = "age",           .minimum = 4,  .rank = 1, .to_right = true },
	[COLUMN_STATE]   = { .title = "",              .minimum = 2,  .rank = 2 },
	[COLUMN_DOMAIN]  = { .title = "domain",        .minimum = 16, .share = 2, .maximum = 34 },
	[COLUMN_FROM]    = { .title = "from",          .minimum = 10, .share = 2, .rank = 4, .maximum = 28 },
	[COLUMN_SUBJECT] = { .title = "subject",       .minimum = 20, .share = 5, .rank = 3, .maximum = 70 },
	[COLUMN_LINKS]   = { .title = "→ links go to", .minimum = 16, .share = 2, .rank = 5, .maximum = 34 },
	[COLUMN_ACCOUNT] = { .title = "account",       .minimum = 7,  .rank = 7 },
	[COLUMN_TO]      = { .title = "sent to",       .minimum = 34, .rank = 9 },
	[COLUMN_WHY]     = { .title = "why",           .minimum = 50, .share = 3, .rank = 8 },
	{ .title = NULL },
};
// clang-format on

/* ---- rows ---- */

static GPtrArray *
read_rows(
	Store *store, const Limit *limit, const Query *query, const ListPart *part, GError **error)
{
	const StoreList list = {
		.query = query,
		.sort = limit->sort,
		.reverse = limit->reverse,
		.from_position = part->from_place,
		.after = part->place,
		.backwards = part->backwards,
		.limit = part->limit,
	};

	return store_list(store, &list, error);
}

static GArray *
targets_of(G_GNUC_UNUSED Store *store, const Choice *choice, G_GNUC_UNUSED GError **error)
{
	return g_array_copy(choice->chosen);
}

static int64_t
row_id(const void *row)
{
	return ((const MessageRow *)row)->id;
}

static int64_t
row_place(const void *row)
{
	return ((const MessageRow *)row)->position;
}

static int64_t
row_version(const void *row)
{
	return ((const MessageRow *)row)->version;
}

static const MessageRow *
message_of_row(const void *row)
{
	return row;
}

/* ---- drawing ---- */

static void
draw_state(const MessageRow *row, Frame *frame, Area cell)
{
	static const char *const signs[STATES] = {
		[STATE_HELD] = " ",
		[STATE_RELEASED] = "✓",
		[STATE_BLOCKED] = "✗",
	};

	frame_text(
		frame, cell.row, cell.column, 1, brief_state_style(row->state), signs[row->state]);
	if (row->attachments > 0)
		frame_text(frame, cell.row, cell.column + 1, 1, STYLE_DIM, "@");
}

static bool
draw_cell(int column, const void *row, Frame *frame, Area cell)
{
	if (column == COLUMN_DOMAIN)
		chooser_draw_domain(row, frame, cell);
	else if (column == COLUMN_STATE)
		draw_state(row, frame, cell);
	else
		return false;
	return true;
}

/* Who is at it comes before why it is here. */
static char *
why_text(const MessageRow *row, int64_t now)
{
	const char *holder = claim_holder(row, now);
	const char *finding = row->finding ? row->finding : "";

	return holder ? g_strdup_printf("%s has it · %s", holder, finding) : g_strdup(finding);
}

/* A claimed account, not a signed one, is marked: its colour alone would not say so. */
static char *
account_text(const MessageRow *row)
{
	g_autofree char *account = row->account ? brief_account(row->account) : NULL;

	return account ? g_strconcat(account, row->account_signed ? "" : "?", NULL) : g_strdup("–");
}

static char *
cell_text(int column, const void *data, int64_t now)
{
	const MessageRow *row = data;

	switch (column) {
	case COLUMN_ID:
		return g_strdup_printf("%" G_GINT64_FORMAT, row->id);
	case COLUMN_SCORE:
		return g_strdup_printf("%d", row->score);
	case COLUMN_AGE:
		return figure_age(now, row->received);
	case COLUMN_FROM:
		return g_strdup(*row->from_name ? row->from_name : row->from);
	case COLUMN_SUBJECT:
		return g_strdup(message_row_title(row));
	case COLUMN_LINKS:
		return row->link_domain ? text_defang(row->link_domain)
					: g_strdup(row->links > 0 ? "the sender's own" : "–");
	case COLUMN_ACCOUNT:
		return account_text(row);
	case COLUMN_TO:
		return row->recipients[0] ? brief_recipients(row) : g_strdup(row->to);
	case COLUMN_WHY:
		return why_text(row, now);
	}
	g_assert_not_reached();
}

static Style
cell_style(int column, const void *data)
{
	const MessageRow *row = data;

	switch (column) {
	case COLUMN_SCORE:
		return brief_score_style(row->score);
	case COLUMN_SUBJECT:
		return row->seen ? STYLE_NORMAL : STYLE_STRONG;
	case COLUMN_LINKS:
		return row->link_domain ? STYLE_LINK : STYLE_DIM;
	case COLUMN_ACCOUNT:
		return row->account_signed ? STYLE_NORMAL : STYLE_DIM;
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

static void
write_preview(Chooser *chooser, int rows, Sheet *sheet)
{
	const Dossier *dossier =
		glance_message(chooser->glance, row_id(list_current(chooser->list)));

	if (dossier)
		brief_preview(dossier, rows, sheet);
}

static bool sort_by_column(View *view, int column, GError **error);

static const ChooserOps ops = {
	.table = &table,
	.source = { .read = chooser_read,
		.clear_query = chooser_clear_query,
		.id = row_id,
		.place = row_place,
		.version = row_version },
	.rows = read_rows,
	.ids = store_ids,
	.targets = targets_of,
	.message = message_of_row,
	.preview = write_preview,
	.sort = sort_by_column,
	.nothing = "No message here is",
};

/* ---- what a view does ---- */

static void
free_queue(View *view)
{
	chooser_clear((Chooser *)view);
	g_free(view);
}

static View *
queue_new(Console *console, ViewKind kind, int64_t campaign, const char *limit, GError **error)
{
	Chooser *queue = g_new0(Chooser, 1);

	queue->base = (View){ .ops = view_of_kind(kind), .console = console };
	if (chooser_init(queue, &ops, limit, campaign, error))
		return &queue->base;
	free_queue(&queue->base);
	return NULL;
}

/* It begins with the limit of the campaigns. */
static View *
create_queue(Console *console, GError **error)
{
	const View *campaigns = g_ptr_array_index(console->views, 0);

	return queue_new(console, VIEW_QUEUE, 0, chooser_limit_text(campaigns), error);
}

bool
queue_open(Console *console, const char *limit, GError **error)
{
	View *view = queue_new(console, VIEW_QUEUE, 0, limit, error);

	if (!view)
		return false;
	console_show(console, view_of_kind(VIEW_CAMPAIGNS));
	console_open(console, view);
	return true;
}

bool
members_open(Console *console, int64_t campaign, const char *limit, GError **error)
{
	View *view = queue_new(console, VIEW_MEMBERS, campaign, limit, error);

	if (view)
		console_open(console, view);
	return view != NULL;
}

int64_t
members_campaign(const View *view)
{
	return chooser_limit_of(view)->campaign;
}

static bool
open_message(View *view, GError **error)
{
	return message_view_open(view->console, chooser_current(view), true, error);
}

static char *
title_of_queue(View *view)
{
	const Limit *limit = chooser_limit_of(view);
	GString *title = g_string_new(NULL);

	if (limit->campaign > 0)
		g_string_append_printf(title, "campaign %" G_GINT64_FORMAT "%s", limit->campaign,
			*limit->text ? " · " : "");
	else if (!*limit->text)
		g_string_append(title, "all messages");
	if (*limit->text)
		g_string_append_printf(title, "limit: %s", limit->text);
	if (limit->sort != SORT_SCORE)
		g_string_append_printf(title, " · by %s", sort_name(limit->sort));
	if (limit->reverse)
		g_string_append(title, " · reversed");
	return g_string_free(title, FALSE);
}

/* ---- order ---- */

/* Pressed again before rows came, it goes on from what is on its way. */
static const Limit *
next_limit(View *view)
{
	return list_next_query(chooser_list(view));
}

bool
queue_sort(View *view, GError **error)
{
	const Limit *limit = next_limit(view);

	return chooser_order(view, (limit->sort + 1) % SORTS, limit->reverse, error);
}

bool
queue_reverse(View *view, GError **error)
{
	const Limit *limit = next_limit(view);

	return chooser_order(view, limit->sort, !limit->reverse, error);
}

/* By what the column says; by it already: the other way round. */
static bool
sort_by_column(View *view, int column, GError **error)
{
	static const ListSort sorts[] = {
		[COLUMN_ID] = SORT_ID,
		[COLUMN_SCORE] = SORT_SCORE,
		[COLUMN_AGE] = SORT_RECEIVED,
	};
	const Limit *limit = next_limit(view);

	if (column > COLUMN_AGE)
		return true;
	return chooser_order(
		view, sorts[column], limit->sort == sorts[column] && !limit->reverse, error);
}

const char *
queue_order(View *view)
{
	return sort_name(next_limit(view)->sort);
}

#define VIEW_CALLS                                                                                \
	.free = free_queue, .draw = chooser_draw, .move = chooser_move, .reload = chooser_reload, \
	.open = open_message, .click = chooser_click, .wheel = chooser_wheel,                     \
	.find = chooser_find, .message = chooser_message, .copy = chooser_copy,                   \
	.list = chooser_list, .title = title_of_queue

extern const ViewOps view_queue, view_members;
const ViewOps view_queue = {
	.name = "messages",
	.kind = VIEW_QUEUE,
	.help = "All messages, without their campaigns, most dangerous first; {sort} sorts otherwise."
		" {release} or {block} decides about one at once and goes on to the next. To decide"
		" about several, tag them ({tag}, {tag-query}) and press {tagged} first.",
	.create = create_queue,
	VIEW_CALLS,
};

const ViewOps view_members = {
	.name = "campaign",
	.kind = VIEW_MEMBERS,
	.help = "The messages of one campaign, most dangerous first. What you decide here is about"
		" the one the cursor is on, or behind {tagged} about those you tagged. {split} shows"
		" why they are one campaign; {back} goes back to decide about all of it.",
	VIEW_CALLS,
};
