/* Deliverers that die, and deliverers at once. */
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>

#include "release/deliverer.h"
#include "tests/release/quarantine.h"

enum {
	MANY = 1000, /* messages for deliverers at once */
	DELIVERERS = 8,
	KILLED_MANY = 100, /* messages for deliverers that are killed at any time */
	KILLS = 20,
	SAMPLE = 60,         /* of the system calls of a delivery, unless EVERY_SYSCALL is set */
	MAX_SYSCALLS = 5000, /* no delivery takes so many */
};

/* In a process of its own, which opens the store for itself. */
static pid_t
fork_deliverer(const Fixture *fixture)
{
	pid_t child = fork();
	const DeliverOptions options = usual_options();
	DeliverSummary summary = { 0 };

	if (child == 0) {
		g_autoptr(GError) error = NULL;
		Store *store = store_open(fixture->path, STORE_WRITE, &error);
		bool done = store && deliver_due(store, &options, &summary, &error);

		_exit(done ? 0 : 1);
	}
	return child;
}

static void
close_store(Fixture *fixture)
{
	store_close(fixture->store);
	fixture->store = NULL;
}

/* The deliverer is killed by what it handed the mail to: taken, and not written down. */
static void
test_killed_between_sending_and_writing_is_unknown(Fixture *fixture, gconstpointer data)
{
	g_autofree char *program = g_build_filename(fixture->folder, "sendmail", NULL);
	g_autofree char *taken = g_build_filename(fixture->folder, "taken", NULL);
	g_autofree char *script =
		g_strdup_printf("#!/bin/sh\ncat >/dev/null\necho x >>%s\nkill -9 $PPID\n", taken);
	g_autofree char *spec = g_strconcat("sendmail:", program, NULL);
	g_autofree char *count = NULL;
	int status = 0;

	(void)data;
	g_assert_true(g_file_set_contents(program, script, -1, NULL));
	g_assert_cmpint(chmod(program, 0700), ==, 0);
	release_many(fixture, 1, spec);
	close_store(fixture);
	g_assert_cmpint(waitpid(fork_deliverer(fixture), &status, 0), >, 0);
	g_assert_true(WIFSIGNALED(status));
	open_store(fixture);
	assert_row(fixture, DELIVERY_SENDING, NULL);
	g_assert_cmpint(deliver(fixture).unknown, ==, 1);
	assert_row(fixture, DELIVERY_UNKNOWN, "its deliverer died");
	g_assert_true(g_file_get_contents(taken, &count, NULL, NULL));
	g_assert_cmpstr(count, ==, "x\n");
}

/* As a deliverer called @deliverer leaves it that is killed before it settles anything. */
static void
leave_leased(Fixture *fixture, const char *deliverer)
{
	const LeaseRequest request = { .now = now, .seconds = 600, .deliverer = deliverer };
	g_autoptr(Delivery) delivery = store_lease(fixture->store, &request, NULL);

	g_assert_nonnull(delivery);
}

/* What a process called itself that is no more. */
static char *
name_of_the_dead(void)
{
	char name[200] = "";
	int ends[2];
	pid_t child;

	g_assert_cmpint(pipe(ends), ==, 0);
	child = fork();
	if (child == 0) {
		char *self = deliverer_self("mx.example.net");

		_exit(self && write(ends[1], self, strlen(self)) > 0 ? 0 : 1);
	}
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
	g_assert_cmpint(read(ends[0], name, sizeof(name) - 1), >, 0);
	close(ends[0]);
	close(ends[1]);
	return g_strdup(name);
}

/* A Maildir takes one delivery once, however often it is put there. */
static void
test_dead_deliverer_for_a_maildir_is_followed_at_once(Fixture *fixture, gconstpointer data)
{
	g_autofree char *dead = name_of_the_dead();

	(void)data;
	release_many(fixture, 1, fixture->maildir);
	leave_leased(fixture, dead);
	g_assert_cmpint(deliver(fixture).sent, ==, 1);
	assert_row(fixture, DELIVERY_SENT, NULL);
	g_assert_cmpuint(count_box(fixture), ==, 1);
}

