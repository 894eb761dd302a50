#include <sysexits.h>

#include "cli/listing.h"
#include "cli/reporting.h"
#include "cli/stop.h"
#include "cli/target.h"

typedef struct ReportOptions {
	char *by;
	char *kind;
	char *reason;
	char *format;
	gboolean unredacted;
	gboolean test;
	gboolean again;
	gboolean dry_run;
	gboolean print;
	gboolean yes;
	gboolean status;
} ReportOptions;

static void
options_clear(ReportOptions *options)
{
	g_free(options->by);
	g_free(options->kind);
	g_free(options->reason);
	g_free(options->format);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReportOptions, options_clear)

/* ---- what would leave ---- */

static void
print_way(Session *session, const ReportRequest *request, const ReportPlan *plan)
{
	bool mail = request->way == REPORT_MAIL;
	g_autofree char *size = g_format_size((guint64)plan->bytes);

	output_line(session->output, "campaign %" G_GINT64_FORMAT " would be reported to %s %s %s",
		plan->campaign, request->destination, mail ? "by" : "by the",
		mail ? request->transport : "AWS Abuse Signal API");
	output_line(session->output, "  from     %s <%s>, %s", request->reporter.org,
		request->reporter.contact, request->reporter.domain);
	output_line(session->output,
		"  as       %s, %u report%s of %" G_GINT64_FORMAT " message%s, %s%s",
		report_kind_names[request->kind], plan->drafts->len,
		plan->drafts->len == 1 ? "" : "s", plan->messages, plan->messages == 1 ? "" : "s",
		size, request->test ? ", a test that nobody acts on" : "");
	output_line(session->output, "  victims  %s",
		request->unredacted
			? "ARE NAMED: the mail as it came, with all it was for"
			: "replaced by recipient-1 and so on; headers are complete else");
}

static void
print_draft(Session *session, const ReportDraft *draft)
{
	g_autoptr(GString) ids = g_string_new(NULL);

	for (guint i = 0; i < draft->messages->len; i++)
		g_string_append_printf(
			ids, " %" G_GINT64_FORMAT, g_array_index(draft->messages, int64_t, i));
	output_line(session->output, "account %s%s", draft->account ? draft->account : "unknown",
		draft->account && !draft->proven ? " (as the mail says: no signature covers it)"
						 : "");
	output_line(session->output, "  lists    %s", ids->str + 1);
	if (draft->unlisted > 0)
		output_line(
			session->output, "  counts   %" G_GINT64_FORMAT " more", draft->unlisted);
	output_line(session->output, "  shows    %d of them, %zu bytes in all, as %s", draft->shown,
		g_bytes_get_size(draft->body), draft->token);
}

static void
print_plan(Session *session, const ReportRequest *request, const ReportPlan *plan)
{
	print_way(session, request, plan);
	for (guint i = 0; i < plan->drafts->len; i++)
		print_draft(session, g_ptr_array_index(plan->drafts, i));
	for (UnreportedReason reason = 0; reason < UNREPORTED_REASONS; reason++)
		if (plan->unreported[reason] > 0)
			output_line(session->output, "left out %" G_GINT64_FORMAT ": %s",
				plan->unreported[reason], unreported_words(reason));
	if (plan->before)
		output_line(session->output, "it was %s", plan->before);
}

static void
print_bodies(Session *session, const ReportPlan *plan)
{
	for (guint i = 0; i < plan->drafts->len; i++) {
		const ReportDraft *draft = g_ptr_array_index(plan->drafts, i);
		gsize size;
		const char *bytes = g_bytes_get_data(draft->body, &size);

		output_bytes(session->output, bytes, size);
		if (size > 0 && bytes[size - 1] != '\n')
			output_bytes(session->output, "\n", 1);
	}
}

/* ---- is it meant? ---- */

static bool
ask(Session *session, const ReportRequest *request, const ReportPlan *plan)
{
	if (request->unredacted)
		output_line(
			session->output, "The mail leaves as it came: it names those it was for.");
	if (request->way == REPORT_API)
		output_line(session->output,
			"Amazon keeps reports in regions of the USA and of Europe.");
	output_line(session->output,
		"What has left can't be taken back; until then lazaret outbox cancel does.");
	if (!session_ask(session))
		return false;
	if (!plan->before)
		return true;
	output_line(
		session->output, "This campaign was %s. It would be reported again.", plan->before);
	return session_ask(session);
}

static bool
confirm(Session *session, const ReportOptions *options, ReportRequest *request,
	const ReportPlan *plan, bool *confirmed, GError **error)
{
	*confirmed = options->yes;
	request->again = options->again;
	if (options->yes && (!plan->before || options->again))
		return true;
	if (options->yes) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_DATA,
			"campaign %" G_GINT64_FORMAT " was %s: --again reports it once more",
			plan->campaign, plan->before);
		return false;
	}
	if (!session_can_ask(session)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"a report can't be taken back: --yes sends it without asking, --dry-run shows it");
		return false;
	}
	*confirmed = request->again = ask(session, request, plan);
	if (!*confirmed)
		output_line(session->output, "nothing was reported");
	return true;
}

