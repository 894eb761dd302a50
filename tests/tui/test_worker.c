/* Reads that no key waits for: on which thread they are, how they end, what is forgotten. */
#include "tui/worker.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <sys/resource.h>

#include "store/message.h"

typedef struct Fixture {
	char *folder, *path;
	Store *store;
	Worker *worker;
	GString *order; /* names of what is done, as it is */
	int freed;
} Fixture;

/* One task: what it is to be, and what became of it. */
typedef struct Probe {
	Fixture *fixture;
	const char *name;
	int endless; /* so many runs read on until they are stopped */
	bool fails;
	int delay; /* microseconds */
	int runs;  /* atomic */
	const Store *store;
	GThread *thread;
	int done;
	int code; /* of its STORE_ERROR; -1: none */
} Probe;

static bool
run_probe(Store *store, void *data, GError **error)
{
	Probe *probe = data;
	int64_t counts[STATES];
	int run = g_atomic_int_add(&probe->runs, 1);

	probe->store = store;
	probe->thread = g_thread_self();
	g_usleep((gulong)probe->delay);
	while (run < probe->endless) {
		if (!store_counts(store, counts, error))
			return false;
	}
	if (probe->fails)
		g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "not there");
	return !probe->fails && store_counts(store, counts, error);
}

static void
end_probe(void *data, const GError *error)
{
	Probe *probe = data;

	g_assert_true(!error || error->domain == STORE_ERROR);
	probe->done++;
	probe->code = error ? error->code : -1;
	g_string_append(probe->fixture->order, probe->name);
}

static void
free_probe(void *data)
{
	((Probe *)data)->fixture->freed++;
}

static const TaskOps probes = { .run = run_probe, .done = end_probe, .free = free_probe };
static const TaskOps other_probes = { .run = run_probe, .done = end_probe, .free = free_probe };

static void
setup(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;

	fixture->folder = g_dir_make_tmp("lazaret-XXXXXX", &error);
	g_assert_no_error(error);
	fixture->path = g_build_filename(fixture->folder, "mx1.db", NULL);
	fixture->store = store_open(fixture->path, STORE_CREATE, &error);
	g_assert_no_error(error);
	fixture->worker = worker_new(fixture->store);
	fixture->order = g_string_new(NULL);
}

static void
teardown(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	static const char *const endings[] = { "", "-wal", "-shm" };

	worker_free(fixture->worker);
	store_close(fixture->store);
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		g_autofree char *file = g_strconcat(fixture->path, endings[i], NULL);

		g_unlink(file);
	}
	g_rmdir(fixture->folder);
	g_free(fixture->path);
	g_free(fixture->folder);
	g_string_free(fixture->order, TRUE);
}

static int64_t
start(Fixture *fixture, TaskKind kind, Probe *probe)
{
	probe->fixture = fixture;
	probe->name = probe->name ? probe->name : "";
	return worker_do(fixture->worker, kind, &probes, probe);
}

static void
wait_for_run(Probe *probe, int run)
{
	for (int i = 0; i < 5000 && g_atomic_int_get(&probe->runs) < run; i++)
		g_usleep(1000);
	g_assert_cmpint(g_atomic_int_get(&probe->runs), >=, run);
}

static void
only_on_thread(Fixture *fixture)
{
	worker_set_patience(fixture->worker, WORKER_NO_PATIENCE, WORKER_NO_PATIENCE);
}

static void
test_at_once(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	Probe probe = { 0 };

	worker_set_patience(fixture->worker, G_USEC_PER_SEC, G_USEC_PER_SEC);
	g_assert_cmpint(start(fixture, TASK_FILLS, &probe), ==, 0);
	g_assert_cmpint(probe.done, ==, 1);
	g_assert_cmpint(probe.code, ==, -1);
	g_assert_true(probe.store == fixture->store);
	g_assert_true(probe.thread == g_thread_self());
	g_assert_cmpint(fixture->freed, ==, 1);
	g_assert_false(worker_collect(fixture->worker));
}

static void
test_on_thread(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	Probe probe = { 0 };
	struct pollfd wanted = { .fd = worker_descriptor(fixture->worker), .events = POLLIN };

	only_on_thread(fixture);
	g_assert_cmpint(poll(&wanted, 1, 0), ==, 0);
	g_assert_cmpint(start(fixture, TASK_ASKED, &probe), !=, 0);
	g_assert_cmpint(probe.done, ==, 0);
	g_assert_cmpint(poll(&wanted, 1, 5000), ==, 1);
	g_assert_true(worker_collect(fixture->worker));
	g_assert_cmpint(probe.done, ==, 1);
	g_assert_cmpint(probe.code, ==, -1);
	g_assert_true(probe.store != fixture->store);
	g_assert_true(probe.thread != g_thread_self());
	g_assert_cmpint(fixture->freed, ==, 1);
	g_assert_cmpint(poll(&wanted, 1, 0), ==, 0);
	g_assert_false(worker_is_asked(fixture->worker));
}

