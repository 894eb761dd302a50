#include "store/store.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/db.h"
#include "store/schema.h"
#include "tests/store/arrive.h"
#include "tests/store/sample.h"

enum {
	NOBODY = 65534
};

static char *
beside(const Sample *sample, const char *name)
{
	return g_build_filename(sample->folder, name, NULL);
}

static void
assert_fails(const char *path, StoreMode mode, int code, const char *words)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = store_open(path, mode, &error);

	g_assert_null(store);
	g_assert_error(error, STORE_ERROR, code);
	g_assert_nonnull(strstr(error->message, path));
	g_test_message("%s", error->message);
	g_assert_nonnull(strstr(error->message, words));
}

static void
write_file(const char *path, const char *bytes, gssize length)
{
	g_autoptr(GError) error = NULL;

	g_file_set_contents(path, bytes, length, &error);
	g_assert_no_error(error);
}

static int64_t
pragma(Store *store, const char *name)
{
	g_autofree char *sql = g_strconcat("PRAGMA ", name, NULL);
	g_autoptr(sqlite3_stmt) stmt = db_prepare(store, sql, NULL);

	g_assert_cmpint(db_step(store, stmt, NULL), ==, STEP_ROW);
	return db_int(stmt, 0);
}

static void
add_one(Store *store, const char *raw)
{
	g_autoptr(Message) message = message_new();

	arrive(store, message, raw);
}

/* ---- made, and made safe ---- */

static void
test_new_store_is_private(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *folder = beside(sample, "a");
	g_autofree char *path = g_build_filename(folder, "q.db", NULL);
	g_autofree char *wal = g_strconcat(path, "-wal", NULL);
	mode_t before = umask(0);
	g_autoptr(Store) store = store_open(path, STORE_CREATE, NULL);
	struct stat of_folder, of_file, of_wal;

	umask(before);
	g_assert_nonnull(store);
	g_assert_cmpint(stat(folder, &of_folder), ==, 0);
	g_assert_cmpint(stat(path, &of_file), ==, 0);
	g_assert_cmpint(stat(wal, &of_wal), ==, 0);
	g_assert_cmpint(of_folder.st_mode & 0777, ==, 0700);
	g_assert_cmpint(of_file.st_mode & 0777, ==, 0600);
	g_assert_cmpint(of_wal.st_mode & 0777, ==, 0600);
	g_clear_pointer(&store, store_close);
	g_unlink(path);
	g_rmdir(folder);
}

static void
test_settings_hold(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;
	g_autoptr(sqlite3_stmt) journal = db_prepare(store, "PRAGMA journal_mode", NULL);
	g_autofree char *mode = NULL;

	g_assert_cmpint(db_step(store, journal, NULL), ==, STEP_ROW);
	mode = db_text(journal, 0);
	g_assert_cmpstr(mode, ==, "wal");
	g_assert_cmpint(pragma(store, "synchronous"), ==, 2);
	g_assert_cmpint(pragma(store, "foreign_keys"), ==, 1);
	g_assert_cmpint(pragma(store, "trusted_schema"), ==, 0);
	g_assert_cmpint(pragma(store, "cell_size_check"), ==, 1);
	g_assert_cmpint(pragma(store, "page_size"), ==, 8192);
	g_assert_cmpint(pragma(store, "application_id"), ==, SCHEMA_APPLICATION_ID);
	g_assert_cmpint(pragma(store, "user_version"), ==, schema_version());
}

/* No handle crosses a fork: SQLite's locks are the process's. */
static void
close_store(Sample *sample)
{
	g_clear_pointer(&sample->store, store_close);
}

static void
open_store(Sample *sample)
{
	sample->store = store_open(sample->path, STORE_WRITE, NULL);
	g_assert_nonnull(sample->store);
}

/* Runs @run in @count processes at once; each must exit 0. */
static void
in_processes(int count, int (*run)(const char *path), const char *path)
{
	for (int i = 0; i < count; i++) {
		pid_t child = fork();

		g_assert_cmpint(child, >=, 0);
		if (child == 0)
			_exit(run(path));
	}
	for (int i = 0; i < count; i++) {
		int status = -1;

		g_assert_cmpint(wait(&status), >, 0);
		g_assert_cmpint(status, ==, 0);
	}
}