static bool
report(Session *session, const ReportOptions *options, ReportRequest *request, GError **error)
{
	g_auto(ReportPlan) plan = { 0 };
	bool confirmed = false;
	int64_t operation;

	if (!store_plan_report(session->store, request, &plan, error))
		return false;
	if (options->print) {
		print_bodies(session, &plan);
		return true;
	}
	print_plan(session, request, &plan);
	if (options->dry_run)
		return true;
	if (!confirm(session, options, request, &plan, &confirmed, error) || !confirmed)
		return !error || !*error;
	operation = store_report(session->store, request, &plan, error);
	if (operation)
		output_line(session->output,
			"operation %" G_GINT64_FORMAT ": %u report%s queued; lazaret deliver sends"
			" what is due",
			operation, plan.drafts->len, plan.drafts->len == 1 ? "" : "s");
	return operation != 0;
}

/* ---- what became of those that were made ---- */

static bool
is_open(const ReportRow *row)
{
	return row->remote && g_strcmp0(row->status, "COMPLETED") != 0;
}

static bool
ask_one(Session *session, const AbuseApi *api, const ReportRow *row, GError **error)
{
	g_auto(AbuseStatus) status = { 0 };
	g_autoptr(GError) fault = NULL;

	if (!abuse_ask(api, row->destination, row->remote, &status, &fault)) {
		complain("report %" G_GINT64_FORMAT ": %s", row->id, fault->message);
		session->status = EX_TEMPFAIL;
		return true;
	}
	return store_note_report(session->store, row->id,
		&(ReportNews){ .status = status.status, .outcome = status.outcome }, clock_now(),
		error);
}

static bool
ask_about_open(Session *session, int64_t campaign, GError **error)
{
	AbuseApi api = abuse_api_of(session->settings);
	g_autoptr(GPtrArray) rows = store_reports(session->store, campaign, 0, error);

	api.interrupt = stop_on_signals();
	for (guint i = 0; rows && i < rows->len && !stop_asked(); i++) {
		const ReportRow *row = g_ptr_array_index(rows, i);

		if (is_open(row) && !ask_one(session, &api, row, error))
			return false;
	}
	return rows != NULL;
}

static void
print_reports(Session *session, Format format, const GPtrArray *rows)
{
	static const ListingColumn columns[] = {
		{ .name = "id", .type = CELL_NUMBER, .width = 6 },
		{ .name = "state", .width = 9 },
		{ .name = "status", .width = 10 },
		{ .name = "outcome", .width = 28 },
		{ .name = "campaign", .type = CELL_NUMBER, .width = 8 },
		{ .name = "messages", .type = CELL_NUMBER, .width = 8, .spare = 2 },
		{ .name = "account", .spare = 3 },
		{ .name = "by", .width = 4, .spare = 4 },
		{ .name = "to" },
		{ .name = "remote", .spare = 1 },
		{ .name = "redacted", .type = CELL_BOOL, .width = 8, .spare = 6 },
		{ .name = "test", .type = CELL_BOOL, .width = 5, .spare = 8 },
		{ .name = "token", .spare = 9 },
		{ .name = "size", .type = CELL_NUMBER, .width = 8, .spare = 7 },
		{ .name = "delivery", .type = CELL_NUMBER, .width = 8, .spare = 5 },
		{ .name = "operation", .type = CELL_NUMBER, .width = 9, .spare = 5 },
		{ .name = "actor", .spare = 4 },
		{ .name = "at", .type = CELL_TIME, .width = 16, .spare = 1 },
		{ .name = "asked", .type = CELL_TIME, .width = 16, .spare = 6 },
	};
	g_autoptr(Listing) listing =
		listing_new(session->output, format, columns, G_N_ELEMENTS(columns));

	for (guint i = 0; i < rows->len; i++) {
		const ReportRow *row = g_ptr_array_index(rows, i);

		listing_number(listing, row->id);
		listing_text(listing, delivery_state_name(row->state));
		listing_text(listing, row->status);
		listing_text(listing, row->outcome);
		listing_number(listing, row->campaign);
		listing_number(listing, row->messages);
		listing_text(listing, row->account);
		listing_text(listing, report_way_names[row->way]);
		listing_text(listing, row->destination);
		listing_text(listing, row->remote);
		listing_bool(listing, row->redacted);
		listing_bool(listing, row->test);
		listing_text(listing, row->token);
		listing_number(listing, row->size);
		listing_number(listing, row->delivery);
		listing_number(listing, row->operation);
		listing_text(listing, row->actor);
		listing_number(listing, row->at);
		listing_number(listing, row->asked);
	}
}

