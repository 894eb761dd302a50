/* box.h - a child process in which mail is parsed: no files, no network, hard limits
 *
 * A box is forked, closes itself off (no_new_privs, landlock, seccomp, rlimits)
 * and then reads messages from its socket and writes packed results.  It may
 * crash, hang or lie about what a message means; it can't touch anything else,
 * and the bytes that are stored are never the ones it returned unchecked.
 */
#ifndef IMPORTER_BOX_H
#define IMPORTER_BOX_H

#include "mail/message.h"

typedef struct Box Box;

typedef enum {
	BOX_INSPECT,        /* message_read(MESSAGE_FULL), and compress the raw bytes */
	BOX_INSPECT_HEADER, /* message_read(MESSAGE_HEADER_ONLY), likewise */
	BOX_EXTRACT,        /* message_extract() */
} BoxJob;

typedef struct BoxReply {
	Message *message; /* BOX_INSPECT*: never NULL on success */
	GBytes *bytes;    /* BOX_INSPECT*: zstd frame, proven to expand to the message;
	                   * BOX_EXTRACT: the part's body */
} BoxReply;
void box_reply_clear(BoxReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BoxReply, box_reply_clear)

/* What a box may use.  0 takes the default. */
typedef struct BoxLimits {
	int cpu_seconds;  /* for one message; 10 */
	int wall_seconds; /* for one message; 14 */
	int64_t memory;   /* address space in bytes; 512 MiB */
	int messages;     /* a fresh box after so many; 500 */
} BoxLimits;

/* Load what must be loaded while files can still be opened: once, before the first
 * box_start(). */
bool box_prepare(GError **error);

Box *box_start(const Trust *trust, const BoxLimits *limits, GError **error);
void box_free(Box *box); /* kills it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Box, box_free)

/* Hand over one message, then wait until box_ready() (poll box_fd() for reading
 * up to box_deadline()), then take the reply.  One at a time. */
bool box_give(Box *box, BoxJob job, GBytes *raw, const char *path, GError **error);
int box_fd(const Box *box);
int64_t box_deadline(const Box *box); /* monotonic microseconds */
typedef enum {
	BOX_WAIT,   /* not all of the reply is here yet */
	BOX_DONE,   /* *reply is filled */
	BOX_BROKEN, /* crashed, overran or wrote nonsense: *error says which; the box is spent */
} BoxState;
BoxState box_take(Box *box, BoxReply *reply, GError **error);
bool box_spent(const Box *box); /* replace it before the next message */

/* All of that for one message, and a header-only second try when the first box
 * breaks (the message then carries DEFECT_UNPARSED with the reason). */
bool box_run(const Trust *trust, BoxJob job, GBytes *raw, const char *path, BoxReply *reply,
	GError **error);

#endif