static int
make_and_close(const char *path)
{
	g_autoptr(Store) store = store_open(path, STORE_CREATE, NULL);

	return store && pragma(store, "page_size") == 8192 ? 0 : 1;
}

static void
test_many_may_make_one_store(Sample *sample, G_GNUC_UNUSED const void *data)
{
	close_store(sample);
	for (int round = 0; round < 5; round++) {
		g_autofree char *name = g_strdup_printf("race-%d.db", round);
		g_autofree char *path = beside(sample, name);

		in_processes(8, make_and_close, path);
		g_assert_cmpint(make_and_close(path), ==, 0);
		g_unlink(path);
	}
}

/* ---- what is no store ---- */

static void
test_missing_store_says_how_to_make_one(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *path = beside(sample, "none.db");
	g_autofree char *deeper = beside(sample, "no/folder.db");

	assert_fails(path, STORE_READ, STORE_ERROR_NO_STORE, "lazaret import");
	assert_fails(path, STORE_WRITE, STORE_ERROR_NO_STORE, "lazaret import");
	assert_fails(deeper, STORE_READ, STORE_ERROR_NO_STORE, "lazaret import");
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

static void
test_empty_file_is_no_store_yet(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *path = beside(sample, "empty.db");
	g_autoptr(Store) store = NULL;

	write_file(path, "", 0);
	assert_fails(path, STORE_READ, STORE_ERROR_NO_STORE, "lazaret import");
	store = store_open(path, STORE_CREATE, NULL);
	g_assert_nonnull(store);
	g_clear_pointer(&store, store_close);
	g_unlink(path);
}

static void
test_other_files_are_no_stores(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *text = beside(sample, "notes.txt");
	g_autofree char *long_text = g_strnfill(100000, 'x');
	g_autofree char *other = beside(sample, "other.db");
	sqlite3 *db = NULL;

	write_file(text, "Dear diary,\n", -1);
	assert_fails(text, STORE_CREATE, STORE_ERROR_NOT_A_STORE, "not a lazaret store");
	write_file(text, long_text, -1);
	assert_fails(text, STORE_READ, STORE_ERROR_NOT_A_STORE, "not a lazaret store");
	write_file(text, "SQLite format 3\0garbage", 23);
	assert_fails(text, STORE_WRITE, STORE_ERROR_NOT_A_STORE, "not a lazaret store");
	g_unlink(text);

	g_assert_cmpint(sqlite3_open(other, &db), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(db, "CREATE TABLE t (x)", NULL, NULL, NULL), ==, SQLITE_OK);
	sqlite3_close(db);
	assert_fails(other, STORE_CREATE, STORE_ERROR_NOT_A_STORE, "not a lazaret store");
	g_unlink(other);
}

static void
test_folders_and_devices_are_no_stores(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *below = g_build_filename(sample->path, "q.db", NULL);

	assert_fails(sample->folder, STORE_CREATE, STORE_ERROR_NOT_A_STORE, "folder");
	assert_fails("/dev/null", STORE_CREATE, STORE_ERROR_NOT_A_STORE, "device");
	assert_fails(below, STORE_READ, STORE_ERROR_NO_STORE, "Not a directory");
}

static void
test_newer_store_is_left_alone(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int newer = schema_version() + 1;
	g_autofree char *pragma = g_strdup_printf("PRAGMA user_version = %d", newer);
	g_autofree char *known = g_strdup_printf("schema %d, this one knows %d", newer, newer - 1);

	g_assert_true(db_exec(sample->store, pragma, NULL));
	assert_fails(sample->path, STORE_READ, STORE_ERROR_NEWER, known);
	assert_fails(sample->path, STORE_CREATE, STORE_ERROR_NEWER, "newer lazaret");
}

static void
test_flipped_bits_are_errors_at_worst(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(11);
	g_autofree char *path = beside(sample, "flipped.db");
	g_autofree char *bytes = NULL;
	int refused = 0;
	gsize length;

	add_one(sample->store, "a message");
	add_one(sample->store, "another");
	g_assert_true(db_exec(sample->store, "PRAGMA wal_checkpoint(TRUNCATE)", NULL));
	g_assert_true(g_file_get_contents(sample->path, &bytes, &length, NULL));

	for (int i = 0; i < 300; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Store) store = NULL;
		gint32 at = g_rand_int_range(random, 0, i % 2 ? 128 : (gint32)length);
		char flip = (char)(1 << g_rand_int_range(random, 0, 8));

		bytes[at] ^= flip;
		write_file(path, bytes, (gssize)length);
		bytes[at] ^= flip;
		store = store_open(path, STORE_WRITE, &error);
		if (store) {
			const StoreList list = { .limit = 10 };
			g_autoptr(GPtrArray) rows = store_list(store, &list, NULL);
			g_autoptr(Message) message = store_load(store, 1, NULL);
			g_autoptr(GBytes) raw = store_raw(store, 2, NULL);
			g_autoptr(Query) query = query_parse("a", ARRIVE_NOW, NULL, NULL);
			g_autoptr(GArray) ids = store_ids(store, query, NULL);
		} else {
			refused++;
			g_assert_cmpint(error->domain, ==, STORE_ERROR);
		}
	}
	g_unlink(path);
	g_assert_cmpint(refused, >, 20);
}