static bool
show_status(Session *session, const ReportOptions *options, int64_t campaign, GError **error)
{
	g_autoptr(GPtrArray) rows = NULL;
	Format format;

	if (!format_from_name(options->format, &format, error) ||
		!ask_about_open(session, campaign, error))
		return false;
	rows = store_reports(session->store, campaign, 0, error);
	if (rows)
		print_reports(session, format, rows);
	return rows != NULL;
}

/* ---- what is asked for ---- */

/* The place of @name among @names; NULL is @usual. */
static bool
choose(const char *option, const char *name, const char *const *names, int usual, int *place,
	GError **error)
{
	g_autofree char *known = NULL;

	*place = usual;
	for (int i = 0; name && names[i]; i++) {
		if (g_str_equal(name, names[i])) {
			*place = i;
			return true;
		}
	}
	if (!name)
		return true;
	known = g_strjoinv(", ", (char **)names);
	g_set_error(
		error, CLI_ERROR, CLI_ERROR_USAGE, "%s: '%s' is none of %s", option, name, known);
	return false;
}

static bool
fill(Session *session, const ReportOptions *options, int64_t campaign, ReportRequest *request,
	GError **error)
{
	int way = 0;
	int kind = 0;

	if (!choose("--by", options->by, report_way_names,
		    (int)settings_number(session->settings, SETTING_REPORT_BY), &way, error) ||
		!choose("--kind", options->kind, report_kind_names, REPORT_SPAM, &kind, error))
		return false;
	*request = report_request_of(session->settings, (ReportWay)way);
	request->campaign = campaign;
	request->kind = (ReportKind)kind;
	request->unredacted = options->unredacted;
	request->test = options->test;
	request->actor = session->actor;
	request->reason = options->reason;
	request->now = session->now;
	return true;
}

static bool
run(Session *session, GError **error)
{
	g_auto(ReportOptions) options = { 0 };
	ReportRequest request;
	int64_t campaign = 0;
	bool looks;
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "by", 0, 0, G_OPTION_ARG_STRING, &options.by, "mail (ARF) or api (XARF, by the AWS Abuse Signal API); else the setting report-by", "WAY" },
		{ "kind", 'k', 0, G_OPTION_ARG_STRING, &options.kind, "spam or phishing", "KIND" },
		{ "unredacted", 0, 0, G_OPTION_ARG_NONE, &options.unredacted, "the mail as it came, with whom it was for", NULL },
		{ "test", 0, 0, G_OPTION_ARG_NONE, &options.test, "one that is checked and thrown away (lifecycle:test)", NULL },
		{ "again", 0, 0, G_OPTION_ARG_NONE, &options.again, "with --yes: though the campaign was reported before", NULL },
		{ "dry-run", 'n', 0, G_OPTION_ARG_NONE, &options.dry_run, "say what would leave and to whom, and change nothing", NULL },
		{ "print", 'p', 0, G_OPTION_ARG_NONE, &options.print, "print what would leave, byte for byte, and change nothing", NULL },
		{ "yes", 'y', 0, G_OPTION_ARG_NONE, &options.yes, "do not ask", NULL },
		{ "reason", 'r', 0, G_OPTION_ARG_STRING, &options.reason, "why, for the log here; it does not leave", "TEXT" },
		{ "status", 's', 0, G_OPTION_ARG_NONE, &options.status, "list the reports that were made, and ask the API about those it has not completed", NULL },
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &options.format, "with --status: table, csv or jsonl", "FORMAT" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	if (!session_options(session, entries, NULL, error) || !session_at_most(session, 1, error))
		return false;
	looks = options.dry_run || options.print;
	if (*session->arguments && !id_parse(session->arguments[0], &campaign, error))
		return false;
	if (!campaign && !options.status) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"report: name a campaign by its number; lazaret campaigns lists them");
		return false;
	}
	if (!(looks ? session_open_to_look(session, error) : session_open(session, error)))
		return false;
	if (options.status)
		return show_status(session, &options, campaign, error);
	return fill(session, &options, campaign, &request, error) &&
		report(session, &options, &request, error);
}

static const char *
way_at(size_t place, const char **help)
{
	static const char *const words[] = { "ARF, by the setting report-transport",
		"XARF, by the AWS Abuse Signal API" };

	if (place >= REPORT_WAYS)
		return NULL;
	*help = words[place];
	return report_way_names[place];
}

static const char *
kind_at(size_t place, G_GNUC_UNUSED const char **help)
{
	return place < REPORT_KINDS ? report_kind_names[place] : NULL;
}

static const WordValues values[] = {
	{ .word = "CAMPAIGN", .term = "campaign" },
	{ .word = "WAY", .name = way_at },
	{ .word = "KIND", .name = kind_at },
	{ .word = NULL },
};

const Command cmd_report = {
	.name = "report",
	.opens = OPENS_WRITE,
	.usage = "CAMPAIGN | --status [CAMPAIGN]",
	.summary = "report a campaign's accounts to Amazon, and see what became of it",
	.run = run,
	.values = values,
};
