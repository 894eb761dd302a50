/* message.h - messages in the quarantine: put in, list, load */
#ifndef STORE_MESSAGE_H
#define STORE_MESSAGE_H

#include "mail/message.h"
#include "store/query.h"
#include "store/store.h"

typedef enum {
	STATE_HELD,
	STATE_RELEASED,
	STATE_BLOCKED,
	STATES
} MessageState;

/* "held", "released", "blocked": database, command line, jsonl. */
const char *state_name(MessageState state);
bool state_from_name(const char *name, MessageState *state);

/* What a mail server's log tells of how a message came: maillog.h. */
typedef struct MessageLog {
	char *server; /* "mx", or "mx/postfix-out" */
	char *queue_id;
	char *client_name; /* verified, or "unknown"; NULL where the log does not say, and so on */
	char *client_ip;
	char *helo;
	char *login;     /* by which the client authenticated itself */
	bool sender;     /* the envelope sender is known from there, and from nowhere else */
	bool recipients; /* likewise the recipients */
	bool by_time;    /* joined by Message-ID and time: the message bears no queue id */
} MessageLog;
void message_log_free(MessageLog *log);

/* What a list shows of a message.  Strings are never NULL unless it says so. */
typedef struct MessageRow {
	int64_t id;
	int64_t position; /* place in the order it was listed by: StoreList.after */
	int64_t version;  /* grows with each decision: what an operation checks */
	MessageState state;
	int score;
	int64_t received; /* by the gateway; the import time where it does not say */
	int64_t date;     /* Date field, 0 if none */
	char *subject;
	char *from;        /* addr-spec */
	char *from_name;   /* display name, "" if none */
	char *domain;      /* registrable domain of from, "" if none */
	char *sender;      /* envelope sender; NULL when unknown */
	char **recipients; /* envelope recipients; empty when unknown */
	char *to;          /* To and Cc */
	char *region;      /* NULL if none, and so down to message_id */
	char *account;
	char *identity_domain; /* aligned DKIM domain */
	char *ip;
	char *config_set;
	char *message_id;
	bool account_signed;
	bool authenticated;
	bool seen; /* someone opened it */
	SesClass ses;
	char *sha256; /* hex */
	int64_t size;
	int64_t campaign; /* 0 if none */
	char *source;     /* where it was imported from */
	int links;
	int attachments;
	char *link_domain; /* the most frequent final link domain that is not the sender's, or NULL */
	char *finding;     /* sentence of the heaviest finding, or NULL */
	char *claimed_by; /* who claimed it last, or NULL; see claim_holder() */
	int64_t claimed_until;
	char *purged;    /* "purged 2026-11-30 by alice (operation 7)"; NULL: its mail is here */
	MessageLog *log; /* NULL: no log that was read tells of it */
} MessageRow;

void message_row_free(MessageRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MessageRow, message_row_free)
/* Its subject, or for a person what stands in place of one. */
const char *message_row_title(const MessageRow *row);

/* ---- in ---- */

typedef enum {
	ADDED_NEW,
	ADDED_KNOWN, /* same bytes, same envelope: nothing changed */
} AddOutcome;

/* What arrives: all borrowed. */
typedef struct Arrival {
	const Message *message;
	const Envelope *envelope; /* message->envelope, or what the command line gave */
	const uint8_t *sha256;    /* DIGEST_SIZE bytes */
	GBytes *raw;              /* the message as it came */
	GBytes *body;             /* message_pack_body() of it; NULL: it is made */
	GBytes *links;            /* message_pack_links() of it; NULL: likewise */
	const char *source;
	int64_t now;
	const char *transport; /* what an allow rule's release is queued for */
	const char *copy_to;   /* likewise: as OperationRequest.copy_to */
	int64_t hold;          /* seconds before that release may leave */
	const char *basis;     /* names all that its verdict rests on; NULL: unknown */
} Arrival;

/* One IMMEDIATE transaction; rolled back unless committed. */
typedef struct StoreBatch StoreBatch;
StoreBatch *store_batch_begin(Store *store, GError **error);
/* Where it fails nothing of the batch can be committed any more.
 * Adds the message in state held, or in the state a rule gives it (with the
 * rule's decision recorded, and for a release its deliveries queued). */
bool store_batch_add(
	StoreBatch *batch, const Arrival *arrival, AddOutcome *outcome, GError **error);
bool store_batch_commit(StoreBatch *batch, GError **error);
void store_batch_end(StoreBatch *batch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreBatch, store_batch_end)

/* Is a message of these bytes with this envelope (NULL: any) here already? */
bool store_knows(
	Store *store, const uint8_t *sha256, const Envelope *envelope, bool *known, GError **error);

/* ---- out ---- */

typedef enum {
	SORT_SCORE,    /* most dangerous first, newest first among equals: the default */
	SORT_RECEIVED, /* newest first */
	SORT_ID,       /* latest import first */
	SORTS
} ListSort;
const char *sort_name(ListSort sort);
bool sort_from_name(const char *name, ListSort *sort);

typedef struct StoreList {
	const Query *query; /* NULL is all */
	ListSort sort;
	bool reverse;
	bool from_position; /* begin behind row `after` (before it, when backwards) */
	int64_t after;      /* a MessageRow.position of the same sort */
	bool backwards;     /* the rows before; still returned in list order */
	int limit;          /* 0 is all */
} StoreList;

/* Rows in order.  Costs what it returns, not what the store holds. */
GPtrArray *store_list(Store *store, const StoreList *list, GError **error);
int64_t store_count(Store *store, const Query *query, GError **error); /* -1 on error */
/* Messages per state, from a kept counter. */
bool store_counts(Store *store, int64_t counts[STATES], GError **error);
/* Ids of all that match, in list order: int64_t. */
GArray *store_ids(Store *store, const Query *query, GError **error);

MessageRow *store_row(Store *store, int64_t id, GError **error);
/* Everything known of it but part bodies.  PURGED where that is its record; OUTDATED when that was written down in a form
 * that this version does not read: only store_rescore() helps. */
Message *store_load(Store *store, int64_t id, GError **error);
/* The same, but of a purged message its record: findings without words, attachments without
 * names, nothing else. */
Message *store_load_record(Store *store, int64_t id, GError **error);
/* The raw bytes, checked against their SHA-256.  PURGED where they were removed. */
GBytes *store_raw(Store *store, int64_t id, GError **error);
/* Never waits: while another process is writing, or where the store may not be written,
 * it stays as it is. */
bool store_mark_seen(Store *store, int64_t id, GError **error);

#endif
