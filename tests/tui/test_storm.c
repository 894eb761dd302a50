/* Signals, sizes and losses at any moment amid keys: the console ends or goes on, whole, and leaves
 * its terminal as it was.
 *
 *   STORM=10 build/tests/tui/test_storm     ten times as much
 *
 * The seed that GTest prints, given again with --seed, presses the same keys. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <termios.h>

#include "store/db.h"
#include "store/verify.h"
#include "tests/tui/terminal.h"

enum {
	SIZES = 500,
	STOPS = 12,
	ENDS = 16,
	MOMENT = 6000,   /* microseconds until an end, at most */
	MORE_ENDS = 12,  /* each may take twice as long as the one before */
	ESCAPE = 25000,  /* microseconds that the console waits for what follows ESC */
	KEYS = 40,       /* before an end, at most */
	PATIENCE = 6000, /* hundredths of a second: what takes longer hangs */
};

/* All but those that leave: q in the campaigns. */
static const char *const keys[] = { "j", "k", " ", "g", "G", "\r", "M", "C", "t", ";", "b", "r",
	"H", "c", "u", "y", "y", "n", "p", "1", "2", "4", "7", "\t", "\x1b[B", "\x1b[5~", "\x04",
	"L", "O", "F", "B", "?", "-", "+", "s", "S", "l", "/", "T", "held", "\x1b", "\x0c", "9",
	"\x7f" };

static int
storm(int usual)
{
	const char *factor = g_getenv("STORM");

	return usual * (factor ? MAX(atoi(factor), 1) : 1);
}

/* ---- the terminal's own state ---- */

/* As the kernel hands a terminal out, and so as the console found it. */
static struct termios
fresh_modes(void)
{
	struct termios modes;
	int master, slave;

	g_assert_cmpint(openpty(&master, &slave, NULL, NULL, NULL), ==, 0);
	g_assert_cmpint(tcgetattr(slave, &modes), ==, 0);
	close(slave);
	close(master);
	return modes;
}

static bool
modes_are_fresh(const Terminal *terminal)
{
	struct termios fresh = fresh_modes();
	struct termios modes;

	g_assert_cmpint(tcgetattr(terminal->descriptor, &modes), ==, 0);
	return modes.c_iflag == fresh.c_iflag && modes.c_oflag == fresh.c_oflag &&
		modes.c_lflag == fresh.c_lflag && modes.c_cflag == fresh.c_cflag;
}

/* What the terminal is left with once it has got what was sent: the private modes that are on,
 * of those that a terminal has off, and 25 (the cursor) if that is off. */
static char *
modes_left(const char *sent)
{
	g_autoptr(GRegex) regex = g_regex_new("\x1b\\[\\?([0-9;]+)([hl])", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_autoptr(GHashTable) on = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GList) names = NULL;
	GString *left = g_string_new(NULL);

	for (g_regex_match_full(regex, sent, -1, 0, G_REGEX_MATCH_NOTEMPTY, &match, NULL);
		g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *modes = g_match_info_fetch(match, 1);
		g_autofree char *set = g_match_info_fetch(match, 2);
		g_auto(GStrv) each = g_strsplit(modes, ";", -1);

		for (char **mode = each; *mode; mode++) {
			bool usual = g_str_equal(*mode, "25") || g_str_equal(*mode, "7");

			if ((*set == 'h') == usual)
				g_hash_table_remove(on, *mode);
			else
				g_hash_table_add(on, g_strdup(*mode));
		}
	}
	names = g_list_sort(g_hash_table_get_keys(on), (GCompareFunc)strcmp);
	for (GList *name = names; name; name = name->next)
		g_string_append_printf(left, "%s ", (const char *)name->data);
	return g_string_free(left, FALSE);
}

static void
assert_given_back(const Terminal *terminal)
{
	g_autofree char *left = modes_left(terminal->sent->str);

	g_assert_cmpstr(left, ==, "");
	g_assert_true(modes_are_fresh(terminal));
}

