#include "system/server.h"

#include <glib.h>

static void
test_forms(void)
{
	static const struct {
		const char *text;
		ServerForm form;
		const char *host;
		int port;
	} rows[] = {
		{ "a.example", SERVER_GOOD, "a.example", 25 },
		{ "a.example:2525", SERVER_GOOD, "a.example", 2525 },
		{ "192.0.2.1:1", SERVER_GOOD, "192.0.2.1", 1 },
		{ "[::1]", SERVER_GOOD, "[::1]", 25 },
		{ "[::1]:65535", SERVER_GOOD, "[::1]", 65535 },
		{ "", SERVER_BAD_FORM, NULL, 25 },
		{ ":25", SERVER_BAD_FORM, NULL, 25 },
		{ "-a", SERVER_BAD_FORM, NULL, 25 },
		{ "a b", SERVER_BAD_FORM, NULL, 25 },
		{ "user@a", SERVER_BAD_FORM, NULL, 25 },
		{ "::1", SERVER_BAD_FORM, NULL, 25 },
		{ "[::1", SERVER_BAD_FORM, NULL, 25 },
		{ "[fe80::1%eth0]", SERVER_BAD_FORM, NULL, 25 },
		{ "[a.example]", SERVER_BAD_FORM, NULL, 25 },
		{ "a.example:", SERVER_BAD_PORT, NULL, 25 },
		{ "a.example:0", SERVER_BAD_PORT, NULL, 25 },
		{ "a.example:65536", SERVER_BAD_PORT, NULL, 25 },
		{ "a.example:25x", SERVER_BAD_PORT, NULL, 25 },
		{ "a.example:25:26", SERVER_BAD_PORT, NULL, 25 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *host = NULL;
		int port = 25;

		g_test_message("%s", rows[i].text);
		g_assert_cmpint(server_read(rows[i].text, &host, &port), ==, rows[i].form);
		g_assert_cmpstr(host, ==, rows[i].host);
		g_assert_cmpint(port, ==, rows[i].port);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server/forms", test_forms);
	return g_test_run();
}
