#include "importer/listen_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "importer/source.h"

enum {
	WAITING = 128, /* who connected, and is not welcomed yet */
};

typedef union SocketAddress {
	struct sockaddr any;
	struct sockaddr_un local;
	struct sockaddr_in ip4;
	struct sockaddr_in6 ip6;
} SocketAddress;

static bool
usage(const char *place, const char *fault, GError **error)
{
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_USAGE, "%s: %s", place, fault);
	return false;
}

static bool
failed(const char *place, GError **error)
{
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_IO, "%s: %s", place, g_strerror(errno));
	return false;
}

static bool
local_address(const char *place, SocketAddress *address, socklen_t *size, GError **error)
{
	if (strlen(place) >= sizeof(address->local.sun_path))
		return usage(place, "a path of a socket has at most 107 bytes", error);
	address->local.sun_family = AF_UNIX;
	g_strlcpy(address->local.sun_path, place, sizeof(address->local.sun_path));
	*size = sizeof(address->local);
	return true;
}

/* "[::1]" and "::1" are one host. */
static char *
bare_host(const char *place, const char *colon)
{
	size_t length = (size_t)(colon - place);

	if (length >= 2 && place[0] == '[' && colon[-1] == ']')
		return g_strndup(place + 1, length - 2);
	return g_strndup(place, length);
}

static bool
is_loopback(const char *host, in_port_t port, SocketAddress *address, socklen_t *size)
{
	if (strcmp(host, "localhost") == 0)
		host = "127.0.0.1";
	if (inet_pton(AF_INET, host, &address->ip4.sin_addr) == 1) {
		address->ip4.sin_family = AF_INET;
		address->ip4.sin_port = htons(port);
		*size = sizeof(address->ip4);
		return ntohl(address->ip4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	}
	if (inet_pton(AF_INET6, host, &address->ip6.sin6_addr) != 1)
		return false;
	address->ip6.sin6_family = AF_INET6;
	address->ip6.sin6_port = htons(port);
	*size = sizeof(address->ip6);
	return IN6_IS_ADDR_LOOPBACK(&address->ip6.sin6_addr);
}

static bool
read_place(const char *place, SocketAddress *address, socklen_t *size, GError **error)
{
	const char *colon = strrchr(place, ':');
	g_autofree char *host = colon ? bare_host(place, colon) : NULL;
	guint64 port = 0;

	memset(address, 0, sizeof(*address));
	if (*place == '/')
		return local_address(place, address, size, error);
	if (!colon || !g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL))
		return usage(place, "neither the whole path of a socket nor HOST:PORT", error);
	if (is_loopback(host, (in_port_t)port, address, size))
		return true;
	return usage(
		place, "only this machine may come: a socket's path, 127.0.0.1 or [::1]", error);
}

bool
listen_place_check(const char *place, GError **error)
{
	SocketAddress address;
	socklen_t size;

	return read_place(place, &address, &size, error);
}

static int
new_socket(const SocketAddress *address)
{
	return socket(address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* Is the socket at @address one that nobody listens to any more? */
static bool
is_left_over(const SocketAddress *address, socklen_t size)
{
	struct stat status;
	int probe;
	bool refused;

	if (address->any.sa_family != AF_UNIX || lstat(address->local.sun_path, &status) < 0 ||
		!S_ISSOCK(status.st_mode))
		return false;
	probe = new_socket(address);
	refused = probe >= 0 && connect(probe, &address->any, size) < 0 && errno == ECONNREFUSED;
	if (probe >= 0)
		close(probe);
	return refused;
}

static bool
bind_to(int descriptor, const SocketAddress *address, socklen_t size)
{
	if (bind(descriptor, &address->any, size) == 0)
		return true;
	if (errno != EADDRINUSE)
		return false;
	if (!is_left_over(address, size) || unlink(address->local.sun_path) < 0) {
		errno = EADDRINUSE;
		return false;
	}
	return bind(descriptor, &address->any, size) == 0;
}

/* Nobody can connect before listen(): until then the mode may be wrong. */
static bool
open_to(const char *path, const char *group, GError **error)
{
	const struct group *entry = group ? getgrnam(group) : NULL;

	if (group && !entry)
		return usage(group, "no such group", error);
	if (entry && chown(path, (uid_t)-1, entry->gr_gid) < 0)
		return failed(path, error);
	return chmod(path, entry ? 0660 : 0600) == 0 || failed(path, error);
}

static bool
note_path(ListenSocket *listener, const char *path, GError **error)
{
	struct stat status;

	if (lstat(path, &status) < 0)
		return failed(path, error);
	listener->path = g_strdup(path);
	listener->device = status.st_dev;
	listener->inode = status.st_ino;
	return true;
}

bool
listen_socket_open(ListenSocket *listener, const char *place, const char *group, GError **error)
{
	static const int yes = 1;
	SocketAddress address;
	socklen_t size;

	if (!read_place(place, &address, &size, error))
		return false;
	if (group && *place != '/')
		return usage(place, "--group is for a socket's path; a port is open to all", error);
	listener->descriptor = new_socket(&address);
	if (listener->descriptor < 0)
		return failed(place, error);
	if (*place != '/')
		(void)setsockopt(listener->descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (!bind_to(listener->descriptor, &address, size))
		return failed(place, error);
	if (*place == '/' && (!note_path(listener, place, error) || !open_to(place, group, error)))
		return false;
	return listen(listener->descriptor, WAITING) == 0 || failed(place, error);
}

void
listen_socket_clear(ListenSocket *listener)
{
	struct stat status;

	if (listener->descriptor >= 0)
		close(listener->descriptor);
	listener->descriptor = -1;
	if (listener->path && lstat(listener->path, &status) == 0 &&
		status.st_dev == listener->device && status.st_ino == listener->inode)
		unlink(listener->path);
	g_clear_pointer(&listener->path, g_free);
}
