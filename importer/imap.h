/* imap.h - an IMAP server's folder, as far as an import needs it
 *
 * Messages are known by their UIDs, which mean something together with the folder's
 * UIDVALIDITY alone (RFC 3501 section 2.3.1.1).  Reading marks nothing as read.
 *
 * Errors: LOST (the server hung up: open it anew), STOPPED, REFUSED (it said no, and the
 * next thing may be asked), and others, after which nothing more can be asked.
 */
#ifndef IMPORTER_IMAP_H
#define IMPORTER_IMAP_H

#include <stdint.h>

#include "importer/imap_place.h"
#include "importer/source.h"

typedef struct Imap Imap;

typedef struct ImapAccess {
	const char *user;
	const char *password;
	const char *ca_file; /* as imap_wire_open() takes it, and likewise: */
	int patience;
	int interrupt;
	bool flag;        /* imap_flag() will be asked for: */
	const char *move; /* so will imap_move(), to that folder; NULL: it won't.  Where neither
	                   * is, the folder is opened for reading alone. */
} ImapAccess;

/* Connects, logs in, opens the folder.  NO_INPUT: who we are is not believed, or there is no
 * such folder; USAGE: the server can't flag or move. */
Imap *imap_open(const ImapPlace *place, const ImapAccess *access, GError **error);
void imap_free(Imap *imap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Imap, imap_free)

/* As imap_wire_heed(). */
void imap_heed(Imap *imap, int interrupt);

guint32 imap_validity(const Imap *imap);
guint32 imap_last(const Imap *imap);  /* no message had a higher UID when it was opened */
int64_t imap_count(const Imap *imap); /* of messages then */

/* The UIDs from @from to @to that are there, ascending.  An array of guint32, yours. */
GArray *imap_search(Imap *imap, guint32 from, guint32 to, GError **error);

typedef struct ImapMessage {
	guint32 uid;
	int64_t size;   /* as the server says; -1: it said nothing, so the message is gone */
	GBytes *raw;    /* NULL: it was not given */
	bool too_large; /* more came than SOURCE_MAX_MESSAGE */
} ImapMessage;
void imap_message_clear(ImapMessage *message);

/* Fill .size, and .raw, of messages with ascending UIDs. */
bool imap_sizes(Imap *imap, ImapMessage *messages, size_t count, GError **error);
bool imap_bodies(Imap *imap, ImapMessage *messages, size_t count, GError **error);

/* Ascending UIDs; what is gone meanwhile is nobody's fault. */
bool imap_flag(Imap *imap, const guint32 *uids, size_t count, GError **error);
bool imap_move(Imap *imap, const guint32 *uids, size_t count, GError **error);

#endif
