#include "system/private_file.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
test_file(void)
{
	static const struct {
		const char *text;
		mode_t mode;
		const char *fault; /* NULL: it is read */
	} rows[] = {
		{ "a secret\nof lines", 0600, NULL },
		{ "x", 0400, NULL },
		{ "0123456789abcdef", 0600, NULL },
		{ "0123456789abcdefg", 0600, "too large" },
		{ "", 0600, "empty" },
		{ "x", 0640, "others may" },
		{ "x", 0604, "others may" },
		{ "x", 0602, "others may" },
	};
	g_autofree char *folder = g_dir_make_tmp("lazaret-private-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "secret", NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *fault = NULL;
		g_autoptr(PrivateText) text = NULL;

		g_assert_true(g_file_set_contents(path, rows[i].text, -1, NULL));
		g_assert_cmpint(g_chmod(path, rows[i].mode), ==, 0);
		text = private_file_read(path, rows[i].fault ? 16 : 32, &fault);
		g_test_message("%s: %s", rows[i].text, fault);
		g_assert_cmpstr(text, ==, rows[i].fault ? NULL : rows[i].text);
		g_assert_true(rows[i].fault ? strstr(fault, rows[i].fault) != NULL : !fault);
	}
	g_unlink(path);
	g_rmdir(folder);
}

static void
test_what_is_no_text(void)
{
	g_autofree char *folder = g_dir_make_tmp("lazaret-private-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "secret", NULL);
	const char *fault = NULL;

	g_assert_null(private_file_read(path, 10, &fault));
	g_assert_nonnull(strstr(fault, "No such file"));
	g_assert_null(private_file_read(folder, 10, &fault));
	g_assert_nonnull(strstr(fault, "not a regular file"));
	g_assert_cmpint(mkfifo(path, 0600), ==, 0);
	g_assert_null(private_file_read(path, 10, &fault));
	g_assert_nonnull(strstr(fault, "not a regular file"));
	g_unlink(path);
	g_assert_true(g_file_set_contents(path, "a\0b", 3, NULL));
	g_assert_cmpint(g_chmod(path, 0600), ==, 0);
	g_assert_null(private_file_read(path, 10, &fault));
	g_assert_nonnull(strstr(fault, "NUL"));
	if (geteuid() == 0) {
		g_assert_true(g_file_set_contents(path, "x", 1, NULL));
		g_assert_cmpint(g_chmod(path, 0600), ==, 0);
		g_assert_cmpint(chown(path, 65534, 65534), ==, 0);
		g_assert_null(private_file_read(path, 10, &fault));
		g_assert_nonnull(strstr(fault, "belongs to another user"));
	}
	g_unlink(path);
	g_rmdir(folder);
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/private-file/read", test_file);
	g_test_add_func("/private-file/what-is-no-text", test_what_is_no_text);
	return g_test_run();
}
