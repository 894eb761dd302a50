#include "release/transport.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/release/shipment.h"

/* A script stands for sendmail: it writes down how it was called and what it was given. */
typedef struct Fixture {
	char *folder;
	char *program;
	char *spec;
	GBytes *raw;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture->folder = g_dir_make_tmp("lazaret-sendmail-XXXXXX", NULL);
	g_assert_nonnull(fixture->folder);
	fixture->program = g_build_filename(fixture->folder, "sendmail", NULL);
	fixture->spec = g_strconcat("sendmail:", fixture->program, NULL);
	fixture->raw = bytes_of("From: a@b\r\n\r\nbody\r\n.\r\nFrom x\r\n");
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	const char *argv[] = { "rm", "-rf", fixture->folder, NULL };

	(void)data;
	g_spawn_sync(
		NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
	g_free(fixture->folder);
	g_free(fixture->program);
	g_free(fixture->spec);
	g_bytes_unref(fixture->raw);
}

/* @body runs with $OUT being the temporary folder. */
static void
write_script(const Fixture *fixture, const char *body)
{
	g_autofree char *text = g_strdup_printf("#!/bin/sh\nOUT=%s\n%s\n", fixture->folder, body);

	g_assert_true(g_file_set_contents(fixture->program, text, -1, NULL));
	g_assert_cmpint(chmod(fixture->program, 0700), ==, 0);
}

static GBytes *
written(const Fixture *fixture, const char *name)
{
	g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
	char *text = NULL;
	size_t length = 0;

	g_assert_true(g_file_get_contents(path, &text, &length, NULL));
	return g_bytes_new_take(text, length);
}

static void
assert_written(const Fixture *fixture, const char *name, const char *wanted)
{
	g_autoptr(GBytes) bytes = written(fixture, name);
	g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));

	g_assert_cmpstr(text, ==, wanted);
}

static ShipmentResult
ship_from(const char *spec, const char *sender, GBytes *raw, char **reply)
{
	g_autoptr(GError) error = NULL;
	const char *address = NULL;
	const Transport *transport = transport_of(spec, &address, &error);
	Shipment shipment = shipment_of(raw, address);

	g_assert_no_error(error);
	shipment.patience = 1;
	shipment.sender = sender;
	return transport_ship(transport, &shipment, reply);
}

static ShipmentResult
ship(const Fixture *fixture, char **reply)
{
	return ship_from(fixture->spec, "s@a.example", fixture->raw, reply);
}

static void
test_gets_the_stored_bytes_behind_one_trace(Fixture *fixture, gconstpointer data)
{
	g_autofree char *reply = NULL;
	g_autoptr(GBytes) got = NULL;
	g_autoptr(GBytes) rest = NULL;

	(void)data;
	write_script(fixture, "cat >$OUT/stdin");
	g_assert_cmpint(ship(fixture, &reply), ==, SHIPMENT_ACCEPTED);
	g_assert_cmpstr(reply, ==, "exit status 0");
	got = written(fixture, "stdin");
	rest = without_trace(got);
	assert_bytes(rest, fixture->raw);
}

static void
test_arguments_are_words_of_their_own(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *sender, *wanted;
	} cases[] = {
		{ "s@a.example", "[-i][-f][s@a.example][--][anna@example.org]" },
		{ "", "[-i][-f][][--][anna@example.org]" },
		{ "-oQ/tmp", NULL },
		{ "-oQ/tmp@x", "[-i][-f][-oQ/tmp@x][--][anna@example.org]" },
		{ "`id`$HOME%n@x", "[-i][-f][`id`$HOME%n@x][--][anna@example.org]" },
	};

	(void)data;
	write_script(fixture, "cat >/dev/null; printf '[%s]' \"$@\" >$OUT/argv");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *reply = NULL;
		ShipmentResult result =
			ship_from(fixture->spec, cases[i].sender, fixture->raw, &reply);

		g_assert_cmpint(result, ==, cases[i].wanted ? SHIPMENT_ACCEPTED : SHIPMENT_REFUSED);
		if (cases[i].wanted)
			assert_written(fixture, "argv", cases[i].wanted);
	}
}

static void
test_recipient_may_begin_with_a_hyphen(Fixture *fixture, gconstpointer data)
{
	Shipment shipment = shipment_of(fixture->raw, fixture->program);
	g_autofree char *reply = NULL;
	const char *address = NULL;

	(void)data;
	write_script(fixture, "cat >/dev/null; printf '[%s]' \"$@\" >$OUT/argv");
	shipment.recipient = "-rf@x";
	g_assert_cmpint(transport_ship(transport_of("sendmail", &address, NULL), &shipment, &reply),
		==, SHIPMENT_ACCEPTED);
	assert_written(fixture, "argv", "[-i][-f][bounce+7@mail.example][--][-rf@x]");
}