static void
test_living_deliverer_is_left_alone(Fixture *fixture, gconstpointer data)
{
	g_autofree char *self = deliverer_self("mx.example.net");

	(void)data;
	release_many(fixture, 1, fixture->maildir);
	leave_leased(fixture, self);
	g_assert_cmpint(deliver(fixture).sent, ==, 0);
	assert_row(fixture, DELIVERY_SENDING, NULL);
}

/* How often the sink has each delivery, by the id in the trace field. */
static GHashTable *
taken_by(const Sink *sink)
{
	GHashTable *taken = g_hash_table_new(NULL, NULL);
	g_autoptr(GPtrArray) mails = sink_mails(sink);

	for (guint i = 0; i < mails->len; i++) {
		g_autoptr(GBytes) message = sink_message(mails->pdata[i]);
		g_autofree char *text = g_strndup(g_bytes_get_data(message, NULL), 100);
		const char *id = strstr(text, "(lazaret) id ");
		gpointer key;

		g_assert_nonnull(id);
		key = GINT_TO_POINTER(atoi(id + strlen("(lazaret) id ")));
		g_hash_table_insert(taken, key,
			GINT_TO_POINTER(GPOINTER_TO_INT(g_hash_table_lookup(taken, key)) + 1));
	}
	return taken;
}

static void
test_parallel_deliverers_send_each_once(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Sink) sink = sink_start(NULL);
	g_autofree char *spec = NULL;
	g_autoptr(GHashTable) taken = NULL;
	g_autoptr(GPtrArray) deliveries = NULL;
	pid_t children[DELIVERERS];

	(void)data;
	if (!sink)
		return;
	spec = g_strconcat("smtp://", sink->address, NULL);
	release_many(fixture, MANY, spec);
	close_store(fixture);
	for (size_t i = 0; i < G_N_ELEMENTS(children); i++)
		children[i] = fork_deliverer(fixture);
	for (size_t i = 0; i < G_N_ELEMENTS(children); i++) {
		int status = 0;

		g_assert_cmpint(waitpid(children[i], &status, 0), ==, children[i]);
		g_assert_cmpint(status, ==, 0);
	}
	open_store(fixture);
	taken = taken_by(sink);
	deliveries = rows(fixture);
	g_assert_cmpuint(deliveries->len, ==, MANY);
	for (guint i = 0; i < deliveries->len; i++) {
		const Delivery *delivery = deliveries->pdata[i];
		gpointer count = g_hash_table_lookup(taken, GINT_TO_POINTER((int)delivery->id));

		g_assert_cmpint(delivery->state, ==, DELIVERY_SENT);
		g_assert_cmpint(GPOINTER_TO_INT(count), ==, 1);
	}
}

/* Killed anywhere, again and again: never two, and never none where it says 'sent'. */
static void
test_killed_anywhere_never_twice(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Sink) sink = sink_start(NULL);
	g_autofree char *spec = NULL;
	g_autoptr(GHashTable) taken = NULL;
	g_autoptr(GPtrArray) deliveries = NULL;
	int unknown = 0;

	(void)data;
	if (!sink)
		return;
	spec = g_strconcat("smtp://", sink->address, NULL);
	release_many(fixture, KILLED_MANY, spec);
	close_store(fixture);
	for (int i = 0; i < KILLS; i++) {
		pid_t child = fork_deliverer(fixture);

		g_usleep((gulong)g_random_int_range(0, 40 * 1000));
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	open_store(fixture);
	now += DAY;
	deliver(fixture);
	taken = taken_by(sink);
	deliveries = rows(fixture);
	for (guint i = 0; i < deliveries->len; i++) {
		const Delivery *delivery = deliveries->pdata[i];
		int count = GPOINTER_TO_INT(
			g_hash_table_lookup(taken, GINT_TO_POINTER((int)delivery->id)));

		if (delivery->state == DELIVERY_SENT) {
			g_assert_cmpint(count, ==, 1);
			continue;
		}
		g_assert_cmpint(delivery->state, ==, DELIVERY_UNKNOWN);
		g_assert_cmpint(count, <=, 1);
		unknown++;
	}
	g_test_message("%d of %d unknown", unknown, KILLED_MANY);
	g_assert_cmpint(unknown, <=, KILLS);
}

