#include "importer/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "importer/import_summary.h"
#include "importer/watched.h"
#include "store/campaign.h"

enum {
	DRAIN = G_USEC_PER_SEC / 20, /* during a pass: before the kernel's queue is full */
	LONGEST_AWAY = 30,           /* seconds between looks for a source that is not there */
	LONGEST_TROUBLE = 300,       /* likewise, for one that fails; never more than a scan */
	LONGEST_STORE = 15,          /* likewise, for the store */
};

typedef struct Watch {
	Store *store;
	const ImportOptions *asked;
	const WatchOptions *watching;
	ImportOptions options; /* of each pass: what was asked for, and what is heard meanwhile */
	ImportSummary *total;
	Lookout *lookout;   /* NULL: scans alone */
	int mounts;         /* to poll for file systems that come and go; or -1 */
	GPtrArray *sources; /* of Watched, owned */
	Watched *turn;      /* which is read */
	int64_t drained;
	bool loose; /* messages came whose campaigns are not parted yet */
	bool told_limit;
	/* The store is in trouble. */
	int failures;
	int64_t paused; /* until then */
	bool stopped;
} Watch;

static void
watch_clear(Watch *watch)
{
	if (watch->sources)
		g_ptr_array_unref(watch->sources);
	lookout_free(watch->lookout);
	if (watch->mounts >= 0)
		close(watch->mounts);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Watch, watch_clear)

/* ---- words ---- */

static void say(const Watch *watch, ImportError code, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void
say(const Watch *watch, ImportError code, const char *format, ...)
{
	g_autoptr(GError) error = NULL;
	va_list arguments;

	va_start(arguments, format);
	error = g_error_new_valist(IMPORT_ERROR, (int)code, format, arguments);
	va_end(arguments);
	if (watch->asked->advised)
		watch->asked->advised(error, watch->asked->data);
}

/* What can't be watched is found by scans. */
static void
say_limit(Watch *watch, const char *what)
{
	if (!watch->told_limit)
		say(watch, IMPORT_ERROR_IO,
			"%s; what is not watched is found by the scan every %" G_GINT64_FORMAT " s",
			what, watch->watching->scan);
	watch->told_limit = true;
}

/* ---- during a pass ---- */

static void
miss_all(const Watch *watch, int64_t now)
{
	for (guint i = 0; i < watch->sources->len; i++)
		watched_miss(g_ptr_array_index(watch->sources, i), now);
}

static void
hear(Watch *watch)
{
	int64_t now = g_get_monotonic_time();

	watch->drained = now;
	while (watch->lookout) {
		g_auto(Sighting) sighting = { 0 };

		if (!lookout_next(watch->lookout, &sighting))
			return;
		if (sighting.owner)
			watched_hear(sighting.owner, &sighting, now);
		else
			miss_all(watch, now);
	}
}

static bool
on_stop(void *data)
{
	Watch *watch = data;

	if (g_get_monotonic_time() - watch->drained > DRAIN)
		hear(watch);
	watch->stopped =
		watch->stopped || (watch->asked->stop && watch->asked->stop(watch->asked->data));
	return watch->stopped;
}

static void
on_progress(const ImportProgress *progress, void *data)
{
	const Watch *watch = data;

	watch->asked->progress(progress, watch->asked->data);
}

/* What is gone meanwhile is nobody's concern here, and what is bad is said once. */
static void
on_skipped(const GError *error, void *data)
{
	const Watch *watch = data;

	if (g_error_matches(error, IMPORT_ERROR, IMPORT_ERROR_VANISHED) || !watch->asked->skipped)
		return;
	if (watched_is_new(watch->turn, error->message))
		watch->asked->skipped(error, watch->asked->data);
}

static void
on_advised(const GError *error, void *data)
{
	const Watch *watch = data;

	if (watch->asked->advised && watched_is_new(watch->turn, error->message))
		watch->asked->advised(error, watch->asked->data);
}

static bool
on_changing(const char *path, const struct stat *status, bool several, void *data)
{
	const Watch *watch = data;

	return watched_is_changing(watch->turn, path, status, several, watch->asked->clock());
}

/* ---- a pass ---- */

static bool
read_source(Watch *watch, const char *spec, const char *const *only, ImportSummary *summary,
	GError **error)
{
	const ImportPass pass = { .only = only, .changing = on_changing, .data = watch };

	watch->options.pass = &pass;
	return import_source(watch->store, spec, &watch->options, summary, error);
}

/* A file that bore the source's name, and was moved away before it was read to its end. */
static bool
read_moved(Watch *watch, const char *path, ImportSummary *summary, GError **error)
{
	const char *spec = watch->turn->spec;
	int kind = (int)(source_place(spec) - spec);
	g_autofree char *moved = g_strdup_printf("%.*s%s", kind, spec, path);
	g_autoptr(GError) failure = NULL;

	if (read_source(watch, moved, NULL, summary, &failure))
		return true;
	if (failure->domain != IMPORT_ERROR) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return false;
	}
	say(watch, IMPORT_ERROR_IO, "%s; it was moved away before it was read to its end",
		failure->message);
	return true;
}

