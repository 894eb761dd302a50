/* imap_reply.h - what an IMAP server says, one reply after the other (RFC 3501 section 7) */
#ifndef IMPORTER_IMAP_REPLY_H
#define IMPORTER_IMAP_REPLY_H

#include <stdint.h>

#include "importer/imap_wire.h"

typedef struct ImapReply {
	GString *text;     /* all of it, of each literal only its length: "BODY[] {312})" */
	GBytes *body;      /* what BODY[] is; NULL: not in it, or larger than there was room for */
	int64_t announced; /* its length as the server says; -1: not in it */
} ImapReply;
void imap_reply_clear(ImapReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImapReply, imap_reply_clear)

/* A body above @room is read and let go, other literals always. */
bool imap_reply_read(ImapWire *wire, size_t room, ImapReply *reply, GError **error);

/* What stands behind "* " and @word ("SEARCH", "BYE"); NULL when it is another reply.
 * Borrowed. */
const char *imap_reply_after(const ImapReply *reply, const char *word);

typedef struct ImapFetched {
	guint32 uid;        /* 0: not in it */
	int64_t size;       /* RFC822.SIZE; -1: not in it */
	const char *quoted; /* what BODY[] is, with its quotes, where that is no literal; NULL:
	                     * not in it.  Borrowed. */
} ImapFetched;
/* False when it is no reply to a FETCH. */
bool imap_reply_fetched(const ImapReply *reply, ImapFetched *fetched);
/* The text of the quoted string that @quoted begins with.  Yours. */
GBytes *imap_unquoted(const char *quoted);

#endif
