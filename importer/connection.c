#include "importer/connection.h"

#include <poll.h>
#include <string.h>

#include "importer/source.h"
#include "system/server.h"

void
connection_set(CURL *curl, const char *scheme, const char *ca_file)
{
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, scheme);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (!ca_file)
		return;
	curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file);
	curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
}

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
connection_is_local(const char *host)
{
	return g_ascii_strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
		(g_str_has_prefix(host, "127.") && g_hostname_is_ip_address(host));
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
