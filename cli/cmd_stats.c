#include "store/stats.h"

#include "cli/command.h"
#include "cli/listing.h"
#include "cli/site.h"
#include "cli/stats.h"
#include "cli/target.h"

int64_t
stats_share(int64_t messages, int64_t all)
{
	return all > 0 ? (messages * 100 + all / 2) / all : 0;
}

static void
print_stats(Session *session, Format format, StatsKey key, const GPtrArray *rows)
{
	const ListingColumn columns[] = {
		{ .name = stats_key_name(key) },
		{ .name = "messages", .type = CELL_NUMBER, .width = 8 },
		{ .name = "share", .type = CELL_NUMBER, .width = 5 },
		{ .name = state_name(STATE_HELD), .type = CELL_NUMBER, .width = 8 },
		{ .name = state_name(STATE_RELEASED), .type = CELL_NUMBER, .width = 8 },
		{ .name = state_name(STATE_BLOCKED), .type = CELL_NUMBER, .width = 8 },
		{ .name = "subjects", .type = CELL_NUMBER, .width = 8, .spare = 3 },
		{ .name = "recipients", .type = CELL_NUMBER, .width = 10, .spare = 3 },
		{ .name = "campaigns", .type = CELL_NUMBER, .width = 9, .spare = 3 },
		{ .name = "first", .type = CELL_TIME, .width = 16, .spare = 2 },
		{ .name = "last", .type = CELL_TIME, .width = 16, .spare = 1 },
		{ .name = "max_score", .type = CELL_NUMBER, .width = 9 },
	};
	g_autoptr(Listing) listing =
		listing_new(session->output, format, columns, G_N_ELEMENTS(columns));
	int64_t all = 0;

	for (guint i = 0; i < rows->len; i++)
		all += ((const StatsRow *)g_ptr_array_index(rows, i))->messages;
	for (guint i = 0; i < rows->len; i++) {
		const StatsRow *row = g_ptr_array_index(rows, i);

		listing_text(listing, row->value);
		listing_number(listing, row->messages);
		listing_number(listing, stats_share(row->messages, all));
		for (MessageState state = 0; state < STATES; state++)
			listing_number(listing, row->by_state[state]);
		listing_number(listing, row->subjects);
		listing_number(listing, row->recipients);
		listing_number(listing, row->campaigns);
		listing_number(listing, row->first);
		listing_number(listing, row->last);
		listing_number(listing, row->max_score);
	}
}

static void
print_hint(Session *session)
{
	g_auto(LocalSite) local = { 0 };

	if (local_site_load(&local, session->settings, NULL))
		local_site_hint(&local, session);
}

static bool
key_find(const char *name, StatsKey *key, GError **error)
{
	g_autoptr(GString) known = g_string_new(NULL);

	*key = STATS_ACCOUNT;
	if (!name || stats_key_from_name(name, key))
		return true;
	for (StatsKey i = 0; i < STATS_KEYS; i++)
		g_string_append_printf(known, " %s", stats_key_name(i));
	g_string_append(known, " " STATS_BY_LESSON);
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "nothing counts by '%s'; there are%s", name,
		known->str);
	return false;
}

/* What is counted as it happens knows no query. */
static bool
check_no_query(const Session *session, const char *what, GError **error)
{
	if (session_operands(session) == 0)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "stats: %s; leave out '%s'", what,
		session->arguments[0]);
	return false;
}

static bool
run_lessons(Session *session, Format format, GError **error)
{
	return check_no_query(session, "decisions about all messages make the lessons", error) &&
		session_open(session, error) && stats_lessons(session, format, error);
}

static bool
run_messages(Session *session, Format format, StatsKey key, GError **error)
{
	g_autoptr(Query) query = NULL;
	g_autoptr(GPtrArray) rows = NULL;

	if (!session_open(session, error))
		return false;
	query = query_of(session, session->arguments, error);
	rows = query ? store_stats(session->store, key, query, error) : NULL;
	if (!rows)
		return false;
	print_stats(session, format, key, rows);
	if (format == FORMAT_TABLE)
		print_hint(session);
	return true;
}

static bool
run(Session *session, GError **error)
{
	g_autofree char *by = NULL;
	g_autofree char *format_name = NULL;
	g_autofree char *window = NULL;
	Format format;
	StatsKey key;
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "by", 'b', 0, G_OPTION_ARG_STRING, &by, "account, config, ip, region, domain, ses or lesson", "KEY" },
		{ "window", 'w', 0, G_OPTION_ARG_STRING, &window, "bursts: the last 24 windows of that length, such as 1h, by account, config, ip, region or domain", "LENGTH" },
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &format_name, "table, csv or jsonl", "FORMAT" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	if (!session_options(session, entries, NULL, error) ||
		!format_from_name(format_name, &format, error))
		return false;
	if (window)
		return check_no_query(session, "bursts are of all messages", error) &&
			stats_bursts(session, format, window, by, error);
	if (g_strcmp0(by, STATS_BY_LESSON) == 0)
		return run_lessons(session, format, error);
	return key_find(by, &key, error) && run_messages(session, format, key, error);
}

static const char *
key_at(size_t place, G_GNUC_UNUSED const char **help)
{
	if (place < STATS_KEYS)
		return stats_key_name((StatsKey)place);
	return place == STATS_KEYS ? STATS_BY_LESSON : NULL;
}

static const WordValues values[] = {
	{ .word = "KEY", .name = key_at },
	{ .word = NULL },
};

const Command cmd_stats = {
	.name = "stats",
	.opens = OPENS_READ,
	.usage = "[QUERY]",
	.takes_query = true,
	.summary =
		"count messages by account, configuration set, address, region, domain or class; bursts; lessons",
	.run = run,
	.values = values,
};
