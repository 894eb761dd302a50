/* Eight who write to one store at once: whoever was told that something is done finds it done, and
 * nobody hears of a lock.
 *
 *   WRITE=60 build/tests/faults/test_writers     for so many seconds; then no call may take long */
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/db.h"
#include "store/delivery.h"
#include "store/message.h"
#include "store/verify.h"

enum {
	SECONDS = 4, /* unless WRITE says otherwise */
	IMPORTERS = 3,
	DECIDERS = 4,
	DELIVERERS = 1,
	WRITERS = IMPORTERS + DECIDERS + DELIVERERS,
	DECIDED = 10,      /* messages of each decider's own */
	MAILS = 5,         /* of one import */
	MAX_CALLS = 20000, /* of one writer */
	SLOW = 2000,       /* milliseconds: of a hundred calls, 99 take less */
};

/* What one writer saw, in memory that it shares with us. */
typedef struct Writer {
	int calls;
	int milliseconds[MAX_CALLS];
	int kept;       /* messages */
	int operations; /* that it was told of */
	int64_t operation[MAX_CALLS];
	MessageState state[DECIDED]; /* of its messages, as it was told last */
	int sent;
	int locked; /* how often it heard of a lock */
	int failed; /* or of anything else that should not be */
} Writer;

typedef struct Scene {
	char *folder;
	char *program;
	int64_t end; /* monotonic */
	Writer *writers;
} Scene;

/* ---- the program ---- */

