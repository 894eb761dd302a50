/* An import that is told to stop, or is killed: what it left is a beginning, and the next goes on. */
#include "importer/importer.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/importer/imports.h"

static void
test_stop_keeps_what_is_ready(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = place_path(place, "mail");
	g_auto(ImportSummary) summary = { 0 };
	g_auto(ImportSummary) rest = { 0 };
	g_auto(Seen) seen = { .stop_after = 900 };
	ImportOptions options = options_for(&seen);

	add_mails(place, 1000);
	import(store, path, &options, &summary);
	g_assert_true(summary.stopped);
	g_assert_cmpint(summary.fresh, >, 0);
	g_assert_cmpint(summary.fresh, <, 1000);
	g_assert_cmpint(store_count(store, NULL, NULL), ==, summary.fresh);
	seen.stop_after = 0;
	import(store, path, &options, &rest);
	g_assert_false(rest.stopped);
	g_assert_cmpint(rest.known, ==, summary.fresh);
	g_assert_cmpint(store_count(store, NULL, NULL), ==, 1000);
}

static void
import_and_exit(const Place *place, const char *path)
{
	g_autoptr(Store) store = open_store(place);
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);

	_exit(import_source(store, path, &options, &summary, NULL) ? 0 : 1);
}

static void
import_and_kill(const Place *place, const char *path, gulong microseconds)
{
	pid_t child = fork();

	if (child == 0)
		import_and_exit(place, path);
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

/* Killed 20 times, each time at another moment, each fourth time from the start. */
static void
test_killed_at_any_moment(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Place) calm_place = place_new();
	g_autoptr(Store) calm = open_store(calm_place);
	g_autoptr(Store) store = NULL;
	g_autofree char *path = place_path(place, "mail");
	g_autofree char *folder = place_path(place, "store");
	g_auto(ImportSummary) summary = { 0 };
	g_auto(ImportSummary) rest = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);
	g_autoptr(GPtrArray) expected = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	int64_t begun = g_get_monotonic_time();
	int64_t whole;

	add_mails(place, 1000);
	import(calm, path, &options, &summary);
	whole = g_get_monotonic_time() - begun;
	expected = rows_of(calm);
	g_assert_cmpuint(expected->len, ==, 1000);

	for (int i = 0; i < 20; i++) {
		if (i % 4 == 0)
			place_remove(folder);
		import_and_kill(place, path, (gulong)g_random_int_range(0, (gint32)whole));
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
	g_test_add_func("/importer/stop-keeps-what-is-ready", test_stop_keeps_what_is_ready);
	g_test_add_func("/importer/killed-at-any-moment", test_killed_at_any_moment);
	return g_test_run();
}
