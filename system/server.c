#include "system/server.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "mail/address.h"

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

ServerForm
server_read(const char *text, char **host, int *port)
{
	const char *bracket = *text == '[' ? strchr(text, ']') : NULL;
	const char *colon = strchr(bracket ? bracket : text, ':');
	g_autofree char *name = colon ? g_strndup(text, (gsize)(colon - text)) : g_strdup(text);
	guint64 number = (guint64)*port;

	if (!is_host(name))
		return SERVER_BAD_FORM;
	if (colon && !g_ascii_string_to_unsigned(colon + 1, 10, 1, G_MAXUINT16, &number, NULL))
		return SERVER_BAD_PORT;
	*host = g_steal_pointer(&name);
	*port = (int)number;
	return SERVER_GOOD;
}
