#include <sysexits.h>

#include "cli/command.h"
#include "cli/progress.h"
#include "cli/site.h"
#include "cli/stop.h"
#include "cli/target.h"
#include "importer/rescore.h"

static void
on_progress(const ImportProgress *now, void *data)
{
	progress_show(data, now->messages, now->bytes, now->total);
}

static void
on_skipped(const GError *error, void *data)
{
	progress_clear(data);
	complain("left as it was: %s", error->message);
}

/* "1,204 read again, 88 changed: 61 higher, 20 lower" */
static void
print_counts(Session *session, const RescoreSummary *summary)
{
	g_autoptr(GString) line = g_string_new(NULL);

	g_string_append_printf(line,
		"%" G_GINT64_FORMAT " read again, %" G_GINT64_FORMAT " changed", summary->messages,
		summary->changed);
	if (summary->higher + summary->lower > 0)
		g_string_append_printf(line,
			": %" G_GINT64_FORMAT " score higher, %" G_GINT64_FORMAT " lower",
			summary->higher, summary->lower);
	if (summary->unreadable > 0)
		g_string_append_printf(
			line, ", %" G_GINT64_FORMAT " left as they were", summary->unreadable);
	if (summary->purged > 0)
		g_string_append_printf(line,
			", %" G_GINT64_FORMAT " purged: only their records are left",
			summary->purged);
	output_line(session->output, "%s", line->str);
}

static bool
print_movers(Session *session, const GArray *movers, GError **error)
{
	for (guint i = 0; i < movers->len; i++) {
		const Rescored *mover = &g_array_index(movers, Rescored, i);
		g_autoptr(MessageRow) row = store_row(session->store, mover->id, error);

		if (!row)
			return false;
		output_line(session->output, "%6" G_GINT64_FORMAT "  %3d -> %3d  %s", mover->id,
			mover->before, mover->after, row->subject);
	}
	return true;
}

static bool
print_summary(Session *session, const RescoreSummary *summary, GError **error)
{
	print_counts(session, summary);
	if (summary->stopped)
		output_line(session->output, "interrupted; lazaret rescore --outdated goes on");
	return print_movers(session, summary->movers, error);
}

static bool
rescore(Session *session, const LocalSite *local, const GArray *ids, GError **error)
{
	g_autoptr(Nursery) nursery = nursery_start(&local->site, NULL, error);
	g_autoptr(Progress) progress = progress_new();
	g_autoptr(Scanner) scanner = scanner_of(session->settings);
	g_auto(RescoreSummary) summary = { 0 };
	const RescoreOptions options = {
		.site = &local->site,
		.nursery = nursery,
		.basis = local->basis,
		.scanner = scanner,
		.boxes = (int)settings_number(session->settings, SETTING_BOXES),
		.progress = progress_wanted(progress) ? on_progress : NULL,
		.skipped = on_skipped,
		.stop = stop_asked_by,
		.data = progress,
	};
	bool done;

	if (!nursery)
		return false;
	stop_on_signals();
	done = rescore_messages(session->store, ids, &options, &summary, error);
	progress_clear(progress);
	scanner_hint(scanner, session);
	if (summary.stopped)
		session->status = EX_TEMPFAIL;
	return done && print_summary(session, &summary, error);
}

static bool
run(Session *session, GError **error)
{
	gboolean outdated = FALSE;
	g_auto(LocalSite) local = { 0 };
	g_autoptr(Query) query = NULL;
	g_autoptr(GArray) ids = NULL;
	/* clang-format off */
	const GOptionEntry entries[] = {
		{ "outdated", 'o', 0, G_OPTION_ARG_NONE, &outdated, "only verdicts that rest on other weights, lists or settings than today's", NULL },
		G_OPTION_ENTRY_NULL,
	};
	/* clang-format on */

	if (!session_options(session, entries, NULL, error) || !session_open(session, error) ||
		!local_site_load(&local, session->settings, error) ||
		!local_site_compile(&local, error))
		return false;
	query = query_of(session, session->arguments, error);
	if (!query)
		return false;
	ids = outdated ? store_outdated(session->store, local.basis, query, error)
		       : store_ids(session->store, query, error);
	return ids && rescore(session, &local, ids, error);
}

const Command cmd_rescore = {
	.name = "rescore",
	.opens = OPENS_WRITE,
	.usage = "[QUERY]",
	.takes_query = true,
	.summary = "judge messages again, after a change of weights, lists or settings",
	.run = run,
};
