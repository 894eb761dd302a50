/* imap_wire.h - a connection to an IMAP server: its lines and literals, within limits of time
 *
 * libcurl connects, reads the greeting, and begins TLS (imaps, or STARTTLS, which is gone
 * without only towards this machine); the certificate must be good and name the host.  No
 * other protocol, no proxy of the environment.  Who we are is not libcurl's to say: what
 * it were told it would keep for as long as the connection lives.
 *
 * Errors: LOST (the server hung up), STOPPED, DATA (it talks no IMAP), IO.
 */
#ifndef IMPORTER_IMAP_WIRE_H
#define IMPORTER_IMAP_WIRE_H

#include "importer/imap_place.h"
#include "importer/source.h"

typedef struct ImapWire ImapWire;

/* @ca_file: certificates (PEM) that are trusted beside no other; NULL: the system's.  @patience:
 * seconds without a byte.  @interrupt is that of source_heed(). */
ImapWire *imap_wire_open(
	const ImapPlace *place, const char *ca_file, int patience, int interrupt, GError **error);
/* Says LOGOUT where that takes no time. */
void imap_wire_free(ImapWire *wire);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImapWire, imap_wire_free)

/* What comes and goes from here on may take so many seconds together, however steadily it
 * drips. */
void imap_wire_allow(ImapWire *wire, int seconds);

/* From here on @interrupt counts; 0: nothing ends a wait but its time. */
void imap_wire_heed(ImapWire *wire, int interrupt);

bool imap_wire_send(ImapWire *wire, const char *bytes, size_t length, GError **error);
/* Adds to @line, without its line end; DATA when that makes it longer than @limit. */
bool imap_wire_line(ImapWire *wire, GString *line, size_t limit, GError **error);
/* The next @length bytes, which are let go when @bytes is NULL.  Room is made as they come: a
 * length is only the server's word. */
bool imap_wire_take(ImapWire *wire, size_t length, GByteArray *bytes, GError **error);

#endif