/* ---- what may not be read or written ---- */

/* Rights do not bind root. */
static bool
become_nobody(void)
{
	return geteuid() != 0 ||
		(setresgid(NOBODY, NOBODY, NOBODY) == 0 && setresuid(NOBODY, NOBODY, NOBODY) == 0);
}

static bool
opens(const char *path, StoreMode mode, int code)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = store_open(path, mode, &error);

	return code < 0
		? store && store_count(store, NULL, NULL) == 1 && store_mark_seen(store, 1, NULL)
		: !store && g_error_matches(error, STORE_ERROR, code);
}

static int
read_what_may_be_read(const char *path)
{
	if (!become_nobody())
		return 1;
	if (!opens(path, STORE_READ, -1))
		return 2;
	return opens(path, STORE_WRITE, STORE_ERROR_PERMISSION) ? 0 : 3;
}

static int
read_what_may_not_be_read(const char *path)
{
	return become_nobody() && opens(path, STORE_READ, STORE_ERROR_PERMISSION) &&
			opens(path, STORE_WRITE, STORE_ERROR_PERMISSION)
		? 0
		: 1;
}

static int
make_where_nothing_may_be_made(const char *path)
{
	return become_nobody() && opens(path, STORE_CREATE, STORE_ERROR_PERMISSION) ? 0 : 1;
}

static void
set_rights(const char *path, mode_t mode)
{
	g_assert_cmpint(g_chmod(path, (int)mode), ==, 0);
}

/* Closed for good first: no -wal and no -shm file is left, and none can be made. */
static void
test_store_on_read_only_ground_is_read(Sample *sample, G_GNUC_UNUSED const void *data)
{
	add_one(sample->store, "one");
	close_store(sample);
	set_rights(sample->path, 0444);
	set_rights(sample->folder, 0555);
	in_processes(1, read_what_may_be_read, sample->path);
	set_rights(sample->folder, 0777);
	in_processes(1, read_what_may_be_read, sample->path);
}

static void
set_rights_of_files(const char *path, mode_t of_wal)
{
	g_autofree char *wal = g_strconcat(path, "-wal", NULL);
	g_autofree char *shm = g_strconcat(path, "-shm", NULL);

	set_rights(path, 0444);
	set_rights(wal, of_wal);
	set_rights(shm, 0444);
}

/* A process that has put a message in and keeps the store open until it is killed. */
static pid_t
start_holder(const char *path)
{
	int ready[2];
	pid_t child;
	char byte;

	g_assert_cmpint(pipe(ready), ==, 0);
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		Store *store = store_open(path, STORE_WRITE, NULL);

		add_one(store, "one");
		if (write(ready[1], "r", 1) == 1)
			pause();
		_exit(1);
	}
	g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
	close(ready[0]);
	close(ready[1]);
	return child;
}

/* Changes of one who may write stand in the -wal until he closes: they count. */
static void
test_store_in_use_is_read_by_others(Sample *sample, G_GNUC_UNUSED const void *data)
{
	pid_t holder;

	close_store(sample);
	holder = start_holder(sample->path);
	set_rights(sample->folder, 0555);
	set_rights_of_files(sample->path, 0444);
	in_processes(1, read_what_may_be_read, sample->path);
	set_rights_of_files(sample->path, 0400);
	if (geteuid() == 0)
		in_processes(1, read_what_may_not_be_read, sample->path);
	set_rights(sample->folder, 0755);
	kill(holder, SIGKILL);
	g_assert_cmpint(waitpid(holder, NULL, 0), ==, holder);
}

