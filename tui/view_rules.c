#include "tui/view.h"

#include "store/rule.h"
#include "tui/brief.h"
#include "tui/console.h"
#include "tui/figures.h"
#include "tui/table.h"
#include "tui/view_queue.h"

enum {
	COLUMN_ID,
	COLUMN_KIND,
	COLUMN_ACCOUNT,
	COLUMN_BASIS,
	COLUMN_SCOPE,
	COLUMN_HITS,
	COLUMN_LAST,
	COLUMN_EXPIRES,
	COLUMN_OWNER,
	COLUMN_REASON,
};

// clang-format off
static const Column columns[] = {
	[COLUMN_ID]      = { .title = "#",        .minimum = 4,  .rank = 3, .to_right = true },
	[COLUMN_KIND]    = { .title = "rule",     .minimum = 5 },
	[COLUMN_ACCOUNT] = { .title = "account",  .minimum = 8 },
	[COLUMN_BASIS]   = { .title = "domain or link", .minimum = 14, .share = 3, .maximum = 40 },
	[COLUMN_SCOPE]   = { .title = "scope",    .minimum = 14, .rank = 6, .share = 3 },
	[COLUMN_HITS]    = { .title = "hits",     .minimum = 5,  .rank = 1, .to_right = true },
	[COLUMN_LAST]    = { .title = "last",     .minimum = 4,  .rank = 5, .to_right = true },
	[COLUMN_EXPIRES] = { .title = "until",    .minimum = 10, .rank = 2 },
	[COLUMN_OWNER]   = { .title = "owner",    .minimum = 8,  .rank = 4, .share = 1, .maximum = 16 },
	[COLUMN_REASON]  = { .title = "because",  .minimum = 12, .rank = 7, .share = 3 },
	{ .title = NULL },
};
// clang-format on

/* What it rests on beside the account. */
static char *
basis(const Rule *rule)
{
	if (rule->domain)
		return g_strdup(rule->domain);
	if (rule->url || rule->link)
		return g_strdup_printf("→ %s", rule->url ? rule->url : rule->link);
	if (rule->sender)
		return g_strdup(rule->sender);
	if (rule->file)
		return g_strdup_printf("file %.12s…", rule->file);
	if (rule->campaign)
		return g_strdup_printf("campaign %" G_GINT64_FORMAT, rule->campaign);
	return g_strdup("any");
}

static char *
expiry(const Rule *rule)
{
	g_autofree char *time = NULL;

	if (rule->expired)
		return g_strdup("expired");
	if (rule->expires == 0 && rule->idle > 0)
		return g_strdup_printf("idle %" G_GINT64_FORMAT " d", rule->idle / 86400);
	if (rule->expires == 0)
		return g_strdup("no end");
	time = figure_time(rule->expires);
	return g_strndup(time, 10);
}

static char *
cell_text(int column, const void *row, int64_t now)
{
	const Rule *rule = row;

	switch (column) {
	case COLUMN_ID:
		return g_strdup_printf("%" G_GINT64_FORMAT, rule->id);
	case COLUMN_KIND:
		return g_strdup(rule_kind_name(rule->kind));
	case COLUMN_ACCOUNT:
		return rule->account ? brief_account(rule->account) : g_strdup("any");
	case COLUMN_BASIS:
		return basis(rule);
	case COLUMN_SCOPE:
		return rule_bounds(rule);
	case COLUMN_HITS:
		return g_strdup_printf("%" G_GINT64_FORMAT, rule->hits);
	case COLUMN_LAST:
		return figure_age(now, rule->last_hit);
	case COLUMN_EXPIRES:
		return expiry(rule);
	case COLUMN_OWNER:
		return g_strdup(rule->owner);
	case COLUMN_REASON:
		return g_strdup(rule->reason);
	}
	g_assert_not_reached();
}

static Style
cell_style(int column, const void *row)
{
	const Rule *rule = row;

	if (rule->expired)
		return STYLE_DIM;
	if (column == COLUMN_KIND)
		return rule->kind == RULE_ALLOW ? STYLE_GOOD : STYLE_DANGER;
	return column == COLUMN_ACCOUNT || column == COLUMN_BASIS ? STYLE_NORMAL : STYLE_DIM;
}

static const Table table = {
	.columns = columns,
	.text = cell_text,
	.style = cell_style,
};

/* People write few rules: all are read at once. */
static GPtrArray *
read_rows(Store *store, const void *query, const ListPart *part, GError **error)
{
	g_assert(!part->backwards);
	if (part->from_place)
		return g_ptr_array_new();
	return store_rules(store, ((const TableQuery *)query)->now, error);
}

static int64_t
row_id(const void *row)
{
	return ((const Rule *)row)->id;
}

static const TableViewOps ops = {
	.table = &table,
	.source = { .read = read_rows, .id = row_id, .forward_only = true },
	.empty = { "There are no rules.",
		"{allow} proposes one that allows the sender of a message, {deny} one"
		" that denies it." },
};

static View *
create_rules(Console *console, G_GNUC_UNUSED GError **error)
{
	return table_view_new(console, view_of_kind(VIEW_RULES), &ops);
}

static void
add_term(GString *limit, const char *term, const char *value)
{
	g_autofree char *quoted = value ? query_quoted(value) : NULL;

	if (quoted)
		g_string_append_printf(limit, "%s%s:%s", limit->len ? " " : "", term, quoted);
}

/* An envelope sender or a From address: no one term is both. */
static char *
limit_of(const Rule *rule)
{
	GString *limit = g_string_new(NULL);

	add_term(limit, "account", rule->account);
	add_term(limit, "domain", rule->domain);
	add_term(limit, "link", rule->url ? rule->url : rule->link);
	add_term(limit, "sha256", rule->file);
	if (rule->campaign)
		g_string_append_printf(limit, "%scampaign:%" G_GINT64_FORMAT, limit->len ? " " : "",
			rule->campaign);
	if (rule->sender)
		g_string_append_printf(limit, "%s(sender:\"%s\" OR from:\"%s\")",
			limit->len ? " " : "", rule->sender, rule->sender);
	return g_string_free(limit, FALSE);
}

/* The messages it is about, in the queue. */
static bool
open_messages(View *view, GError **error)
{
	const Rule *rule = table_view_current(view);
	Console *console = view->console;
	g_autofree char *limit = limit_of(rule);

	return queue_open(console, limit, error);
}

static char *
title_of_rules(G_GNUC_UNUSED View *view)
{
	return g_strdup("rules");
}

extern const ViewOps view_rules;
const ViewOps view_rules = {
	.name = "rules",
	.kind = VIEW_RULES,
	.help = "What is released or blocked as it comes. {open} shows the messages it is about,"
		" {test} what it would have done and what is doubtful about it, {remove} removes it.",
	.create = create_rules,
	.free = table_view_free,
	.draw = table_view_draw,
	.move = table_view_move,
	.reload = table_view_reload,
	.open = open_messages,
	.click = table_view_click,
	.list = table_view_list,
	.title = title_of_rules,
};
