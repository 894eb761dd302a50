#include "release/landing.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "release/transport.h"

static const char key[] = "0123456789abcdef0123456789abcdef";

static char *
key_file(const char *text, mode_t mode)
{
	char *path = g_strdup("/tmp/lazaret-key-XXXXXX");
	int file = g_mkstemp(path);

	g_assert_cmpint(file, >=, 0);
	g_assert_cmpint(write(file, text, strlen(text)), ==, strlen(text));
	g_assert_cmpint(fchmod(file, mode), ==, 0);
	close(file);
	return path;
}

static void
key_file_remove(char *path)
{
	unlink(path);
	g_free(path);
}

static void
test_prefixes(void)
{
	static const struct {
		const char *prefix;
		bool good;
	} cases[] = {
		{ "https://go.example.org/?u=", true },
		{ "http://10.0.0.1:8080/landing?from=mail&to=", true },
		{ "https://go.example.org/", false },
		{ "https://go.example.org/u=", false },
		{ "go.example.org/?u=", false },
		{ "www.example.org/?u=", false },
		{ "ftp://go.example.org/?u=", false },
		{ "javascript:x?u=", false },
		{ "https://?u=", false },
		{ "https://go.example.org/?\"u=", false },
		{ "https://go.example.org/?<u=", false },
		{ "https://go.example.org/? u=", false },
		{ "https://go.example.org/?\r\nu=", false },
		{ "https://go.example.org/#?u=", false },
		{ "", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%s", cases[i].prefix);
		g_assert_cmpint(landing_check(cases[i].prefix, &error), ==, cases[i].good);
		if (!cases[i].good)
			g_assert_error(error, RELEASE_ERROR, RELEASE_ERROR_LANDING);
	}
}

/* The code is what openssl dgst -sha256 -hmac KEY says of the target. */
static void
test_link(void)
{
	static const char *const texts[] = { "0123456789abcdef0123456789abcdef\n",
		"0123456789abcdef0123456789abcdef\r\n", key };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		char *path = key_file(texts[i], 0600);
		g_autoptr(Landing) landing =
			landing_new("https://go.example.org/?u=", path, &error);
		g_autofree char *link = NULL;

		g_assert_no_error(error);
		link = landing_link(landing, "https://a.example/x y?b=1&c=\303\251#~d-_.");
		g_assert_cmpstr(link, ==,
			"https://go.example.org/?u=https%3A%2F%2Fa.example%2Fx%20y%3Fb%3D1%26c%3D"
			"%C3%A9%23~d-_.&hmac="
			"0fd09fcc10e538924ad61c916ce00fd28131e0fa5f91436fc537b9d3f6699324");
		key_file_remove(path);
	}
}

static void
test_keys_that_are_none(void)
{
	static const struct {
		const char *text;
		mode_t mode;
		int code;
	} cases[] = {
		{ "short\n", 0600, RELEASE_ERROR_LANDING },
		{ "0123456789abcde\n", 0600, RELEASE_ERROR_LANDING },
		{ "0123456789abcde\r\n", 0600, RELEASE_ERROR_LANDING },
		{ "\r\n", 0600, RELEASE_ERROR_LANDING },
		{ "", 0600, RELEASE_ERROR_SECRET },
		{ "0123456789abcdef0123456789abcdef", 0640, RELEASE_ERROR_SECRET },
		{ "0123456789abcdef0123456789abcdef", 0604, RELEASE_ERROR_SECRET },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		char *path = key_file(cases[i].text, cases[i].mode);

		g_assert_null(landing_new("https://go.example.org/?u=", path, &error));
		g_assert_error(error, RELEASE_ERROR, cases[i].code);
		g_assert_null(strstr(error->message, "0123"));
		key_file_remove(path);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/landing/prefixes", test_prefixes);
	g_test_add_func("/landing/link", test_link);
	g_test_add_func("/landing/keys-that-are-none", test_keys_that_are_none);
	return g_test_run();
}
