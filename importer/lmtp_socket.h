/* lmtp_socket.h - where an LMTP listener listens
 *
 * LMTP knows no password, so only this machine may come: by a Unix socket, or a port of the
 * loopback interface.
 */
#ifndef IMPORTER_LMTP_SOCKET_H
#define IMPORTER_LMTP_SOCKET_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* @place is the absolute path of a socket, or HOST:PORT: IMPORT_ERROR_USAGE where it is not. */
bool lmtp_place_check(const char *place, GError **error);

/* A socket that is there already may be left over from one that was killed; then nobody
 * answers, and it is removed. */
typedef struct LmtpSocket {
	int descriptor; /* -1: none */
	char *path;     /* NULL: a port */
	dev_t device;   /* of the socket at @path */
	ino_t inode;
} LmtpSocket;

/* Only we may connect to a Unix socket, and @group, which may be NULL. */
bool lmtp_socket_open(LmtpSocket *listener, const char *place, const char *group, GError **error);
/* Removes the socket, if it is still the same. */
void lmtp_socket_clear(LmtpSocket *listener);

#endif
