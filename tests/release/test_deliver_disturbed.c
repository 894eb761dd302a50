/* What is done to a delivery on its way, to the store below it, and to who delivers. */
#include "release/deliver.h"
#include "release/deliverer.h"
#include "tests/release/quarantine.h"

/* ---- what happens between a delivery and its writing down ---- */

/* What a test does while the message is on its way: the clock is asked at the start, at the
 * lease, and then for the trace field. */
typedef struct Meddler {
	void (*meddle)(struct Meddler *meddler);
	int calls;
	const char *path;  /* of the store */
	sqlite3 *database; /* opened by lock_store() */
	int64_t locked;    /* then, of the monotonic clock */
	int descriptor;    /* of press() */
} Meddler;

/* A DeliverOptions.clock has no data of its own. */
static Meddler *meddler;

static int64_t
clock_that_meddles(void)
{
	if (++meddler->calls == 3)
		meddler->meddle(meddler);
	return now;
}

static bool
deliver_meddled(Fixture *fixture, Meddler *with, DeliverOptions options, DeliverSummary *summary,
	GError **error)
{
	with->path = fixture->path;
	meddler = with;
	options.clock = clock_that_meddles;
	return deliver_due(fixture->store, &options, summary, error);
}

/* Its lease runs out, a person puts it back, and another deliverer has it. */
static void
take_over_by_another(Meddler *with)
{
	g_autoptr(Store) store = store_open(with->path, STORE_WRITE, NULL);
	g_autoptr(Delivery) delivery = NULL;

	g_assert_cmpint(store_expire_leases(store, now + DAY, NULL), ==, 1);
	g_assert_true(store_retry(store, 1, now, NULL));
	delivery = store_lease(store, &(LeaseRequest){ .now = now, .seconds = 60 }, NULL);
	g_assert_nonnull(delivery);
}

static void
test_who_took_it_over_has_the_last_word(Fixture *fixture, gconstpointer data)
{
	Meddler with = { .meddle = take_over_by_another };
	g_autoptr(GError) error = NULL;
	DeliverSummary summary = { 0 };

	(void)data;
	release_many(fixture, 1, fixture->maildir);
	g_assert_true(deliver_meddled(fixture, &with, usual_options(), &summary, &error));
	g_assert_no_error(error);
	g_assert_cmpint(summary.unknown, ==, 1);
	g_assert_cmpint(summary.sent, ==, 0);
	assert_row(fixture, DELIVERY_SENDING, NULL);
}

/* Nobody may take over what a slow transport may still hand over. */
static void
expire_after_the_longest_shipment(Meddler *with)
{
	g_autoptr(Store) store = store_open(with->path, STORE_WRITE, NULL);

	g_assert_cmpint(store_expire_leases(store, now + SHIPMENT_MAX_SECONDS, NULL), ==, 0);
}

static void
test_lease_outlives_the_longest_shipment(Fixture *fixture, gconstpointer data)
{
	Meddler with = { .meddle = expire_after_the_longest_shipment };
	DeliverSummary summary = { 0 };

	(void)data;
	release_many(fixture, 1, fixture->maildir);
	g_assert_true(deliver_meddled(fixture, &with, usual_options(), &summary, NULL));
	g_assert_cmpint(summary.sent, ==, 1);
}

