#include "tui/view.h"

#include "store/outbox.h"
#include "tui/console.h"
#include "tui/figures.h"
#include "tui/table.h"
#include "tui/view_message.h"

enum {
	COLUMN_ID,
	COLUMN_MESSAGE,
	COLUMN_STATE,
	COLUMN_WHEN,
	COLUMN_RECIPIENT,
	COLUMN_SUBJECT,
	COLUMN_TRANSPORT,
	COLUMN_TRIES,
	COLUMN_REPLY,
};

// clang-format off
static const Column columns[] = {
	[COLUMN_ID]        = { .title = "#",         .minimum = 5,  .to_right = true },
	[COLUMN_MESSAGE]   = { .title = "message",   .minimum = 7,  .rank = 4, .to_right = true },
	[COLUMN_STATE]     = { .title = "state",     .minimum = 9 },
	[COLUMN_WHEN]      = { .title = "when",      .minimum = 8,  .rank = 1 },
	[COLUMN_RECIPIENT] = { .title = "to",        .minimum = 18, .share = 2, .maximum = 40 },
	[COLUMN_SUBJECT]   = { .title = "subject",   .minimum = 20, .share = 3, .rank = 5, .maximum = 60 },
	[COLUMN_TRANSPORT] = { .title = "by",        .minimum = 10, .share = 1, .rank = 3, .maximum = 30 },
	[COLUMN_TRIES]     = { .title = "tries",     .minimum = 5,  .rank = 6, .to_right = true },
	[COLUMN_REPLY]     = { .title = "the reply", .minimum = 16, .share = 3, .rank = 2 },
	{ .title = NULL },
};
// clang-format on

static char *
when(const Delivery *delivery, int64_t now)
{
	g_autofree char *span = NULL;

	if (delivery->state != DELIVERY_QUEUED)
		return figure_age(now, delivery->changed);
	if (delivery->due <= now)
		return g_strdup("due");
	span = figure_span(delivery->due - now);
	return g_strdup_printf("in %s", span);
}

static char *
cell_text(int column, const void *row, int64_t now)
{
	const Delivery *delivery = row;

	switch (column) {
	case COLUMN_ID:
		return g_strdup_printf("%" G_GINT64_FORMAT, delivery->id);
	case COLUMN_MESSAGE:
		return g_strdup_printf("%" G_GINT64_FORMAT, delivery->message);
	case COLUMN_STATE:
		return g_strdup(delivery_state_name(delivery->state));
	case COLUMN_WHEN:
		return when(delivery, now);
	case COLUMN_RECIPIENT:
		return *delivery_form(delivery)
			? g_strdup_printf("%s (%s)", delivery->recipient, delivery_form(delivery))
			: g_strdup(delivery->recipient);
	case COLUMN_SUBJECT:
		return g_strdup(delivery->subject ? delivery->subject : "");
	case COLUMN_TRANSPORT:
		return g_strdup(delivery->transport);
	case COLUMN_TRIES:
		return g_strdup_printf("%d", delivery->attempts);
	case COLUMN_REPLY:
		return g_strdup(delivery->reply ? delivery->reply : "");
	}
	g_assert_not_reached();
}

static Style
cell_style(int column, const void *row)
{
	static const Style styles[DELIVERY_STATES] = {
		[DELIVERY_QUEUED] = STYLE_WARN,
		[DELIVERY_SENDING] = STYLE_WARN,
		[DELIVERY_SENT] = STYLE_GOOD,
		[DELIVERY_FAILED] = STYLE_DANGER,
		[DELIVERY_UNKNOWN] = STYLE_DANGER,
		[DELIVERY_CANCELLED] = STYLE_DIM,
	};
	const Delivery *delivery = row;

	if (column == COLUMN_STATE)
		return styles[delivery->state];
	return column == COLUMN_RECIPIENT || column == COLUMN_REPLY ? STYLE_NORMAL : STYLE_DIM;
}

static const Table table = {
	.columns = columns,
	.text = cell_text,
	.style = cell_style,
};

static GPtrArray *
read_rows(Store *store, G_GNUC_UNUSED const void *query, const ListPart *part, GError **error)
{
	g_assert(!part->backwards);
	return store_deliveries(store, part->from_place ? part->place : 0, part->limit, error);
}

static int64_t
row_id(const void *row)
{
	return ((const Delivery *)row)->id;
}

static const TableViewOps ops = {
	.table = &table,
	.source = { .read = read_rows, .id = row_id, .forward_only = true },
	.empty = { "Nothing was released yet.",
		"{release} releases a message in the queue; {back} goes there." },
};

static View *
create_outbox(Console *console, G_GNUC_UNUSED GError **error)
{
	return table_view_new(console, view_of_kind(VIEW_OUTBOX), &ops);
}

static bool
open_message(View *view, GError **error)
{
	const Delivery *delivery = table_view_current(view);

	return message_view_open(view->console, delivery->message, false, error);
}

static char *
title_of_outbox(G_GNUC_UNUSED View *view)
{
	return g_strdup("outbox · newest first");
}

extern const ViewOps view_outbox;
const ViewOps view_outbox = {
	.name = "outbox",
	.kind = VIEW_OUTBOX,
	.help = "Every delivery of a released message and what the server said; # is its number"
		" for the command outbox retry. Failed and unknown ones wait for you: {retry} sends them again."
		" A report is a delivery as well, of many messages: {cancel} stops one that has not left.",
	.create = create_outbox,
	.free = table_view_free,
	.draw = table_view_draw,
	.move = table_view_move,
	.reload = table_view_reload,
	.open = open_message,
	.click = table_view_click,
	.list = table_view_list,
	.title = title_of_outbox,
};
