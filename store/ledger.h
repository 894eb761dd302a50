/* ledger.h - the rows that say who decided what; private to store/
 *
 * A message's state, its decisions and its deliveries change here and nowhere
 * else, always inside the caller's transaction.
 */
#ifndef STORE_LEDGER_H
#define STORE_LEDGER_H

#include "store/db.h"
#include "store/decision.h"

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

typedef struct Errand {
	int64_t operation;
	int64_t message;
	const char *const *to; /* NULL: the envelope recipients */
	const char *transport;
	int64_t at;
	int64_t hold; /* seconds */
} Errand;

/* Queues a delivery a recipient, leaving out those for whom one is waiting already. */
bool ledger_queue(Store *store, const Errand *errand, GError **error);
/* The envelope recipients, in order. */
GPtrArray *ledger_recipients(Store *store, int64_t message, GError **error);

/* Cancels what is queued for @message; with @of not 0, only what that operation
 * queued.  @operation is the one that does so. */
bool ledger_cancel(
	Store *store, int64_t operation, int64_t message, int64_t of, int64_t at, GError **error);
/* What @canceller cancelled waits again, as the operation's that queued it first and
 * with its whole hold window. */
bool ledger_requeue(Store *store, int64_t canceller, int64_t at, GError **error);

MessageState state_of_decision(DecisionKind kind);
DecisionKind decision_of_state(MessageState state);

/* An enum's value in @column; 0 where a damaged store has none below @count. */
int ledger_enum(sqlite3_stmt *stmt, int column, int count);

#endif
