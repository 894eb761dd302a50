#include "cli/command.h"
#include "cli/listing.h"
#include "tui/keymap.h"

static void
print_action(Listing *listing, const Keymap *keymap, const Action *action)
{
	g_autofree char *keys = g_strjoinv(" ", (char **)keymap_keys(keymap, action));
	g_autofree char *shipped = g_strjoinv(" ", (char **)action->keys);

	listing_text(listing, action->id);
	listing_text(listing, *keys ? keys : "none");
	listing_text(listing, keymap_is_changed(keymap, action) ? shipped : NULL);
	listing_text(listing, action->group);
	listing_text(listing, action->help);
}

static bool
run(Session *session, GError **error)
{
	static const ListingColumn columns[] = {
		{ .name = "id", .width = 24 },
		{ .name = "keys", .width = 24 },
		{ .name = "instead_of", .width = 24, .spare = 2 },
		{ .name = "group", .width = 12, .spare = 1 },
		{ .name = "help" },
	};
	g_autofree char *format_name = NULL;
	g_autoptr(Listing) listing = NULL;
	g_autoptr(Keymap) keymap = NULL;
	gboolean shipped = FALSE;
	Format format;
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &format_name, "table, csv or jsonl", "FORMAT" },
		{ "default-keys", 'd', 0, G_OPTION_ARG_NONE, &shipped, "as shipped, whatever the config file says", NULL },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	if (!session_options(session, entries, NULL, error) ||
		!session_at_most(session, 0, error) ||
		!format_from_name(format_name, &format, error) || !session_open(session, error))
		return false;
	keymap = shipped ? keymap_new(NULL, error) : settings_keymap(session->settings, error);
	if (!keymap)
		return false;
	listing = listing_new(session->output, format, columns, G_N_ELEMENTS(columns));
	for (const Action *action = actions(); action->id; action++)
		print_action(listing, keymap, action);
	return true;
}

const Command cmd_keys = {
	.name = "keys",
	.opens = OPENS_NOTHING,
	.usage = "",
	.summary = "list the console's keys",
	.run = run,
};
