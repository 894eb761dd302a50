#include "cli/stats.h"
#include "cli/target.h"
#include "cli/when.h"
#include "store/decision_stats.h"
#include "tui/figures.h"

/* Machines read seconds, people how long that is. */
static void
print_length(Listing *listing, Format format, int64_t seconds)
{
	g_autofree char *text = NULL;

	if (seconds >= 0 && format != FORMAT_TABLE) {
		listing_number(listing, seconds);
		return;
	}
	text = seconds >= 0 ? figure_length(seconds) : NULL;
	listing_text(listing, text);
}

static void
print_row(Listing *listing, Format format, const DecisionRow *row)
{
	listing_text(listing, row->value);
	listing_number(listing, row->decisions);
	for (int kind = 0; kind < DECISIONS; kind++)
		listing_number(listing, row->by_kind[kind]);
	listing_number(listing, row->by_rule);
	listing_number(listing, row->undone);
	listing_number(listing, row->overturned);
	listing_number(listing, row->missed);
	listing_number(listing, row->high);
	listing_number(listing, row->settled);
	print_length(listing, format, row->median);
	print_length(listing, format, row->p90);
	print_length(listing, format, row->added_median);
	print_length(listing, format, row->added_p90);
}

static void
print_rows(Session *session, Format format, DecisionKey key, const GPtrArray *rows)
{
	const ListingColumn columns[] = {
		{ .name = decision_keys[key].name },
		{ .name = "decisions", .type = CELL_NUMBER, .width = 9 },
		{ .name = decision_name(DECISION_RELEASE), .type = CELL_NUMBER, .width = 8 },
		{ .name = decision_name(DECISION_BLOCK), .type = CELL_NUMBER, .width = 8 },
		{ .name = decision_name(DECISION_HOLD),
			.type = CELL_NUMBER,
			.width = 8,
			.spare = 3 },
		{ .name = "rules", .type = CELL_NUMBER, .width = 8, .spare = 2 },
		{ .name = "undone", .type = CELL_NUMBER, .width = 8 },
		{ .name = "overturned", .type = CELL_NUMBER, .width = 10 },
		{ .name = "missed", .type = CELL_NUMBER, .width = 8, .spare = 2 },
		{ .name = "high", .type = CELL_NUMBER, .width = 8, .spare = 2 },
		{ .name = "settled", .type = CELL_NUMBER, .width = 8, .spare = 4 },
		{ .name = "median", .type = CELL_NUMBER, .width = 6 },
		{ .name = "p90", .type = CELL_NUMBER, .width = 6 },
		{ .name = "added_median", .type = CELL_NUMBER, .width = 12, .spare = 5 },
		{ .name = "added_p90", .type = CELL_NUMBER, .width = 9, .spare = 5 },
	};
	g_autoptr(Listing) listing =
		listing_new(session->output, format, columns, G_N_ELEMENTS(columns));

	for (guint i = 0; i < rows->len; i++)
		print_row(listing, format, g_ptr_array_index(rows, i));
}

static bool
find_key(const char *name, DecisionKey *key, GError **error)
{
	g_autoptr(GString) known = g_string_new(NULL);

	*key = DECISIONS_BY_KIND;
	if (!name || decision_key_from_name(name, key))
		return true;
	for (int i = 0; i < DECISION_KEYS; i++)
		g_string_append_printf(known, " %s", decision_keys[i].name);
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
		"decisions are not counted by '%s'; there are%s", name, known->str);
	return false;
}

static bool
find_moment(
	const Session *session, const char *option, const char *text, int64_t *at, GError **error)
{
	if (!text || moment_parse(text, session->now, at))
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
		"--%s '%s' is no time: 2026-05-01, '2026-05-01 08:00' (UTC) or how long ago, 8h",
		option, text);
	return false;
}

static bool
read_window(
	const Session *session, const StatsWindow *asked, DecisionWindow *window, GError **error)
{
	if (!find_key(asked->by, &window->key, error) ||
		!find_moment(session, "since", asked->since, &window->since, error) ||
		!find_moment(session, "until", asked->until, &window->until, error) ||
		!limit_check(asked->limit, error))
		return false;
	window->limit = asked->limit;
	if (window->until == 0 || window->since < window->until)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
		"--since is not before --until: nothing can be between them");
	return false;
}

bool
stats_decisions(Session *session, Format format, const StatsWindow *asked, GError **error)
{
	DecisionWindow window = { .since = 0 };
	g_autoptr(Query) query = NULL;
	g_autoptr(GPtrArray) rows = NULL;

	if (!read_window(session, asked, &window, error) || !session_open(session, error))
		return false;
	query = query_of(session, session->arguments, error);
	window.query = query;
	rows = query ? store_decision_stats(session->store, &window, error) : NULL;
	if (rows)
		print_rows(session, format, window.key, rows);
	return rows != NULL;
}
