#include "store/stats.h"

#include "cli/command.h"
#include "cli/listing.h"
#include "cli/site.h"
#include "cli/stats.h"
#include "cli/target.h"
#include "store/decision_stats.h"

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

typedef struct StatsOptions {
	char *by;
	char *format;
	char *window;
	char *since;
	char *until;
	gint limit;
	gboolean decisions;
} StatsOptions;

static void
options_clear(StatsOptions *options)
{
	g_free(options->by);
	g_free(options->format);
	g_free(options->window);
	g_free(options->since);
	g_free(options->until);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StatsOptions, options_clear)

/* Asked for by name, or by what only decisions have. */
static bool
is_of_decisions(const StatsOptions *options)
{
	DecisionKey key;
	StatsKey other;

	return options->decisions || options->since || options->until ||
		(options->by && decision_key_from_name(options->by, &key) &&
			!stats_key_from_name(options->by, &other));
}

static bool
check_options(const StatsOptions *options, GError **error)
{
	const char *what = NULL;

	if (options->window && is_of_decisions(options))
		what = "--window is about messages, what else was given about decisions";
	else if (options->limit != 0 && !is_of_decisions(options))
		what = "--limit is of --decisions";
	if (what)
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "stats: %s", what);
	return !what;
}

static bool
run_asked(Session *session, const StatsOptions *options, Format format, GError **error)
{
	const StatsWindow window = {
		.by = options->by,
		.since = options->since,
		.until = options->until,
		.limit = options->limit,
	};
	StatsKey key;

	if (is_of_decisions(options))
		return stats_decisions(session, format, &window, error);
	if (options->window)
		return check_no_query(session, "bursts are of all messages", error) &&
			stats_bursts(session, format, options->window, options->by, error);
	if (g_strcmp0(options->by, STATS_BY_LESSON) == 0)
		return run_lessons(session, format, error);
	return key_find(options->by, &key, error) && run_messages(session, format, key, error);
}

static char *
decisions_help(void)
{
	g_autoptr(GString) text = g_string_new("Decisions are counted by:\n");

	for (int i = 0; i < DECISION_KEYS; i++)
		g_string_append_printf(
			text, "  %-8s %s\n", decision_keys[i].name, decision_keys[i].help);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static bool
run(Session *session, GError **error)
{
	g_auto(StatsOptions) options = { 0 };
	g_autofree char *more = decisions_help();
	Format format;
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "by", 'b', 0, G_OPTION_ARG_STRING, &options.by, "account, config, ip, region, domain, ses or lesson; of decisions kind, who, actor, rule, account, finding, day or hour", "KEY" },
		{ "window", 'w', 0, G_OPTION_ARG_STRING, &options.window, "bursts: the last 24 windows of that length, such as 1h, by account, config, ip, region or domain", "LENGTH" },
		{ "decisions", 'd', 0, G_OPTION_ARG_NONE, &options.decisions, "count decisions, as --since, --until and what only they are counted by do: how many, taken back, overturned, and how long messages waited for them", NULL },
		{ "since", 's', 0, G_OPTION_ARG_STRING, &options.since, "decisions from then on: 8h ago, 2026-05-01 or '2026-05-01 08:00', UTC", "WHEN" },
		{ "until", 'u', 0, G_OPTION_ARG_STRING, &options.until, "decisions before then", "WHEN" },
		{ "limit", 'n', 0, G_OPTION_ARG_INT, &options.limit, "of decisions: at most so many lines", "N" },
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &options.format, "table, csv or jsonl", "FORMAT" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	return session_options(session, entries, more, error) &&
		format_from_name(options.format, &format, error) &&
		check_options(&options, error) && run_asked(session, &options, format, error);
}

/* Those of messages, then those of decisions that are not among them. */
static const char *
key_at(size_t place, const char **help)
{
	StatsKey known;

	if (place < STATS_KEYS)
		return stats_key_name((StatsKey)place);
	if (place == STATS_KEYS)
		return STATS_BY_LESSON;
	place -= STATS_KEYS + 1;
	for (int i = 0; i < DECISION_KEYS; i++) {
		if (stats_key_from_name(decision_keys[i].name, &known) || place-- > 0)
			continue;
		*help = decision_keys[i].help;
		return decision_keys[i].name;
	}
	return NULL;
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
		"count messages by account, configuration set, address, region, domain or class; decisions; bursts; lessons",
	.run = run,
	.values = values,
};