/* ---- killed at each system call ---- */

/* A deliverer that stops before each of its system calls, to be let on by its parent. */
static pid_t
fork_traced(const Fixture *fixture)
{
	pid_t child = fork();

	if (child == 0) {
		const DeliverOptions options = usual_options();
		g_autoptr(GError) error = NULL;
		DeliverSummary summary = { 0 };
		Store *store;

		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			_exit(77);
		raise(SIGSTOP);
		store = store_open(fixture->path, STORE_WRITE, &error);
		_exit(store && deliver_due(store, &options, &summary, &error) ? 0 : 1);
	}
	return child;
}

/* Kills it at the @count-th system call, before that is carried out: true; false when it
 * came to its end before that, having made *made. */
static bool
kill_at(pid_t child, int count, int *made)
{
	int status = 0;
	bool entering = true;

	*made = 0;
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	ptrace(PTRACE_SETOPTIONS, child, NULL, GINT_TO_POINTER(PTRACE_O_TRACESYSGOOD));
	while (WIFSTOPPED(status)) {
		bool syscall = WSTOPSIG(status) == (SIGTRAP | 0x80);

		if (syscall && entering && ++*made == count) {
			kill(child, SIGKILL);
			g_assert_cmpint(waitpid(child, &status, 0), ==, child);
			return true;
		}
		if (syscall)
			entering = !entering;
		ptrace(PTRACE_SYSCALL, child, NULL, NULL);
		g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	}
	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
	return false;
}

/* One message more, its deliverer killed at system call @count, and what it left dealt with
 * by another.  False when the deliverer made fewer; *made says how many. */
static bool
deliver_killed_at(Fixture *fixture, const char *spec, int count, int *made)
{
	DeliverSummary summary;
	bool killed;

	release_many(fixture, 1, spec);
	close_store(fixture);
	killed = kill_at(fork_traced(fixture), count, made);
	open_store(fixture);
	summary = deliver(fixture);
	g_assert_cmpint(summary.failed + summary.retried + summary.put_back, ==, 0);
	return killed;
}

/* Once undisturbed, to count them; then killed at each, or at a sample of them. */
static void
kill_at_each(Fixture *fixture, const char *spec)
{
	int made = 0;
	int step;

	g_assert_false(deliver_killed_at(fixture, spec, MAX_SYSCALLS, &made));
	g_assert_cmpint(made, >, SAMPLE);
	step = g_getenv("EVERY_SYSCALL") ? 1 : made / SAMPLE;
	g_test_message("%d system calls, killed at every %d.", made, step);
	for (int count = g_test_rand_int_range(1, step + 1), unused; count <= made; count += step)
		deliver_killed_at(fixture, spec, count, &unused);
}

static bool
is_not_traceable(void)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0)
		_exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 ? 77 : 0);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	if (WEXITSTATUS(status) == 77)
		g_test_skip("no process can be traced here");
	return WEXITSTATUS(status) == 77;
}

