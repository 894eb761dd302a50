/* What is gone when mail was purged, whatever happens meanwhile. */
#include "tests/store/marked.h"

static void
test_nothing_is_left_in_any_file(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);
	PurgeSummary summary;

	add_marked(sample, MANY);
	block_most(sample);
	summary = purge(sample, &request);
	g_assert_cmpint(summary.messages, ==, MANY - MANY / 3);
	g_assert_false(summary.pending);
	assert_only_living(sample);
	sample_assert_sound(sample);
}

static void
test_what_shares_a_bale_comes_back(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);

	add_marked(sample, BATCH);
	block_most(sample);
	purge(sample, &request);
	for (int number = 3; number <= BATCH; number += 3) {
		g_autoptr(GBytes) kept = store_raw(sample->store, number, NULL);
		g_autoptr(Message) message = store_load(sample->store, number, NULL);
		g_autoptr(Message) other = message_new();
		g_autoptr(GBytes) raw = marked_raw(other, number);

		g_assert_nonnull(kept);
		g_assert_true(g_bytes_equal(kept, raw));
		g_assert_nonnull(message);
		g_assert_cmpuint(message->headers->len, ==, 1);
	}
}

/* ---- an interrupted purge ---- */

static bool
stop_soon(void *data)
{
	int *left = data;

	return (*left)-- <= 0;
}

/* Stopped at each place where one can be, and gone on with by one that is asked for nothing. */
static void
test_it_goes_on_where_it_was_stopped(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const PurgeRequest request = request_of(NULL);
	PurgeRequest nothing = request_of(NULL);
	bool stopped = true;
	int stops = 0;

	nothing.before[STATE_RELEASED] = nothing.before[STATE_BLOCKED] = PURGE_NEVER;
	while (stopped) {
		int left = stops++;
		const PurgeWatch watch = { .stop = stop_soon, .data = &left };

		add_marked(sample, BATCH);
		block_most(sample);
		stopped = purge_watched(sample, &request, &watch).stopped;
		sample_assert_sound(sample);
		g_assert_false(purge(sample, &nothing).stopped);
		g_assert_cmpint(value_of(sample, "SELECT count(*) FROM purging"), ==, 0);
	}
	g_assert_cmpint(stops, >, 3);
	purge(sample, &request);
	assert_only_living(sample);
	sample_assert_sound(sample);
}

/* Its reader sees what was, and the file has that until then. */
static void
test_a_reader_keeps_the_log_file(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);
	g_autoptr(Store) other = store_open(sample->path, STORE_READ, NULL);
	g_autoptr(Snapshot) look = NULL;

	add_marked(sample, 3);
	block_most(sample);
	look = store_snapshot(other, NULL);
	g_assert_cmpint(store_count(other, NULL, NULL), ==, 3);
	store_set_patience(sample->store, 0);
	g_assert_true(purge(sample, &request).pending);
	g_clear_pointer(&look, snapshot_end);
	g_assert_false(purge(sample, &request).pending);
	assert_only_living(sample);
}

/* Another process has the old bale in memory. */
static void
test_a_reader_of_the_old_bale_is_not_misled(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);
	g_autoptr(Store) other = store_open(sample->path, STORE_READ, NULL);
	g_autoptr(Message) before = NULL;

	add_marked(sample, 6);
	block_most(sample);
	before = store_load(other, 6, NULL);
	g_assert_nonnull(before);
	purge(sample, &request);
	add_marked(sample, 2);
	for (int64_t id = 3; id <= 8; id++) {
		g_autoptr(GBytes) raw = id % 3 == 0 || id > 6 ? store_raw(other, id, NULL) : NULL;

		g_assert_true(raw || (id % 3 != 0 && id <= 6));
	}
}

/* What came before is still there, smaller. */
static void
test_its_space_is_given_back(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);
	int64_t before, after;
	g_autoptr(GError) error = NULL;

	add_marked(sample, MANY);
	block_most(sample);
	purge(sample, &request);
	before = value_of(sample, "PRAGMA page_count");
	g_assert_cmpint(value_of(sample, "PRAGMA freelist_count"), >, 0);
	store_vacuum(sample->store, &error);
	g_assert_no_error(error);
	after = value_of(sample, "PRAGMA page_count");
	g_assert_cmpint(after, <, before);
	g_assert_cmpint(value_of(sample, "PRAGMA freelist_count"), ==, 0);
	assert_only_living(sample);
	sample_assert_sound(sample);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/purge/nothing-is-left-in-any-file", test_nothing_is_left_in_any_file);
	sample_test("/purge/what-shares-a-bale-comes-back", test_what_shares_a_bale_comes_back);
	sample_test("/purge/it-goes-on-where-it-was-stopped", test_it_goes_on_where_it_was_stopped);
	sample_test("/purge/a-reader-keeps-the-log-file", test_a_reader_keeps_the_log_file);
	sample_test("/purge/a-reader-of-the-old-bale-is-not-misled",
		test_a_reader_of_the_old_bale_is_not_misled);
	sample_test("/purge/its-space-is-given-back", test_its_space_is_given_back);
	return g_test_run();
}
