#include "release/endpoint.h"

#include <string.h>

#include "release/transport.h"
#include "system/server.h"

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

bool
endpoint_parse(
	const char *scheme, const char *address, int port, Endpoint *endpoint, GError **error)
{
	g_autofree char *form = g_strdup_printf("not of the form %sHOST:PORT", scheme);
	char *host;

	if (strchr(address, '@')) {
		g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_TRANSPORT,
			"%s: a user and password do not belong into a transport's name; "
			"write %sHOST:PORT, and them into the file that smtp-credentials names",
			scheme, scheme);
		return false;
	}
	switch (server_read(address, &host, &port)) {
	case SERVER_GOOD:
		*endpoint = (Endpoint){ .host = host, .port = port };
		return true;
	case SERVER_BAD_FORM:
		return refuse(error, scheme, address, form);
	case SERVER_BAD_PORT:
		return refuse(error, scheme, address, "the port must be a number from 1 to 65535");
	}
	g_assert_not_reached();
}