static void
test_store_of_another_is_refused(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *fresh = beside(sample, "new.db");

	if (geteuid() != 0) {
		g_test_skip("only root can stand for two users");
		return;
	}
	close_store(sample);
	set_rights(sample->folder, 0755);
	in_processes(1, read_what_may_not_be_read, sample->path);
	in_processes(1, make_where_nothing_may_be_made, fresh);
}

static void
test_reading_never_writes(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = NULL;
	g_autoptr(StoreBatch) batch = NULL;
	g_autoptr(MessageRow) row = NULL;
	g_autoptr(Message) message = message_new();
	AddOutcome outcome;

	add_one(sample->store, "one");
	store = store_open(sample->path, STORE_READ, &error);
	g_assert_no_error(error);
	g_assert_true(store_mark_seen(store, 1, &error));
	row = store_row(sample->store, 1, NULL);
	g_assert_false(row->seen);
	batch = store_batch_begin(store, NULL);
	g_assert_false(batch && arrive_in(batch, message, "two", &outcome, NULL));
}

/* ---- full, busy ---- */

static int
fill_until_full(const char *path)
{
	const struct rlimit limit = { .rlim_cur = 3 * 1024 * 1024, .rlim_max = RLIM_INFINITY };
	const struct rlimit none = { .rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY };
	g_autoptr(Store) store = store_open(path, STORE_WRITE, NULL);
	g_autoptr(Message) message = message_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GRand) random = g_rand_new_with_seed(1);
	AddOutcome outcome;
	int added = 0;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	for (; added < 100; added++) {
		g_autoptr(StoreBatch) batch = store_batch_begin(store, &error);
		g_autofree char *raw = g_malloc0(400001);

		for (int i = 0; i < 400000; i++)
			raw[i] = (char)g_rand_int_range(random, 1, 256);
		if (!batch || !arrive_in(batch, message, raw, &outcome, &error) ||
			!store_batch_commit(batch, &error))
			break;
	}
	if (!g_error_matches(error, STORE_ERROR, STORE_ERROR_FULL) ||
		!strstr(error->message, "make room"))
		return 1;
	if (added < 2 || store_count(store, NULL, NULL) != added)
		return 2;
	setrlimit(RLIMIT_FSIZE, &none);
	return arrive(store, message, "room again") == ADDED_NEW ? 0 : 3;
}

static void
test_full_disk_loses_only_its_batch(Sample *sample, G_GNUC_UNUSED const void *data)
{
	close_store(sample);
	in_processes(1, fill_until_full, sample->path);
	open_store(sample);
	g_assert_cmpint(store_count(sample->store, NULL, NULL), >, 2);
}

static void
assert_broken(StoreBatch *batch, int code)
{
	g_autoptr(GError) add = NULL;
	g_autoptr(GError) commit = NULL;
	g_autoptr(Message) message = message_new();
	AddOutcome outcome;

	g_assert_false(arrive_in(batch, message, "after", &outcome, &add));
	g_assert_error(add, STORE_ERROR, code);
	g_assert_false(store_batch_commit(batch, &commit));
	g_assert_error(commit, STORE_ERROR, code);
}

/* What SQLite gave up as a whole must not go on as single writes. */
static void
test_batch_that_was_given_up_stays_so(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) good = message_new();
	g_autoptr(Message) bad = message_new();
	g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, NULL);
	AddOutcome outcome;

	arrive_finding(bad, "broken", 1);
	g_clear_pointer(&((Finding *)g_ptr_array_index(bad->findings, 0))->text, g_free);
	g_assert_true(arrive_in(batch, good, "before", &outcome, NULL));
	g_assert_true(db_exec(sample->store, "ROLLBACK", NULL));
	g_assert_false(arrive_in(batch, bad, "then", &outcome, NULL));
	assert_broken(batch, STORE_ERROR_SQL);
	g_clear_pointer(&batch, store_batch_end);
	g_assert_cmpint(store_count(sample->store, NULL, NULL), ==, 0);
}

