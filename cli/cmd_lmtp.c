#include <string.h>

#include "cli/importing.h"
#include "cli/stop.h"

enum {
	PATIENCE = 5000, /* milliseconds for a store in use: meanwhile no client is heard */
};

typedef struct LmtpChoices {
	gboolean all;
	char *group;
	int idle;        /* seconds */
	char *dkim_keys; /* a file, beside the setting's */
	char *address;
} LmtpChoices;

static void
choices_clear(LmtpChoices *choices)
{
	g_free(choices->group);
	g_free(choices->dkim_keys);
	g_free(choices->address);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LmtpChoices, choices_clear)

/* A path is made whole; without any, the socket stands beside the store. */
static char *
address_of(const Session *session)
{
	const char *operand = session->arguments[0];
	g_autofree char *folder = NULL;
	g_autofree char *path = NULL;

	if (operand && !strchr(operand, '/'))
		return g_strdup(operand);
	if (operand)
		return g_canonicalize_filename(operand, NULL);
	folder = g_path_get_dirname(session->store_path);
	path = g_build_filename(folder, "lmtp", NULL);
	return g_canonicalize_filename(path, NULL);
}

static bool
serve(Session *session, LmtpChoices *choices, GError **error)
{
	g_auto(ImportTools) tools = { 0 };
	g_auto(ImportSummary) summary = { 0 };
	const SourceOptions source = { .group = choices->group, .patience = choices->idle };
	g_autofree char *spec = g_strconcat("lmtp:", choices->address, NULL);
	ImportOptions options;

	if (!import_tools_fill(&tools, session, choices->dkim_keys, error))
		return false;
	options = import_tools_options(&tools, session);
	options.all = choices->all;
	options.source = &source;
	options.interrupt = stop_on_signals();
	store_set_patience(session->store, PATIENCE);
	if (!import_source(session->store, spec, &options, &summary, error))
		return false;
	import_print_summary(session, &summary);
	scanner_hint(tools.scanner, session);
	local_site_hint(&tools.local, session);
	return true;
}

static bool
check_choices(const LmtpChoices *choices, GError **error)
{
	if (choices->idle >= 0)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "lmtp: --idle is a number of seconds");
	return false;
}

static bool
run(Session *session, GError **error)
{
	g_auto(LmtpChoices) choices = { 0 };
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "all", 'a', 0, G_OPTION_ARG_NONE, &choices.all, "keep what is not SES mail too, instead of refusing it", NULL },
		{ "group", 'g', 0, G_OPTION_ARG_STRING, &choices.group, "group that may connect to the socket", "GROUP" },
		{ "idle", 0, 0, G_OPTION_ARG_INT, &choices.idle, "silence after which a client is sent away; 300 unless told", "SECONDS" },
		{ "dkim-keys", 0, 0, G_OPTION_ARG_FILENAME, &choices.dkim_keys, "file of keys that signatures are verified with, beside those of the setting", "FILE" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	if (!session_options(session, entries, NULL, error) || !check_choices(&choices, error) ||
		!session_at_most(session, 1, error) || !session_open(session, error))
		return false;
	choices.address = address_of(session);
	return serve(session, &choices, error);
}

const Command cmd_lmtp = {
	.name = "lmtp",
	.opens = OPENS_CREATE,
	.usage = "[ADDRESS]",
	.summary = "take messages from a mail server, by LMTP",
	.run = run,
};
