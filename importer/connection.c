#include "importer/connection.h"

#include <poll.h>

#include "importer/source.h"
#include "system/server.h"

bool
connection_is_distrusted(CURLcode code, const char *setting, const char *words, GError **error)
{
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_IO,
			"the server's certificate is not trusted (setting %s): %s", setting, words);
	else if (code == CURLE_SSL_CACERT_BADFILE)
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT,
			"no certificates to trust a server by: install ca-certificates, or name "
			"them (setting %s): %s",
			setting, words);
	else
		return false;
	return true;
}

const char *
connection_read_server(const char *text, char **host, int *port)
{
	switch (server_read(text, host, port)) {
	case SERVER_GOOD:
		return NULL;
	case SERVER_BAD_FORM:
		return "not of the form HOST or HOST:PORT";
	case SERVER_BAD_PORT:
		return "the port must be a number from 1 to 65535";
	}
	g_assert_not_reached();
}

bool
connection_pause(int milliseconds, int interrupt, GError **error)
{
	struct pollfd watched = { interrupt ? interrupt : -1, POLLIN, 0 };

	if (poll(&watched, 1, milliseconds) <= 0)
		return true;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_STOPPED, "interrupted");
	return false;
}
