#include "cli/command.h"
#include "cli/target.h"
#include "cli/when.h"
#include "store/decision.h"

/* What was done, and to how many messages where it was done to any. */
static char *
about(const Operation *operation)
{
	if (operation->messages == 0)
		return g_strdup(operation->verb);
	return g_strdup_printf("%s of %d message%s", operation->verb, operation->messages,
		operation->messages == 1 ? "" : "s");
}

static bool
dry_run(Session *session, int64_t id, GError **error)
{
	g_autoptr(Operation) operation =
		store_plan_undo(session->store, id, session->actor, session->now, error);
	g_autofree char *what = NULL;
	g_autofree char *at = NULL;

	if (!operation)
		return false;
	what = about(operation);
	at = when_text(operation->at);
	output_line(session->output,
		"undo would take back operation %" G_GINT64_FORMAT ": %s by %s, %s%s%s",
		operation->id, what, operation->actor, at, operation->reason ? ": " : "",
		operation->reason ? operation->reason : "");
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
