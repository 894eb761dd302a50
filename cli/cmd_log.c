#include "cli/command.h"
#include "cli/listing.h"
#include "store/decision.h"

static void
print_operations(Session *session, Format format, const GPtrArray *operations)
{
	static const ListingColumn columns[] = {
		{ .name = "id", .type = CELL_NUMBER, .width = 8 },
		{ .name = "at", .type = CELL_TIME, .width = 16 },
		{ .name = "actor", .width = 12 },
		{ .name = "verb", .width = 8 },
		{ .name = "messages", .type = CELL_NUMBER, .width = 8 },
		{ .name = "undoes", .type = CELL_NUMBER, .width = 8, .spare = 2 },
		{ .name = "undone_by", .type = CELL_NUMBER, .width = 9, .spare = 1 },
		{ .name = "reason" },
		{ .name = "subject", .spare = 3 },
	};
	g_autoptr(Listing) listing =
		listing_new(session->output, format, columns, G_N_ELEMENTS(columns));

	for (guint i = 0; i < operations->len; i++) {
		const Operation *operation = g_ptr_array_index(operations, i);

		listing_number(listing, operation->id);
		listing_number(listing, operation->at);
		listing_text(listing, operation->actor);
		listing_text(listing, operation->verb);
		listing_number(listing, operation->messages);
		listing_id(listing, operation->undoes);
		listing_id(listing, operation->undone_by);
		listing_text(listing, operation->reason);
		listing_text(listing, operation->subject);
	}
}

static bool
run(Session *session, GError **error)
{
	g_autofree char *format_name = NULL;
	g_autoptr(GPtrArray) operations = NULL;
	int limit = 0;
	Format format;
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &format_name, "table, csv or jsonl", "FORMAT" },
		{ "limit", 'n', 0, G_OPTION_ARG_INT, &limit, "at most so many", "N" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	if (!session_options(session, entries, NULL, error) ||
		!session_at_most(session, 0, error) || !limit_check(limit, error) ||
		!format_from_name(format_name, &format, error) || !session_open(session, error))
		return false;
	operations = store_operations(session->store, 0, limit, error);
	if (!operations)
		return false;
	print_operations(session, format, operations);
	return true;
}

const Command cmd_log = {
	.name = "log",
	.opens = OPENS_READ,
	.usage = "",
	.summary = "list operations, the newest first",
	.run = run,
};
