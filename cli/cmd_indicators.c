/* Lists of indicators that others keep. */
#include <string.h>

#include "cli/command.h"
#include "cli/input_file.h"
#include "cli/listing.h"
#include "cli/site.h"
#include "store/listed.h"

typedef struct Options {
	char *name;
	char *format;
} Options;

static void
options_clear(Options *options)
{
	g_free(options->name);
	g_free(options->format);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static bool
usage(GError **error, const char *words)
{
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "indicators: %s", words);
	return false;
}

static bool
check_name(const char *name, GError **error)
{
	return indicator_list_name_is_good(name) ||
		usage(error, "a list is named with letters, digits, . _ and -, 64 at most");
}

/* ---- import ---- */

/* "urlhaus" of ".../urlhaus.csv".  Yours. */
static char *
name_of_file(const char *path)
{
	char *name = g_path_get_basename(path);
	char *dot = strrchr(name, '.');

	if (dot && dot != name)
		*dot = '\0';
	return name;
}

static ListedText *
read_list(Session *session, const char *path, GError **error)
{
	g_auto(LocalSite) local = { 0 };
	g_autoptr(GError) fault = NULL;
	gsize length = 0;
	g_autofree char *bytes = input_file_read(path, LISTED_MAX_BYTES, &length, error);
	ListedText *text;

	if (!bytes || !local_site_load_names(&local, session->settings, error))
		return NULL;
	text = listed_parse(bytes, length, &local.site, &fault);
	if (!text)
		g_set_error(error, CLI_ERROR, CLI_ERROR_DATA, "%s: %s", path, fault->message);
	return text;
}

/* What of a list does not count, and why. */
static void
complain_of(const ListedText *text, const char *path)
{
	for (guint i = 0; i < text->told->len; i++)
		complain("%s: %s", path, (const char *)g_ptr_array_index(text->told, i));
	if (text->left_out > text->told->len)
		complain("%s: and %" G_GINT64_FORMAT " more", path,
			text->left_out - text->told->len);
}

static bool
verb_import(Session *session, const Options *options, GError **error)
{
	const char *path = session->arguments[1];
	g_autofree char *name = NULL;
	g_autoptr(ListedText) text = NULL;
	ListImport import = { .actor = session->actor, .now = session->now };
	int64_t judged = 0;

	if (!path)
		return usage(error, "name the file to import");
	name = options->name ? g_strdup(options->name) : name_of_file(path);
	import.name = name;
	if (!check_name(name, error) || !session_open(session, error))
		return false;
	text = read_list(session, path, error);
	if (!text)
		return false;
	complain_of(text, path);
	if (text->values->len == 0) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_DATA,
			"%s: nothing in it that mail is matched with", path);
		return false;
	}
	import.values = text->values;
	if (!store_import_list(session->store, &import, &judged, error))
		return false;
	output_line(session->output,
		"list %s: %u values, %" G_GINT64_FORMAT
		" left out; held messages judged again: %" G_GINT64_FORMAT,
		name, text->values->len, text->left_out, judged);
	return true;
}

/* ---- list and remove ---- */

static const ListingColumn columns[] = {
	{ "name", CELL_TEXT, 24, 0 },
	{ "values", CELL_NUMBER, 9, 0 },
	{ "expired", CELL_NUMBER, 9, 0 },
	{ "first_seen", CELL_TIME, 17, 0 },
	{ "imported", CELL_TIME, 17, 0 },
	{ "actor", CELL_TEXT, 0, 0 },
};

static bool
verb_list(Session *session, const Options *options, GError **error)
{
	g_autoptr(GPtrArray) lists = NULL;
	Format format;

	if (!format_from_name(options->format, &format, error) ||
		!session_open_to_look(session, error))
		return false;
	lists = store_lists(session->store, session->now, error);
	if (!lists)
		return false;
	g_autoptr(Listing) listing =
		listing_new(session->output, format, columns, G_N_ELEMENTS(columns));
	for (guint i = 0; i < lists->len; i++) {
		const IndicatorList *list = g_ptr_array_index(lists, i);

		listing_text(listing, list->name);
		listing_number(listing, list->values);
		listing_number(listing, list->expired);
		listing_id(listing, list->first);
		listing_number(listing, list->imported);
		listing_text(listing, list->actor);
	}
	return true;
}

static bool
verb_remove(Session *session, G_GNUC_UNUSED const Options *options, GError **error)
{
	const char *name = session->arguments[1];
	int64_t judged = 0;

	if (!name)
		return usage(error, "name the list to remove");
	if (!session_open(session, error) ||
		!store_remove_list(session->store, name, &judged, error))
		return false;
	output_line(session->output,
		"list %s is gone; held messages judged again: %" G_GINT64_FORMAT, name, judged);
	return true;
}

typedef struct Verb {
	const char *name;
	bool (*run)(Session *session, const Options *options, GError **error);
	size_t operands; /* with the verb */
} Verb;

static const Verb verbs[] = {
	{ "import", verb_import, 2 },
	{ "list", verb_list, 1 },
	{ "remove", verb_remove, 2 },
};

static const char more[] =
	"A file is a plain list (a value a line), CSV with a head, or a STIX 2.1 bundle.\n"
	"Values: accounts, domains, addresses, URLs, SHA-256; hxxp and [.] are understood.\n";

static bool
run(Session *session, GError **error)
{
	g_auto(Options) options = { 0 };
	const GOptionEntry entries[] = {
		{ "name", 'n', 0, G_OPTION_ARG_STRING, &options.name,
			"what the list is called here (default: as the file)", "NAME" },
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &options.format,
			"of list: table, csv or jsonl", "FORMAT" },
		G_OPTION_ENTRY_NULL,
	};

	if (!session_options(session, entries, more, error))
		return false;
	for (size_t i = 0; session->arguments[0] && i < G_N_ELEMENTS(verbs); i++) {
		if (strcmp(verbs[i].name, session->arguments[0]) == 0)
			return session_at_most(session, verbs[i].operands, error) &&
				verbs[i].run(session, &options, error);
	}
	return usage(error, "say import, list or remove");
}

const Command cmd_indicators = {
	.name = "indicators",
	.opens = OPENS_WRITE,
	.usage = "import FILE|list|remove NAME",
	.summary = "lists of indicators that others keep: what is on one is a finding",
	.run = run,
};