static void
test_fails(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	Probe here = { .fails = true };
	Probe there = { .fails = true };

	worker_set_patience(fixture->worker, G_USEC_PER_SEC, G_USEC_PER_SEC);
	start(fixture, TASK_FILLS, &here);
	g_assert_cmpint(here.code, ==, STORE_ERROR_NOT_FOUND);
	only_on_thread(fixture);
	start(fixture, TASK_FILLS, &there);
	worker_settle(fixture->worker);
	g_assert_cmpint(there.code, ==, STORE_ERROR_NOT_FOUND);
	g_assert_cmpint(there.done, ==, 1);
}

/* What does not end in time goes to the thread, and is not tried again at once. */
static void
test_overrun(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	Probe slow = { .endless = 1 };
	Probe next = { 0 };
	int64_t began = g_get_monotonic_time();

	worker_set_patience(fixture->worker, 2000, 2000);
	g_assert_cmpint(start(fixture, TASK_ASKED, &slow), !=, 0);
	g_assert_cmpint(g_get_monotonic_time() - began, >=, 2000);
	g_assert_cmpint(slow.done, ==, 0);
	g_assert_true(worker_is_asked(fixture->worker));
	worker_settle(fixture->worker);
	g_assert_cmpint(slow.done, ==, 1);
	g_assert_cmpint(slow.runs, ==, 2);
	g_assert_cmpint(slow.code, ==, -1);
	g_assert_true(slow.thread != g_thread_self());
	/* Its turn is over: nothing more is tried before the next key. */
	g_assert_cmpint(start(fixture, TASK_ASKED, &next), !=, 0);
	worker_settle(fixture->worker);
	g_assert_cmpint(next.done, ==, 1);
}

/* What was slow last time is not tried, until it was quick again; that of others is. */
static void
test_learns(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	Probe slow = { .delay = 50 * 1000 };
	Probe same = { 0 };
	Probe again = { 0 };
	Probe other = { .fixture = fixture, .name = "" };

	only_on_thread(fixture);
	start(fixture, TASK_ASKED, &slow);
	worker_settle(fixture->worker);
	worker_set_patience(fixture->worker, 30 * 1000, 30 * 1000);
	g_assert_cmpint(start(fixture, TASK_ASKED, &same), !=, 0);
	g_assert_cmpint(worker_do(fixture->worker, TASK_ASKED, &other_probes, &other), ==, 0);
	worker_settle(fixture->worker);
	g_assert_true(same.thread != g_thread_self());
	worker_turn(fixture->worker);
	g_assert_cmpint(start(fixture, TASK_ASKED, &again), ==, 0);
}

static void
test_hurries(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	Probe hurried = { 0 };
	Probe later = { 0 };

	only_on_thread(fixture);
	worker_hurry(fixture->worker);
	g_assert_cmpint(start(fixture, TASK_FILLS, &hurried), ==, 0);
	g_assert_cmpint(hurried.done, ==, 1);
	worker_turn(fixture->worker);
	g_assert_cmpint(start(fixture, TASK_FILLS, &later), !=, 0);
	worker_settle(fixture->worker);
}

static void
test_gives_up(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	Probe running = { .endless = 1 };
	Probe waiting = { 0 };
	Probe filling = { 0 };

	only_on_thread(fixture);
	g_assert_false(worker_give_up(fixture->worker));
	start(fixture, TASK_ASKED, &running);
	start(fixture, TASK_ASKED, &waiting);
	start(fixture, TASK_FILLS, &filling);
	wait_for_run(&running, 1);
	g_assert_true(worker_give_up(fixture->worker));
	g_assert_false(worker_is_asked(fixture->worker));
	g_assert_false(worker_give_up(fixture->worker));
	worker_settle(fixture->worker);
	g_assert_cmpint(running.code, ==, STORE_ERROR_STOPPED);
	g_assert_cmpint(waiting.code, ==, STORE_ERROR_STOPPED);
	g_assert_cmpint(waiting.runs, ==, 0);
	g_assert_cmpint(running.done + waiting.done, ==, 2);
	g_assert_cmpint(filling.code, ==, -1);
	g_assert_cmpint(filling.done, ==, 1);
}

