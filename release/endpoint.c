#include "release/endpoint.h"

#include <string.h>

#include "mail/address.h"
#include "release/transport.h"

void
endpoint_clear(Endpoint *endpoint)
{
	g_clear_pointer(&endpoint->host, g_free);
	g_clear_pointer(&endpoint->path, g_free);
}

static bool
refuse(GError **error, const char *scheme, const char *address, const char *why)
{
	g_set_error(
		error, RELEASE_ERROR, RELEASE_ERROR_TRANSPORT, "%s%.80s: %s", scheme, address, why);
	return false;
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
	return strchr(inner, ':') && g_hostname_is_ip_address(inner) && !strchr(inner, '%');
}

bool
endpoint_parse(
	const char *scheme, const char *address, int port, Endpoint *endpoint, GError **error)
{
	const char *bracket = *address == '[' ? strchr(address, ']') : NULL;
	const char *colon = strchr(bracket ? bracket : address, ':');
	g_autofree char *name =
		colon ? g_strndup(address, (gsize)(colon - address)) : g_strdup(address);
	guint64 number = (guint64)port;

	if (strchr(address, '@')) {
		g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_TRANSPORT,
			"%s: a user and password do not belong into a transport's name; "
			"write %sHOST:PORT, and them into the file that smtp-credentials names",
			scheme, scheme);
		return false;
	}
	if (!is_host(name)) {
		g_autofree char *form = g_strdup_printf("not of the form %sHOST:PORT", scheme);

		return refuse(error, scheme, address, form);
	}
	if (colon && !g_ascii_string_to_unsigned(colon + 1, 10, 1, G_MAXUINT16, &number, NULL))
		return refuse(error, scheme, address, "the port must be a number from 1 to 65535");
	*endpoint = (Endpoint){ .host = g_steal_pointer(&name), .port = (int)number };
	return true;
}