static bool
read_files(Watch *watch, bool all, ImportSummary *summary, GError **error)
{
	Watched *source = watch->turn;
	GHashTableIter iterator;
	void *path;

	if ((all || g_hash_table_contains(source->reading, source->path)) &&
		!read_source(watch, source->spec, NULL, summary, error))
		return false;
	g_hash_table_iter_init(&iterator, source->reading);
	while (g_hash_table_iter_next(&iterator, &path, NULL)) {
		if (strcmp(path, source->path) != 0 && !read_moved(watch, path, summary, error))
			return false;
	}
	return true;
}

static bool
read_named(Watch *watch, ImportSummary *summary, GError **error)
{
	Watched *source = watch->turn;
	g_autofree const char **only =
		(const char **)g_hash_table_get_keys_as_array(source->reading, NULL);

	return !*only || read_source(watch, source->spec, only, summary, error);
}

static bool
read_turn(Watch *watch, bool all, ImportSummary *summary, GError **error)
{
	Watched *source = watch->turn;

	if (all && !watched_find(source, error))
		return false;
	if (source->out_of_watches)
		say_limit(watch, "no watches are left (fs.inotify.max_user_watches)");
	if (source->news == NEWS_OF_FILE)
		return read_files(watch, all, summary, error);
	return all ? read_source(watch, source->spec, NULL, summary, error)
		   : read_named(watch, summary, error);
}

/* Of a look through all, what was known before is no news. */
static void
tell_pass(Watch *watch, bool all, ImportSummary *summary)
{
	if (all)
		summary->known = summary->not_ses = 0;
	summary->unreadable = summary->not_mail = 0;
	watch->loose = watch->loose || summary->fresh > 0;
	if (summary->fresh > 0 || summary->not_ses > 0)
		watch->watching->passed(watch->turn->spec, summary, watch->asked->data);
	summary->known = 0;
	import_summary_add(watch->total, summary);
}

/* ---- what goes wrong ---- */

static bool
is_away(const GError *error)
{
	return g_error_matches(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT) ||
		g_error_matches(error, IMPORT_ERROR, IMPORT_ERROR_VANISHED);
}

static bool
can_mend_itself(const GError *error)
{
	if (error->domain == STORE_ERROR)
		return error->code == STORE_ERROR_BUSY || error->code == STORE_ERROR_FULL ||
			error->code == STORE_ERROR_IO;
	return error->domain == IMPORT_ERROR && error->code != IMPORT_ERROR_USAGE &&
		error->code != IMPORT_ERROR_BOX && error->code != IMPORT_ERROR_ATTACK;
}

/* A file that is being replaced is not there for a moment: that is not worth a word. */
static void
trouble_with_source(const Watch *watch, Watched *source, const GError *error, int64_t now)
{
	bool moment = is_away(error) && source->in_order && source->failures == 0;
	int64_t longest =
		MIN(watch->watching->scan, is_away(error) ? LONGEST_AWAY : LONGEST_TROUBLE);

	watched_fail(source, longest, now);
	if (moment || source->trouble)
		return;
	source->trouble = g_strdup(error->message);
	say(watch, (ImportError)error->code, "waiting: %s", error->message);
}

static void
trouble_with_store(Watch *watch, const GError *error, int64_t now)
{
	int64_t seconds = MIN(INT64_C(1) << MIN(watch->failures, 6), LONGEST_STORE);

	if (watch->failures++ == 0)
		say(watch, IMPORT_ERROR_IO, "waiting: %s", error->message);
	watch->paused = now + seconds * G_USEC_PER_SEC;
}

/* False: @error can't mend itself. */
static bool
bear(Watch *watch, GError *error, GError **fatal)
{
	int64_t now = g_get_monotonic_time();

	if (!can_mend_itself(error)) {
		g_propagate_error(fatal, error);
		return false;
	}
	if (error->domain != STORE_ERROR && watch->turn) {
		trouble_with_source(watch, watch->turn, error, now);
	} else {
		if (watch->turn)
			watched_fail(watch->turn, 1, now);
		trouble_with_store(watch, error, now);
	}
	g_error_free(error);
	return true;
}

static void
store_in_order(Watch *watch)
{
	if (watch->failures > 0)
		say(watch, IMPORT_ERROR_IO, "going on: %s", store_path(watch->store));
	watch->failures = 0;
}

static void
source_in_order(const Watch *watch)
{
	Watched *source = watch->turn;

	if (!source->trouble || source->unmounted)
		return;
	say(watch, IMPORT_ERROR_IO, "going on: %s", source->spec);
	g_clear_pointer(&source->trouble, g_free);
}

/* ---- all of it ---- */