static void
test_inherits_no_file_and_no_environment(Fixture *fixture, gconstpointer data)
{
	g_autofree char *reply = NULL;
	int secret = open("/etc/passwd", O_RDONLY); /* without O_CLOEXEC, as a library might */
	int high = dup2(secret, 200);

	(void)data;
	g_setenv("LD_PRELOAD_NOT", "1", TRUE);
	write_script(fixture,
		"cat >/dev/null; env | grep -v ^_= | grep -v ^PWD= | sort >$OUT/env\n"
		"for f in 3 4 5 6 7 8 9 200; do"
		" test -e /proc/$$/fd/$f && readlink /proc/$$/fd/$f; done >$OUT/all\n"
		"grep -v \"^$0$\" $OUT/all >$OUT/files; pwd >$OUT/pwd");
	g_assert_cmpint(ship(fixture, &reply), ==, SHIPMENT_ACCEPTED);
	close(secret);
	close(high);
	assert_written(fixture, "env", "LC_ALL=C\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\n");
	assert_written(fixture, "files", "");
	assert_written(fixture, "pwd", "/\n");
}

static void
test_exit_codes(Fixture *fixture, gconstpointer data)
{
	static const struct {
		int code;
		ShipmentResult result;
	} cases[] = {
		{ 0, SHIPMENT_ACCEPTED },
		{ 1, SHIPMENT_REFUSED },
		{ 64, SHIPMENT_REFUSED },
		{ 65, SHIPMENT_REFUSED },
		{ 67, SHIPMENT_REFUSED },
		{ 68, SHIPMENT_REFUSED },
		{ 69, SHIPMENT_DEFERRED },
		{ 70, SHIPMENT_DEFERRED },
		{ 71, SHIPMENT_DEFERRED },
		{ 72, SHIPMENT_DEFERRED },
		{ 73, SHIPMENT_DEFERRED },
		{ 74, SHIPMENT_DEFERRED },
		{ 75, SHIPMENT_DEFERRED },
		{ 77, SHIPMENT_DEFERRED },
		{ 78, SHIPMENT_DEFERRED },
		{ 255, SHIPMENT_REFUSED },
	};

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *body = g_strdup_printf("cat >/dev/null; exit %d", cases[i].code);
		g_autofree char *wanted = g_strdup_printf("exit status %d", cases[i].code);
		g_autofree char *reply = NULL;

		write_script(fixture, body);
		g_assert_cmpint(ship(fixture, &reply), ==, cases[i].result);
		g_assert_cmpstr(reply, ==, wanted);
	}
}

static void
test_its_first_words_are_kept(Fixture *fixture, gconstpointer data)
{
	g_autofree char *reply = NULL;

	(void)data;
	write_script(fixture, "cat >/dev/null; printf 'no such \\033user\\nmore\\n' >&2; exit 67");
	g_assert_cmpint(ship(fixture, &reply), ==, SHIPMENT_REFUSED);
	g_assert_cmpstr(reply, ==, "exit status 67: no such  user");
}

static void
test_endless_words_do_no_harm(Fixture *fixture, gconstpointer data)
{
	g_autofree char *reply = NULL;

	(void)data;
	write_script(fixture, "cat >/dev/null; yes | head -c 3000000 >&2; yes | head -c 3000000");
	g_assert_cmpint(ship(fixture, &reply), ==, SHIPMENT_ACCEPTED);
	g_assert_cmpuint(strlen(reply), <=, SHIPMENT_MAX_REPLY);
}

/* Where nothing, or not all, was read it can't have been sent; else nobody knows. */
static void
test_silence_is_unknown_only_when_all_was_read(Fixture *fixture, gconstpointer data)
{
	g_autofree char *unread_reply = NULL;
	g_autofree char *reply = NULL;

	(void)data;
	write_script(fixture, "exec sleep 30");
	g_assert_cmpint(ship(fixture, &unread_reply), ==, SHIPMENT_DOWN);
	write_script(fixture, "cat >$OUT/stdin; exec sleep 30");
	g_assert_cmpint(ship(fixture, &reply), ==, SHIPMENT_UNKNOWN);
	g_assert_nonnull(strstr(reply, "whole message"));
}

