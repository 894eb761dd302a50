/* stream.h - a connection to a server: bytes each way, in the open or inside TLS
 *
 * libcurl finds the server and connects, to whichever of its addresses answers, and can
 * be interrupted at that; it says nothing.  Nothing here waits longer than its @deadline,
 * in monotonic microseconds.  Errors are TIMEOUT, LOST, STOPPED and TLS.
 */
#ifndef RELEASE_STREAM_H
#define RELEASE_STREAM_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "release/endpoint.h"

typedef struct Stream Stream;

/* @interrupt is as Shipment.interrupt. */
Stream *stream_open(const Endpoint *endpoint, int64_t deadline, int interrupt, GError **error);
void stream_free(Stream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stream, stream_free)

/* From here on it is not looked at. */
void stream_ignore_interrupt(Stream *stream);

/* What is said stays on this machine: the peer's address is a loopback one, or it is a
 * Unix socket. */
bool stream_is_local(const Stream *stream);

/* From here on all is inside TLS.  With @verify the certificate must be good and name
 * @host; @ca_file is as TlsRequest.ca_file. */
bool stream_secure(Stream *stream, const char *host, bool verify, const char *ca_file,
	int64_t deadline, GError **error);
/* "TLSv1.3", or NULL in the open. */
const char *stream_tls(const Stream *stream);

bool stream_send(
	Stream *stream, const void *bytes, size_t length, int64_t deadline, GError **error);
/* Adds to @received what has come, one byte or more. */
bool stream_receive(Stream *stream, GString *received, int64_t deadline, GError **error);

#endif