/* The other end stays open for us, so that its modes can be asked for once the console is gone. */
static int
hold_open(const Terminal *terminal)
{
	int slave = open(ptsname(terminal->descriptor), O_RDWR | O_NOCTTY | O_CLOEXEC);

	g_assert_cmpint(slave, >=, 0);
	return slave;
}

/* ---- pressing and waiting ---- */

static void
read_what_is_there(Terminal *terminal)
{
	struct pollfd wanted = { .fd = terminal->descriptor, .events = POLLIN };

	while (poll(&wanted, 1, 0) > 0 && wanted.revents & POLLIN && terminal_take(terminal))
		continue;
}

static void
write_key(Terminal *terminal, const char *key)
{
	read_what_is_there(terminal);
	g_assert_cmpint(write(terminal->descriptor, key, strlen(key)), ==, (ssize_t)strlen(key));
}

/* Without waiting for an answer: signals are to come in the middle. */
static void
press_any(Terminal *terminal)
{
	write_key(terminal, keys[g_test_rand_int_range(0, G_N_ELEMENTS(keys))]);
	g_usleep((gulong)g_test_rand_int_range(0, 2500));
}

/* Its wait status, and what it cost; it must go by itself. */
static int
wait_for_end(Terminal *terminal, struct rusage *usage)
{
	int status = 0;

	for (int i = 0; i < PATIENCE; i++) {
		if (terminal->descriptor >= 0)
			read_what_is_there(terminal);
		if (wait4(terminal->child, &status, WNOHANG, usage) == terminal->child) {
			if (terminal->descriptor >= 0)
				read_what_is_there(terminal);
			return status;
		}
		g_usleep(10000);
	}
	kill(terminal->child, SIGKILL);
	waitpid(terminal->child, &status, 0);
	g_error("the console hangs");
}

static void
terminal_drop(Terminal *terminal)
{
	if (terminal->descriptor >= 0)
		close(terminal->descriptor);
	terminal_detach(terminal);
}

static bool
says(Terminal *terminal, const char *words)
{
	g_autofree char *screen = NULL;

	for (int i = 0; i < PATIENCE; i++) {
		g_free(screen);
		screen = terminal_dump(terminal);
		if (strstr(screen, words))
			return true;
		read_what_is_there(terminal);
		g_usleep(10000);
	}
	g_test_message("'%s' is not on:\n%s", words, screen);
	return false;
}

static void
resize(const Terminal *terminal, int rows, int columns)
{
	struct winsize size = {
		.ws_row = (unsigned short)rows,
		.ws_col = (unsigned short)columns,
	};

	g_assert_cmpint(ioctl(terminal->descriptor, TIOCSWINSZ, &size), ==, 0);
}

/* From the campaigns; once more where deliveries wait, which is asked about first. */
static void
leave(Terminal *terminal)
{
	struct rusage usage;
	int status;

	g_assert_cmpint(write(terminal->descriptor, "q", 1), ==, 1);
	g_usleep(2 * ESCAPE);
	(void)!write(terminal->descriptor, "q", 1);
	status = wait_for_end(terminal, &usage);
	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
	terminal_drop(terminal);
}

/* Until then the terminal itself shows the keys, and some are lost. */
static void
wait_for_start(Terminal *terminal)
{
	for (int i = 0; i < PATIENCE && !strstr(terminal->sent->str, "\x1b[?1049h"); i++) {
		g_usleep(10000);
		read_what_is_there(terminal);
	}
	g_assert_nonnull(strstr(terminal->sent->str, "\x1b[?1049h"));
}