/* What was read already, but not yet told, is given up like the rest. */
static void
test_gives_up_late(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	Probe probe = { 0 };
	struct pollfd wanted = { .fd = worker_descriptor(fixture->worker), .events = POLLIN };

	only_on_thread(fixture);
	start(fixture, TASK_ASKED, &probe);
	g_assert_cmpint(poll(&wanted, 1, 5000), ==, 1);
	g_assert_true(worker_give_up(fixture->worker));
	worker_settle(fixture->worker);
	g_assert_cmpint(probe.code, ==, STORE_ERROR_STOPPED);
}

static void
test_new_after_stop(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	only_on_thread(fixture);
	for (int i = 0; i < 50; i++) {
		Probe old = { .endless = 1, .name = "old" };
		Probe new = { .name = "new" };

		g_string_truncate(fixture->order, 0);
		start(fixture, TASK_ASKED, &old);
		if (i % 2)
			wait_for_run(&old, 1);
		g_assert_true(worker_give_up(fixture->worker));
		start(fixture, TASK_ASKED, &new);
		worker_settle(fixture->worker);
		g_assert_cmpint(old.code, ==, STORE_ERROR_STOPPED);
		g_assert_cmpint(new.code, ==, -1);
		g_assert_cmpstr(fixture->order->str, ==, "oldnew");
	}
}

static void
test_drops(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	Probe running = { .endless = 1 };
	Probe waiting = { 0 };
	Probe kept = { 0 };
	int64_t first, second;

	only_on_thread(fixture);
	first = start(fixture, TASK_ASKED, &running);
	second = start(fixture, TASK_ASKED, &waiting);
	start(fixture, TASK_FILLS, &kept);
	wait_for_run(&running, 1);
	worker_drop(fixture->worker, second);
	worker_drop(fixture->worker, first);
	worker_drop(fixture->worker, 0);
	worker_drop(fixture->worker, first);
	worker_settle(fixture->worker);
	g_assert_cmpint(running.done, ==, 0);
	g_assert_cmpint(waiting.done, ==, 0);
	g_assert_cmpint(kept.done, ==, 1);
	g_assert_cmpint(fixture->freed, ==, 3);
}

/* What a person asked for is read first; what it interrupts is begun anew. */
static void
test_asked_first(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	Probe filling = { .endless = 1, .name = "fill " };
	Probe behind = { .name = "behind " };
	Probe asked = { .name = "asked " };

	only_on_thread(fixture);
	start(fixture, TASK_FILLS, &filling);
	start(fixture, TASK_FILLS, &behind);
	wait_for_run(&filling, 1);
	start(fixture, TASK_ASKED, &asked);
	worker_settle(fixture->worker);
	g_assert_cmpint(filling.runs, ==, 2);
	g_assert_cmpint(filling.code, ==, -1);
	g_assert_true(g_str_has_prefix(fixture->order->str, "asked "));
	g_assert_cmpuint(fixture->order->len, ==, strlen("asked fill behind "));
}

/* What a key asks for after all goes before the rest, and can be given up. */
static void
test_pressed(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	Probe filling = { .endless = 1, .name = "fill " };
	Probe pressed = { .name = "pressed " };
	int64_t task;

	only_on_thread(fixture);
	start(fixture, TASK_FILLS, &filling);
	task = start(fixture, TASK_FILLS, &pressed);
	wait_for_run(&filling, 1);
	g_assert_false(worker_is_asked(fixture->worker));
	worker_press(fixture->worker, task);
	g_assert_true(worker_is_asked(fixture->worker));
	worker_settle(fixture->worker);
	g_assert_cmpstr(fixture->order->str, ==, "pressed fill ");
}

static void
test_pressed_running(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	Probe filling = { .endless = 1 };
	int64_t task;

	only_on_thread(fixture);
	task = start(fixture, TASK_FILLS, &filling);
	wait_for_run(&filling, 1);
	worker_press(fixture->worker, task);
	g_assert_true(worker_give_up(fixture->worker));
	worker_settle(fixture->worker);
	g_assert_cmpint(filling.code, ==, STORE_ERROR_STOPPED);
}

/* While it is being stopped for another one: then it goes right behind that. */
static void
test_pressed_interrupted(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	Probe filling = { .endless = 1, .delay = 200 * 1000, .name = "fill " };
	Probe behind = { .name = "behind " };
	Probe asked = { .name = "asked " };
	int64_t task;

	only_on_thread(fixture);
	task = start(fixture, TASK_FILLS, &filling);
	start(fixture, TASK_FILLS, &behind);
	wait_for_run(&filling, 1);
	start(fixture, TASK_ASKED, &asked);
	worker_press(fixture->worker, task);
	worker_settle(fixture->worker);
	g_assert_cmpint(filling.runs, ==, 2);
	g_assert_cmpstr(fixture->order->str, ==, "asked fill behind ");
}

