#include <string.h>

#include "cli/listener.h"

enum {
	PATIENCE = 5000, /* milliseconds, of minutes that a mail server waits for an answer */
};

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
run(Session *session, GError **error)
{
	g_auto(ListenerChoices) choices = { 0 };
	const GOptionEntry entries[] = {
		LISTENER_OPTIONS(&choices, "300"),
		G_OPTION_ENTRY_NULL,
	};
	g_autofree char *address = NULL;
	g_autofree char *spec = NULL;

	if (!listener_open(session, entries, &choices, error))
		return false;
	address = address_of(session);
	spec = g_strconcat("lmtp:", address, NULL);
	return listener_serve(session, spec, &choices, NULL, PATIENCE, error);
}

const Command cmd_lmtp = {
	.name = "lmtp",
	.opens = OPENS_CREATE,
	.usage = "[ADDRESS]",
	.summary = "take messages from a mail server, by LMTP",
	.run = run,
};
