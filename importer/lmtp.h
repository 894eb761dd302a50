/* lmtp.h - the server's side of one LMTP session (RFC 2033), without a socket
 *
 * Bytes of the client go in, replies come out, and now and then a whole message with its
 * envelope, which waits for one answer: what follows it is not looked at before.
 *
 * Only CRLF ends a line, and CRLF.CRLF a message: a bare CR or LF, with a dot beside it or
 * not, is part of what was sent.  The message is what stood between, with the dots taken off
 * that the client added (RFC 5321 section 4.5.2) and each CRLF as it came.
 */
#ifndef IMPORTER_LMTP_H
#define IMPORTER_LMTP_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#include "importer/budget.h"
#include "mail/message.h"

enum {
	LMTP_MAX_LINE = 4096, /* of commands; the session ends with a longer one */
	LMTP_MAX_RECIPIENTS = 1000,
	LMTP_MAX_FAULTS = 20,   /* refused commands, then the session ends */
	LMTP_MAX_OUTPUT = 8192, /* no command is looked at while so much is unread */
};

typedef enum {
	LMTP_TALKS,
	LMTP_WAITS, /* for lmtp_answer() */
	LMTP_OVER,  /* the client is to read the last output; no more is looked at */
} LmtpState;

typedef struct Lmtp Lmtp;

/* @host is our name in replies; @largest is in bytes; @budget is borrowed.  The greeting is
 * in the output. */
Lmtp *lmtp_new(const char *host, size_t largest, Budget *budget);
void lmtp_free(Lmtp *lmtp);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lmtp, lmtp_free)

LmtpState lmtp_state(const Lmtp *lmtp);
/* In the middle of a command or a message. */
bool lmtp_is_inside(const Lmtp *lmtp);

/* Looks at what the client sent; how much of it, the rest is to be shown again later. */
size_t lmtp_feed(Lmtp *lmtp, const char *bytes, size_t length);

/* What the client is to be sent; who sends it erases it.  Borrowed. */
GString *lmtp_output(Lmtp *lmtp);

/* The message that waits, once, with its envelope, of which the sender is "" or an address as
 * the client wrote it, and so are the recipients, each once; both yours. */
GBytes *lmtp_take(Lmtp *lmtp, Envelope **envelope);

/* One reply for each recipient: "250 2.0.0 kept" becomes "250 2.0.0 <a@b> kept". */
void lmtp_answer(Lmtp *lmtp, const char *reply);

/* Says @reply, a whole line, and ends the session. */
void lmtp_end(Lmtp *lmtp, const char *reply);

#endif
