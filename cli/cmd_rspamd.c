#include <string.h>

#include "cli/listener.h"

#define USUAL_ADDRESS "127.0.0.1:11380"

enum {
	PATIENCE = 2500, /* milliseconds, of the 5 seconds that rspamd waits for an answer */
};

/* A path is made whole; a port alone is one of loopback. */
static char *
address_of(const Session *session)
{
	const char *operand = session->arguments[0];

	if (!operand)
		return g_strdup(USUAL_ADDRESS);
	if (strchr(operand, '/'))
		return g_canonicalize_filename(operand, NULL);
	if (*operand && operand[strspn(operand, G_CSET_DIGITS)] == '\0')
		return g_strconcat("127.0.0.1:", operand, NULL);
	return g_strdup(operand);
}

static bool
run(Session *session, GError **error)
{
	g_auto(ListenerChoices) choices = { 0 };
	g_autofree char *credentials = NULL;
	/* clang-format off */
	const GOptionEntry entries[] = {
		LISTENER_OPTIONS(&choices, "30"),
		{ "credentials", 0, 0, G_OPTION_ARG_FILENAME, &credentials, "file, readable by us alone, of the user and password that clients must give", "FILE" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */
	g_autofree char *address = NULL;
	g_autofree char *spec = NULL;

	if (!listener_open(session, entries, &choices, error))
		return false;
	address = address_of(session);
	spec = g_strconcat("rspamd:", address, NULL);
	return listener_serve(session, spec, &choices, credentials, PATIENCE, error);
}

const Command cmd_rspamd = {
	.name = "rspamd",
	.opens = OPENS_CREATE,
	.usage = "[ADDRESS]",
	.summary = "take messages from rspamd, by HTTP",
	.run = run,
};
