#include "system/aws_keys.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "system/system_error.h"
#include "tests/importer/place.h"

static void
test_file_of_keys(void)
{
	static const char *const good[] = {
		"aws_access_key_id=ID\naws_secret_access_key=SE/CRET+=\n",
		"\xef\xbb\xbf# x\n[other]\naws_access_key_id = NO\n[default]\r\n"
		"AWS_ACCESS_KEY_ID = ID\r\n  aws_secret_access_key\t=\tSE/CRET+= \r\n",
		"[profile default]\naws_secret_access_key=SE/CRET+=\naws_access_key_id=ID\n"
		"aws_access_key_id=LATER",
	};
	static const char *const bad[] = { "", "aws_access_key_id=ID\n",
		"[other]\naws_access_key_id=ID\n"
		"aws_secret_access_key=SE/CRET\n",
		"aws_access_key_id=I/D\naws_secret_access_key=SECRET\n",
		"aws_access_key_id=ID\naws_secret_access_key=SEC RET\n",
		"aws_access_key_id=ID\naws_secret_access_key=SEC\x01RET\n" };
	g_autoptr(Place) place = place_new();
	g_autoptr(AwsKeys) keys = aws_keys_new();

	g_unsetenv("AWS_PROFILE");
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *path = place_add(place, "keys", good[i]);

		g_assert_cmpint(chmod(path, 0600), ==, 0);
		g_assert_true(aws_keys_load(keys, &(AwsKeysFrom){ .path = path }, &error));
		g_assert_no_error(error);
		g_assert_cmpstr(keys->id, ==, "ID");
		g_assert_cmpstr(keys->secret, ==, "SE/CRET+=");
		g_assert_cmpstr(keys->token, ==, "");
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *path = place_add(place, "keys", bad[i]);

		g_assert_false(aws_keys_load(keys, &(AwsKeysFrom){ .path = path }, &error));
		g_assert_error(error, SYSTEM_ERROR, SYSTEM_ERROR_NO_INPUT);
		g_assert_null(strstr(error->message, "SE"));
	}
}

/* A parser that was taken over must not find them. */
static void
test_keys_stay_in_this_process(void)
{
	g_autoptr(AwsKeys) keys = aws_keys_new();
	int status;
	pid_t child;

	g_strlcpy(keys->secret, "secret", AWS_KEY);
	child = fork();
	if (child == 0) {
		struct sigaction usual = { .sa_handler = SIG_DFL };

		sigaction(SIGSEGV, &usual, NULL);
		_exit(*(volatile char *)keys->secret == 's');
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFSIGNALED(status));
	g_assert_cmpint(WTERMSIG(status), ==, SIGSEGV);
	g_assert_cmpstr(keys->secret, ==, "secret");
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/aws-keys/file-of-keys", test_file_of_keys);
	g_test_add_func("/aws-keys/they-stay-in-this-process", test_keys_stay_in_this_process);
	return g_test_run();
}
