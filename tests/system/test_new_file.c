#include "system/new_file.h"

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *
make_folder(void)
{
	char *folder = g_dir_make_tmp("new-file-XXXXXX", NULL);

	g_assert_nonnull(folder);
	return folder;
}

static void
test_new(void)
{
	g_autofree char *folder = make_folder();
	g_autofree char *path = g_build_filename(folder, "a", NULL);
	g_autofree char *text = NULL;
	struct stat info;

	g_assert_true(new_file_write(path, "one\0two", 7));
	g_assert_cmpint(stat(path, &info), ==, 0);
	g_assert_cmpint(info.st_mode & 0777, ==, 0600);
	g_assert_cmpint(info.st_size, ==, 7);
	g_assert_false(new_file_write(path, "three", 5));
	g_assert_cmpint(errno, ==, EEXIST);
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "one");
	g_unlink(path);
	g_rmdir(folder);
}

static void
test_link(void)
{
	g_autofree char *folder = make_folder();
	g_autofree char *path = g_build_filename(folder, "a", NULL);
	g_autofree char *aim = g_build_filename(folder, "b", NULL);

	g_assert_cmpint(symlink(aim, path), ==, 0);
	g_assert_false(new_file_write(path, "x", 1));
	g_assert_cmpint(errno, ==, EEXIST);
	g_assert_false(g_file_test(aim, G_FILE_TEST_EXISTS));
	g_unlink(path);
	g_rmdir(folder);
}

/* Where no more than a page may be written, half a file is none. */
static void
test_full(void)
{
	g_autofree char *folder = make_folder();
	g_autofree char *path = g_build_filename(folder, "a", NULL);
	g_autofree char *text = g_strnfill(8192, 'x');
	struct rlimit before, small;

	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
	small = before;
	small.rlim_cur = 4096;
	(void)signal(SIGXFSZ, SIG_IGN);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
	g_assert_false(new_file_write(path, text, strlen(text)));
	g_assert_cmpint(errno, ==, EFBIG);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	g_rmdir(folder);
}

/* Who is killed in the middle of it leaves none. */
static void
test_killed(void)
{
	g_autofree char *folder = make_folder();
	g_autofree char *path = g_build_filename(folder, "a", NULL);
	g_autofree char *text = g_strnfill(8192, 'x');
	const struct rlimit small = { 4096, 4096 };
	const struct rlimit none = { 0, 0 };
	int fd = nameless_open(path, 0600);
	int status;
	pid_t child;

	if (fd < 0) {
		g_rmdir(folder);
		g_test_skip("the file system has no files without a name");
		return;
	}
	close(fd);
	child = fork();
	if (child == 0) {
		(void)signal(SIGXFSZ, SIG_DFL);
		(void)setrlimit(RLIMIT_CORE, &none);
		(void)setrlimit(RLIMIT_FSIZE, &small);
		new_file_write(path, text, strlen(text));
		_exit(0);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ);
	g_assert_cmpint(g_rmdir(folder), ==, 0);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/new-file/new-private-and-never-over-another", test_new);
	g_test_add_func("/new-file/never-through-a-link", test_link);
	g_test_add_func("/new-file/none-of-who-is-killed", test_killed);
	g_test_add_func("/new-file/none-where-it-can-not-be-whole", test_full);
	return g_test_run();
}
