#include <sysexits.h>

#include "cli/command.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/target.h"
#include "cli/when.h"
#include "store/purge.h"

typedef struct PurgeOptions {
	char *older_than;
	gboolean held;
	gboolean claimed;
	gboolean dry_run;
	gboolean yes;
	gboolean vacuum;
	char *reason;
} PurgeOptions;

static void
options_clear(PurgeOptions *options)
{
	g_free(options->older_than);
	g_free(options->reason);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PurgeOptions, options_clear)

/* ---- what is asked for ---- */

/* "90d", or 90 for the same. */
static bool
parse_age(const char *text, int64_t *seconds, GError **error)
{
	g_autofree char *days = g_strconcat(text, "d", NULL);

	if (duration_parse(text, seconds) || duration_parse(days, seconds))
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
		"--older-than: '%s' is no age such as 12h or 90d", text);
	return false;
}

static void
ages_of_settings(const Session *session, PurgeRequest *request)
{
	static const SettingId ids[STATES] = {
		[STATE_HELD] = SETTING_PURGE_HELD,
		[STATE_RELEASED] = SETTING_PURGE_RELEASED,
		[STATE_BLOCKED] = SETTING_PURGE_BLOCKED,
	};

	for (MessageState state = 0; state < STATES; state++) {
		int64_t age = settings_number(session->settings, ids[state]);

		request->before[state] = age < 0 ? PURGE_NEVER : session->now - age;
	}
}

/* Who names messages, or an age, means them, whatever the settings say: but what is held
 * waits for a decision still. */
static bool
ages_of_options(
	const Session *session, const PurgeOptions *options, PurgeRequest *request, GError **error)
{
	int64_t age = 0;

	if (options->older_than && !parse_age(options->older_than, &age, error))
		return false;
	for (MessageState state = 0; state < STATES; state++)
		request->before[state] = options->older_than ? session->now - age : PURGE_ALWAYS;
	if (!options->held)
		request->before[STATE_HELD] = PURGE_NEVER;
	return true;
}

static bool
set_ages(Session *session, const PurgeOptions *options, PurgeRequest *request, GError **error)
{
	if (options->older_than || session_operands(session) > 0)
		return ages_of_options(session, options, request, error);
	if (options->held) {
		/* Not all that there is: nobody has said how old. */
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"--held goes with --older-than, a query or messages; by the settings, purge-held"
			" says what becomes of held ones");
		return false;
	}
	ages_of_settings(session, request);
	return true;
}

/* ---- what would be done ---- */

static void
print_count(Session *session, int64_t count, const char *words)
{
	if (count > 0)
		output_line(session->output, "%6" G_GINT64_FORMAT "  %s", count, words);
}

static void
print_kept(Session *session, const PurgePlan *plan)
{
	static const char *const ways[KEPT_REASONS] = {
		[KEPT_STATE] = "; --held takes held ones",
		[KEPT_CLAIMED] = "; --claimed takes them",
	};

	for (KeptReason reason = 0; reason < KEPT_REASONS; reason++) {
		g_autofree char *words = g_strconcat("left: ", kept_reason_words(reason),
			ways[reason] ? ways[reason] : "", NULL);

		print_count(session, plan->kept[reason], words);
	}
}

static void
print_plan(Session *session, const PurgePlan *plan)
{
	g_autofree char *bytes = g_format_size((guint64)plan->bytes);
	g_autofree char *oldest = when_text(plan->oldest);
	g_autofree char *newest = when_text(plan->newest);

	output_line(session->output, "purge would remove the mail of:");
	output_line(session->output, "%6u  messages, %s", plan->targets->len, bytes);
	for (MessageState state = 0; state < STATES; state++) {
		g_autofree char *words = g_strconcat("of them ", state_name(state), NULL);

		print_count(session, plan->by_state[state], words);
	}
	if (plan->targets->len > 0)
		output_line(session->output, "        received %s to %s UTC", oldest, newest);
	print_count(session, plan->unfinished, "that an interrupted purge left");
	print_kept(session, plan);
}

/* ---- doing it ---- */

/* Nobody purges by having no terminal. */
static bool
confirm(Session *session, const PurgeOptions *options, bool *confirmed, GError **error)
{
	*confirmed = options->yes;
	if (options->yes)
		return true;
	if (!session_can_ask(session)) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"purge can't be undone: --yes does it without asking, --dry-run does nothing");
		return false;
	}
	output_line(
		session->output, "This can't be undone: of these messages only a record is left.");
	*confirmed = session_ask(session);
	if (!*confirmed)
		output_line(session->output, "nothing was changed");
	return true;
}