static void
lock_store(Meddler *with)
{
	g_assert_cmpint(sqlite3_open(with->path, &with->database), ==, SQLITE_OK);
	g_assert_cmpint(
		sqlite3_exec(with->database, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
}

static void
test_locked_store_is_waited_for_three_times(Fixture *fixture, gconstpointer data)
{
	Meddler with = { .meddle = lock_store };
	g_autoptr(GError) error = NULL;
	DeliverSummary summary = { 0 };

	(void)data;
	release_many(fixture, 2, fixture->maildir);
	store_set_patience(fixture->store, 200);
	g_assert_false(deliver_meddled(fixture, &with, usual_options(), &summary, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_BUSY);
	g_assert_true(g_str_has_prefix(
		error->message, "what became of delivery 1 can't be written down: "));
	g_assert_cmpint(g_get_monotonic_time() - with.locked, >=, 3 * 200 * 1000);
	sqlite3_close(with.database);
	g_assert_cmpint(summary.sent, ==, 0);
	g_assert_cmpuint(count_box(fixture), ==, 1);
}

static void
press(Meddler *with)
{
	g_assert_cmpint(write(with->descriptor, "x", 1), ==, 1);
}

static void
test_interrupt_ends_the_run_behind_what_is_on_its_way(Fixture *fixture, gconstpointer data)
{
	DeliverOptions options = usual_options();
	Meddler with = { .meddle = press };
	DeliverSummary summary = { 0 };
	int ends[2];

	(void)data;
	g_assert_cmpint(pipe(ends), ==, 0);
	with.descriptor = ends[1];
	options.interrupt = ends[0];
	release_many(fixture, 3, fixture->maildir);
	g_assert_true(deliver_meddled(fixture, &with, options, &summary, NULL));
	g_assert_cmpint(summary.sent, ==, 1);
	g_assert_cmpint(summary.put_back, ==, 0);
	close(ends[0]);
	close(ends[1]);
}

/* ---- stores that are broken ---- */

#define STUCK                                            \
	"CREATE TRIGGER stuck BEFORE UPDATE ON delivery" \
	" BEGIN SELECT raise(FAIL, 'stuck'); END"

static void
assert_no_run(Fixture *fixture, const char *harm)
{
	const DeliverOptions options = usual_options();
	g_autoptr(GError) error = NULL;
	DeliverSummary summary = { 0 };

	quarantine_execute(fixture, harm);
	g_assert_false(deliver_due(fixture->store, &options, &summary, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_SQL);
	g_assert_cmpint(summary.sent + summary.failed + summary.unknown, ==, 0);
	g_assert_cmpuint(count_box(fixture), ==, 0);
}

/* What can't be leased, or asked, ends the run before anything leaves. */
static void
test_broken_store_ends_the_run(Fixture *fixture, gconstpointer data)
{
	(void)data;
	release_many(fixture, 1, fixture->maildir);
	assert_no_run(fixture, STUCK);
	assert_no_run(fixture,
		"ALTER TABLE delivery RENAME TO away;"
		"CREATE VIEW delivery AS SELECT * FROM away");
	assert_no_run(fixture, "DROP VIEW delivery");
}

/* ---- what dead deliverers left ---- */

/* As a deliverer of this machine leaves it that died: its number is another process's now. */
static void
leave_leased(Fixture *fixture, const char *transport)
{
	g_autofree char *self = deliverer_self("mx.example.net");
	g_autofree char *dead = g_strconcat(self, "0", NULL);
	const LeaseRequest request = { .now = now, .seconds = 600, .deliverer = dead };
	g_autoptr(Delivery) delivery = NULL;

	release_many(fixture, 1, transport);
	delivery = store_lease(fixture->store, &request, NULL);
	g_assert_nonnull(delivery);
}

static void
test_what_the_dead_left_is_unknown(Fixture *fixture, gconstpointer data)
{
	DeliverSummary summary;

	(void)data;
	leave_leased(fixture, "smtp://127.0.0.1:1");
	now += 1;
	summary = deliver(fixture);
	g_assert_cmpint(summary.unknown, ==, 1);
	assert_row(
		fixture, DELIVERY_UNKNOWN, "its deliverer died and never said what became of it");
	g_assert_cmpint(deliver(fixture).unknown, ==, 0);
}

static void
test_all_that_the_dead_left_is_found(Fixture *fixture, gconstpointer data)
{
	(void)data;
	for (int i = 0; i < 3; i++)
		leave_leased(fixture, "smtp://127.0.0.1:1");
	g_assert_cmpint(deliver(fixture).unknown, ==, 3);
}

static void
test_what_the_dead_left_for_a_maildir_leaves_at_once(Fixture *fixture, gconstpointer data)
{
	DeliverSummary summary;

	(void)data;
	leave_leased(fixture, fixture->maildir);
	summary = deliver(fixture);
	g_assert_cmpint(summary.sent, ==, 1);
	g_assert_cmpint(summary.unknown, ==, 0);
}

static void
test_what_the_dead_left_can_not_be_written_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	leave_leased(fixture, fixture->maildir);
	assert_no_run(fixture, STUCK);
}

static void
test_a_lease_that_ran_out_is_unknown(Fixture *fixture, gconstpointer data)
{
	const LeaseRequest request = { .now = now, .seconds = 600 };
	g_autoptr(Delivery) delivery = NULL;

	(void)data;
	release_many(fixture, 1, fixture->maildir);
	delivery = store_lease(fixture->store, &request, NULL);
	now += 599;
	g_assert_cmpint(deliver(fixture).unknown, ==, 0);
	now += 1;
	g_assert_cmpint(deliver(fixture).unknown, ==, 1);
	assert_row(fixture, DELIVERY_UNKNOWN, "the deliverer never said");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add_test("/deliver/", "who-took-it-over-has-the-last-word",
		test_who_took_it_over_has_the_last_word);
	add_test("/deliver/", "lease-outlives-the-longest-shipment",
		test_lease_outlives_the_longest_shipment);
	add_test("/deliver/", "locked-store-is-waited-for-three-times",
		test_locked_store_is_waited_for_three_times);
	add_test("/deliver/", "interrupt-ends-the-run-behind-what-is-on-its-way",
		test_interrupt_ends_the_run_behind_what_is_on_its_way);
	add_test("/deliver/", "broken-store-ends-the-run", test_broken_store_ends_the_run);
	add_test("/deliver/", "what-the-dead-left-is-unknown", test_what_the_dead_left_is_unknown);
	add_test("/deliver/", "all-that-the-dead-left-is-found",
		test_all_that_the_dead_left_is_found);
	add_test("/deliver/", "what-the-dead-left-for-a-maildir-leaves-at-once",
		test_what_the_dead_left_for_a_maildir_leaves_at_once);
	add_test("/deliver/", "what-the-dead-left-can-not-be-written-down",
		test_what_the_dead_left_can_not_be_written_down);
	add_test("/deliver/", "a-lease-that-ran-out-is-unknown",
		test_a_lease_that_ran_out_is_unknown);
	return g_test_run();
}
