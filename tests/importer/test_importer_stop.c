/* An import that is told to stop, or is killed: what it left is a beginning, and the next goes on. */
#include "importer/importer.h"
#include "importer/nursery.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/importer/imports.h"

/* An import of files whose boxes are copies of this process, or of a Maildir by an importer that has
 * a nursery, and threads. */
typedef struct Way {
	const char *kind, *folder;
	bool threads;
	int more; /* mails than one transaction takes */
	int kills;
} Way;

static const Way alone = { "eml:", "mail", false, 1000, 20 };
static const Way threads = { "maildir:", "mail/cur", true, 2500, 8 };

static char *
spec_of(const Place *place, const Way *way)
{
	g_autofree char *path = place_path(place, "mail");

	return g_strconcat(way->kind, path, NULL);
}

static void
add_all(const Place *place, const Way *way, int count)
{
	g_autofree char *new = place_path(place, "mail/new");

	add_mails_to(place, way->folder, count);
	g_assert_cmpint(g_mkdir(new, 0700), ==, 0);
}

/* What goes on with it is @options'. */
static Nursery *
go(const Way *way, ImportOptions *options)
{
	g_autoptr(GError) error = NULL;

	if (!way->threads)
		return NULL;
	options->nursery = nursery_start(NULL, NULL, &error);
	g_assert_no_error(error);
	return options->nursery;
}

/* Asked once some are kept. */
static void
test_stop_keeps_what_is_ready(gconstpointer data)
{
	const Way *way = data;
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = spec_of(place, way);
	g_auto(ImportSummary) summary = { 0 };
	g_auto(ImportSummary) rest = { 0 };
	g_auto(Seen) seen = { .enough = &summary.fresh };
	ImportOptions options = options_for(&seen);
	g_autoptr(Nursery) nursery = go(way, &options);

	add_all(place, way, way->more);
	import(store, path, &options, &summary);
	g_assert_true(summary.stopped);
	g_assert_cmpint(summary.fresh, >, 0);
	g_assert_cmpint(summary.fresh, <, way->more);
	g_assert_cmpint(store_count(store, NULL, NULL), ==, summary.fresh);
	seen.enough = NULL;
	import(store, path, &options, &rest);
	g_assert_false(rest.stopped);
	g_assert_cmpint(rest.known, ==, summary.fresh);
	g_assert_cmpint(store_count(store, NULL, NULL), ==, way->more);
}

static void
import_and_exit(const Place *place, const Way *way)
{
	g_autofree char *path = spec_of(place, way);
	g_autoptr(Store) store = open_store(place);
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);
	g_autoptr(Nursery) nursery = go(way, &options);

	_exit(import_source(store, path, &options, &summary, NULL) ? 0 : 1);
}

static void
import_and_kill(const Place *place, const Way *way, gulong microseconds)
{
	pid_t child = fork();

	if (child == 0)
		import_and_exit(place, way);
	g_usleep(microseconds);
	kill(child, SIGKILL);
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
}

/* What is there is the beginning of what an undisturbed import makes. */
static void
assert_is_beginning(const Place *place, const GPtrArray *expected)
{
	g_autoptr(Store) store = open_store(place);
	g_autoptr(GPtrArray) rows = rows_of(store);

	for (guint i = 0; i < rows->len; i++) {
		g_assert_cmpint(row_at(rows, i)->id, ==, row_at(expected, i)->id);
		g_assert_cmpstr(row_at(rows, i)->sha256, ==, row_at(expected, i)->sha256);
	}
}

static void
assert_same_rows(const GPtrArray *a, const GPtrArray *b)
{
	g_assert_cmpuint(a->len, ==, b->len);
	for (guint i = 0; i < a->len; i++) {
		g_assert_cmpint(row_at(a, i)->id, ==, row_at(b, i)->id);
		g_assert_cmpstr(row_at(a, i)->sha256, ==, row_at(b, i)->sha256);
		g_assert_cmpstr(row_at(a, i)->subject, ==, row_at(b, i)->subject);
		g_assert_cmpint(row_at(a, i)->score, ==, row_at(b, i)->score);
		g_assert_cmpint((int)row_at(a, i)->state, ==, (int)row_at(b, i)->state);
	}
}

/* Again and again, each time at another moment, each fourth time from the start. */
static void
test_killed_at_any_moment(gconstpointer data)
{
	const Way *way = data;
	g_autoptr(Place) place = place_new();
	g_autoptr(Place) calm_place = place_new();
	g_autoptr(Store) calm = open_store(calm_place);
	g_autoptr(Store) store = NULL;
	g_autofree char *path = spec_of(place, way);
	g_autofree char *folder = place_path(place, "store");
	g_auto(ImportSummary) summary = { 0 };
	g_auto(ImportSummary) rest = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);
	g_autoptr(Nursery) nursery = go(way, &options);
	g_autoptr(GPtrArray) expected = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	int64_t begun = g_get_monotonic_time();
	int64_t whole;

	add_all(place, way, 1000);
	import(calm, path, &options, &summary);
	whole = g_get_monotonic_time() - begun;
	expected = rows_of(calm);
	g_assert_cmpuint(expected->len, ==, 1000);

	for (int i = 0; i < way->kills; i++) {
		if (i % 4 == 0)
			place_remove(folder);
		import_and_kill(place, way, (gulong)g_random_int_range(0, (gint32)whole));
		assert_is_beginning(place, expected);
	}
	store = open_store(place);
	import(store, path, &options, &rest);
	g_assert_cmpint(rest.fresh + rest.known, ==, 1000);
	rows = rows_of(store);
	assert_same_rows(rows, expected);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func(
		"/importer/stop-keeps-what-is-ready", &alone, test_stop_keeps_what_is_ready);
	g_test_add_data_func("/importer/threads-stop-and-keep-what-is-ready", &threads,
		test_stop_keeps_what_is_ready);
	g_test_add_data_func("/importer/killed-at-any-moment", &alone, test_killed_at_any_moment);
	g_test_add_data_func(
		"/importer/killed-with-its-threads", &threads, test_killed_at_any_moment);
	return g_test_run();
}