static void
test_message_no_word_would_find_stays_out(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_new();
	g_autoptr(StoreBatch) batch = NULL;
	AddOutcome outcome;

	g_assert_true(db_exec(sample->store, "DROP TABLE search", NULL));
	batch = store_batch_begin(sample->store, NULL);
	g_assert_true(arrive_in(batch, message, "a message", &outcome, NULL));
	g_assert_false(store_batch_commit(batch, NULL));
	assert_broken(batch, STORE_ERROR_SQL);
	g_clear_pointer(&batch, store_batch_end);
	g_assert_cmpint(store_count(sample->store, NULL, NULL), ==, 0);
}

static void
test_busy_store_says_so(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) second = store_open(sample->path, STORE_WRITE, NULL);
	g_autoptr(StoreBatch) first_batch = store_batch_begin(sample->store, NULL);
	g_autoptr(StoreBatch) second_batch = NULL;

	g_assert_nonnull(first_batch);
	store_set_patience(second, 10);
	second_batch = store_batch_begin(second, &error);
	g_assert_null(second_batch);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_BUSY);
	g_assert_nonnull(strstr(error->message, "try again"));
	g_assert_cmpint(store_count(second, NULL, NULL), ==, 0);
}

static void
refuses_to_write(Store *store)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreBatch) batch = store_batch_begin(store, &error);

	g_assert_null(batch);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_NO_STORE);
	g_assert_nonnull(strstr(error->message, "open it again"));
}

/* What it took would be gone with the last who has it open. */
static void
test_store_that_is_gone_takes_nothing(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *aside = g_strconcat(sample->path, ".aside", NULL);
	g_autoptr(Store) other = NULL;

	g_assert_cmpint(g_rename(sample->path, aside), ==, 0);
	refuses_to_write(sample->store);
	other = store_open(sample->path, STORE_CREATE, NULL);
	g_assert_nonnull(other);
	refuses_to_write(sample->store);
	g_assert_cmpint(g_rename(aside, sample->path), ==, 0);
	add_one(sample->store, "one");
}

static int
add_fifty(const char *path)
{
	g_autoptr(Store) store = store_open(path, STORE_CREATE, NULL);

	for (int i = 0; store && i < 50; i++) {
		g_autofree char *raw = g_strdup_printf("%d/%d", (int)getpid(), i);

		add_one(store, raw);
	}
	return store ? 0 : 1;
}

static void
test_writers_wait_for_each_other(Sample *sample, G_GNUC_UNUSED const void *data)
{
	close_store(sample);
	in_processes(4, add_fifty, sample->path);
	open_store(sample);
	g_assert_cmpint(store_count(sample->store, NULL, NULL), ==, 200);
}

/* ---- change ---- */

static void
test_generation_changes_with_the_store(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Store) second = store_open(sample->path, STORE_WRITE, NULL);
	int64_t before = store_generation(second);
	int64_t after_other, after_own;

	g_assert_cmpint(store_generation(second), ==, before);
	add_one(sample->store, "by another");
	after_other = store_generation(second);
	g_assert_cmpint(after_other, !=, before);
	g_assert_cmpint(store_generation(second), ==, after_other);
	add_one(second, "by itself");
	after_own = store_generation(second);
	g_assert_cmpint(after_own, !=, after_other);
	g_assert_cmpint(store_generation(second), ==, after_own);
}

/* ---- in two threads ---- */

typedef struct Reader {
	const char *path;
	int done; /* atomic: it may end */
	int looks;
} Reader;

/* Each look is of one moment: the counters are what the rows are. */
static void *
look_until_done(void *data)
{
	Reader *reader = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = store_open(reader->path, STORE_READ, &error);
	g_autoptr(Query) query = query_parse("message score:>10", SAMPLE_NOW, NULL, &error);
	const StoreList list = { .query = query, .limit = 1000 };

	g_assert_no_error(error);
	do {
		g_autoptr(Snapshot) snapshot = store_snapshot(store, &error);
		int64_t counts[STATES] = { 0 };
		g_autoptr(GPtrArray) rows = NULL;

		g_assert_true(store_counts(store, counts, &error));
		rows = store_list(store, &list, &error);
		g_assert_no_error(error);
		g_assert_cmpint(rows->len, ==, counts[STATE_HELD] + counts[STATE_BLOCKED]);
		reader->looks++;
	} while (!g_atomic_int_get(&reader->done));
	return NULL;
}

