#include <string.h>

#include "cli/command.h"
#include "cli/listing.h"
#include "cli/target.h"
#include "cli/when.h"
#include "store/campaign.h"
#include "store/odd.h"

enum {
	SHOWN_ODD = 10, /* messages that stand out */
	PAGE = 500,     /* campaigns that are read at once */
};

typedef struct CampaignsOptions {
	char *format;
	char *reason;
	gint limit;
	gboolean dry_run;
} CampaignsOptions;

static void
options_clear(CampaignsOptions *options)
{
	g_free(options->format);
	g_free(options->reason);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CampaignsOptions, options_clear)

static const ListingColumn columns[] = {
	{ .name = "id", .type = CELL_NUMBER, .width = 8 },
	{ .name = "messages", .type = CELL_NUMBER, .width = 8 },
	{ .name = "score", .type = CELL_NUMBER, .width = 5 },
	{ .name = "held", .type = CELL_NUMBER, .width = 6, .spare = 4 },
	{ .name = "released", .type = CELL_NUMBER, .width = 8, .spare = 5 },
	{ .name = "blocked", .type = CELL_NUMBER, .width = 7, .spare = 5 },
	{ .name = "accounts", .type = CELL_NUMBER, .width = 8, .spare = 6 },
	{ .name = "domains", .type = CELL_NUMBER, .width = 7, .spare = 6 },
	{ .name = "recipients", .type = CELL_NUMBER, .width = 10, .spare = 7 },
	{ .name = "from_name", .width = 20 },
	{ .name = "from", .width = 28, .spare = 3 },
	{ .name = "subject" },
	{ .name = "link_domain", .width = 28, .spare = 1 },
	{ .name = "first", .type = CELL_TIME, .width = 16, .spare = 8 },
	{ .name = "last", .type = CELL_TIME, .width = 16, .spare = 2 },
	{ .name = "why", .width = 24, .spare = 1 },
};

/* "account,link": what binds it. */
static char *
kinds_text(unsigned kinds)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (int kind = 0; kind < EDGE_KINDS; kind++) {
		if (kinds & 1U << kind)
			g_string_append_printf(
				text, "%s%s", text->len ? "," : "", edge_kind_names[kind].name);
	}
	return text->len ? g_strdup(text->str) : NULL;
}

static void
print_row(Listing *listing, const CampaignRow *row)
{
	g_autofree char *why = kinds_text(row->kinds);
	const MessageRow *top = row->top;

	listing_number(listing, row->id);
	listing_number(listing, row->matching);
	listing_number(listing, row->score);
	for (MessageState state = 0; state < STATES; state++)
		listing_number(listing, row->counts[state]);
	listing_number(listing, row->accounts);
	listing_number(listing, row->domains);
	listing_number(listing, row->recipients);
	listing_text(listing, top ? top->from_name : NULL);
	listing_text(listing, top ? top->from : NULL);
	listing_text(listing, top ? top->subject : NULL);
	listing_text(listing, top ? top->link_domain : NULL);
	listing_number(listing, row->first);
	listing_number(listing, row->last);
	listing_text(listing, why);
}

static bool
print_all(Session *session, Listing *listing, CampaignList *list, int limit, GError **error)
{
	/* All pages are of one moment: none is shown twice, or missed, that moved meanwhile. */
	g_autoptr(Snapshot) snapshot = store_snapshot(session->store, error);
	int left = limit;

	if (!snapshot)
		return false;
	do {
		g_autoptr(GPtrArray) rows = NULL;

		list->limit = limit > 0 ? MIN(left, PAGE) : PAGE;
		rows = store_campaigns(session->store, list, error);
		if (!rows)
			return false;
		for (guint i = 0; i < rows->len; i++) {
			const CampaignRow *row = g_ptr_array_index(rows, i);

			print_row(listing, row);
			list->after = row->position;
		}
		list->from_position = true;
		left -= (int)rows->len;
		if ((int)rows->len < list->limit)
			break;
	} while (limit == 0 || left > 0);
	return true;
}

static bool
verb_list(Session *session, const CampaignsOptions *options, Format format, GError **error)
{
	g_autoptr(Query) query = query_of(session, session->arguments, error);
	g_autoptr(Listing) listing = NULL;
	CampaignList list = { .query = query, .recipients = true };

	if (!query)
		return false;
	listing = listing_new(session->output, format, columns, G_N_ELEMENTS(columns));
	return print_all(session, listing, &list, options->limit, error);
}