/* The size that libvterm has, and all of it painted anew. */
static void
assert_screen_is_whole(Terminal *terminal)
{
	g_autofree char *screen = NULL;

	wait_for_start(terminal);
	resize(terminal, terminal->rows, terminal->columns);
	for (int i = 0; i < 2; i++) { /* out of a prompt, and of what was begun */
		write_key(terminal, "\x1b");
		g_usleep(2 * ESCAPE);
	}
	write_key(terminal, "C");
	g_usleep(2 * ESCAPE);
	terminal_press(terminal, "\x0c");
	screen = terminal_dump(terminal);
	if (!g_str_has_prefix(screen, " lazaret") || !says(terminal, "? help"))
		g_error("this is no whole screen:\n%s", screen);
}

/* ---- the store ---- */

static void
on_fault(const char *words, G_GNUC_UNUSED void *data)
{
	g_test_message("%s", words);
}

/* Operations are in a chain of hashes over their decisions: half of one would not verify. */
static void
assert_store_is_whole(const Scene *scene)
{
	g_autoptr(GError) error = NULL;
	const VerifyOptions options = { .fault = on_fault };
	VerifySummary summary = { 0 };

	store_verify(scene->store, &options, &summary, &error);
	g_assert_no_error(error);
	g_assert_cmpint(summary.faults, ==, 0);
}

static int64_t
operations_of(const Scene *scene)
{
	g_autoptr(GError) error = NULL;
	VerifySummary summary = { 0 };

	store_verify(scene->store, &(VerifyOptions){ .fault = on_fault }, &summary, &error);
	g_assert_no_error(error);
	return summary.operations;
}

/* ---- tests ---- */

static void
test_sizes(void)
{
	static const int extremes[][2] = { { 1, 1 }, { 1, 200 }, { 300, 100 }, { 100, 1 }, { 2, 2 },
		{ 8, 40 }, { 7, 39 }, { 0, 0 }, { 0, 80 }, { 1000, 1000 } };
	Scene scene = { 0 };
	Terminal terminal;

	scene_setup(&scene, NULL);
	scene_open(&scene);
	terminal_open(&terminal, &scene, "xterm-256color");
	terminal_read(&terminal);
	for (int i = 0; i < storm(SIZES); i++) {
		if (i % 8 == 0) {
			const int *size = extremes[(i / 8) % (int)G_N_ELEMENTS(extremes)];

			resize(&terminal, size[0], size[1]);
		} else {
			resize(&terminal, g_test_rand_int_range(1, 70),
				g_test_rand_int_range(1, 250));
		}
		press_any(&terminal);
	}
	assert_screen_is_whole(&terminal);
	leave(&terminal);
	assert_store_is_whole(&scene);
	scene_teardown(&scene, NULL);
}

/* From the start on; then the terminal grows. */
static void
test_tiny(const void *data)
{
	const int *size = data;
	Scene scene = { 0 };
	Terminal terminal;

	scene_setup(&scene, NULL);
	scene_open(&scene);
	terminal_open(&terminal, &scene, "xterm-256color");
	resize(&terminal, size[0], size[1]);
	for (int i = 0; i < 30; i++)
		press_any(&terminal);
	assert_screen_is_whole(&terminal);
	leave(&terminal);
	scene_teardown(&scene, NULL);
}

static void
wait_for_stop(Terminal *terminal)
{
	for (int i = 0; i < PATIENCE; i++) {
		int status;

		read_what_is_there(terminal);
		if (waitpid(terminal->child, &status, WUNTRACED | WNOHANG) == terminal->child) {
			g_assert_true(WIFSTOPPED(status));
			read_what_is_there(terminal);
			return;
		}
		g_usleep(10000);
	}
	g_error("the console does not stop");
}