static void
tell_unmounted(Watch *watch, Watched *source)
{
	if (!source->unmounted || source->trouble)
		return;
	source->trouble = g_strdup_printf("%s: unmounted", source->path);
	say(watch, IMPORT_ERROR_IO, "waiting: %s", source->trouble);
}

static bool
pass(Watch *watch, Watched *source, GError **error)
{
	g_auto(ImportSummary) summary = { 0 };
	GError *failure = NULL;
	bool all = watched_begin(source, g_get_monotonic_time());
	bool read;

	watch->turn = source;
	tell_unmounted(watch, source);
	read = read_turn(watch, all, &summary, &failure);
	tell_pass(watch, all, &summary);
	if (!read)
		return bear(watch, failure, error);
	if (summary.stopped)
		return true;
	/* What wrote nothing does not know of the store. */
	if (summary.fresh > 0)
		store_in_order(watch);
	source_in_order(watch);
	watched_end(source, all, g_get_monotonic_time());
	return true;
}

static bool
part_campaigns(Watch *watch, GError **error)
{
	GError *failure = NULL;

	watch->turn = NULL;
	if (!store_part_campaigns(watch->store, &failure))
		return bear(watch, failure, error);
	watch->loose = false;
	store_in_order(watch);
	return true;
}

static int64_t
next_due(const Watch *watch)
{
	int64_t due = INT64_MAX;

	for (guint i = 0; i < watch->sources->len; i++)
		due = MIN(due, watched_due(g_ptr_array_index(watch->sources, i)));
	return MAX(due, watch->paused);
}

/* Waits for news, for a signal, and not past @due. */
static void
wait_for_news(Watch *watch, int64_t due)
{
	struct pollfd watched[] = {
		{ .fd = watch->lookout ? lookout_descriptor(watch->lookout) : -1,
			.events = POLLIN },
		{ .fd = watch->asked->interrupt > 0 ? watch->asked->interrupt : -1,
			.events = POLLIN },
		{ .fd = watch->mounts, .events = POLLPRI },
	};
	int64_t now = g_get_monotonic_time();
	int64_t wait = CLAMP((due - now + 999) / 1000, 0, G_MAXINT);

	(void)poll(watched, G_N_ELEMENTS(watched), (int)wait);
	hear(watch);
	now = g_get_monotonic_time();
	for (guint i = 0; watched[2].revents && i < watch->sources->len; i++)
		watched_mounts(g_ptr_array_index(watch->sources, i), now);
}

/* Each that is due, once. */
static bool
round_of_passes(Watch *watch, bool *any, GError **error)
{
	*any = false;
	for (guint i = 0; i < watch->sources->len && !on_stop(watch); i++) {
		Watched *source = g_ptr_array_index(watch->sources, i);
		int64_t now = g_get_monotonic_time();

		if (MAX(watched_due(source), watch->paused) > now)
			continue;
		*any = true;
		if (!pass(watch, source, error))
			return false;
	}
	return true;
}

static bool
go_on(Watch *watch, GError **error)
{
	bool told = false;
	bool any;

	while (!on_stop(watch)) {
		if (!round_of_passes(watch, &any, error))
			return false;
		told = told && !any;
		if (any || watch->stopped)
			continue;
		if (watch->loose && watch->paused <= g_get_monotonic_time() &&
			!part_campaigns(watch, error))
			return false;
		if (!told && watch->watching->idle)
			watch->watching->idle(watch->asked->data);
		told = true;
		wait_for_news(watch, next_due(watch));
	}
	return true;
}

static bool
add_source(Watch *watch, const char *spec, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(Source) source = source_find(spec, &failure);

	if (!source && !can_mend_itself(failure)) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return false;
	}
	if (source && (source_stays(source) || !source_name(source))) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_USAGE,
			"--watch: a source of kind %s can't be watched", source_kind_name(source));
		return false;
	}
	g_ptr_array_add(watch->sources, watched_new(spec, watch->lookout, watch->watching->scan));
	return true;
}

bool
import_watch(Store *store, const char *const *specs, const ImportOptions *options,
	const WatchOptions *watching, ImportSummary *summary, GError **error)
{
	g_auto(Watch) watch = { .store = store,
		.asked = options,
		.watching = watching,
		.options = *options,
		.total = summary,
		.lookout = lookout_new(),
		.mounts = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC),
		.sources = g_ptr_array_new_with_free_func((GDestroyNotify)watched_free) };

	bool going;

	g_assert(watching->scan > 0);
	if (!watch.lookout)
		say_limit(&watch, "inotify can't be used (fs.inotify.max_user_instances)");
	watch.options.progress = options->progress ? on_progress : NULL;
	watch.options.skipped = on_skipped;
	watch.options.advised = on_advised;
	watch.options.stop = on_stop;
	watch.options.data = &watch;
	for (; *specs; specs++)
		if (!add_source(&watch, *specs, error))
			return false;
	going = go_on(&watch, error);
	import_summary_choose(summary);
	return going;
}
