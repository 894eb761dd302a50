#include "tui/view.h"

#include "store/decision.h"
#include "tui/console.h"
#include "tui/figures.h"
#include "tui/table.h"

enum {
	COLUMN_ID,
	COLUMN_WHEN,
	COLUMN_ACTOR,
	COLUMN_VERB,
	COLUMN_MESSAGES,
	COLUMN_STANDS,
	COLUMN_SUBJECT,
	COLUMN_REASON,
};

// clang-format off
static const Column columns[] = {
	[COLUMN_ID]       = { .title = "#",        .minimum = 5,  .rank = 3, .to_right = true },
	[COLUMN_WHEN]     = { .title = "when",     .minimum = 16, .rank = 4 },
	[COLUMN_ACTOR]    = { .title = "who",      .minimum = 8,  .rank = 2, .share = 1, .maximum = 16 },
	[COLUMN_VERB]     = { .title = "did",      .minimum = 7 },
	[COLUMN_MESSAGES] = { .title = "messages", .minimum = 8,  .rank = 1, .to_right = true },
	[COLUMN_STANDS]   = { .title = "",         .minimum = 12, .rank = 5 },
	[COLUMN_SUBJECT]  = { .title = "about",    .minimum = 16, .share = 6 },
	[COLUMN_REASON]   = { .title = "because",  .minimum = 16, .share = 2, .rank = 6 },
	{ .title = NULL },
};
// clang-format on

/* Whether it still holds, and what it had to do with another one. */
static char *
standing(const Operation *operation)
{
	if (operation->undone_by > 0)
		return g_strdup_printf("undone #%" G_GINT64_FORMAT, operation->undone_by);
	if (operation->undoes > 0)
		return g_strdup_printf("of #%" G_GINT64_FORMAT, operation->undoes);
	return g_strdup("");
}

/* What is about no message, such as a rule or a split, says in its reason what about. */
static const char *
about(const Operation *operation)
{
	const char *text = operation->messages > 0 ? operation->subject : operation->reason;

	return text ? text : "";
}

static char *
cell_text(int column, const void *row, G_GNUC_UNUSED int64_t now)
{
	const Operation *operation = row;

	switch (column) {
	case COLUMN_ID:
		return g_strdup_printf("%" G_GINT64_FORMAT, operation->id);
	case COLUMN_WHEN:
		return figure_time(operation->at);
	case COLUMN_ACTOR:
		return g_strdup(operation->actor);
	case COLUMN_VERB:
		return g_strdup(operation->verb);
	case COLUMN_MESSAGES:
		return g_strdup_printf("%d", operation->messages);
	case COLUMN_STANDS:
		return standing(operation);
	case COLUMN_SUBJECT:
		return g_strdup(about(operation));
	case COLUMN_REASON:
		return g_strdup(
			operation->reason && operation->messages > 0 ? operation->reason : "");
	}
	g_assert_not_reached();
}

static Style
cell_style(int column, const void *row)
{
	const Operation *operation = row;

	if (operation->undone_by > 0)
		return STYLE_DIM;
	return column == COLUMN_VERB || column == COLUMN_SUBJECT ? STYLE_NORMAL : STYLE_DIM;
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
	return store_operations(store, part->from_place ? part->place : 0, part->limit, error);
}

static int64_t
row_id(const void *row)
{
	return ((const Operation *)row)->id;
}

static const TableViewOps ops = {
	.table = &table,
	.source = { .read = read_rows, .id = row_id, .forward_only = true },
	.empty = { "Nothing was decided yet.",
		"{release}, {block} and {hold} decide in the queue; {back} goes there." },
};

static View *
create_log(Console *console, G_GNUC_UNUSED GError **error)
{
	return table_view_new(console, view_of_kind(VIEW_LOG), &ops);
}

static char *
title_of_log(G_GNUC_UNUSED View *view)
{
	return g_strdup("log · newest first");
}

extern const ViewOps view_log;
const ViewOps view_log = {
	.name = "log",
	.kind = VIEW_LOG,
	.help = "What people and rules did, newest first. {undo} takes back what the cursor is on,"
		" unless somebody changed the same messages since.",
	.create = create_log,
	.free = table_view_free,
	.draw = table_view_draw,
	.move = table_view_move,
	.reload = table_view_reload,
	.click = table_view_click,
	.list = table_view_list,
	.title = title_of_log,
};