static void
test_two_threads_share_a_file(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Reader reader = { .path = sample->path };
	GThread *thread = g_thread_new("reader", look_until_done, &reader);

	for (int i = 0; i < 20; i++) {
		sample_add_plain(sample, 5);
		sample_do(sample, DECISION_BLOCK, sample->count);
	}
	g_atomic_int_set(&reader.done, 1);
	g_thread_join(thread);
	g_assert_cmpint(reader.looks, >, 0);
	sample_assert_sound(sample);
}

/* What is not of our making would run with each decision. */
static void
test_foreign_triggers_are_not_written_with(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const foreign[] = {
		"CREATE TRIGGER evil AFTER INSERT ON decision BEGIN"
		" UPDATE message SET state = 1 WHERE id = new.message; END",
		"CREATE VIEW evil AS SELECT 1",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(foreign); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Store) written = NULL;
		g_autoptr(Store) read = NULL;

		g_assert_true(db_exec(sample->store, foreign[i], NULL));
		written = store_open(sample->path, STORE_WRITE, &error);
		g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_A_STORE);
		g_assert_nonnull(strstr(error->message, "lazaret verify"));
		read = store_open(sample->path, STORE_READ, NULL);
		g_assert_nonnull(read);
		g_assert_true(db_exec(
			sample->store, i == 0 ? "DROP TRIGGER evil" : "DROP VIEW evil", NULL));
	}
}

/* A migration that changes a trigger changes SCHEMA_TRIGGERS as well. */
static void
test_triggers_are_those_of_the_migrations(void)
{
	g_autoptr(Store) made =
		db_open("schema", ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL);
	g_autofree char *triggers = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(schema_migrate(made, NULL));
	triggers = schema_triggers(made, NULL);
	g_test_message("SCHEMA_TRIGGERS is %s", triggers);
	schema_check_triggers(made, &error);
	g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/store/new-one-is-private", test_new_store_is_private);
	sample_test("/store/settings-hold", test_settings_hold);
	sample_test("/store/many-may-make-one", test_many_may_make_one_store);
	sample_test("/store/missing-says-how-to-make-one", test_missing_store_says_how_to_make_one);
	sample_test("/store/empty-file-is-none-yet", test_empty_file_is_no_store_yet);
	sample_test("/store/other-files-are-none", test_other_files_are_no_stores);
	sample_test("/store/folders-and-devices-are-none", test_folders_and_devices_are_no_stores);
	sample_test("/store/newer-is-left-alone", test_newer_store_is_left_alone);
	sample_test(
		"/store/flipped-bits-are-errors-at-worst", test_flipped_bits_are_errors_at_worst);
	sample_test("/store/on-read-only-ground-is-read", test_store_on_read_only_ground_is_read);
	sample_test("/store/in-use-is-read-by-others", test_store_in_use_is_read_by_others);
	sample_test("/store/of-another-is-refused", test_store_of_another_is_refused);
	sample_test("/store/foreign-triggers-are-not-written-with",
		test_foreign_triggers_are_not_written_with);
	g_test_add_func("/store/triggers-are-those-of-the-migrations",
		test_triggers_are_those_of_the_migrations);
	sample_test("/store/reading-never-writes", test_reading_never_writes);
	sample_test("/store/full-disk-loses-only-its-batch", test_full_disk_loses_only_its_batch);
	sample_test(
		"/store/batch-that-was-given-up-stays-so", test_batch_that_was_given_up_stays_so);
	sample_test("/store/message-no-word-would-find-stays-out",
		test_message_no_word_would_find_stays_out);
	sample_test("/store/busy-says-so", test_busy_store_says_so);
	sample_test("/store/gone-takes-nothing", test_store_that_is_gone_takes_nothing);
	sample_test("/store/writers-wait-for-each-other", test_writers_wait_for_each_other);
	sample_test("/store/two-threads-share-a-file", test_two_threads_share_a_file);
	sample_test("/store/generation-changes-with-it", test_generation_changes_with_the_store);
	return g_test_run();
}
