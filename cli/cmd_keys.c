#include "cli/command.h"
#include "cli/listing.h"
#include "tui/action.h"

static void
print_action(Listing *listing, const Action *action)
{
	g_autofree char *keys = g_strjoinv(" ", (char **)action->keys);

	listing_text(listing, action->id);
	listing_text(listing, keys);
	listing_text(listing, action->group);
	listing_text(listing, action->help);
}

static bool
run(Session *session, GError **error)
{
	static const ListingColumn columns[] = {
		{ .name = "id", .width = 24 },
		{ .name = "keys", .width = 24 },
		{ .name = "group", .width = 12, .spare = 1 },
		{ .name = "help" },
	};
	g_autofree char *format_name = NULL;
	g_autoptr(Listing) listing = NULL;
	Format format;
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &format_name, "table, csv or jsonl", "FORMAT" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	if (!session_options(session, entries, NULL, error) ||
		!session_at_most(session, 0, error) ||
		!format_from_name(format_name, &format, error))
		return false;
	listing = listing_new(session->output, format, columns, G_N_ELEMENTS(columns));
	for (const Action *action = actions(); action->id; action++)
		print_action(listing, action);
	return true;
}

const Command cmd_keys = {
	.name = "keys",
	.opens = OPENS_NOTHING,
	.usage = "",
	.summary = "list the console's keys",
	.run = run,
};