/* ---- show ---- */

static bool
print_edges(Session *session, const CampaignRow *row, Format format, GError **error)
{
	static const ListingColumn edge_columns[] = {
		{ .name = "edge", .type = CELL_NUMBER, .width = 8 },
		{ .name = "messages", .type = CELL_NUMBER, .width = 8 },
		{ .name = "state", .width = 6 },
		{ .name = "kind", .width = 15 },
		{ .name = "value" },
	};
	g_autoptr(GPtrArray) edges = store_campaign_edges(session->store, row->id, 0, error);
	g_autoptr(Listing) listing = NULL;

	if (!edges)
		return false;
	listing = listing_new(session->output, format, edge_columns, G_N_ELEMENTS(edge_columns));
	for (guint i = 0; i < edges->len; i++) {
		const CampaignEdge *edge = g_ptr_array_index(edges, i);

		listing_number(listing, edge->id);
		listing_number(listing, edge->messages);
		listing_text(listing, edge_state_name(edge->state));
		listing_text(listing, edge_kind_names[edge->kind].name);
		listing_text(listing, edge->value);
	}
	return true;
}

static bool
print_odd(Session *session, int64_t campaign, GError **error)
{
	g_autoptr(GArray) ids = store_campaign_messages(session->store, campaign, 0, error);
	g_autoptr(GPtrArray) odd = ids ? store_odd(session->store, ids, SHOWN_ODD, error) : NULL;

	if (!odd)
		return false;
	if (odd->len > 0)
		output_line(session->output, "odd ones out:");
	for (guint i = 0; i < odd->len; i++)
		output_line(
			session->output, "  %s", ((const Odd *)g_ptr_array_index(odd, i))->text);
	return true;
}

static void
print_head(Session *session, const CampaignRow *row)
{
	g_autofree char *first = when_text(row->first);
	g_autofree char *last = when_text(row->last);
	int64_t all = campaign_total(row);

	output_line(session->output,
		"campaign %" G_GINT64_FORMAT ": %" G_GINT64_FORMAT " message%s to %d%s recipient%s,"
		" %s to %s",
		row->id, all, all == 1 ? "" : "s", row->recipients, row->more ? "+" : "",
		row->recipients == 1 ? "" : "s", first, last);
	for (MessageState state = 0; state < STATES; state++)
		output_line(session->output, "%6" G_GINT64_FORMAT "  %s", row->counts[state],
			state_name(state));
	output_line(session->output, "%6d%s SES accounts", row->accounts, row->more ? "+" : " ");
	output_line(session->output, "%6d%s From domains", row->domains, row->more ? "+" : " ");
	if (row->kinds == 0)
		output_line(session->output, "nothing is shared: it stands alone");
	else
		output_line(session->output, "why together:");
}

static bool
verb_show(Session *session, G_GNUC_UNUSED const CampaignsOptions *options, Format format,
	GError **error)
{
	g_autoptr(CampaignRow) row = NULL;
	int64_t id;

	if (!id_parse(session->arguments[1], &id, error))
		return false;
	row = store_campaign(session->store, id, NULL, error);
	if (!row)
		return false;
	if (format == FORMAT_TABLE)
		print_head(session, row);
	return print_edges(session, row, format, error) &&
		(format != FORMAT_TABLE || print_odd(session, row->id, error));
}

/* ---- split and join ---- */

static bool
verb_split(Session *session, const CampaignsOptions *options, G_GNUC_UNUSED Format format,
	GError **error)
{
	int64_t operation;
	int64_t edge;
	int parts = 0;

	if (!id_parse(session->arguments[1], &edge, error) ||
		!store_plan_cut(session->store, edge, &parts, error))
		return false;
	if (options->dry_run) {
		output_line(session->output,
			parts > 1 ? "the campaign would fall into %d"
				  : "the campaign would stay whole: other edges hold all of it",
			parts);
		return true;
	}
	operation = store_cut_edge(
		session->store, edge, session->actor, options->reason, session->now, error);
	if (operation == 0)
		return false;
	output_line(session->output,
		parts > 1
			? "split into %d campaigns, operation %" G_GINT64_FORMAT
			: "cut; other edges hold all of it (%d campaign), operation %" G_GINT64_FORMAT,
		parts, operation);
	return true;
}

