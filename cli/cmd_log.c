#include "cli/command.h"
#include "cli/table.h"
#include "store/decision.h"

static void
print_operations(Session *session, Format format, const GPtrArray *operations)
{
	static const Column columns[] = {
		{ "id", CELL_NUMBER, 8 },
		{ "at", CELL_TIME, 16 },
		{ "actor", CELL_TEXT, 12 },
		{ "verb", CELL_TEXT, 8 },
		{ "messages", CELL_NUMBER, 8 },
		{ "undoes", CELL_NUMBER, 8 },
		{ "undone_by", CELL_NUMBER, 9 },
		{ "reason", CELL_TEXT, 0 },
		{ "subject", CELL_TEXT, 0 },
	};
	g_autoptr(Table) table = table_new(session->output, format, columns, G_N_ELEMENTS(columns));

	for (guint i = 0; i < operations->len; i++) {
		const Operation *operation = g_ptr_array_index(operations, i);

		table_number(table, operation->id);
		table_number(table, operation->at);
		table_text(table, operation->actor);
		table_text(table, operation->verb);
		table_number(table, operation->messages);
		table_id(table, operation->undoes);
		table_id(table, operation->undone_by);
		table_text(table, operation->reason);
		table_text(table, operation->subject);
	}
}

static bool
run(Session *session, GError **error)
{
	g_autofree char *format_name = NULL;
	g_autoptr(GPtrArray) operations = NULL;
	int limit = 0;
	Format format;
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &format_name, "table, csv or jsonl", "FORMAT" },
		{ "limit", 'n', 0, G_OPTION_ARG_INT, &limit, "at most so many", "N" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	if (!session_options(session, entries, NULL, error) ||
		!session_at_most(session, 0, error) ||
		!format_from_name(format_name, &format, error) || !session_open(session, error))
		return false;
	operations = store_operations(session->store, 0, limit > 0 ? limit : G_MAXINT, error);
	if (!operations)
		return false;
	print_operations(session, format, operations);
	return true;
}

const Command cmd_log = {
	.name = "log",
	.opens = OPENS_READ,
	.usage = "",
	.summary = "list operations, the newest first",
	.run = run,
};
