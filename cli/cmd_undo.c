#include <string.h>

#include "cli/command.h"
#include "cli/target.h"
#include "cli/when.h"
#include "store/decision.h"

/* Newest first, so an operation that can still be undone stands early. */
enum {
	PAGE = 200
};

static bool
is_wanted(const Operation *operation, int64_t id, const char *actor)
{
	if (id)
		return operation->id == id;
	return strcmp(operation->actor, actor) == 0 && !operation->undone_by && !operation->undoes;
}

/* The operation that store_undo() would take back; NULL without error: none. */
static Operation *
find_operation(Session *session, int64_t id, GError **error)
{
	int64_t before = id ? id + 1 : 0;

	for (;;) {
		g_autoptr(GPtrArray) page = store_operations(session->store, before, PAGE, error);

		if (!page || page->len == 0)
			return NULL;
		for (guint i = 0; i < page->len; i++) {
			const Operation *operation = g_ptr_array_index(page, i);

			before = operation->id;
			if (is_wanted(operation, id, session->actor))
				return g_ptr_array_steal_index(page, i);
			if (before < id)
				return NULL;
		}
	}
}

static bool
dry_run(Session *session, int64_t id, GError **error)
{
	g_autoptr(GError) inner = NULL;
	g_autoptr(Operation) operation = find_operation(session, id, &inner);
	g_autofree char *at = operation ? when_text(operation->at) : NULL;

	if (inner) {
		g_propagate_error(error, g_steal_pointer(&inner));
		return false;
	}
	if (!operation || operation->undone_by) {
		g_set_error(error, CLI_ERROR, operation ? CLI_ERROR_DATA : CLI_ERROR_NO_INPUT,
			operation ? "undo: that operation is undone already"
				  : "undo: no such operation; lazaret log lists them");
		return false;
	}
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
	return session_open(session, error) &&
		(dry ? dry_run(session, id, error) : undo(session, id, error));
}

const Command cmd_undo = {
	.name = "undo",
	.opens = OPENS_WRITE,
	.usage = "[OPERATION]",
	.summary = "take back an operation, or your latest",
	.run = run,
};