static void
test_the_silent_one_and_its_children_are_killed(Fixture *fixture, gconstpointer data)
{
	g_autofree char *reply = NULL;
	g_autoptr(GBytes) bytes = NULL;
	g_auto(GStrv) pids = NULL;
	g_autofree char *text = NULL;

	(void)data;
	write_script(fixture, "echo $$ >$OUT/pids; sleep 30 & echo $! >>$OUT/pids; wait");
	g_assert_cmpint(ship(fixture, &reply), ==, SHIPMENT_DOWN);
	bytes = written(fixture, "pids");
	text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	pids = g_strsplit(g_strchomp(text), "\n", -1);
	g_assert_cmpuint(g_strv_length(pids), ==, 2);
	for (int i = 0; i < 2; i++) {
		pid_t pid = (pid_t)g_ascii_strtoll(pids[i], NULL, 10);
		g_autofree char *path = g_strdup_printf("/proc/%s/cmdline", pids[i]);
		char *line = NULL;

		g_assert_cmpint(pid, >, 1);
		/* Gone, or a zombie that init has not yet looked at: that has no arguments. */
		for (int tries = 0; tries < 100; tries++) {
			g_free(line);
			line = NULL;
			if (!g_file_get_contents(path, &line, NULL, NULL) || !*line)
				break;
			g_usleep(10 * 1000);
		}
		g_assert_true(!line || !*line);
		g_free(line);
	}
}

static void
test_crash_is_unknown_only_when_all_was_read(Fixture *fixture, gconstpointer data)
{
	g_autofree char *unread_reply = NULL;
	g_autofree char *reply = NULL;

	(void)data;
	write_script(fixture, "kill -9 $$");
	g_assert_cmpint(ship(fixture, &unread_reply), ==, SHIPMENT_DEFERRED);
	write_script(fixture, "cat >/dev/null; kill -9 $$");
	g_assert_cmpint(ship(fixture, &reply), ==, SHIPMENT_UNKNOWN);
}

static void
test_success_without_reading_is_not_believed(Fixture *fixture, gconstpointer data)
{
	g_autofree char *reply = NULL;
	g_autofree char *half = NULL;

	(void)data;
	write_script(fixture, "exit 0");
	g_assert_cmpint(ship(fixture, &reply), ==, SHIPMENT_DEFERRED);
	write_script(fixture, "dd bs=1 count=10 >/dev/null 2>&1; exit 0");
	g_assert_cmpint(ship(fixture, &half), ==, SHIPMENT_DEFERRED);
}

static void
test_missing_program_is_waited_for(Fixture *fixture, gconstpointer data)
{
	g_autofree char *reply = NULL;

	(void)data;
	g_assert_cmpint(ship(fixture, &reply), ==, SHIPMENT_DOWN);
	g_assert_nonnull(strstr(reply, "No such file"));
	g_assert_nonnull(strstr(reply, fixture->program));
}

static void
test_program_others_may_write_is_not_run(Fixture *fixture, gconstpointer data)
{
	g_autofree char *reply = NULL;
	g_autofree char *trap = g_build_filename(fixture->folder, "ran", NULL);

	(void)data;
	write_script(fixture, "touch $OUT/ran; cat >/dev/null");
	g_assert_cmpint(chmod(fixture->program, 0722), ==, 0);
	g_assert_cmpint(ship(fixture, &reply), ==, SHIPMENT_REFUSED);
	g_assert_false(g_file_test(trap, G_FILE_TEST_EXISTS));
	if (geteuid() == 0) {
		g_autofree char *foreign = NULL;

		g_assert_cmpint(chmod(fixture->program, 0755), ==, 0);
		g_assert_cmpint(chown(fixture->program, 65534, 65534), ==, 0);
		g_assert_cmpint(ship(fixture, &foreign), ==, SHIPMENT_REFUSED);
		g_assert_false(g_file_test(trap, G_FILE_TEST_EXISTS));
	}
}

/* Whoever may write a folder above it can put another program in its place. */
static void
test_program_in_a_folder_others_may_write_is_not_run(Fixture *fixture, gconstpointer data)
{
	g_autofree char *reply = NULL;
	g_autofree char *trap = g_build_filename(fixture->folder, "ran", NULL);

	(void)data;
	write_script(fixture, "touch $OUT/ran; cat >/dev/null");
	g_assert_cmpint(chmod(fixture->folder, 0777), ==, 0);
	g_assert_cmpint(ship(fixture, &reply), ==, SHIPMENT_REFUSED);
	g_assert_false(g_file_test(trap, G_FILE_TEST_EXISTS));
}