static void
test_killed_at_each_syscall_never_twice_by_smtp(Fixture *fixture, gconstpointer data)
{
	g_autoptr(Sink) sink = is_not_traceable() ? NULL : sink_start(NULL);
	g_autofree char *spec = NULL;
	g_autoptr(GHashTable) taken = NULL;
	g_autoptr(GPtrArray) deliveries = NULL;
	int unknown = 0;
	int lost = 0;

	(void)data;
	if (!sink)
		return;
	spec = g_strconcat("smtp://", sink->address, NULL);
	kill_at_each(fixture, spec);
	taken = taken_by(sink);
	deliveries = rows(fixture);
	for (guint i = 0; i < deliveries->len; i++) {
		const Delivery *delivery = deliveries->pdata[i];
		int count = GPOINTER_TO_INT(
			g_hash_table_lookup(taken, GINT_TO_POINTER((int)delivery->id)));

		g_assert_cmpint(count, <=, 1);
		if (delivery->state == DELIVERY_SENT) {
			g_assert_cmpint(count, ==, 1);
			continue;
		}
		g_assert_cmpint(delivery->state, ==, DELIVERY_UNKNOWN);
		unknown++;
		lost += count == 0;
	}
	g_test_message("%u deliveries, %d unknown: %d of these arrived, %d did not",
		deliveries->len, unknown, unknown - lost, lost);
	g_assert_cmpint(unknown, >, 0);
	g_assert_cmpint(unknown, <, (int)deliveries->len);
}

/* A Maildir has each once, and nobody need look. */
static void
test_killed_at_each_syscall_once_in_a_maildir(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GPtrArray) deliveries = NULL;

	(void)data;
	if (is_not_traceable())
		return;
	kill_at_each(fixture, fixture->maildir);
	deliveries = rows(fixture);
	for (guint i = 0; i < deliveries->len; i++)
		g_assert_cmpint(((const Delivery *)deliveries->pdata[i])->state, ==, DELIVERY_SENT);
	g_assert_cmpuint(count_box(fixture), ==, deliveries->len);
}

/* ---- a person decides ---- */

/* What nobody knows about goes again when a person says so, and only then. */
static void
test_unknown_waits_for_a_person(Fixture *fixture, gconstpointer data)
{
	static const char *const silent[] = { "-q", ".", NULL };
	g_autoptr(GError) error = NULL;
	g_autoptr(Sink) mute = sink_start(silent);
	g_autofree char *spec = NULL;

	(void)data;
	if (!mute)
		return;
	spec = g_strconcat("smtp://", mute->address, NULL);
	release_many(fixture, 1, spec);
	g_assert_cmpint(deliver(fixture).unknown, ==, 1);
	for (int i = 0; i < 3; i++) {
		now += 10 * DAY;
		g_assert_cmpint(deliver(fixture).unknown, ==, 0);
		assert_row(fixture, DELIVERY_UNKNOWN, NULL);
	}
	g_assert_true(store_retry(fixture->store, 1, now, &error));
	g_assert_no_error(error);
	assert_row(fixture, DELIVERY_QUEUED, NULL);
	g_assert_cmpint(deliver(fixture).unknown, ==, 1);
	assert_row(fixture, DELIVERY_UNKNOWN, NULL);
}

static void
add(const char *name, void (*test)(Fixture *fixture, gconstpointer data))
{
	add_test("/crash/", name, test);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("killed-between-sending-and-writing-is-unknown",
		test_killed_between_sending_and_writing_is_unknown);
	add("dead-deliverer-for-a-maildir-is-followed-at-once",
		test_dead_deliverer_for_a_maildir_is_followed_at_once);
	add("living-deliverer-is-left-alone", test_living_deliverer_is_left_alone);
	add("parallel-deliverers-send-each-once", test_parallel_deliverers_send_each_once);
	add("killed-anywhere-never-twice", test_killed_anywhere_never_twice);
	add("killed-at-each-syscall-never-twice-by-smtp",
		test_killed_at_each_syscall_never_twice_by_smtp);
	add("killed-at-each-syscall-once-in-a-maildir",
		test_killed_at_each_syscall_once_in_a_maildir);
	add("unknown-waits-for-a-person", test_unknown_waits_for_a_person);
	return g_test_run();
}
