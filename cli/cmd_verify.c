#include "store/verify.h"

#include <string.h>

#include "cli/command.h"
#include "cli/progress.h"

enum {
	MAX_SHOWN = 100, /* faults: whoever has more has another problem */
};

typedef struct Report {
	Session *session;
	Progress *progress;
	int64_t faults;
} Report;

static void
on_fault(const char *words, void *data)
{
	Report *report = data;

	progress_clear(report->progress);
	if (++report->faults <= MAX_SHOWN)
		output_line(report->session->output, "fault     %s", words);
	output_flush(report->session->output);
}

static void
on_progress(const char *noun, int64_t rows, int64_t bytes, int64_t total, void *data)
{
	Report *report = data;

	progress_count(report->progress, noun);
	progress_show(report->progress, rows, bytes, total);
}

static bool
hash_parse(const char *text, uint8_t hash[DIGEST_SIZE], GError **error)
{
	bool whole = strlen(text) == DIGEST_HEX - 1;

	for (size_t i = 0; whole && i < DIGEST_SIZE; i++) {
		int high = g_ascii_xdigit_value(text[2 * i]);
		int low = g_ascii_xdigit_value(text[2 * i + 1]);

		whole = high >= 0 && low >= 0;
		hash[i] = (uint8_t)(high << 4 | low);
	}
	if (!whole)
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"'%s' is no hash as lazaret verify prints it: 64 digits from 0 to f", text);
	return whole;
}

static void
print_head(Session *session, const VerifySummary *summary)
{
	char hex[DIGEST_HEX];

	digest_hex(summary->head, hex);
	output_line(session->output, "head      %s", summary->has_head ? hex : "none yet");
}

static void
print_summary(Session *session, const VerifySummary *summary)
{
	output_line(session->output, "checked   pages, references and schema of the database");
	output_line(session->output,
		"checked   %" G_GINT64_FORMAT " operations and %" G_GINT64_FORMAT
		" decisions, each against its hash and all before it",
		summary->operations, summary->decisions);
	if (summary->reported > 0)
		output_line(session->output,
			"checked   %" G_GINT64_FORMAT
			" reported messages, each against its hash and what was reported",
			summary->reported);
	if (summary->purged > 0)
		output_line(session->output,
			"checked   %" G_GINT64_FORMAT
			" purged messages, of each that only its record is left",
			summary->purged - summary->unfinished);
	if (summary->unfinished > 0)
		output_line(session->output,
			"note      %" G_GINT64_FORMAT
			" messages are being purged, or a purge was interrupted: lazaret purge goes on",
			summary->unfinished);
	output_line(
		session->output, "checked   states and counters against the rows they are about");
	output_line(session->output,
		"checked   %" G_GINT64_FORMAT " stored messages, each against its SHA-256",
		summary->messages);
	print_head(session, summary);
}

static bool
judge_expected(Session *session, const VerifySummary *summary, const char *expect, GError **error)
{
	if (!summary->expected) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_DATA,
			"%s is not in the chain: what led to it was changed or taken out, or it is of "
			"another store",
			expect);
		return false;
	}
	output_line(session->output, "expected  stands, in operation %" G_GINT64_FORMAT,
		summary->expected_operation);
	return true;
}

static bool
judge(Session *session, const VerifySummary *summary, const char *expect, GError **error)
{
	print_summary(session, summary);
	if (summary->faults > 0) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_DATA,
			"%s: %" G_GINT64_FORMAT " fault%s: this is not what lazaret wrote",
			store_path(session->store), summary->faults,
			summary->faults == 1 ? "" : "s");
		return false;
	}
	return !expect || judge_expected(session, summary, expect, error);
}

static bool
verify(Session *session, const char *expect, const uint8_t *hash, GError **error)
{
	g_autoptr(Progress) progress = progress_new();
	Report report = { .session = session, .progress = progress };
	VerifySummary summary;
	const VerifyOptions options = {
		.expect = expect ? hash : NULL,
		.fault = on_fault,
		.progress = progress_wanted(progress) ? on_progress : NULL,
		.data = &report,
	};

	if (!store_verify(session->store, &options, &summary, error))
		return false;
	progress_clear(progress);
	return judge(session, &summary, expect, error);
}

static bool
run(Session *session, GError **error)
{
	g_autofree char *expect = NULL;
	uint8_t hash[DIGEST_SIZE];
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "expect", 'e', 0, G_OPTION_ARG_STRING, &expect, "fail unless this head, kept earlier, is still in the chain", "HASH" },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	return session_options(session, entries, NULL, error) &&
		session_at_most(session, 0, error) &&
		(!expect || hash_parse(expect, hash, error)) && session_open(session, error) &&
		verify(session, expect, hash, error);
}

const Command cmd_verify = {
	.name = "verify",
	.opens = OPENS_READ,
	.usage = "",
	.summary = "check history, messages and database against what was written",
	.run = run,
};
