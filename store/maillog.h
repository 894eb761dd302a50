/* maillog.h - what mail servers' logs tell of mails, and what messages get from that
 *
 * Facts come line by line, and are kept for each mail by its server and queue id.  A message
 * and such a mail belong together when their Message-IDs are the same and, beside that,
 *   - the queue id is one that a server of the receiver's wrote into the message, or that
 *     the message was on hold by; where that server uses ids again, at about that time;
 *   - or, where the message has no such id, the log has just one mail with that Message-ID
 *     at the time when the message came.
 * All else is no reason: it is left as it was, and said.
 *
 * Such a message gets what nobody knew of it: its envelope sender; its recipients, where the
 * log has all of them.  Recipients decide whom a release goes to.  So what is given is an
 * operation of its own, which can be taken back, and which log it is from is written down;
 * what the gateway or the message itself says is never replaced; and no rule acts on it.
 */
#ifndef STORE_MAILLOG_H
#define STORE_MAILLOG_H

#include "store/message.h"

typedef enum {
	FACT_BEGUN, /* .name, .ip, .login: it got its queue id; NULL: from the machine itself */
	FACT_MESSAGE_ID, /* .text */
	FACT_ACTIVE,     /* .text is the sender, .total how many recipients it has */
	FACT_RECIPIENT,  /* .text, .original, .local */
	FACT_HELD,       /* .text is one recipient, .sender, .helo: NULL where they are unknown */
	FACT_REDIRECTED,
	FACT_REMOVED,
} FactKind;

/* What a line says of one mail; all borrowed. */
typedef struct LogFact {
	FactKind kind;
	const char *server;
	const char *queue_id;
	int64_t at;
	bool wanted; /* with FACT_MESSAGE_ID: it is kept though no message bears that one yet */
	const char *name, *ip, *login;
	const char *text;
	const char *original; /* NULL: as .text */
	const char *sender, *helo;
	int64_t total;
	bool local; /* delivered by local(8), which can name several for one */
} LogFact;

bool store_batch_log(StoreBatch *batch, const LogFact *fact, GError **error);

/* The client of the mail that @fact is about; NULL where none is known. */
bool store_log_client(Store *store, const LogFact *fact, char **name, char **ip, GError **error);

/* One message, looked at. */
typedef struct LogOutcome {
	int64_t message;
	const char *queue_id;
	const char *server;
	const char *sender;          /* it got; "" is the null sender; NULL: none */
	const GPtrArray *recipients; /* likewise, of char *; NULL: none */
	const char *left;            /* why it did not get what it lacks; or NULL */
} LogOutcome;

typedef struct LogJoin {
	const char *actor;
	const char *reason;        /* of the operations: where it is from */
	const char *const *except; /* recipients that are nobody's: the quarantine's own; or NULL */
	int64_t now;
	int64_t until; /* the newest time in any log: what is younger may not be told whole yet */
	bool dry_run;  /* messages stay as they are */
	void (*outcome)(const LogOutcome *outcome, void *data);
	bool (*stop)(void *data); /* or NULL */
	void *data;
} LogJoin;

typedef struct LogJoinSummary {
	int64_t joined;  /* messages whose mail was found, the first time */
	int64_t senders; /* messages that got one */
	int64_t recipients;
	int64_t left; /* that lack something still, and were said */
	bool stopped;
} LogJoinSummary;

/* Before logs are read: of mails that no message is of, and that are not wanted, nothing is kept. */
bool store_name_messages(
	Store *store, const LogJoin *join, LogJoinSummary *summary, GError **error);

/* For all messages that came, and all mails that something was told of, since the last time.
 * Some hundred in one transaction and operation. */
bool store_join_log(Store *store, const LogJoin *join, LogJoinSummary *summary, GError **error);

/* Forgets mails from before @before that no message is of. */
bool store_forget_log(Store *store, int64_t before, GError **error);

/* "known from the log of mx (queue id 4X), by queue id and Message-ID": what of @log the
 * envelope is from; NULL where nothing is.  Yours. */
char *message_log_words(const MessageLog *log);
/* "a8-29.smtp-out.amazonses.com [54.240.8.29], HELO a8-29": NULL where the log does not say. */
char *message_log_client(const MessageLog *log);

#endif
