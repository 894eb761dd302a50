#include "system/spawn.h"

#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What @script prints, started as @spawning says but for its files. */
static char *
printed(Spawning spawning, const char *script)
{
	const char *const argv[] = { "sh", "-c", script, NULL };
	GString *text = g_string_new(NULL);
	char bytes[256];
	ssize_t length;
	int ends[2];
	int status;
	pid_t pid;

	g_assert_cmpint(pipe(ends), ==, 0); /* not closed by exec: it is for spawn to close */
	spawning.argv = argv;
	spawning.output = ends[1];
	g_assert_cmpint(spawn_program(&spawning, &pid), ==, 0);
	close(ends[1]);
	while ((length = read(ends[0], bytes, sizeof(bytes))) > 0)
		g_string_append_len(text, bytes, length);
	close(ends[0]);
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
	return g_strchomp(g_string_free(text, FALSE));
}

static const Spawning plain = { .file = "sh", .input = -1, .words = -1 };
static const Spawning apart = { .file = "/bin/sh", .input = -1, .words = -1, .apart = true };

static void
test_files(void)
{
	g_autofree char *files = printed(plain, "ls /proc/self/fd");
	g_autofree char *input = printed(plain, "readlink /proc/$$/fd/0");

	g_assert_cmpstr(files, ==, "0\n1\n2\n3"); /* the last is what lists them */
	g_assert_cmpstr(input, ==, "/dev/null");
}

static void
test_apart(void)
{
	g_autofree char *environment = printed(apart, "echo $PATH-$LC_ALL-$SPAWN-$(pwd)");
	g_autofree char *ours = printed(plain, "echo $SPAWN");
	g_autofree char *session = printed(apart, "cut -d' ' -f1,6 /proc/$$/stat");
	g_auto(GStrv) ids = g_strsplit(session, " ", 2);

	g_assert_cmpstr(environment, ==, "/usr/sbin:/usr/bin:/sbin:/bin-C--/");
	g_assert_cmpstr(ours, ==, "here");
	g_assert_cmpstr(ids[0], ==, ids[1]); /* it leads its session */
}

/* Of those that have names: 32 and 33 are the C library's. */
static guint64
named(const char *mask)
{
	return g_ascii_strtoull(mask, NULL, 16) & 0x7fffffff;
}

/* None blocked, none ignored, whatever we do with ours. */
static void
test_signals(void)
{
	static const char script[] = "sed -n 's/^Sig\\(Blk\\|Ign\\):.//p' /proc/self/status";
	sigset_t some, before;
	g_autofree char *text = NULL;
	g_auto(GStrv) masks = NULL;

	sigemptyset(&some);
	sigaddset(&some, SIGTERM);
	sigprocmask(SIG_BLOCK, &some, &before);
	signal(SIGPIPE, SIG_IGN);
	text = printed(plain, script);
	sigprocmask(SIG_SETMASK, &before, NULL);
	signal(SIGPIPE, SIG_DFL);
	masks = g_strsplit(text, "\n", -1);
	g_assert_cmpuint(g_strv_length(masks), ==, 2);
	g_assert_cmphex(named(masks[0]), ==, 0);
	g_assert_cmphex(named(masks[1]), ==, 0);
}

static void
test_none(void)
{
	const char *const argv[] = { "none", NULL };
	const Spawning none = {
		.file = "/nowhere/none",
		.argv = argv,
		.input = -1,
		.output = -1,
		.words = -1,
	};
	pid_t pid = 0;

	g_assert_cmpint(spawn_program(&none, &pid), ==, ENOENT);
	g_assert_cmpint(pid, ==, -1);
}

int
main(int argc, char **argv)
{
	g_setenv("SPAWN", "here", TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/spawn/no-file-but-its-own", test_files);
	g_test_add_func("/spawn/apart-from-us", test_apart);
	g_test_add_func("/spawn/no-signal-is-blocked-or-ignored", test_signals);
	g_test_add_func("/spawn/what-is-not-there", test_none);
	return g_test_run();
}
