#include <string.h>
#include <sysexits.h>

#include "cli/command.h"
#include "cli/progress.h"
#include "cli/stop.h"
#include "cli/when.h"
#include "importer/maillog.h"
#include "mail/address.h"

enum {
	MAX_REASON = 200, /* bytes of paths */
	DAY = 24 * 60 * 60,
	KEEP_DAYS = 14,
};

typedef struct MaillogChoices {
	gboolean all;
	gboolean again;
	gboolean dry_run;
	char **except;
	char *keep;
} MaillogChoices;

static void
choices_clear(MaillogChoices *choices)
{
	g_strfreev(choices->except);
	g_free(choices->keep);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MaillogChoices, choices_clear)

typedef struct Report {
	Session *session;
	Progress *progress;
	bool dry_run;
} Report;

static void
on_progress(int64_t lines, int64_t bytes, void *data)
{
	const Report *report = data;

	progress_show(report->progress, lines, bytes, -1);
}

static void
on_skipped(const GError *error, void *data)
{
	const Report *report = data;

	progress_clear(report->progress);
	complain("skipped: %s", error->message);
}

/* For a log: how much is given, to whom is for `lazaret show` to say. */
static char *
given_count(const LogOutcome *outcome)
{
	guint recipients = outcome->recipients ? outcome->recipients->len : 0;

	if (recipients == 0)
		return g_strdup(outcome->sender ? "a sender" : "");
	return g_strdup_printf("%s%u %s", outcome->sender ? "a sender and " : "", recipients,
		recipients == 1 ? "recipient" : "recipients");
}

static char *
given_words(const LogOutcome *outcome)
{
	GString *words = g_string_new(NULL);

	if (outcome->sender)
		g_string_append_printf(words, "from <%s>", outcome->sender);
	if (outcome->sender && outcome->recipients)
		g_string_append_c(words, ' ');
	for (guint i = 0; outcome->recipients && i < outcome->recipients->len; i++)
		g_string_append_printf(words, "%s<%s>", i ? ", " : "to ",
			(const char *)g_ptr_array_index(outcome->recipients, i));
	return g_string_free(words, FALSE);
}

static void
on_outcome(const LogOutcome *outcome, void *data)
{
	const Report *report = data;
	bool log = output_is_log(report->session->output) && !report->dry_run;
	g_autofree char *given = log ? given_count(outcome) : given_words(outcome);

	progress_clear(report->progress);
	if (*given)
		output_line(report->session->output,
			"message %" G_GINT64_FORMAT " %s %s (%s, queue id %s)", outcome->message,
			report->dry_run ? "would get" : "gets", given, outcome->server,
			outcome->queue_id);
	if (outcome->left)
		output_line(report->session->output, "message %" G_GINT64_FORMAT " is left: %s",
			outcome->message, outcome->left);
}

static void
print_summary(Session *session, const MaillogSummary *summary, bool dry_run)
{
	const LogJoinSummary *join = &summary->join;
	g_autoptr(GString) line = g_string_new(NULL);

	g_string_append_printf(line,
		"%" G_GINT64_FORMAT " lines, %" G_GINT64_FORMAT " of mails; %" G_GINT64_FORMAT
		" messages found, %" G_GINT64_FORMAT " %s a sender, %" G_GINT64_FORMAT
		" recipients, %" G_GINT64_FORMAT " left",
		summary->lines, summary->facts, join->joined, join->senders,
		dry_run ? "would get" : "got", join->recipients, join->left);
	if (summary->broken > 0)
		g_string_append_printf(
			line, "; %" G_GINT64_FORMAT " lines not understood", summary->broken);
	output_line(session->output, "%s", line->str);
	if (summary->stopped)
		output_line(session->output, "interrupted; the same command goes on");
}

/* What operations say of where it is from. */
static char *
reason_of(char *const *paths)
{
	g_autofree char *all = g_strjoinv(", ", (char **)paths);
	g_autofree char *valid =
		g_utf8_make_valid(strcmp(all, "-") == 0 ? "standard input" : all, -1);

	if (strlen(valid) > MAX_REASON)
		*g_utf8_find_prev_char(valid, valid + MAX_REASON) = '\0';
	return g_steal_pointer(&valid);
}

static bool
read_logs(Session *session, const MaillogChoices *choices, int64_t keep, GError **error)
{
	g_autoptr(Progress) progress = progress_new();
	g_autofree char *reason = reason_of(session->arguments);
	Report report = { session, progress, choices->dry_run };
	MaillogSummary summary = { 0 };
	MaillogOptions options = {
		.paths = (const char *const *)session->arguments,
		.all = choices->all,
		.again = choices->again,
		.keep = keep,
		.join = {
			.actor = session->actor,
			.reason = reason,
			.except = (const char *const *)choices->except,
			.now = session->now,
			.dry_run = choices->dry_run,
			.outcome = on_outcome,
		},
		.progress = progress_wanted(progress) ? on_progress : NULL,
		.skipped = on_skipped,
		.stop = stop_asked_by,
		.data = &report,
	};
	bool done;

	progress_count(progress, "lines");
	options.interrupt = stop_on_signals();
	done = maillog_read(session->store, &options, &summary, error);
	progress_clear(progress);
	if (summary.stopped)
		session->status = EX_TEMPFAIL;
	else if (summary.failed > 0)
		session->status = EX_DATAERR;
	if (done)
		print_summary(session, &summary, choices->dry_run);
	return done;
}

static bool
check_choices(const MaillogChoices *choices, int64_t *keep, GError **error)
{
	for (char **one = choices->except; one && *one; one++) {
		/* No log's recipient lacks it. */
		const char *fault = strchr(*one, '@') ? address_fault(*one) : "it has no domain";

		if (!fault)
			continue;
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"maillog: '%s' is no recipient address: %s", *one, fault);
		return false;
	}
	*keep = (int64_t)KEEP_DAYS * DAY;
	if (!choices->keep || (duration_parse(choices->keep, keep) && *keep > 0))
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
		"maillog: '%s' is no length of time, such as 14d", choices->keep);
	return false;
}

static bool
run(Session *session, GError **error)
{
	g_auto(MaillogChoices) choices = { 0 };
	int64_t keep;
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "all", 'a', 0, G_OPTION_ARG_NONE, &choices.all, "remember mail that is not SES mail too, for messages that come later", NULL },
		{ "again", 0, 0, G_OPTION_ARG_NONE, &choices.again, "read logs from their beginning, not from where the last reading ended", NULL },
		{ "except", 'x', 0, G_OPTION_ARG_STRING_ARRAY, &choices.except, "recipient that is the quarantine itself and nobody's; can be repeated", "ADDRESS" },
		{ "keep", 'k', 0, G_OPTION_ARG_STRING, &choices.keep, "how long mails are remembered that no message is of; 14d unless told", "LENGTH" },
		{ "dry-run", 'n', 0, G_OPTION_ARG_NONE, &choices.dry_run, "say what messages would get, and leave them as they are", NULL },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	if (!session_options(session, entries, NULL, error) ||
		!check_choices(&choices, &keep, error))
		return false;
	if (session_operands(session) == 0) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"maillog: name a log, or - for standard input");
		return false;
	}
	return session_open(session, error) && read_logs(session, &choices, keep, error);
}

const Command cmd_maillog = {
	.name = "maillog",
	.opens = OPENS_WRITE,
	.usage = "LOG...",
	.summary = "restore envelopes from Postfix' log",
	.run = run,
};