/* By the key, by the signal, and once more before it went on. */
static void
test_stops(void)
{
	Scene scene = { 0 };
	Terminal terminal;

	scene_setup(&scene, NULL);
	scene_open(&scene);
	terminal_open(&terminal, &scene, "xterm-256color");
	terminal_read(&terminal);
	for (int i = 0; i < storm(STOPS); i++) {
		for (int pressed = g_test_rand_int_range(0, 8); pressed > 0; pressed--)
			press_any(&terminal);
		if (i % 3 == 0)
			write_key(&terminal, "\x1a");
		else
			kill(terminal.child, SIGTSTP);
		wait_for_stop(&terminal);
		assert_given_back(&terminal);
		resize(&terminal, g_test_rand_int_range(1, 70), g_test_rand_int_range(1, 250));
		kill(terminal.child, SIGCONT);
	}
	assert_screen_is_whole(&terminal);
	leave(&terminal);
	assert_store_is_whole(&scene);
	scene_teardown(&scene, NULL);
}

/* Ended by @signal amid keys, or while it does what the last one decided, for which it has
 * at most @moment microseconds. */
static void
end_amid_keys(Scene *scene, int signal, int moment)
{
	static const char *const deciding[] = { "b", "r", "H", "u", "y" };
	Terminal terminal;
	struct rusage usage;
	int slave, status;

	terminal_open(&terminal, scene, "xterm-256color");
	slave = hold_open(&terminal);
	terminal_read(&terminal);
	for (int pressed = g_test_rand_int_range(1, KEYS); pressed > 0; pressed--)
		press_any(&terminal);
	write_key(&terminal, g_test_rand_bit() ? "M" : "C");
	if (g_test_rand_bit()) /* else the rows may not be there, and nothing is decided */
		terminal_rest(&terminal, true);
	write_key(&terminal, deciding[g_test_rand_int_range(0, G_N_ELEMENTS(deciding))]);
	g_usleep((gulong)g_test_rand_int_range(0, moment));
	kill(terminal.child, signal);
	status = wait_for_end(&terminal, &usage);
	if (signal == SIGKILL) {
		g_assert_true(WIFSIGNALED(status));
	} else {
		if (!WIFEXITED(status))
			g_error("signal %d: it ended by signal %d", signal, WTERMSIG(status));
		assert_given_back(&terminal);
	}
	close(slave);
	terminal_drop(&terminal);
	assert_store_is_whole(scene);
}

static void
test_ends(void)
{
	static const int signals[] = { SIGHUP, SIGTERM, SIGINT, SIGKILL };
	Scene scene = { 0 };

	scene_setup(&scene, NULL);
	scene_open(&scene);
	for (int i = 0; i < storm(ENDS); i++)
		end_amid_keys(&scene, signals[i % (int)G_N_ELEMENTS(signals)], MOMENT);
	/* On a slow machine none of the keys may have decided anything by then. */
	for (int i = 1; i <= MORE_ENDS && operations_of(&scene) == 0; i++)
		end_amid_keys(&scene, signals[i % (int)G_N_ELEMENTS(signals)], MOMENT << i);
	g_assert_cmpint(operations_of(&scene), >, 0);
	scene_teardown(&scene, NULL);
}

