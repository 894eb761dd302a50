/* history.h - what became of the messages that share a key: account, sender, domain, link
 *
 * Of an account, an identity (account with the domain that is vouched for) and what links
 * lead to, all counts are kept and exact.  Those of a From domain, which anybody can write,
 * are counted when asked and end at HISTORY_CAP.  Domains and decisions are those of the
 * newest HISTORY_LOOK messages of the key, so that none costs what it holds.
 */
#ifndef STORE_HISTORY_H
#define STORE_HISTORY_H

#include "mail/history.h"
#include "store/decision.h"

enum {
	HISTORY_CAP = 1000, /* of each state */
	HISTORY_LOOK = 200,
	HISTORY_LINKS = 3,      /* keys of links of one message */
	HISTORY_DOMAINS = 10,   /* that are named */
	HISTORY_OPERATIONS = 5, /* likewise */
};

/* How the messages of a key stand. */
typedef struct KeyRecord {
	int64_t messages;
	int64_t by_state[STATES];
	int64_t person_released, person_blocked; /* by people whose decision stands, not by rules */
	int64_t first, last;                     /* received; 0: there is none */
} KeyRecord;

/* The record of message @id's account, proven or claimed; all 0 where it has none that
 * anything vouches for.  Costs one row. */
bool store_account_record(Store *store, int64_t id, KeyRecord *record, GError **error);

typedef struct KeyDecision {
	int64_t operation, at;
	char *actor, *verb;
	char *reason;     /* or NULL */
	int64_t messages; /* of those looked at */
	bool undone;
} KeyDecision;

typedef struct KeyHistory {
	const char *key; /* "account", "claimed-account", "sender", "link", "domain" */
	char *value;
	KeyRecord record;
	bool capped;          /* the counts of record may be more than they say */
	GPtrArray *domains;   /* of char *: From domains, HISTORY_DOMAINS at most */
	GPtrArray *brands;    /* of char *: whose names were borrowed; HISTORY_MAX_BRANDS at most */
	GPtrArray *decisions; /* of KeyDecision, newest first, HISTORY_OPERATIONS at most */
} KeyHistory;
void key_history_free(KeyHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeyHistory, key_history_free)

/* Of KeyHistory: of the keys of message @id, in the order of `key` above. */
GPtrArray *store_history(Store *store, int64_t id, GError **error);

/* "12", "1,000+" where @count is what a cap left.  Yours. */
char *history_count(const KeyHistory *history, int64_t count);

/* "one account, 5 brands: MetaMask, Ledger, ..."; NULL when it borrowed fewer than two.
 * Yours. */
char *history_brands(const KeyHistory *history);

/* ---- what decisions taught ---- */

/* A feature, and how it speaks for blocking: history_log_odds(). */
typedef struct Lesson {
	const char *kind; /* an edge's, or "finding" */
	char *value;
	int64_t released, blocked; /* messages, by people */
	double odds;
} Lesson;
void lesson_free(Lesson *lesson);

/* Of Lesson: the @limit (0: all) that say most, either way. */
GPtrArray *store_lessons(Store *store, int limit, GError **error);

/* Verdicts of @store rest on @weights (borrowed; NULL: the authors'), and where @learn is
 * false not on what people decided about others. */
void store_judge_by(Store *store, const Weights *weights, bool learn);

#endif