static int
run(const Scene *scene, const char *command, char **said)
{
	g_autofree char *words = g_strconcat(scene->program, " ", command, NULL);
	g_auto(GStrv) argv = g_strsplit(words, " ", -1);
	g_autoptr(GError) error = NULL;
	g_autofree char *trouble = NULL;
	g_autofree char *out = NULL;
	int status = 0;

	g_spawn_sync(scene->folder, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &trouble,
		&status, &error);
	g_assert_no_error(error);
	*said = g_strconcat(out, trouble, NULL);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Of a writer: how long it took, and what must not be heard. */
static int
call(const Scene *scene, Writer *writer, const char *command, char **said)
{
	int64_t begun = g_get_monotonic_time();
	int status = run(scene, command, said);

	writer->milliseconds[writer->calls++] = (int)((g_get_monotonic_time() - begun) / 1000);
	if (strstr(*said, "locked") || strstr(*said, "try again")) {
		writer->locked++;
		fprintf(stderr, "# %s: %d: %s\n", command, status, *said);
	}
	return status;
}

static bool
goes_on(const Scene *scene, const Writer *writer)
{
	return g_get_monotonic_time() < scene->end && writer->calls < MAX_CALLS;
}

static void
note_failure(Writer *writer, const char *command, int status, const char *said)
{
	writer->failed++;
	fprintf(stderr, "# %s: %d: %s\n", command, status, said);
}

static void
write_mails(const Scene *scene, const char *name, int from, int count)
{
	g_autofree char *folder = g_build_filename(scene->folder, name, NULL);

	g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
	for (int i = from; i < from + count; i++) {
		g_autofree char *path = g_strdup_printf("%s/%d.eml", folder, i);
		g_autofree char *mail = g_strdup_printf(
			"Return-Path: <bounce@shop.example>\nFrom: <news@shop%d.example>\n"
			"To: reader@here.example\nSubject: offer %s %d\n"
			"Message-ID: <%s.%d@shop.example>\n\nHello, offer %d of %s.\n",
			i % 7, name, i, name, i, i, name);

		g_assert_true(g_file_set_contents(path, mail, -1, NULL));
	}
}

/* ---- writers ---- */

static void
import(const Scene *scene, Writer *writer, int number)
{
	for (int round = 0; goes_on(scene, writer); round++) {
		g_autofree char *name = g_strdup_printf("box-%d-%d", number, round);
		g_autofree char *command = g_strconcat("import --all ", name, NULL);
		g_autofree char *said = NULL;
		int status;

		write_mails(scene, name, 1, MAILS);
		status = call(scene, writer, command, &said);
		if (status == 0)
			writer->kept += MAILS;
		else
			note_failure(writer, command, status, said);
	}
}

/* The number behind "operation "; 0 where none was made. */
static int64_t
operation_in(const char *said)
{
	const char *word = strstr(said, "operation ");

	return word ? g_ascii_strtoll(word + strlen("operation "), NULL, 10) : 0;
}

static void
note_operation(Writer *writer, const char *said)
{
	int64_t operation = operation_in(said);

	if (operation > 0)
		writer->operation[writer->operations++] = operation;
}

/* @turn by turn of @which of its messages.  A release that is just being delivered can't be
 * taken back or repeated: that is said, with 65. */
static void
decide_one(const Scene *scene, Writer *writer, int number, int turn)
{
	static const struct {
		const char *words;
		MessageState state;
	} acts[] = {
		{ "block", STATE_BLOCKED },
		{ "hold", STATE_HELD },
		{ "release --to a@here.example", STATE_RELEASED },
	};
	int which = turn % DECIDED;
	int kind = (turn / DECIDED + which) % (int)G_N_ELEMENTS(acts);
	int id = number * DECIDED + which + 1;
	g_autofree char *command = g_strdup_printf("%s %d", acts[kind].words, id);
	g_autofree char *undo = NULL;
	g_autofree char *said = NULL;
	g_autofree char *taken = NULL;
	int status = call(scene, writer, command, &said);

	if (status != 0 && status != 65)
		note_failure(writer, command, status, said);
	if (status != 0)
		return;
	note_operation(writer, said);
	if (turn % 5 == 0 && operation_in(said) > 0 && writer->calls < MAX_CALLS) {
		undo = g_strdup_printf("undo %" G_GINT64_FORMAT, operation_in(said));
		status = call(scene, writer, undo, &taken);
		if (status == 0) {
			note_operation(writer, taken);
			return;
		}
		if (status != 65)
			note_failure(writer, undo, status, taken);
	}
	writer->state[which] = acts[kind].state;
}

static void
decide(const Scene *scene, Writer *writer, int number)
{
	for (int turn = 0; goes_on(scene, writer); turn++)
		decide_one(scene, writer, number, turn);
}

static void
deliver(const Scene *scene, Writer *writer, G_GNUC_UNUSED int number)
{
	while (goes_on(scene, writer)) {
		g_autofree char *said = NULL;
		int status = call(scene, writer, "deliver --now", &said);

		for (const char *at = said; (at = strstr(at, ": sent, ")); at++)
			writer->sent++;
		if (status != 0)
			note_failure(writer, "deliver", status, said);
	}
}

static const struct {
	void (*run)(const Scene *scene, Writer *writer, int number);
	int count;
} kinds[] = {
	{ import, IMPORTERS },
	{ decide, DECIDERS },
	{ deliver, DELIVERERS },
};

static void
let_them_write(Scene *scene)
{
	const char *wanted = g_getenv("WRITE");
	int seconds = wanted ? atoi(wanted) : SECONDS;
	int writer = 0;

	scene->end = g_get_monotonic_time() + (int64_t)seconds * G_USEC_PER_SEC;
	for (size_t kind = 0; kind < G_N_ELEMENTS(kinds); kind++) {
		for (int i = 0; i < kinds[kind].count; i++, writer++) {
			if (fork() != 0)
				continue;
			kinds[kind].run(scene, &scene->writers[writer], i);
			_exit(0);
		}
	}
	for (int i = 0; i < WRITERS; i++) {
		int status;

		g_assert_cmpint(wait(&status), >, 0);
		g_assert_cmpint(status, ==, 0);
	}
}

/* ---- what is there afterwards ---- */

static int64_t
value(Store *store, const char *sql)
{
	g_autoptr(GError) error = NULL;
	int64_t number;

	db_value(store, sql, &number, &error);
	g_assert_no_error(error);
	return number;
}

static void
check_decisions(const Scene *scene, Store *store)
{
	g_autoptr(GHashTable) told = g_hash_table_new(NULL, NULL);

	for (int i = 0; i < DECIDERS; i++) {
		const Writer *writer = &scene->writers[IMPORTERS + i];

		for (int j = 0; j < writer->operations; j++)
			g_hash_table_add(told, GINT_TO_POINTER((int)writer->operation[j]));
		for (int j = 0; j < DECIDED; j++) {
			g_autoptr(GError) error = NULL;
			g_autoptr(MessageRow) row = store_row(store, i * DECIDED + j + 1, &error);

			g_assert_no_error(error);
			g_assert_cmpint(row->state, ==, writer->state[j]);
		}
	}
	/* Each number was given once, and no operation is there that nobody was told of. */
	g_assert_cmpint(
		value(store, "SELECT count(*) FROM operation"), ==, g_hash_table_size(told));
	g_assert_cmpint(value(store, "SELECT max(id) FROM operation"), ==, g_hash_table_size(told));
}

static int
count_delivered(const Scene *scene)
{
	g_autofree char *path = g_build_filename(scene->folder, "data/lazaret/released/new", NULL);
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	int count = 0;

	while (folder && g_dir_read_name(folder))
		count++;
	return count;
}

static void
on_fault(const char *words, G_GNUC_UNUSED void *data)
{
	g_test_message("%s", words);
}

static void
check_store(const Scene *scene)
{
	g_autofree char *path = g_build_filename(scene->folder, "q.db", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = store_open(path, STORE_WRITE, &error);
	VerifySummary summary = { 0 };
	int kept = DECIDERS * DECIDED;
	int sent = 0;

	g_assert_no_error(error);
	for (int i = 0; i < WRITERS; i++) {
		kept += scene->writers[i].kept;
		sent += scene->writers[i].sent;
	}
	g_assert_cmpint(value(store, "SELECT count(*) FROM message"), ==, kept);
	check_decisions(scene, store);
	g_assert_cmpint(
		value(store, "SELECT count(*) FROM delivery WHERE reply LIKE 'stored as %'"), ==,
		sent);
	g_assert_cmpint(count_delivered(scene), ==, sent);
	g_assert_true(store_verify(store, &(VerifyOptions){ .fault = on_fault }, &summary, &error));
	g_assert_cmpint(summary.faults, ==, 0);
}

static int
by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The sum of what all heard. */
static void
check_calls(const Scene *scene)
{
	g_autoptr(GArray) all = g_array_new(false, false, sizeof(int));
	int locked = 0, failed = 0, median, most;

	for (int i = 0; i < WRITERS; i++) {
		const Writer *writer = &scene->writers[i];

		g_array_append_vals(all, writer->milliseconds, (guint)writer->calls);
		locked += writer->locked;
		failed += writer->failed;
		g_assert_cmpint(writer->calls, >, 0);
	}
	g_array_sort(all, by_number);
	median = g_array_index(all, int, all->len / 2);
	most = g_array_index(all, int, all->len * 99 / 100);
	g_test_message("%u calls of %d writers: half take %d ms, 99 of 100 less than %d ms, the"
		       " longest %d ms; %d heard of a lock, %d failed",
		all->len, WRITERS, median, most, g_array_index(all, int, all->len - 1), locked,
		failed);
	g_assert_cmpint(locked, ==, 0);
	g_assert_cmpint(failed, ==, 0);
	if (g_getenv("WRITE"))
		g_assert_cmpint(most, <, SLOW);
}

/* ---- the test ---- */

static void
set_up(Scene *scene)
{
	const char *b = g_getenv("B");
	g_autofree char *built = g_build_filename(b ? b : "build", "lazaret", NULL);
	g_autofree char *data = NULL;
	g_autofree char *store = NULL;
	g_autofree char *said = NULL;
	g_autoptr(GError) error = NULL;

	scene->folder = g_dir_make_tmp("lazaret-XXXXXX", &error);
	g_assert_no_error(error);
	scene->program = g_canonicalize_filename(built, NULL);
	scene->writers = mmap(NULL, WRITERS * sizeof(Writer), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	g_assert_true(scene->writers != MAP_FAILED);
	data = g_build_filename(scene->folder, "data", NULL);
	store = g_build_filename(scene->folder, "q.db", NULL);
	g_setenv("HOME", scene->folder, TRUE);
	g_setenv("XDG_CONFIG_HOME", scene->folder, TRUE);
	g_setenv("XDG_DATA_HOME", data, TRUE);
	g_setenv("LAZARET_STORE", store, TRUE);
	write_mails(scene, "first", 1, DECIDERS * DECIDED);
	if (run(scene, "import --all first", &said) != 0)
		g_error("%s", said);
}

static void
tear_down(Scene *scene)
{
	const char *argv[] = { "rm", "-rf", scene->folder, NULL };

	g_spawn_sync(
		NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
	munmap(scene->writers, WRITERS * sizeof(Writer));
	g_free(scene->folder);
	g_free(scene->program);
}

static void
test_writers(void)
{
	Scene scene = { 0 };

	set_up(&scene);
	let_them_write(&scene);
	check_calls(&scene);
	check_store(&scene);
	tear_down(&scene);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/writers/all-that-was-told-is-there", test_writers);
	return g_test_run();
}
