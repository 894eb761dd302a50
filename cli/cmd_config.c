#include <string.h>

#include "cli/bindings.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/setting_type.h"
#include "tui/keymap.h"

/* Those that the file changes: lazaret keys lists all. */
static void
list_keys(Session *session, const Keymap *keymap, Listing *listing)
{
	for (const Action *action = actions(); action->id; action++) {
		g_autofree char *name = g_strconcat(BINDINGS_PREFIX, action->id, NULL);
		g_autofree char *keys = NULL;
		g_autofree char *shipped = NULL;

		if (!keymap_is_changed(keymap, action))
			continue;
		keys = g_strjoinv(" ", (char **)keymap_keys(keymap, action));
		shipped = g_strjoinv(" ", (char **)action->keys);
		listing_text(listing, name);
		listing_text(listing, *keys ? keys : "none");
		listing_text(listing, settings_path(session->settings));
		listing_text(listing, "keys");
		listing_text(listing, shipped);
		listing_text(listing, action->help);
	}
}

static void
list_settings(Session *session, const Keymap *keymap, Format format)
{
	static const ListingColumn columns[] = {
		{ .name = "name", .width = 24 },
		{ .name = "value" },
		{ .name = "origin" },
		{ .name = "type", .width = 10, .spare = 1 },
		{ .name = "default", .spare = 2 },
		{ .name = "help", .spare = 3 },
	};
	g_autoptr(Listing) listing =
		listing_new(session->output, format, columns, G_N_ELEMENTS(columns));

	for (SettingId id = 0; id < SETTINGS; id++) {
		const Setting *setting = setting_of(id);

		listing_text(listing, setting->name);
		listing_text(listing, settings_text(session->settings, id));
		listing_text(listing, settings_origin(session->settings, id));
		listing_text(listing, setting_type_name(setting->type));
		listing_text(listing, setting->fallback);
		listing_text(listing, setting->help);
	}
	list_keys(session, keymap, listing);
}

static bool
check_action(const char *id, GError **error)
{
	g_autoptr(GError) inner = NULL;

	if (keymap_action(id, &inner))
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "%s", inner->message);
	return false;
}

static bool
show_keys(Session *session, const char *id, GError **error)
{
	g_autoptr(Keymap) keymap = NULL;
	g_autofree char *keys = NULL;

	if (!check_action(id, error) || !session_open(session, error))
		return false;
	keymap = settings_keymap(session->settings, error);
	if (!keymap)
		return false;
	keys = g_strjoinv(" ", (char **)keymap_keys(keymap, keymap_action(id, NULL)));
	output_line(session->output, "%s", *keys ? keys : "none");
	return true;
}

static bool
show_setting(Session *session, const char *name, GError **error)
{
	SettingId id;
	const char *value;

	if (g_str_has_prefix(name, BINDINGS_PREFIX))
		return show_keys(session, name + strlen(BINDINGS_PREFIX), error);
	if (!setting_find(name, &id, error) || !session_open(session, error))
		return false;
	value = settings_text(session->settings, id);
	output_record(session->output, value, strlen(value));
	return true;
}

/* The file is not read first: a bad value in it must not stand in the way of
 * setting a good one. */
static bool
change_setting(const char *name, const char *value, GError **error)
{
	g_autofree char *path = config_path();
	SettingId id;

	if (g_str_has_prefix(name, BINDINGS_PREFIX))
		return check_action(name + strlen(BINDINGS_PREFIX), error) &&
			settings_write_keys(path, name + strlen(BINDINGS_PREFIX), value, error);
	return setting_find(name, &id, error) && settings_write(path, id, value, error);
}

static bool
list_all(Session *session, Format format, GError **error)
{
	g_autoptr(Keymap) keymap = NULL;

	if (!session_open(session, error))
		return false;
	keymap = settings_keymap(session->settings, error);
	if (keymap)
		list_settings(session, keymap, format);
	return keymap != NULL;
}

static bool
run(Session *session, GError **error)
{
	g_autofree char *format_name = NULL;
	Format format;
	const GOptionEntry entries[] = {
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &format_name, "table, csv or jsonl",
			"FORMAT" },
		G_OPTION_ENTRY_NULL,
	};

	if (!session_options(session, entries, NULL, error) ||
		!session_at_most(session, 2, error) ||
		!format_from_name(format_name, &format, error))
		return false;
	switch (session_operands(session)) {
	case 0:
		return list_all(session, format, error);
	case 1:
		return show_setting(session, session->arguments[0], error);
	default:
		return change_setting(session->arguments[0], session->arguments[1], error);
	}
}

static const char *
setting_at(size_t place, const char **help)
{
	if (place >= SETTINGS)
		return NULL;
	*help = setting_of((SettingId)place)->help;
	return setting_of((SettingId)place)->name;
}

/* What the setting @name may be set to, where there is a choice. */
static const char *
value_at(const char *name, size_t place)
{
	SettingId id;

	if (!setting_find(name, &id, NULL))
		return NULL;
	return setting_choice(setting_of(id), place);
}

static const WordValues values[] = {
	{ .word = "NAME", .name = setting_at },
	{ .word = "VALUE", .name_behind = value_at },
	{ .word = NULL },
};

const Command cmd_config = {
	.name = "config",
	.opens = OPENS_NOTHING,
	.usage = "[NAME [VALUE]]",
	.summary = "list the settings, print one or set it",
	.run = run,
	.values = values,
};