/* A command that runs is stopped with the console: nobody is left who would show its output. */
static void
test_no_child_left(void)
{
	Scene scene = { 0 };
	Terminal terminal;
	struct rusage usage;
	int status;

	g_assert_cmpint(prctl(PR_SET_CHILD_SUBREAPER, 1), ==, 0);
	scene_setup(&scene, NULL);
	scene_open(&scene);
	scene.options.program = "/bin/sleep";
	terminal_open(&terminal, &scene, "xterm-256color");
	terminal_read(&terminal);
	terminal_press(&terminal, ":60\r");
	g_assert_true(says(&terminal, "Ctrl-c stops it"));
	kill(terminal.child, SIGHUP);
	status = wait_for_end(&terminal, &usage);
	g_assert_true(WIFEXITED(status));
	for (int i = 0; i < PATIENCE && waitpid(-1, NULL, WNOHANG) >= 0; i++)
		g_usleep(10000);
	g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
	terminal_drop(&terminal);
	scene_teardown(&scene, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
}

/* The window is closed: it must not go round and round on a terminal that always has news. */
static void
test_vanished(void)
{
	Scene scene = { 0 };
	Terminal terminal;
	struct rusage usage = { 0 };
	int status;

	scene_setup(&scene, NULL);
	scene_open(&scene);
	for (int i = 0; i < storm(3); i++) {
		terminal_open(&terminal, &scene, "xterm-256color");
		terminal_read(&terminal);
		for (int pressed = g_test_rand_int_range(0, 10); pressed > 0; pressed--)
			press_any(&terminal);
		close(terminal.descriptor);
		terminal.descriptor = -1;
		status = wait_for_end(&terminal, &usage);
		g_assert_true(WIFEXITED(status));
		g_assert_cmpint(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec, <, 1);
		terminal_drop(&terminal);
		assert_store_is_whole(&scene);
	}
	scene_teardown(&scene, NULL);
}

/* No file of the console may grow: what a full disk does to it. */
static void
test_full_disk(void)
{
	Scene scene = { 0 };
	Terminal terminal;
	struct rlimit before, small;
	int64_t operations;

	scene_setup(&scene, NULL);
	scene_open(&scene);
	operations = operations_of(&scene);
	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
	small = (struct rlimit){ .rlim_cur = 4096, .rlim_max = before.rlim_max };
	(void)signal(SIGXFSZ, SIG_IGN); /* as main() does */
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
	terminal_open(&terminal, &scene, "xterm-256color");
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
	terminal_read(&terminal);
	terminal_press(&terminal, "M");
	terminal_press(&terminal, "b");
	g_assert_true(says(&terminal, "mx1.db: "));
	g_assert_true(says(&terminal, "held 7"));
	terminal_press(&terminal, "j");
	terminal_press(&terminal, "C");
	leave(&terminal);
	g_assert_cmpint(operations_of(&scene), ==, operations);
	assert_store_is_whole(&scene);
	scene_teardown(&scene, NULL);
}

/* Another process keeps the store for longer than anybody waits. */
static void
test_locked(void)
{
	Scene scene = { 0 };
	Terminal terminal;
	g_autoptr(GError) error = NULL;
	int64_t operations;

	scene_setup(&scene, NULL);
	scene_open(&scene);
	operations = operations_of(&scene);
	terminal_open(&terminal, &scene, "xterm-256color");
	terminal_read(&terminal);
	terminal_press(&terminal, "M");
	{
		g_autoptr(Transaction) other = db_begin(scene.store, &error);

		g_assert_no_error(error);
		terminal_press(&terminal, "j");
		write_key(&terminal, "b");
		g_assert_true(says(&terminal, "database is locked by another lazaret; try again"));
	}
	g_assert_cmpint(operations_of(&scene), ==, operations);
	terminal_press(&terminal, "b");
	g_assert_true(says(&terminal, "u takes it back"));
	g_assert_cmpint(operations_of(&scene), ==, operations + 1);
	terminal_press(&terminal, "C");
	leave(&terminal);
	assert_store_is_whole(&scene);
	scene_teardown(&scene, NULL);
}

int
main(int argc, char **argv)
{
	static const int one[] = { 1, 1 }, none[] = { 0, 0 };

	setlocale(LC_ALL, "C.UTF-8");
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/storm/any-size-amid-keys", test_sizes);
	g_test_add_data_func("/storm/starts-in/1x1", one, test_tiny);
	g_test_add_data_func("/storm/starts-in/0x0", none, test_tiny);
	g_test_add_func("/storm/stops-and-goes-on-amid-keys", test_stops);
	g_test_add_func("/storm/ends-whole-amid-keys", test_ends);
	g_test_add_func("/storm/no-child-is-left", test_no_child_left);
	g_test_add_func("/storm/the-terminal-vanishes", test_vanished);
	g_test_add_func("/storm/the-disk-is-full", test_full_disk);
	g_test_add_func("/storm/the-store-is-locked", test_locked);
	return g_test_run();
}