static bool
verb_join(Session *session, const CampaignsOptions *options, G_GNUC_UNUSED Format format,
	GError **error)
{
	int64_t operation;
	int64_t a;
	int64_t b;

	if (!id_parse(session->arguments[1], &a, error) ||
		!id_parse(session->arguments[2], &b, error))
		return false;
	if (options->dry_run) {
		if (!store_campaign_id(session->store, &a, error) ||
			!store_campaign_id(session->store, &b, error))
			return false;
		output_line(session->output,
			a == b ? "they are one campaign already"
			       : "they would become one campaign");
		return true;
	}
	operation = store_join_campaigns(session->store, (const int64_t[]){ a, b }, session->actor,
		options->reason, session->now, error);
	if (operation == 0 || !store_campaign_id(session->store, &a, error))
		return false;
	output_line(session->output,
		"joined into campaign %" G_GINT64_FORMAT ", operation %" G_GINT64_FORMAT, a,
		operation);
	return true;
}

typedef struct Verb {
	const char *name;
	size_t operands; /* besides itself */
	bool writes;
	bool (*run)(
		Session *session, const CampaignsOptions *options, Format format, GError **error);
} Verb;

static const Verb verbs[] = {
	{ "show", 1, false, verb_show },
	{ "split", 1, true, verb_split },
	{ "join", 2, true, verb_join },
};

/* A word before other words is one to search for; but nobody looks for "join 1". */
static bool
find_verb(const Session *session, const Verb **verb, GError **error)
{
	size_t operands = session_operands(session);
	size_t i = 0;

	while (operands > 0 && i < G_N_ELEMENTS(verbs) &&
		strcmp(session->arguments[0], verbs[i].name) != 0)
		i++;
	if (operands == 0 || i == G_N_ELEMENTS(verbs))
		return true;
	if (operands == verbs[i].operands + 1) {
		*verb = &verbs[i];
	} else if (words_are_ids(session->arguments + 1)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE, "usage: lazaret campaigns %s",
			session->command->usage);
		return false;
	}
	return true;
}

/* What is asked for must be something that the verb does. */
static bool
check_options(const Verb *verb, const CampaignsOptions *options, GError **error)
{
	const struct {
		const char *name;
		bool given, has_meaning;
	} all[] = {
		{ "--limit", options->limit != 0, !verb->name },
		{ "--format", options->format, !verb->writes },
		{ "--reason", options->reason, verb->writes },
		{ "--dry-run", options->dry_run, verb->writes },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		if (!all[i].given || all[i].has_meaning)
			continue;
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"%s has no meaning for lazaret campaigns %s", all[i].name,
			verb->name ? verb->name : "[QUERY]");
		return false;
	}
	return true;
}

static bool
run_verb(Session *session, const CampaignsOptions *options, Format format, GError **error)
{
	static const Verb list = { .run = verb_list };
	const Verb *verb = &list;

	if (!find_verb(session, &verb, error) || !check_options(verb, options, error))
		return false;
	if (!(verb->writes && !options->dry_run ? session_open(session, error)
						: session_open_to_look(session, error)))
		return false;
	return verb->run(session, options, format, error);
}

static bool
run(Session *session, GError **error)
{
	static const char more[] =
		"lazaret campaigns show ID says what binds campaign ID, and which of it stand out.\n"
		"lazaret campaigns split EDGE cuts an edge that 'show' names; join ID ID joins two.\n"
		"Both are operations: lazaret undo takes them back.\n";
	g_auto(CampaignsOptions) options = { 0 };
	Format format;
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "limit", 'n', 0, G_OPTION_ARG_INT, &options.limit, "at most N campaigns", "N" },
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &options.format, "table, csv or jsonl", "FORMAT" },
		{ "reason", 'r', 0, G_OPTION_ARG_STRING, &options.reason, "why it is split or joined, for the record", "TEXT" },
		{ "dry-run", 0, 0, G_OPTION_ARG_NONE, &options.dry_run, "say what split or join would do, and change nothing", NULL },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	return session_options(session, entries, more, error) &&
		limit_check(options.limit, error) &&
		format_from_name(options.format, &format, error) &&
		run_verb(session, &options, format, error);
}

static const WordValues values[] = {
	{ .word = "ID", .term = "campaign" },
	{ .word = NULL },
};

const Command cmd_campaigns = {
	.name = "campaigns",
	.opens = OPENS_WRITE,
	.usage = "[QUERY | show ID | split EDGE | join ID ID]",
	.takes_query = true,
	.summary = "list what belongs together, say why, part and join it",
	.run = run,
	.values = values,
};
