/* tls.h - TLS over a connected socket; private to release/stream.c */
#ifndef RELEASE_TLS_H
#define RELEASE_TLS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct Tls Tls;

typedef struct TlsRequest {
	const char *host;    /* whom the certificate must name, and SNI; a name or an address */
	bool verify;         /* the certificate, else any will do */
	const char *ca_file; /* PEM, trusted beside nothing else; NULL: the system's */
} TlsRequest;

/* Of the connected socket @handle.  RELEASE_ERROR_TLS: @ca_file can't be read. */
Tls *tls_new(int handle, const TlsRequest *request, GError **error);
/* Says that it is over, if the socket takes it at once. */
void tls_free(Tls *tls);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tls, tls_free)

typedef enum {
	TLS_DONE,
	TLS_WAIT, /* until the socket is ready for tls_events(); then the same call again */
	TLS_OVER, /* the other side hung up */
} TlsState;

/* The handshake.  TLS_OVER with RELEASE_ERROR_TLS, in words: what of the certificate is
 * wrong, what the two can't agree on. */
TlsState tls_shake(Tls *tls, GError **error);
TlsState tls_send(Tls *tls, const void *bytes, size_t length, size_t *sent);
TlsState tls_receive(Tls *tls, void *bytes, size_t length, size_t *got);
short tls_events(const Tls *tls); /* of poll(2) */

const char *tls_version(const Tls *tls); /* "TLSv1.3" */

#endif
