#include "cli/command.h"
#include "cli/target.h"
#include "cli/when.h"
#include "store/decision.h"

static bool
dry_run(Session *session, int64_t id, GError **error)
{
	g_autoptr(Operation) operation =
		store_plan_undo(session->store, id, session->actor, session->now, error);
	g_autofree char *at = NULL;

	if (!operation)
		return false;
	at = when_text(operation->at);
	output_line(session->output,
		"undo would take back operation %" G_GINT64_FORMAT ": %s of %d message%s by %s, %s",
		operation->id, operation->verb, operation->messages,
		operation->messages == 1 ? "" : "s", operation->actor, at);
	return true;
}

static bool
undo(Session *session, int64_t id, GError **error)
{
	int64_t operation = store_undo(session->store, id, session->actor, session->now, error);

	if (operation == 0)
		return false;
	output_line(session->output, "undone by operation %" G_GINT64_FORMAT, operation);
	return true;
}

static bool
run(Session *session, GError **error)
{
	gboolean dry = FALSE;
	int64_t id = 0;
	const GOptionEntry entries[] = {
		{ "dry-run", 'n', 0, G_OPTION_ARG_NONE, &dry,
			"say what would be taken back, and change nothing", NULL },
		G_OPTION_ENTRY_NULL,
	};

	if (!session_options(session, entries, NULL, error) || !session_at_most(session, 1, error))
		return false;
	if (session->arguments[0] && !id_parse(session->arguments[0], &id, error))
		return false;
	if (dry)
		return session_open_to_look(session, error) && dry_run(session, id, error);
	return session_open(session, error) && undo(session, id, error);
}

const Command cmd_undo = {
	.name = "undo",
	.opens = OPENS_WRITE,
	.usage = "[OPERATION]",
	.summary = "take back an operation, or your latest",
	.run = run,
};
