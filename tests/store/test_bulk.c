/* Who writes much, and who waits for him: bulk.h, turn.h. */
#include "store/bulk.h"

#include <glib/gstdio.h>

#include "store/db.h"
#include "tests/store/disk.h"
#include "tests/store/sample.h"

enum {
	PATIENCE = 60 * 1000 * 1000, /* microseconds until the test gives up: a busy machine */
	PAUSE = 1000,
	WHILE = 50 * 1000, /* for what must not come and would */
};

static bool
comes_true(bool (*holds)(Store *store), Store *store)
{
	int64_t end = g_get_monotonic_time() + PATIENCE;
	bool held = holds(store);

	while (!held && g_get_monotonic_time() < end) {
		g_usleep(PAUSE);
		held = holds(store);
	}
	return held;
}

static void *
write_in_turn(void *data)
{
	g_autoptr(Store) store = store_open(data, STORE_WRITE, NULL);
	g_autoptr(Transaction) transaction = db_begin(store, NULL);

	return GINT_TO_POINTER(transaction && transaction_commit(transaction, NULL));
}

static void
test_who_waits_is_heard(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;
	g_autoptr(Transaction) transaction = db_begin(store, NULL);
	GThread *other;

	g_assert_nonnull(transaction);
	g_assert_false(store_is_awaited(store));
	other = g_thread_new("other", write_in_turn, (void *)store_path(store));
	g_assert_true(comes_true(store_is_awaited, store));
	g_assert_true(transaction_commit(transaction, NULL));
	g_assert_true(g_thread_join(other));
	g_assert_false(store_is_awaited(store));
}

/* Two who wait are heard as long as one of them does. */
static void
test_who_gives_up_is_not_heard(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Store) other = store_open(store_path(sample->store), STORE_WRITE, NULL);
	g_autoptr(Transaction) transaction = db_begin(sample->store, NULL);
	g_autoptr(GError) error = NULL;

	store_set_patience(other, 5);
	g_assert_null(db_begin(other, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_BUSY);
	g_assert_false(store_is_awaited(sample->store));
	g_assert_true(transaction_commit(transaction, NULL));
}

static goffset
size_of(const char *path)
{
	GStatBuf info;

	return g_stat(path, &info) < 0 ? 0 : info.st_size;
}

enum {
	PAGE = 8192,
	MUCH = 4 * 1024 * 1024, /* bytes */
};

static const BulkLimits small = {
	.worth = MUCH / PAGE / 2,
	.due = MUCH / PAGE / 2,
	.longest = 5 * MUCH / PAGE,
};

static void
write_in(Transaction *transaction, Store *store, const char *name)
{
	g_autofree char *sql = g_strdup_printf(
		"INSERT INTO source_mark (source, mark) VALUES ('%s', zeroblob(%d))", name, MUCH);

	g_assert_true(db_exec(store, sql, NULL));
	g_assert_true(transaction_commit(transaction, NULL));
}

static void
write_much(Store *store, const char *name)
{
	g_autoptr(Transaction) transaction = db_begin(store, NULL);

	write_in(transaction, store, name);
}

static void
write_and_secure(Store *store, Bulk *bulk, const char *name)
{
	write_much(store, name);
	g_assert_true(bulk_secure(bulk, true, NULL));
}

static bool
is_in_the_store_itself(Store *store)
{
	return size_of(store_path(store)) > MUCH;
}

static void
test_what_is_committed_moves_on_by_itself(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;
	g_autoptr(Bulk) bulk = bulk_begin(store, &small);
	g_autoptr(Transaction) transaction = NULL;

	write_much(store, "a");
	transaction = db_begin(store, NULL);
	g_assert_true(comes_true(is_in_the_store_itself, store));
	g_assert_true(transaction_commit(transaction, NULL));
}

/* As many as write_much() wrote. */
static int
parts_moved(Store *store)
{
	return (int)(size_of(store_path(store)) / MUCH);
}

static bool
are_nine_moved(Store *store)
{
	return parts_moved(store) == 9;
}

/* Each time anew: after a checkpoint there is as much to come as before it.  As in an import, the
 * next transaction begins before it is done: so the -wal file is not begun anew. */
static void
test_a_little_waits_for_more(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const BulkLimits late = {
		.worth = MUCH / PAGE / 2,
		.due = 5 * MUCH / PAGE / 2,
		.longest = 20 * MUCH / PAGE,
	};
	Store *store = sample->store;
	g_autoptr(Bulk) bulk = bulk_begin(store, &late);

	for (int i = 0; i < 9; i++) {
		g_autofree char *name = g_strdup_printf("%d", i);
		g_autoptr(Transaction) transaction = db_begin(store, NULL);

		g_usleep(WHILE);
		g_assert_cmpint(parts_moved(store), <=, i - i % 3);
		write_in(transaction, store, name);
	}
	g_assert_true(comes_true(are_nine_moved, store));
}

