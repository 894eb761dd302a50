/* Pages of the -wal file that are written many at a time: vfs.h. */
#include "store/vfs.h"

#include "tests/store/disk.h"
#include "tests/store/sample.h"

enum {
	MANY = 100, /* rows, each of which fills a page */
	FEW = 3,
};

/* What is written to a -wal file, and whether it can be. */
static struct {
	int writes;
	bool full;
} written;

static int
count_write(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset)
{
	written.writes++;
	return written.full ? SQLITE_FULL : disk.usual.xWrite(file, bytes, length, offset);
}

static void
change(sqlite3_io_methods *methods)
{
	methods->xWrite = count_write;
}

/* A cache of next to nothing: pages go into the -wal file before they are committed; and nobody
 * asks for the disk, which would have all of it written. */
static void
gather(Store *store)
{
	g_assert_true(db_exec(store,
		"PRAGMA synchronous = NORMAL; PRAGMA cache_size = 5;"
		"CREATE TABLE IF NOT EXISTS page (id INTEGER, bytes BLOB)",
		NULL));
	vfs_gather(db_handle(store), true);
}

static bool
put(Store *store, int rows)
{
	for (int i = 0; i < rows; i++) {
		if (!db_exec(store, "INSERT INTO page VALUES (1, randomblob(8000))", NULL))
			return false;
	}
	return true;
}

static bool
put_all(Store *store, int rows)
{
	g_autoptr(Transaction) transaction = db_begin(store, NULL);

	return transaction && put(store, rows) && transaction_commit(transaction, NULL);
}

static void
assert_rows(Store *store, int rows)
{
	g_autoptr(Kept) check = db_kept(store, "PRAGMA integrity_check", NULL);

	g_assert_cmpint(sample_count(store, "SELECT count(*) FROM page"), ==, rows);
	g_assert_cmpint(sample_count(store, "SELECT count(*) FROM page WHERE length(bytes) = 8000"),
		==, rows);
	g_assert_true(db_row(store, check, NULL));
	g_assert_cmpstr((const char *)sqlite3_column_text(check, 0), ==, "ok");
}

static void
test_many_are_written_at_a_time(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Store) other = store_open(sample->path, STORE_WRITE, NULL);
	int alone;

	gather(sample->store);
	written.writes = 0;
	g_assert_true(put_all(other, MANY));
	alone = written.writes;
	written.writes = 0;
	g_assert_true(put_all(sample->store, MANY));
	g_assert_cmpint(written.writes, <, alone / 8);
	assert_rows(other, 2 * MANY);
}

static void
test_what_is_committed_is_there(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Store) other = store_open(sample->path, STORE_WRITE, NULL);

	gather(sample->store);
	for (int i = 1; i <= MANY; i++) {
		g_assert_true(put_all(sample->store, FEW));
		assert_rows(other, FEW * i);
	}
}

/* Pages that lie in no file yet are read again, and changed again. */
static void
test_what_is_gathered_is_read(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;
	g_autoptr(Transaction) transaction = NULL;

	gather(store);
	transaction = db_begin(store, NULL);
	for (int i = 0; i < MANY; i += FEW) {
		g_assert_true(put(store, FEW));
		g_assert_true(db_exec(store, "UPDATE page SET id = id + 1", NULL));
		assert_rows(store, i + FEW);
	}
	g_assert_true(transaction_commit(transaction, NULL));
	g_assert_cmpint(sample_count(store, "SELECT max(id) FROM page"), ==, MANY / FEW + 2);
	assert_rows(store, (MANY / FEW + 1) * FEW);
}

/* Its place is the next one's, who may be another process. */
static void
test_what_was_rolled_back_is_never_written(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Store) other = store_open(sample->path, STORE_WRITE, NULL);

	gather(sample->store);
	g_assert_true(put_all(sample->store, FEW));
	for (int i = 2; i < MANY / FEW; i++) {
		g_autoptr(Transaction) transaction = db_begin(sample->store, NULL);

		g_assert_true(put(sample->store, 4 * FEW));
		g_clear_pointer(&transaction, transaction_end);
		g_assert_true(put_all(other, FEW));
		assert_rows(sample->store, FEW * i);
		assert_rows(other, FEW * i);
	}
}

/* By whoever moves its pages on: it may be cut, or written from its beginning. */
static void
test_a_log_is_begun_anew(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const ways[] = { "PRAGMA wal_checkpoint(RESTART)",
		"PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA wal_checkpoint(PASSIVE)" };
	g_autoptr(Store) other = store_open(sample->path, STORE_WRITE, NULL);

	gather(sample->store);
	for (int i = 0; i < MANY / FEW; i++) {
		Store *mover = i % 2 ? sample->store : other;

		g_assert_true(put_all(sample->store, FEW * FEW));
		g_assert_true(db_exec(mover, ways[i % G_N_ELEMENTS(ways)], NULL));
		assert_rows(other, FEW * FEW * (i + 1));
	}
}

/* A page of the transaction may be lost: it is no use that the disk has room again. */
static void
test_what_could_not_be_written_is_not_committed(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Store) other = store_open(sample->path, STORE_WRITE, NULL);
	g_autoptr(Transaction) transaction = NULL;
	bool went = true;

	gather(sample->store);
	g_assert_true(put_all(sample->store, FEW));
	transaction = db_begin(sample->store, NULL);
	written.full = true;
	for (int i = 0; i < MANY && went; i++)
		went = put(sample->store, 1);
	written.full = false;
	g_assert_false(went);
	g_assert_true(sqlite3_get_autocommit(db_handle(sample->store)) ||
		!transaction_commit(transaction, NULL));
	g_clear_pointer(&transaction, transaction_end);
	assert_rows(sample->store, FEW);
	assert_rows(other, FEW);
	g_assert_true(put_all(sample->store, MANY));
	assert_rows(other, FEW + MANY);
}

/* Where all that was gathered waits for it. */
static void
test_a_commit_alone_fails(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Transaction) transaction = NULL;

	gather(sample->store);
	transaction = db_begin(sample->store, NULL);
	g_assert_true(put(sample->store, FEW));
	written.full = true;
	g_assert_false(transaction_commit(transaction, NULL));
	written.full = false;
	g_clear_pointer(&transaction, transaction_end);
	assert_rows(sample->store, 0);
	g_assert_true(put_all(sample->store, FEW));
	assert_rows(sample->store, FEW);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	disk_use(change);
	sample_test("/vfs/many-are-written-at-a-time", test_many_are_written_at_a_time);
	sample_test("/vfs/what-is-committed-is-there", test_what_is_committed_is_there);
	sample_test("/vfs/what-is-gathered-is-read", test_what_is_gathered_is_read);
	sample_test("/vfs/what-was-rolled-back-is-never-written",
		test_what_was_rolled_back_is_never_written);
	sample_test("/vfs/a-log-is-begun-anew", test_a_log_is_begun_anew);
	sample_test("/vfs/what-could-not-be-written-is-not-committed",
		test_what_could_not_be_written_is_not_committed);
	sample_test("/vfs/a-commit-alone-fails", test_a_commit_alone_fails);
	return g_test_run();
}
