#include "cli/watching.h"

#include "cli/stop.h"
#include "importer/watch.h"

enum {
	PATIENCE = 5000, /* milliseconds for a store in use; then it is said, and tried again */
};

typedef struct Watching {
	Session *session;
	const ImportOptions *options; /* of an import that does not go on */
	Progress *progress;
	int64_t fresh;
	int64_t last; /* when the last came; 0: none has */
} Watching;

static void
on_progress(const ImportProgress *now, void *data)
{
	const Watching *watching = data;

	watching->options->progress(now, watching->options->data);
}

static void
on_skipped(const GError *error, void *data)
{
	const Watching *watching = data;

	watching->options->skipped(error, watching->options->data);
}

static void
on_advised(const GError *error, void *data)
{
	const Watching *watching = data;

	watching->options->advised(error, watching->options->data);
}

/* One line, for a log as for a person. */
static void
on_pass(const char *spec, const ImportSummary *summary, void *data)
{
	Watching *watching = data;
	g_autofree char *line = import_summary_line(summary);

	progress_clear(watching->progress);
	output_line(watching->session->output, "%s: %s", spec, line);
	output_flush(watching->session->output);
	watching->fresh += summary->fresh;
	watching->last = clock_now();
}

static void
on_idle(void *data)
{
	const Watching *watching = data;
	g_autoptr(GDateTime) last = g_date_time_new_from_unix_local(watching->last);
	g_autofree char *time = watching->last ? g_date_time_format(last, "%H:%M:%S") : NULL;
	g_autofree char *line = g_strdup_printf("watching: %" G_GINT64_FORMAT " new%s%s",
		watching->fresh, time ? ", the last at " : "", time ? time : "");

	progress_say(watching->progress, line);
}

static bool
check_sources(const Session *session, GError **error)
{
	if (session->requeue) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_USAGE,
			"import: standard input can't be watched");
		return false;
	}
	if (settings_number(session->settings, SETTING_SCAN) > 0)
		return true;
	g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG,
		"scan = %s: to watch, it has to be at least 1s",
		settings_text(session->settings, SETTING_SCAN));
	return false;
}

bool
watch_sources(
	Session *session, const ImportTools *tools, const ImportOptions *options, GError **error)
{
	g_auto(ImportSummary) summary = { 0 };
	Watching watching = { .session = session, .options = options, .progress = tools->progress };
	const WatchOptions how = {
		.scan = settings_number(session->settings, SETTING_SCAN),
		.passed = on_pass,
		.idle = on_idle,
	};
	ImportOptions here = *options;
	bool watched;

	if (!check_sources(session, error))
		return false;
	here.progress = options->progress ? on_progress : NULL;
	here.skipped = on_skipped;
	here.advised = on_advised;
	here.stop = stop_asked_by;
	here.data = &watching;
	store_set_patience(session->store, PATIENCE);
	complain("watching; all is looked through every %s",
		settings_text(session->settings, SETTING_SCAN));
	watched = import_watch(session->store, (const char *const *)session->arguments, &here, &how,
		&summary, error);
	progress_clear(tools->progress);
	import_print_summary(session, &summary);
	import_print_hints(session, &summary, tools->resolver);
	scanner_hint(tools->scanner, session);
	local_site_hint(&tools->local, session);
	return watched;
}
