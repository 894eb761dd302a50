/* box.h - a child process in which mail is parsed: no files, no network, hard limits
 *
 * A box is forked, closes itself off (no descriptors but its socket, no_new_privs,
 * rlimits, landlock where the kernel has it, seccomp) and then reads messages from
 * its socket and writes packed results.  It may crash, hang or lie about what a
 * message means; it can't touch anything else, and the bytes that are stored are
 * never the ones it returned unchecked.
 *
 * Nothing here waits for a box but box_start() and box_run().
 */
#ifndef IMPORTER_BOX_H
#define IMPORTER_BOX_H

#include <poll.h>

#include "mail/message.h"

typedef struct Box Box;

typedef enum {
	BOX_INSPECT,          /* message_read(MESSAGE_FULL) */
	BOX_INSPECT_HEADER,   /* message_read(MESSAGE_HEADER_ONLY) with DEFECT_UNPARSED, likewise */
	BOX_INSPECT_ATTACKED, /* the same with DEFECT_PARSER_ATTACKED beside: box_job_after() */
	BOX_EXTRACT,          /* message_extract() */
	BOX_LINKS,            /* what rewrite_message() would replace, a line each */
	BOX_REWRITE,          /* rewrite_message(), and rewrite_missed() of what came out */
	BOX_JSON,             /* bundle_read_json() of what is no message */
	BOX_ZIP,              /* bundle_read_zip(), likewise */
} BoxJob;

typedef struct BoxReply {
	Message *message; /* BOX_INSPECT*: never NULL */
	GBytes *body;     /* BOX_INSPECT*: message_pack_body() of it */
	GBytes *bytes;    /* BOX_EXTRACT: the part's body, NULL if there is no such part;
	                   * BOX_LINKS: lines; BOX_REWRITE: a line with the number of links,
	                   * then the message; NULL where .fault says why;
	                   * BOX_JSON, BOX_ZIP: bundle_pack() */
	char *fault;
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

/* Messages that may be in one box at once: it goes on with the next while we
 * are busy with the one before. */
enum {
	BOX_DEPTH = 64
};

/* How a message is read that broke the box which read it in full, for @failure. */
BoxJob box_job_after(const GError *failure);

/* Load what must be loaded while files can still be opened.  Once, before the
 * first box_start(); further calls do nothing. */
void box_prepare(void);

/* IMPORT_ERROR_BOX when the kernel can't close it off: mail is never parsed in
 * the open. */
Box *box_start(const Site *site, const BoxLimits *limits, GError **error);
void box_free(Box *box); /* kills it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Box, box_free)

/* It takes another message: it is neither full nor spent. */
bool box_has_room(const Box *box);
/* It has had its number of messages, or broke: replace it when it is empty. */
bool box_is_spent(const Box *box);
/* Messages given whose replies were not taken. */
int box_pending(const Box *box);

/* Queue one message.  @detail: the part's path for BOX_EXTRACT; for BOX_INSPECT_HEADER why
 * the whole could not be parsed; for BOX_INSPECT the DKIM keys of this message alone
 * (mail/keys.h), or NULL; for BOX_REWRITE a line with what all new links begin with, then
 * for each a line "OLD<TAB>NEW"; for BOX_ZIP "FIRST EXPANDED PASSWORD".  Both are borrowed
 * for the call; @raw is kept until the reply. */
void box_give(Box *box, BoxJob job, GBytes *raw, const char *detail);

/* What to poll(2) for, and until when (monotonic microseconds, INT64_MAX when
 * it has nothing to do).  To be asked for each poll(2), and that once a second at least: what is
 * longer between two is no time of the box's. */
struct pollfd box_poll(Box *box);
int64_t box_deadline(const Box *box);

typedef enum {
	BOX_WAIT,   /* no reply is complete */
	BOX_DONE,   /* *reply is that of the oldest message pending; there may be more */
	BOX_BROKEN, /* crashed, overran or wrote nonsense: *error says which.  The oldest
	             * message pending is to blame, the others were not looked at */
} BoxState;
/* Moves what can be moved, both ways, without waiting. */
BoxState box_take(Box *box, BoxReply *reply, GError **error);

/* All of that for one message in a box of its own, and a header-only second try
 * when that breaks.  For BOX_EXTRACT: IMPORT_ERROR_NO_INPUT, no such part. */
bool box_run(const Site *site, BoxJob job, GBytes *raw, const char *detail, BoxReply *reply,
	GError **error);

#endif
