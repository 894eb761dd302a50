/* listen_socket.h - where a listener listens
 *
 * What is said there is not encrypted, and at best a password says who comes: so only this
 * machine may, by a Unix socket or a port of the loopback interface.
 */
#ifndef IMPORTER_LISTEN_SOCKET_H
#define IMPORTER_LISTEN_SOCKET_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* @place is the absolute path of a socket, or HOST:PORT: IMPORT_ERROR_USAGE where it is not, or
 * where others than this machine could come. */
bool listen_place_check(const char *place, GError **error);

/* A socket that is there already may be left over from one that was killed; then nobody
 * answers, and it is removed. */
typedef struct ListenSocket {
	int descriptor; /* -1: none */
	char *path;     /* NULL: a port */
	dev_t device;   /* of the socket at @path */
	ino_t inode;
} ListenSocket;

/* Only we may connect to a Unix socket, and @group, which may be NULL. */
bool listen_socket_open(
	ListenSocket *listener, const char *place, const char *group, GError **error);
/* Removes the socket, if it is still the same. */
void listen_socket_clear(ListenSocket *listener);

#endif