/* While its owner has nothing else to write, less is worth it. */
static void
test_a_pause_moves_on_what_is_there(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const BulkLimits late = {
		.worth = MUCH / PAGE / 2,
		.due = 20 * MUCH / PAGE,
		.longest = 20 * MUCH / PAGE,
	};
	Store *store = sample->store;
	g_autoptr(Bulk) bulk = bulk_begin(store, &late);

	write_and_secure(store, bulk, "a");
	g_usleep(WHILE);
	g_assert_false(is_in_the_store_itself(store));
	bulk_move_on(bulk);
	g_assert_true(comes_true(is_in_the_store_itself, store));
}

/* However much is written, the -wal file has an end. */
static void
test_the_log_is_begun_anew(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;
	g_autofree char *log = g_strconcat(store_path(store), "-wal", NULL);
	g_autoptr(Bulk) bulk = bulk_begin(store, &small);
	goffset largest = 0;

	for (int i = 0; i < 20; i++) {
		g_autofree char *name = g_strdup_printf("%d", i % 2);
		g_autofree char *sql =
			g_strdup_printf("DELETE FROM source_mark WHERE source = '%s'", name);

		g_assert_true(db_exec(store, sql, NULL));
		write_much(store, name);
		largest = MAX(largest, size_of(log));
	}
	g_assert_cmpint(largest, <, 8 * (goffset)MUCH);
}

/* ---- what is committed comes to the disk ---- */

/* What the disk was asked to write down, and whether it can. */
static struct {
	int logs;             /* times that a -wal file was, atomic */
	int broken;           /* likewise */
	int failed;           /* times that it was asked and could not, likewise */
	const GThread *works; /* for that one alone; NULL: for nobody, while it is broken */
} syncs;

static int
count_sync(sqlite3_file *file, int flags)
{
	if (g_atomic_int_get(&syncs.broken) && g_thread_self() != syncs.works) {
		g_atomic_int_inc(&syncs.failed);
		return SQLITE_IOERR_FSYNC;
	}
	g_atomic_int_inc(&syncs.logs);
	return disk.usual.xSync(file, flags);
}

static void
change(sqlite3_io_methods *methods)
{
	methods->xSync = count_sync;
}

/* The first commit waits for the disk itself; from then on who has to know asks. */
static void
test_what_is_secured_is_on_the_disk(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Bulk) bulk = bulk_begin(sample->store, &small);

	write_and_secure(sample->store, bulk, "a");
	for (int i = 0; i < 5; i++) {
		g_autofree char *name = g_strdup_printf("%d", i);
		int before;

		g_assert_true(bulk_secure(bulk, true, NULL));
		before = g_atomic_int_get(&syncs.logs);
		write_and_secure(sample->store, bulk, name);
		g_assert_cmpint(g_atomic_int_get(&syncs.logs), >, before);
	}
}

/* It may say later that all is well: what it lost before then is not there. */
static void
test_a_disk_that_failed_is_not_believed(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Bulk) bulk = bulk_begin(sample->store, &small);
	g_autoptr(GError) first = NULL;
	g_autoptr(GError) again = NULL;

	write_and_secure(sample->store, bulk, "a");
	write_and_secure(sample->store, bulk, "b");
	write_much(sample->store, "c");
	g_atomic_int_set(&syncs.broken, 1);
	g_assert_false(bulk_secure(bulk, true, &first));
	g_assert_error(first, STORE_ERROR, STORE_ERROR_IO);
	g_atomic_int_set(&syncs.broken, 0);
	write_much(sample->store, "d");
	g_assert_false(bulk_secure(bulk, true, &again));
	g_assert_error(again, STORE_ERROR, STORE_ERROR_IO);
}

static bool
has_failed(Store *store G_GNUC_UNUSED)
{
	return g_atomic_int_get(&syncs.failed) > 0;
}

/* To who asks later it says that all is well: that is how Linux tells of it, once. */
static void
test_a_disk_that_failed_as_all_moved_on_is_not_believed(
	Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Bulk) bulk = bulk_begin(sample->store, &small);
	g_autoptr(GError) error = NULL;

	write_and_secure(sample->store, bulk, "a");
	write_and_secure(sample->store, bulk, "b");
	syncs.works = g_thread_self();
	g_atomic_int_set(&syncs.failed, 0);
	g_atomic_int_set(&syncs.broken, 1);
	write_much(sample->store, "c");
	g_assert_true(comes_true(has_failed, sample->store));
	g_atomic_int_set(&syncs.broken, 0);
	syncs.works = NULL;
	g_assert_false(bulk_secure(bulk, true, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_IO);
}

static goffset
size_of_log(Store *store)
{
	g_autofree char *log = g_strconcat(store_path(store), "-wal", NULL);

	return size_of(log);
}

