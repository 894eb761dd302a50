/* imap_place.h - a folder on an IMAP server, as a URL names it (RFC 5092) */
#ifndef IMPORTER_IMAP_PLACE_H
#define IMPORTER_IMAP_PLACE_H

#include <glib.h>
#include <stdbool.h>

typedef struct ImapPlace {
	bool tls;     /* from the first byte on: imaps */
	char *user;   /* NULL: the credentials say who */
	char *host;   /* a name, an address, or an IPv6 address in brackets */
	int port;     /* 993 or 143 where none is named */
	char *folder; /* UTF-8 */
} ImapPlace;
void imap_place_clear(ImapPlace *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImapPlace, imap_place_clear)

/* Reads what stands behind "imaps:" or "imap:", "//[USER@]HOST[:PORT]/FOLDER", where user and
 * folder may have their bytes as %XX.  IMPORT_ERROR_USAGE; a password in it is refused, and
 * repeated in no error. */
bool imap_place_parse(const char *text, bool tls, ImapPlace *place, GError **error);

/* @folder, UTF-8, as a quoted string of the protocol, in modified UTF-7 (RFC 3501 section
 * 5.1.3); NULL when it can't be the name of one.  Yours. */
char *imap_quote_folder(const char *folder);

#endif
