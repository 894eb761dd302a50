/* ledger.h - the rows that say who decided what; private to store/
 *
 * A message's state, its decisions and its deliveries change here and nowhere
 * else, always inside the caller's transaction.
 */
#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H

#include "store/db.h"
#include "store/decision.h"

/* Verbs that mean something to the program; all others are what a person did. */
#define VERB_UNDO    "undo"
#define VERB_REDO    "redo"
#define VERB_RULE    "rule"    /* a rule decided about what arrived */
#define VERB_MAILLOG "maillog" /* a log told what an envelope was */
#define VERB_PURGE   "purge"   /* mail was removed */
#define VERB_REPORT  "report"  /* a campaign was reported to who sends it */

typedef struct Entry {
	const char *verb;
	const char *actor;
	const char *reason; /* or NULL */
	int64_t at;
	int64_t undoes; /* 0: none */
	int64_t origin; /* of an undo or redo: the decisions it is about in the end; else 0 */
} Entry;

/* The new operation's id; 0 on error. */
int64_t ledger_operation(Store *store, const Entry *entry, GError **error);

typedef struct Change {
	int64_t message;
	int64_t version; /* it has before the change */
	MessageState before;
	MessageState after;
} Change;

/* @rule is the rule that decided, 0 for a person. */
bool ledger_decide(
	Store *store, int64_t operation, const Change *change, int64_t rule, GError **error);

/* "message 12 was blocked by bob 3 min ago": its last decision.  NULL on error. */
char *ledger_blame(Store *store, int64_t message, int64_t now, GError **error);

/* The same words, in @words, of the decision of @message that is in force, where a person
 * other than @actor made it; NULL where it is @actor's or a rule's, or there is none.  An
 * undone one is none; what was done again is whoever's that was. */
bool ledger_blame_other(Store *store, int64_t message, const char *actor, int64_t now, char **words,
	GError **error);

typedef struct Errand {
	int64_t operation;
	int64_t message;
	const char *const *to;         /* NULL: the envelope recipients */
	const char *const *to_unknown; /* where there are none of these; or NULL */
	const char *transport;
	int64_t at;
	int64_t hold;        /* seconds */
	const char *copy_to; /* as OperationRequest.copy_to */
	bool rewrite;        /* likewise */
} Errand;

/* Queues a delivery a recipient, and then the copy, leaving out those for whom one is
 * waiting already. */
bool ledger_queue(Store *store, const Errand *errand, GError **error);
/* The envelope recipients, in order. */
GPtrArray *ledger_recipients(Store *store, int64_t message, GError **error);

/* Cancels what is queued for @message; with @of not 0, only what that operation
 * queued. */
bool ledger_cancel(Store *store, int64_t message, int64_t of, int64_t at, GError **error);
/* What the releases that stand queued for @message, and was cancelled since, waits
 * again with its whole hold window. */
bool ledger_requeue(Store *store, int64_t message, int64_t at, GError **error);
/* REFUSED when nothing that was queued for @message, which is released, is left. */
bool ledger_check_leaves(Store *store, int64_t message, GError **error);

/* The releases of :message that stand, as the table `standing (origin)`: those in
 * force since it was last held or blocked.  An operation, its undo and its redo are
 * one decision, in force while there is an odd number of them; :without is one that
 * is left out, or 0.
 *
 * What is queued or, while the message is released, sending belongs to one of them;
 * where a release stands, each recipient's latest delivery of these is not cancelled
 * unless an earlier one is on its way. */
#define LEDGER_STANDING                                                                \
	"WITH force AS (SELECT ifnull(o.origin, o.id) AS origin, max(d.id) AS latest," \
	"  d.after AS after FROM decision d JOIN operation o ON o.id = d.operation"    \
	"  WHERE d.message = :message AND ifnull(o.origin, o.id) <> :without"          \
	"  GROUP BY 1 HAVING count(*) % 2 = 1),"                                       \
	" standing AS (SELECT origin FROM force WHERE latest >"                        \
	"  (SELECT ifnull(max(latest), 0) FROM force WHERE after <> :released)) "
void ledger_bind_standing(sqlite3_stmt *stmt, int64_t message, int64_t without);

/* @what of the decision of `message AS m` that is in force, by the same rule; NULL where
 * none is.  Of an operation, its undo and its redo only the first names a rule. */
#define LEDGER_IN_FORCE(what)                                                             \
	"(SELECT " what " FROM decision d JOIN operation o ON o.id = d.operation"         \
	" WHERE d.message = m.id GROUP BY ifnull(o.origin, o.id) HAVING count(*) % 2 = 1" \
	" ORDER BY max(d.id) DESC LIMIT 1)"

MessageState state_of_decision(DecisionKind kind);
DecisionKind decision_of_state(MessageState state);

/* An enum's value in @column; 0 where a damaged store has none below @count. */
int ledger_enum(sqlite3_stmt *stmt, int column, int count);

#endif
