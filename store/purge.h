/* purge.h - mail that is kept no longer: what is removed of a message, and what stays
 *
 * A purged message is a record: its id, SHA-256, times, size, state, score, SES origin and
 * domains, the hosts its links lead to, which findings it had, and all that was decided.  Its
 * bytes, texts, words, recipients, subject and names are gone, from the file as well.
 *
 * It is an operation of the log and its chain, which names each message, and can't be taken
 * back.  First it is written down, then the mail is removed, in transactions of a quarter of a
 * second: killed at any point, the next purge goes on where it ended.
 */
#ifndef STORE_PURGE_H
#define STORE_PURGE_H

#include "store/message.h"

/* Of PurgeRequest.before: nothing of that state, or all of it. */
#define PURGE_NEVER  G_MININT64
#define PURGE_ALWAYS G_MAXINT64

/* What is asked for; all borrowed. */
typedef struct PurgeRequest {
	/* By state: messages that came, and were last decided about, no later. */
	int64_t before[STATES];
	const GArray *ids; /* of int64_t; NULL: any */
	bool claimed;      /* also what somebody else claims */
	const char *actor;
	const char *reason; /* or NULL */
	int64_t now;
} PurgeRequest;

/* Why a message of the request keeps its mail. */
typedef enum {
	KEPT_PURGED,     /* it has none any more */
	KEPT_STATE,      /* nothing of its state is to be purged */
	KEPT_YOUNG,      /* it came, or was decided about, since */
	KEPT_UNFINISHED, /* a delivery of it waits, is on its way, or may have left */
	KEPT_CLAIMED,
	KEPT_REASONS
} KeptReason;
/* "with a delivery that is not finished" */
const char *kept_reason_words(KeptReason reason);

typedef struct PurgePlan {
	GArray *targets; /* of PurgeTarget, by id */
	int64_t by_state[STATES];
	int64_t bytes;          /* of their mail */
	int64_t oldest, newest; /* received; 0 where there are none */
	int64_t kept[KEPT_REASONS];
	int64_t unfinished; /* messages that an interrupted purge left */
} PurgePlan;

typedef struct PurgeTarget {
	int64_t message;
	int64_t version; /* it was seen with */
} PurgeTarget;

void purge_plan_clear(PurgePlan *plan);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PurgePlan, purge_plan_clear)

/* NOT_FOUND where an id is of no message. */
bool store_plan_purge(Store *store, const PurgeRequest *request, PurgePlan *plan, GError **error);

/* While it runs; all may be NULL. */
typedef struct PurgeWatch {
	/* @done of @total "messages", or "pages" of the indexes where nobody knows how many. */
	void (*progress)(const char *noun, int64_t done, int64_t total, void *data);
	bool (*stop)(void *data);
	void *data;
} PurgeWatch;

typedef struct PurgeSummary {
	int64_t operation; /* the last one; 0: none was begun */
	int64_t messages;  /* whose mail was removed, those that an earlier purge left among them */
	int64_t changed;   /* that changed since they were planned, and were left as they are */
	int64_t outdated;  /* likewise: their words can't be told, and the index would keep them */
	bool stopped;      /* the rest is the next purge's */
	bool pending;      /* somebody reads what was: the -wal file could not be emptied yet */
} PurgeSummary;

/* Purges what @plan has of @request, and what an earlier one left. */
bool store_purge(Store *store, const PurgeRequest *request, const PurgePlan *plan,
	const PurgeWatch *watch, PurgeSummary *summary, GError **error);

/* Gives the space of what was removed back to the file system, by writing the whole store anew:
 * nobody else can write meanwhile. */
bool store_vacuum(Store *store, GError **error);

/* When and by whom the mail of message @id was removed: *words is "purged 2026-11-30 by alice
 * (operation 7)", or NULL where it was not.  Yours. */
bool store_purge_words(Store *store, int64_t id, char **words, GError **error);

/* Is the mail of these bytes known, and purged for all who got it? */
bool store_knows_purged(Store *store, const uint8_t *sha256, bool *purged, GError **error);

#endif