/* What comes behind a hole would be lost with it. */
static void
test_what_a_disk_failed_on_is_written_once_more(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Bulk *bulk = bulk_begin(sample->store, &small);

	write_and_secure(sample->store, bulk, "a");
	write_and_secure(sample->store, bulk, "b");
	write_much(sample->store, "c");
	g_atomic_int_set(&syncs.broken, 1);
	g_assert_false(bulk_secure(bulk, true, NULL));
	g_atomic_int_set(&syncs.broken, 0);
	g_assert_cmpint(size_of_log(sample->store), >, 0);
	bulk_end(bulk);
	g_assert_cmpint(size_of_log(sample->store), ==, 0);
	g_assert_cmpint(sample_count(sample->store, "SELECT count(*) FROM source_mark"), ==, 3);
}

/* Nobody waited for the last of it, and it is there all the same. */
static void
test_an_end_leaves_nothing_behind(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Bulk *bulk = bulk_begin(sample->store, &small);
	int before;

	write_and_secure(sample->store, bulk, "a");
	g_assert_true(bulk_secure(bulk, true, NULL));
	before = g_atomic_int_get(&syncs.logs);
	g_assert_true(db_exec(sample->store, "DELETE FROM source_mark", NULL));
	g_assert_true(bulk_secure(bulk, false, NULL));
	bulk_end(bulk);
	g_assert_cmpint(g_atomic_int_get(&syncs.logs), >, before);
}

/* What another wrote, who does not wait for the disk, is brought there by who tells of it: once. */
static void
test_what_was_read_is_secured(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Store) other = store_open(store_path(sample->store), STORE_WRITE, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(db_exec(other, "PRAGMA synchronous = NORMAL", NULL));
	for (int i = 0; i < 3; i++) {
		g_autofree char *name = g_strdup_printf("%d", i);
		int before;

		write_much(other, name);
		before = g_atomic_int_get(&syncs.logs);
		g_assert_true(store_secure_read(sample->store, NULL));
		g_assert_cmpint(g_atomic_int_get(&syncs.logs), ==, before + 1);
		g_assert_true(store_secure_read(sample->store, NULL));
		g_assert_cmpint(g_atomic_int_get(&syncs.logs), ==, before + 1);
	}
	write_much(other, "d");
	g_atomic_int_set(&syncs.broken, 1);
	g_assert_false(store_secure_read(sample->store, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_IO);
	g_atomic_int_set(&syncs.broken, 0);
}

static void
test_afterwards_all_is_as_before(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const pragmas[] = { "PRAGMA cache_size", "PRAGMA wal_autocheckpoint",
		"PRAGMA journal_size_limit", "PRAGMA synchronous" };
	Store *store = sample->store;
	int64_t before[G_N_ELEMENTS(pragmas)];
	Bulk *bulk;

	for (size_t i = 0; i < G_N_ELEMENTS(pragmas); i++)
		before[i] = sample_count(store, pragmas[i]);
	bulk = bulk_begin(store, &small);
	write_much(store, "a");
	g_assert_true(bulk_secure(bulk, false, NULL));
	bulk_end(bulk);
	for (size_t i = 0; i < G_N_ELEMENTS(pragmas); i++)
		g_assert_cmpint(sample_count(store, pragmas[i]), ==, before[i]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	disk_use(change);
	sample_test("/turn/who-waits-is-heard", test_who_waits_is_heard);
	sample_test("/turn/who-gives-up-is-not-heard", test_who_gives_up_is_not_heard);
	sample_test("/bulk/what-is-committed-moves-on-by-itself",
		test_what_is_committed_moves_on_by_itself);
	sample_test("/bulk/a-little-waits-for-more", test_a_little_waits_for_more);
	sample_test("/bulk/a-pause-moves-on-what-is-there", test_a_pause_moves_on_what_is_there);
	sample_test("/bulk/the-log-is-begun-anew", test_the_log_is_begun_anew);
	sample_test("/bulk/what-is-secured-is-on-the-disk", test_what_is_secured_is_on_the_disk);
	sample_test("/bulk/a-disk-that-failed-is-not-believed",
		test_a_disk_that_failed_is_not_believed);
	sample_test("/bulk/a-disk-that-failed-as-all-moved-on-is-not-believed",
		test_a_disk_that_failed_as_all_moved_on_is_not_believed);
	sample_test("/bulk/what-a-disk-failed-on-is-written-once-more",
		test_what_a_disk_failed_on_is_written_once_more);
	sample_test("/bulk/an-end-leaves-nothing-behind", test_an_end_leaves_nothing_behind);
	sample_test("/bulk/what-was-read-is-secured", test_what_was_read_is_secured);
	sample_test("/bulk/afterwards-all-is-as-before", test_afterwards_all_is_as_before);
	return g_test_run();
}
