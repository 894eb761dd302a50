#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/describe.h"
#include "cli/reporting.h"
#include "cli/site.h"
#include "cli/target.h"
#include "tui/clipboard.h"
#include "tui/keymap.h"
#include "tui/tui.h"

/* A limit that does not parse is said here, not on the first screen. */
static bool
limit_of(Session *session, char **limit, GError **error)
{
	g_autoptr(Query) query = NULL;

	if (!*session->arguments)
		return true;
	query = query_of(session, session->arguments, error);
	if (!query)
		return false;
	*limit = g_strjoinv(" ", session->arguments);
	return true;
}

static bool
has_color(void)
{
	const char *refused = g_getenv("NO_COLOR");

	return !refused || !*refused;
}

/* Whoever may not decide may still look. */
static bool
open_store(Session *session, bool *read_only, GError **error)
{
	g_autoptr(GError) trouble = NULL;

	if (session_open(session, &trouble))
		return true;
	*read_only = g_error_matches(trouble, STORE_ERROR, STORE_ERROR_PERMISSION);
	if (!*read_only) {
		g_propagate_error(error, g_steal_pointer(&trouble));
		return false;
	}
	g_clear_pointer(&session->settings, settings_free);
	g_clear_pointer(&session->weights, weights_free);
	return session_open_to_look(session, error);
}

/* Other keys than the person thinks they are would decide things: none are better. */
static bool
check_keys(Session *session, GError **error)
{
	g_autoptr(Keymap) keymap = settings_keymap(session->settings, error);

	if (!keymap)
		g_string_append(session->hint,
			"mend that line, or take it out; until then lazaret console --default-keys\n"
			"starts with the keys as shipped, which lazaret keys --default-keys lists");
	return keymap != NULL;
}

/* Whoever looks and decides makes no rule: the site is read for the first that is. */
typedef struct WantedSite {
	const Settings *settings;
	LocalSite local;
	bool loaded;
} WantedSite;

static const Site *
load_site(void *data, GError **error)
{
	WantedSite *wanted = data;

	if (!wanted->loaded) {
		local_site_clear(&wanted->local);
		wanted->local = (LocalSite){ 0 };
		wanted->loaded = local_site_load_names(&wanted->local, wanted->settings, error);
	}
	return wanted->loaded ? &wanted->local.site : NULL;
}

static void
wanted_site_clear(WantedSite *wanted)
{
	local_site_clear(&wanted->local);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(WantedSite, wanted_site_clear)

static bool
run(Session *session, GError **error)
{
	g_autofree char *program = NULL;
	g_autofree char *limit = NULL;
	g_auto(WantedSite) site = { 0 };
	g_autoptr(Description) description = NULL;
	ConsoleOptions options = { .actor = session->actor };
	ReportRequest report;
	gboolean shipped = FALSE;
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "default-keys", 'd', 0, G_OPTION_ARG_NONE, &shipped, "keys as shipped, whatever the config file says", NULL },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	if (!session_options(session, entries, NULL, error) || !limit_of(session, &limit, error))
		return false;
	if (!output_terminal(session->output) || !isatty(STDIN_FILENO)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"the console needs a terminal; lazaret --help lists the commands that do not");
		return false;
	}
	if (!open_store(session, &options.read_only, error) ||
		!(shipped || check_keys(session, error)))
		return false;
	program = g_file_read_link("/proc/self/exe", error);
	if (!program)
		return false;
	description = describe_commands(session->commands);
	options.commands = description_table(description);
	options.program = program;
	site.settings = session->settings;
	options.site = load_site;
	options.site_data = &site;
	options.transport = settings_text(session->settings, SETTING_TRANSPORT);
	options.copy_to = settings_word(session->settings, SETTING_COPY_TO);
	options.hold = settings_number(session->settings, SETTING_HOLD_WINDOW);
	report = report_request_of(session->settings,
		(ReportWay)settings_number(session->settings, SETTING_REPORT_BY));
	options.report = &report;
	options.claim = settings_number(session->settings, SETTING_CLAIM_TIME);
	options.limit = limit;
	options.theme =
		has_color() ? (Theme)settings_number(session->settings, SETTING_THEME) : THEME_NONE;
	options.mouse = settings_number(session->settings, SETTING_MOUSE) != 0;
	options.clipboard = clipboard_of_terminal(
		(Clipboard)settings_number(session->settings, SETTING_CLIPBOARD), g_getenv("TERM"),
		g_getenv("TMUX"), g_getenv("STY"));
	options.preview = (PreviewPlace)settings_number(session->settings, SETTING_PREVIEW);
	options.bindings = shipped ? NULL : settings_bindings(session->settings);
	options.save_to = settings_text(session->settings, SETTING_SAVE_TO);
	return console_run(session->store, &options, error);
}

const Command cmd_console = {
	.name = "console",
	.opens = OPENS_CREATE,
	.usage = "[QUERY]",
	.takes_query = true,
	.summary = "look and decide on one screen; what lazaret alone does",
	.run = run,
};