static void
on_progress(const char *noun, int64_t done, int64_t total, void *data)
{
	progress_count(data, noun);
	progress_show(data, done, 0, total > 0 ? total : -1);
}

static void
print_summary(Session *session, const PurgeSummary *summary)
{
	g_autoptr(GString) line = g_string_new(NULL);

	g_string_append_printf(line, "purge: %" G_GINT64_FORMAT " message%s", summary->messages,
		summary->messages == 1 ? "" : "s");
	if (summary->operation)
		g_string_append_printf(line, ", operation %" G_GINT64_FORMAT, summary->operation);
	output_line(session->output, "%s", line->str);
	print_count(session, summary->changed, "changed meanwhile, left as they are");
	print_count(session, summary->outdated,
		"were read by another version of lazaret, left as they are: rescore them first");
	if (summary->stopped)
		output_line(session->output, "interrupted; lazaret purge goes on");
	else if (summary->pending)
		output_line(session->output,
			"somebody still reads the store as it was, and its -wal file has the mail until "
			"then: lazaret purge again empties it");
	if (summary->stopped || summary->pending)
		session->status = EX_TEMPFAIL;
}

static bool
purge(Session *session, const PurgeRequest *request, const PurgePlan *plan, bool vacuum,
	GError **error)
{
	g_autoptr(Progress) progress = progress_new();
	const PurgeWatch watch = {
		.progress = progress_wanted(progress) ? on_progress : NULL,
		.stop = stop_asked_by,
		.data = progress,
	};
	PurgeSummary summary;

	stop_on_signals();
	if (!store_purge(session->store, request, plan, &watch, &summary, error))
		return false;
	progress_clear(progress);
	if (vacuum && !summary.stopped && !store_vacuum(session->store, error))
		return false;
	print_summary(session, &summary);
	return true;
}

static bool
plan_and_purge(
	Session *session, const PurgeOptions *options, const PurgeRequest *request, GError **error)
{
	g_auto(PurgePlan) plan = { 0 };
	bool confirmed = true;

	if (!store_plan_purge(session->store, request, &plan, error))
		return false;
	print_plan(session, &plan);
	if (options->dry_run)
		return true;
	/* What an earlier one left was said yes to then. */
	if (plan.targets->len > 0 && !confirm(session, options, &confirmed, error))
		return false;
	return !confirmed || purge(session, request, &plan, options->vacuum, error);
}

static bool
run(Session *session, GError **error)
{
	g_auto(PurgeOptions) options = { 0 };
	g_autoptr(GArray) ids = NULL;
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "older-than", 'o', 0, G_OPTION_ARG_STRING, &options.older_than, "what came, and was decided about, that long ago, such as 90d", "AGE" },
		{ "held", 0, 0, G_OPTION_ARG_NONE, &options.held, "also what is held still", NULL },
		{ "claimed", 0, 0, G_OPTION_ARG_NONE, &options.claimed, "also what somebody else claims", NULL },
		{ "dry-run", 'n', 0, G_OPTION_ARG_NONE, &options.dry_run, "say what would be removed, and change nothing", NULL },
		{ "yes", 'y', 0, G_OPTION_ARG_NONE, &options.yes, "do not ask", NULL },
		{ "reason", 'r', 0, G_OPTION_ARG_STRING, &options.reason, "why, for the record", "TEXT" },
		{ "vacuum", 0, 0, G_OPTION_ARG_NONE, &options.vacuum, "then write the store anew, so that its file shrinks; nobody else can write meanwhile", NULL },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */
	PurgeRequest request = { .actor = session->actor, .now = session->now };

	if (!session_options(session, entries, NULL, error) ||
		!(options.dry_run ? session_open_to_look(session, error)
				  : session_open(session, error)) ||
		!set_ages(session, &options, &request, error))
		return false;
	if (session_operands(session) > 0) {
		ids = targets_of(session, error);
		if (!ids)
			return false;
	}
	request.ids = ids;
	request.claimed = options.claimed;
	request.reason = options.reason;
	return plan_and_purge(session, &options, &request, error);
}

const Command cmd_purge = {
	.name = "purge",
	.opens = OPENS_WRITE,
	.usage = "[QUERY|ID...]",
	.takes_query = true,
	.summary = "remove the mail of old messages, and keep a record",
	.run = run,
};
