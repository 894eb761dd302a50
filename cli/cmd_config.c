#include <string.h>

#include "cli/command.h"
#include "cli/listing.h"

static void
list_settings(Session *session, Format format)
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
}

static bool
show_setting(Session *session, const char *name, GError **error)
{
	SettingId id;
	const char *value;

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

	return setting_find(name, &id, error) && settings_write(path, id, value, error);
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
		if (!session_open(session, error))
			return false;
		list_settings(session, format);
		return true;
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

static const WordValues values[] = {
	{ .word = "NAME", .name = setting_at },
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
