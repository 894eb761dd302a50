#include "cli/listener.h"

#include "cli/importing.h"
#include "cli/stop.h"

void
listener_choices_clear(ListenerChoices *choices)
{
	g_free(choices->group);
	g_free(choices->dkim_keys);
}

static bool
check(const Session *session, const ListenerChoices *choices, GError **error)
{
	if (choices->idle >= 0)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "%s: --idle is a number of seconds",
		session->command->name);
	return false;
}

bool
listener_open(Session *session, const GOptionEntry *entries, const ListenerChoices *choices,
	GError **error)
{
	return session_options(session, entries, NULL, error) && check(session, choices, error) &&
		session_at_most(session, 1, error) && session_open(session, error);
}

static void
on_refused(const GError *error, void *data)
{
	(void)data;
	complain("refused: %s", error->message);
}

bool
listener_serve(Session *session, const char *spec, const ListenerChoices *choices,
	const char *credentials, int patience, GError **error)
{
	g_auto(ImportTools) tools = { 0 };
	g_auto(ImportSummary) summary = { 0 };
	const SourceOptions source = {
		.group = choices->group,
		.patience = choices->idle,
		.credentials = credentials,
	};
	ImportOptions options;

	if (!import_tools_fill(&tools, session, choices->dkim_keys, error))
		return false;
	options = import_tools_options(&tools, session);
	options.all = choices->all;
	options.source = &source;
	options.skipped = on_refused;
	options.interrupt = stop_on_signals();
	store_set_patience(session->store, patience);
	if (!import_source(session->store, spec, &options, &summary, error))
		return false;
	import_print_summary(session, &summary);
	scanner_hint(tools.scanner, session);
	local_site_hint(&tools.local, session);
	return true;
}
