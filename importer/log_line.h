/* log_line.h - one line of a Postfix log: what it says of a mail in the queue
 *
 * Strangers choose much of what such lines hold: Message-IDs, addresses, what a client calls
 * itself, header fields, other servers' answers.  So each is read from its beginning, by the
 * form that the program which wrote it gives it, and to its end where that form has one; nothing
 * is looked for.  What Postfix would not write so is LOG_BROKEN.
 *
 * Forms are those of Postfix 2.3 to 3.8 (cleanup_message.c, qmgr_active.c, log_adhoc.c,
 * smtpd.c).  Postfix itself writes '?' for what can't be printed.
 */
#ifndef IMPORTER_LOG_LINE_H
#define IMPORTER_LOG_LINE_H

#include <glib.h>

#include "importer/log_time.h"

typedef enum {
	LOG_OTHER,      /* of no mail, or nothing that is asked for */
	LOG_BROKEN,     /* no log line, or one of a form that is not known: cut, most likely */
	LOG_BEGUN,      /* a mail gets its queue id: .name, .ip, .login */
	LOG_MESSAGE_ID, /* .text, without <> where it has both */
	LOG_ACTIVE,     /* .address is the sender, .total how many recipients it has */
	LOG_RECIPIENT,  /* .address, .original: what became of it is not asked for */
	LOG_HELD,       /* .text: see log_held_read() */
	LOG_REDIRECTED, /* its recipients are others than it came for */
	LOG_REMOVED,    /* out of the queue, all of it */
} LogKind;

typedef struct LogLine {
	LogKind kind;
	int64_t at;     /* Unix time; 0 with LOG_BROKEN where there is none */
	char *server;   /* "mx", or "mx/postfix-out" of another instance than "postfix" */
	char *queue_id; /* NULL with LOG_OTHER, LOG_BROKEN */
	char *name;     /* the client's verified name, "unknown"; NULL: it came from this machine */
	char *ip;
	char *login;
	char *text;
	char *address;  /* "" is the null sender */
	char *original; /* the recipient before aliases, where it was another; or NULL */
	int64_t total;
	bool local; /* by local(8): one recipient can give several lines */
} LogLine;
void log_line_clear(LogLine *line);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LogLine, log_line_clear)

/* @text has no line end.  Fills *@line, which is empty, and returns its kind. */
LogKind log_line_read(const char *text, LogClock *clock, LogLine *line);

/* What a LOG_HELD says of the mail that its client @name [@ip] brought.  Up to 200 bytes of a
 * stranger's header field stand before that, and may pretend to be it: so it is read only where
 * that client's name and address stand just once. */
typedef struct LogHeld {
	char *sender;
	char *recipient; /* of several the last */
	char *helo;      /* or NULL */
} LogHeld;
void log_held_clear(LogHeld *held);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LogHeld, log_held_clear)
bool log_held_read(const char *text, const char *name, const char *ip, LogHeld *held);

#endif
