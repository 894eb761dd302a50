#include <string.h>

#include "cli/command.h"
#include "cli/leased.h"
#include "cli/listing.h"
#include "cli/target.h"
#include "release/report_ship.h"
#include "store/outbox.h"

static void
print_deliveries(Session *session, Format format, const GPtrArray *deliveries)
{
	static const ListingColumn columns[] = {
		{ .name = "id", .type = CELL_NUMBER, .width = 8 },
		{ .name = "state", .width = 9 },
		{ .name = "message", .type = CELL_NUMBER, .width = 8 },
		{ .name = "operation", .type = CELL_NUMBER, .width = 9, .spare = 5 },
		{ .name = "recipient" },
		{ .name = "form", .width = 9, .spare = 7 },
		{ .name = "report", .type = CELL_NUMBER, .width = 6, .spare = 8 },
		{ .name = "sender", .spare = 4 },
		{ .name = "transport", .spare = 2 },
		{ .name = "attempts", .type = CELL_NUMBER, .width = 8, .spare = 3 },
		{ .name = "due", .type = CELL_TIME, .width = 16, .spare = 1 },
		{ .name = "changed", .type = CELL_TIME, .width = 16, .spare = 6 },
		{ .name = "reply" },
	};
	g_autoptr(Listing) listing =
		listing_new(session->output, format, columns, G_N_ELEMENTS(columns));

	for (guint i = 0; i < deliveries->len; i++) {
		const Delivery *delivery = g_ptr_array_index(deliveries, i);

		listing_number(listing, delivery->id);
		listing_text(listing, delivery_state_name(delivery->state));
		listing_number(listing, delivery->message);
		listing_number(listing, delivery->operation);
		listing_text(listing, delivery->recipient);
		listing_text(listing, delivery_form(delivery));
		listing_id(listing, delivery->report);
		listing_text(listing, delivery->sender);
		listing_text(listing, delivery->transport);
		listing_number(listing, delivery->attempts);
		listing_number(listing, delivery->due);
		listing_number(listing, delivery->changed);
		listing_text(listing, delivery->reply);
	}
}

static bool
list(Session *session, Format format, int limit, GError **error)
{
	g_autoptr(GPtrArray) deliveries = store_deliveries(session->store, 0, limit, error);

	if (!deliveries)
		return false;
	print_deliveries(session, format, deliveries);
	return format != FORMAT_TABLE || print_leased(session, NULL, error);
}

/* A report is never sent twice without it being said. */
static void
warn_of_report(Session *session, const Delivery *delivery)
{
	bool known = report_is_known(delivery, session->now);

	if (!delivery->report || delivery->attempts == 0)
		return;
	if (known)
		output_line(session->output,
			"  if it arrived before, the API knows it again: it stays one report");
	else if (delivery->state == DELIVERY_UNKNOWN || report_is_by_api(delivery))
		output_line(session->output, "  if it arrived before, it now arrives twice");
}

static bool
retry(Session *session, int64_t id, GError **error)
{
	g_autoptr(GPtrArray) found = store_deliveries(session->store, id + 1, 1, error);

	if (!found || !store_retry(session->store, id, session->now, error))
		return false;
	output_line(session->output, "delivery %" G_GINT64_FORMAT " is queued again", id);
	if (found->len > 0)
		warn_of_report(session, g_ptr_array_index(found, 0));
	return true;
}

static bool
cancel(Session *session, int64_t id, GError **error)
{
	if (!store_cancel(session->store, id, session->now, error))
		return false;
	output_line(session->output, "delivery %" G_GINT64_FORMAT " is cancelled", id);
	return true;
}

typedef struct Verb {
	const char *name;
	bool (*run)(Session *session, int64_t id, GError **error);
} Verb;

/* A delivery that failed, or of which nobody knows whether it left, goes again
 * only because a person says so. */
static const Verb verbs[] = {
	{ "retry", retry },
	{ "cancel", cancel },
};

static const Verb *
verb_of(char **words, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (strcmp(words[0], verbs[i].name) == 0 && words[1])
			return &verbs[i];
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
		"outbox: 'lazaret outbox' lists, 'lazaret outbox retry ID...' sends again, "
		"'lazaret outbox cancel ID...' stops a report");
	return NULL;
}

static bool
change(Session *session, GError **error)
{
	const Verb *verb = verb_of(session->arguments, error);

	if (!verb)
		return false;
	for (char **word = session->arguments + 1; *word; word++) {
		int64_t id;

		if (!id_parse(*word, &id, error) || !verb->run(session, id, error))
			return false;
	}
	return true;
}

static bool
run(Session *session, GError **error)
{
	g_autofree char *format_name = NULL;
	int limit = 0;
	Format format;
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &format_name, "table, csv or jsonl", "FORMAT" },
		{ "limit", 'n', 0, G_OPTION_ARG_INT, &limit, "at most so many", "N" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	if (!session_options(session, entries, NULL, error) || !limit_check(limit, error) ||
		!format_from_name(format_name, &format, error))
		return false;
	if (*session->arguments)
		return session_open(session, error) && change(session, error);
	return session_open_to_look(session, error) && list(session, format, limit, error);
}

static const WordValues values[] = {
	{ .word = "ID", .term = "delivery" },
	{ .word = NULL },
};

const Command cmd_outbox = {
	.name = "outbox",
	.opens = OPENS_WRITE,
	.usage = "[retry ID... | cancel ID...]",
	.summary = "list deliveries, the newest first, send one again, or stop a report",
	.run = run,
	.values = values,
};
