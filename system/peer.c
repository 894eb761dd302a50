#include "system/peer.h"

#include <glib.h>
#include <string.h>

void
peer_set(CURL *curl, const char *scheme, const char *ca_file)
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
peer_is_local(const char *host)
{
	return g_ascii_strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
		(g_str_has_prefix(host, "127.") && g_hostname_is_ip_address(host));
}
