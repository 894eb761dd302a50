#include <string.h>

#include "cli/stats.h"
#include "cli/when.h"
#include "store/burst.h"
#include "tui/figures.h"

/* Machines read numbers, people a line that rises and falls. */
static char *
rate_text(const BurstRow *row, Format format)
{
	GString *rate;

	if (format == FORMAT_TABLE)
		return figure_rate(row->counts, BURST_WINDOWS);
	rate = g_string_new(NULL);
	for (int i = 0; i < BURST_WINDOWS; i++)
		g_string_append_printf(
			rate, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "", row->counts[i]);
	return g_string_free(rate, FALSE);
}

static void
print_rows(Session *session, Format format, const GPtrArray *rows)
{
	static const ListingColumn columns[] = {
		{ .name = "key", .width = 15, .spare = 2 },
		{ .name = "value" },
		{ .name = "messages", .type = CELL_NUMBER, .width = 8 },
		{ .name = "share", .type = CELL_NUMBER, .width = 5, .spare = 5 },
		{ .name = "peak", .type = CELL_NUMBER, .width = 8 },
		{ .name = "usual", .type = CELL_NUMBER, .width = 8 },
		{ .name = "peak_at", .type = CELL_TIME, .width = 16, .spare = 1 },
		{ .name = "burst", .type = CELL_BOOL, .width = 5 },
		{ .name = "subjects", .type = CELL_NUMBER, .width = 8, .spare = 4 },
		{ .name = "recipients", .type = CELL_NUMBER, .width = 10, .spare = 4 },
		{ .name = "campaigns", .type = CELL_NUMBER, .width = 9, .spare = 4 },
		{ .name = "first", .type = CELL_TIME, .width = 16, .spare = 6 },
		{ .name = "last", .type = CELL_TIME, .width = 16, .spare = 6 },
		{ .name = "rate", .width = BURST_WINDOWS },
	};
	g_autoptr(Listing) listing =
		listing_new(session->output, format, columns, G_N_ELEMENTS(columns));

	for (guint i = 0; i < rows->len; i++) {
		const BurstRow *row = g_ptr_array_index(rows, i);
		g_autofree char *rate = rate_text(row, format);

		listing_text(listing, burst_key_name(row->key));
		listing_text(listing, row->value);
		listing_number(listing, row->messages);
		listing_number(listing, stats_share(row->messages, row->of));
		listing_number(listing, row->peak);
		listing_number(listing, row->usual);
		listing_number(listing, row->peak_at);
		listing_bool(listing, row->burst);
		listing_number(listing, row->subjects);
		listing_number(listing, row->recipients);
		listing_number(listing, row->campaigns);
		listing_number(listing, row->first);
		listing_number(listing, row->last);
		listing_text(listing, rate);
	}
}

static bool
window_find(const char *text, int64_t *window, GError **error)
{
	if (duration_parse(text, window) && *window > 0 && *window <= BURST_LONGEST &&
		*window % BURST_SLOT == 0)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
		"'%s' is no window: a multiple of %dm, %dd at most", text, BURST_SLOT / 60,
		BURST_LONGEST / 86400);
	return false;
}

static bool
key_find(const char *name, BurstKey *key, GError **error)
{
	*key = BURST_ACCOUNT;
	while (name && *key < BURST_KEYS && strcmp(burst_key_name(*key), name) != 0)
		(*key)++;
	if (*key < BURST_KEYS && (!name || *key != BURST_CLAIMED_ACCOUNT))
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
		"there are no bursts by '%s'; there are account config ip region domain", name);
	return false;
}

bool
stats_bursts(Session *session, Format format, const char *window, const char *by, GError **error)
{
	g_autoptr(GPtrArray) rows = NULL;
	BurstList list = { .now = session->now, .breadth = true };
	int64_t end;

	if (!window_find(window, &list.window, error) || !key_find(by, &list.key, error) ||
		!session_open(session, error))
		return false;
	rows = store_bursts(session->store, &list, &end, error);
	if (rows)
		print_rows(session, format, rows);
	return rows != NULL;
}