/* sendmail(1) is a link on many machines, and may ask by which name it was called. */
static void
test_link_is_followed_and_its_name_kept(Fixture *fixture, gconstpointer data)
{
	g_autofree char *link = g_build_filename(fixture->folder, "link", NULL);
	g_autofree char *spec = g_strconcat("sendmail:", link, NULL);
	g_autofree char *reply = NULL;

	(void)data;
	write_script(fixture, "cat >/dev/null");
	g_assert_cmpint(symlink(fixture->program, link), ==, 0);
	g_assert_cmpint(
		ship_from(spec, "s@a.example", fixture->raw, &reply), ==, SHIPMENT_ACCEPTED);
}

static void
test_interrupt_ends_the_wait(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *body;
		ShipmentResult result;
	} cases[] = {
		{ "exec sleep 30", SHIPMENT_DEFERRED },
		{ "cat >/dev/null; exec sleep 30", SHIPMENT_UNKNOWN },
		{ "cat >/dev/null; sleep 1", SHIPMENT_ACCEPTED },
	};
	g_autoptr(GError) error = NULL;
	int ends[2];

	(void)data;
	g_assert_cmpint(pipe(ends), ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *address = NULL;
		const Transport *transport = transport_of(fixture->spec, &address, &error);
		Shipment shipment = shipment_of(fixture->raw, address);
		int64_t begun = g_get_monotonic_time();
		g_autofree char *reply = NULL;
		GThread *thread;

		shipment.interrupt = ends[0];
		write_script(fixture, cases[i].body);
		thread = g_thread_new("later", press_later, GINT_TO_POINTER(ends[1]));
		g_assert_cmpint(transport_ship(transport, &shipment, &reply), ==, cases[i].result);
		g_assert_cmpint(g_get_monotonic_time() - begun, <, 10 * G_USEC_PER_SEC);
		g_thread_join(thread);
		g_assert_cmpint(read(ends[0], &(char){ 0 }, 1), ==, 1);
	}
	close(ends[0]);
	close(ends[1]);
}

static void
test_large_mail(Fixture *fixture, gconstpointer data)
{
	g_autofree char *text = g_strnfill(8 * 1024 * 1024, 'x');
	g_autoptr(GBytes) raw = bytes_of(text);
	g_autoptr(GBytes) got = NULL;
	g_autoptr(GBytes) rest = NULL;
	g_autofree char *reply = NULL;

	(void)data;
	write_script(fixture, "cat >$OUT/stdin");
	g_assert_cmpint(ship_from(fixture->spec, "s@a", raw, &reply), ==, SHIPMENT_ACCEPTED);
	got = written(fixture, "stdin");
	rest = without_trace(got);
	assert_bytes(rest, raw);
}

static void
add(const char *name, void (*test)(Fixture *fixture, gconstpointer data))
{
	g_autofree char *path = g_strconcat("/sendmail/", name, NULL);

	g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("gets-the-stored-bytes-behind-one-trace", test_gets_the_stored_bytes_behind_one_trace);
	add("arguments-are-words-of-their-own", test_arguments_are_words_of_their_own);
	add("recipient-may-begin-with-a-hyphen", test_recipient_may_begin_with_a_hyphen);
	add("inherits-no-file-and-no-environment", test_inherits_no_file_and_no_environment);
	add("exit-codes", test_exit_codes);
	add("its-first-words-are-kept", test_its_first_words_are_kept);
	add("endless-words-do-no-harm", test_endless_words_do_no_harm);
	add("silence-is-unknown-only-when-all-was-read",
		test_silence_is_unknown_only_when_all_was_read);
	add("the-silent-one-and-its-children-are-killed",
		test_the_silent_one_and_its_children_are_killed);
	add("crash-is-unknown-only-when-all-was-read",
		test_crash_is_unknown_only_when_all_was_read);
	add("success-without-reading-is-not-believed",
		test_success_without_reading_is_not_believed);
	add("missing-program-is-waited-for", test_missing_program_is_waited_for);
	add("program-others-may-write-is-not-run", test_program_others_may_write_is_not_run);
	add("program-in-a-folder-others-may-write-is-not-run",
		test_program_in_a_folder_others_may_write_is_not_run);
	add("link-is-followed-and-its-name-kept", test_link_is_followed_and_its_name_kept);
	add("interrupt-ends-the-wait", test_interrupt_ends_the_wait);
	add("large-mail", test_large_mail);
	return g_test_run();
}
