/* endpoint.h - where a server listens: a host and port, or a socket of this machine */
#ifndef RELEASE_ENDPOINT_H
#define RELEASE_ENDPOINT_H

#include <glib.h>
#include <stdbool.h>

typedef struct Endpoint {
	char *host; /* a name, an address, or an IPv6 address in brackets; NULL: .path */
	int port;
	char *path; /* of a Unix socket */
} Endpoint;
void endpoint_clear(Endpoint *endpoint);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Endpoint, endpoint_clear)

/* Reads "host", "host:port", "[::1]:port".  @scheme, "smtp://", is for the words of an
 * error, RELEASE_ERROR_TRANSPORT; @port counts where none is named. */
bool endpoint_parse(
	const char *scheme, const char *address, int port, Endpoint *endpoint, GError **error);

#endif
