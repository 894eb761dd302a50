/* decision.h - what people did: operations of decisions, dry run, undo
 *
 * A verdict is what the program computed; a decision is what a person (or that
 * person's rule) made of it.  Decisions are append-only: undo records more of
 * them.  An operation is one keystroke's or command's worth of decisions, and is
 * committed whole or not at all.
 */
#ifndef STORE_DECISION_H
#define STORE_DECISION_H

#include "store/message.h"

typedef enum {
	DECISION_RELEASE, /* deliver to the envelope recipients */
	DECISION_BLOCK,   /* settled: never delivered */
	DECISION_HOLD,    /* back to, or stays in, quarantine */
	DECISIONS
} DecisionKind;

const char *decision_name(DecisionKind kind); /* "release", "block", "hold" */
bool decision_from_name(const char *name, DecisionKind *kind);

/* A message as the person who decides saw it. */
typedef struct Target {
	int64_t message;
	int64_t version; /* -1: whatever it is now */
} Target;

/* What is asked for; all borrowed. */
typedef struct OperationRequest {
	DecisionKind kind;
	GArray *targets;    /* of Target */
	const char *actor;  /* login name */
	const char *reason; /* or NULL */
	const char *const
		*to; /* release to these instead of the envelope's; NULL: the envelope's */
	const char *transport; /* "maildir", "sendmail", "smtp://host:port", "maildir:/path" */
	int64_t hold;          /* seconds before a release may leave */
	int64_t now;
} OperationRequest;

/* What it would do, counted before it is done. */
typedef struct OperationPlan {
	int messages;         /* that would change */
	int unchanged;        /* already so */
	int by_state[STATES]; /* of those that would change */
	int recipients;       /* distinct */
	int accounts;         /* distinct SES accounts */
	int domains;          /* distinct From domains */
	int with_attachments;
	int without_recipients; /* a release that has nobody to go to: refused */
	int changed_since;      /* decided by someone else since seen: refused */
	char *conflict;         /* who did what to the first of those, or NULL */
	int64_t also_released;  /* released earlier from these accounts: what a block contradicts */
} OperationPlan;
void operation_plan_clear(OperationPlan *plan);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OperationPlan, operation_plan_clear)

bool store_plan(Store *store, const OperationRequest *request, OperationPlan *plan, GError **error);
/* Commits all of it, or nothing.  The operation's id; 0 on error (CONFLICT,
 * REFUSED, NOT_FOUND).  An operation that would change nothing is REFUSED. */
int64_t store_decide(Store *store, const OperationRequest *request, GError **error);

/* Takes back @operation (0: @actor's latest that is not undone) as another
 * operation.  CONFLICT when a delivery has begun to leave, or when a message was
 * decided anew since.  The new operation's id. */
int64_t store_undo(Store *store, int64_t operation, const char *actor, int64_t now, GError **error);

typedef struct Operation {
	int64_t id;
	int64_t at;
	char *actor;
	char *verb;   /* "release", ..., "undo", "rule" */
	char *reason; /* or NULL */
	int messages;
	int64_t undoes;    /* 0 if it undoes none */
	int64_t undone_by; /* 0 if it stands */
	char *subject;     /* of its first message, or NULL */
} Operation;
void operation_free(Operation *operation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Operation, operation_free)

/* Newest first; @before 0 begins at the newest, else at ids below it. */
GPtrArray *store_operations(Store *store, int64_t before, int limit, GError **error);

typedef struct Decision {
	int64_t id;
	int64_t operation;
	int64_t message;
	DecisionKind kind;
	MessageState before;
	MessageState after;
	char *actor;
	char *reason; /* or NULL */
	int64_t at;
	int64_t rule; /* the rule that made it, 0 for a person */
	bool undo;    /* made by an undo */
} Decision;
void decision_free(Decision *decision);

/* About @message, oldest first. */
GPtrArray *store_decisions(Store *store, int64_t message, GError **error);

/* How often messages of this account were released and blocked before. */
typedef struct AccountRecord {
	int64_t messages, held, released, blocked;
	int64_t first_seen;
} AccountRecord;
bool store_account_record(Store *store, const char *account, AccountRecord *record, GError **error);

#endif
