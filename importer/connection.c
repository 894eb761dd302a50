#include "importer/connection.h"

#include <poll.h>
#include <string.h>

#include "importer/source.h"
#include "mail/address.h"

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

/* @host may be an address in brackets. */
static bool
is_host(const char *host)
{
	size_t length = strlen(host);
	g_autofree char *inner = NULL;

	if (*host != '[')
		return host_name_is_plain(host);
	if (length < 4 || host[length - 1] != ']')
		return false;
	inner = g_strndup(host + 1, length - 2);
	return strchr(inner, ':') && !strchr(inner, '%') && g_hostname_is_ip_address(inner);
}

const char *
connection_read_server(const char *text, char **host, int *port)
{
	const char *bracket = *text == '[' ? strchr(text, ']') : NULL;
	const char *colon = strchr(bracket ? bracket : text, ':');
	g_autofree char *name = colon ? g_strndup(text, (gsize)(colon - text)) : g_strdup(text);
	guint64 number = (guint64)*port;

	if (!is_host(name))
		return "not of the form HOST or HOST:PORT";
	if (colon && !g_ascii_string_to_unsigned(colon + 1, 10, 1, G_MAXUINT16, &number, NULL))
		return "the port must be a number from 1 to 65535";
	*host = g_steal_pointer(&name);
	*port = (int)number;
	return NULL;
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