/* Likewise, and then it is given up: it is not begun anew for nobody. */
static void
test_given_up_interrupted(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	Probe filling = { .endless = 1, .delay = 200 * 1000 };
	Probe asked = { 0 };
	int64_t task;

	only_on_thread(fixture);
	task = start(fixture, TASK_FILLS, &filling);
	wait_for_run(&filling, 1);
	start(fixture, TASK_ASKED, &asked);
	worker_press(fixture->worker, task);
	g_assert_true(worker_give_up(fixture->worker));
	worker_settle(fixture->worker);
	g_assert_cmpint(filling.runs, ==, 1);
	g_assert_cmpint(filling.code, ==, STORE_ERROR_STOPPED);
	g_assert_cmpint(asked.code, ==, STORE_ERROR_STOPPED);
}

/* A process that can have no more descriptors: then the caller reads itself, to the end. */
static void
test_no_thread(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	struct rlimit before;
	Probe probe = { 0 };

	worker_free(fixture->worker);
	g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
	g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 0, before.rlim_max }), ==, 0);
	fixture->worker = worker_new(fixture->store);
	g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);
	g_assert_cmpint(worker_descriptor(fixture->worker), ==, -1);
	only_on_thread(fixture);
	g_assert_cmpint(start(fixture, TASK_ASKED, &probe), ==, 0);
	g_assert_cmpint(probe.done, ==, 1);
	g_assert_cmpint(probe.code, ==, -1);
	g_assert_true(probe.thread == g_thread_self());
}

static void
test_freed_at_work(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	Probe running = { .endless = 1 };
	Probe waiting = { 0 };

	only_on_thread(fixture);
	start(fixture, TASK_FILLS, &running);
	start(fixture, TASK_FILLS, &waiting);
	wait_for_run(&running, 1);
	g_clear_pointer(&fixture->worker, worker_free);
	g_assert_cmpint(running.done + waiting.done, ==, 0);
	g_assert_cmpint(fixture->freed, ==, 2);
}

static void
test_store_gone(Fixture *fixture, G_GNUC_UNUSED const void *data)
{
	g_autofree char *aside = g_strconcat(fixture->path, "-aside", NULL);
	Probe gone = { 0 };
	Probe back = { 0 };

	only_on_thread(fixture);
	g_assert_cmpint(g_rename(fixture->path, aside), ==, 0);
	start(fixture, TASK_ASKED, &gone);
	worker_settle(fixture->worker);
	g_assert_cmpint(gone.code, ==, STORE_ERROR_NO_STORE);
	g_assert_cmpint(gone.runs, ==, 0);
	g_assert_cmpint(g_rename(aside, fixture->path), ==, 0);
	start(fixture, TASK_ASKED, &back);
	worker_settle(fixture->worker);
	g_assert_cmpint(back.code, ==, -1);
}

static void
add(const char *path, void (*test)(Fixture *, const void *))
{
	g_test_add(path, Fixture, NULL, setup, test, teardown);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/worker/quick-is-done-at-once", test_at_once);
	add("/worker/slow-is-done-on-the-thread", test_on_thread);
	add("/worker/an-error-is-told", test_fails);
	add("/worker/over-its-time-it-is-handed-over", test_overrun);
	add("/worker/each-kind-has-its-own-cost", test_learns);
	add("/worker/hurries-after-a-decision", test_hurries);
	add("/worker/gives-up-what-was-asked", test_gives_up);
	add("/worker/gives-up-what-is-not-told-yet", test_gives_up_late);
	add("/worker/new-after-stop", test_new_after_stop);
	add("/worker/forgets-what-is-dropped", test_drops);
	add("/worker/asked-goes-first", test_asked_first);
	add("/worker/a-key-asks-after-all", test_pressed);
	add("/worker/a-key-asks-for-what-is-read", test_pressed_running);
	add("/worker/a-key-asks-for-what-is-interrupted", test_pressed_interrupted);
	add("/worker/gives-up-what-is-interrupted", test_given_up_interrupted);
	add("/worker/no-thread-to-be-had", test_no_thread);
	add("/worker/freed-while-it-reads", test_freed_at_work);
	add("/worker/a-store-that-is-gone", test_store_gone);
	return g_test_run();
}
