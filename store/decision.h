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

/* A message as the person who decides saw it. */
typedef struct Target {
	int64_t message;
	int64_t version; /* -1: whatever it is now; see OperationPlan.targets */
} Target;

/* What is asked for; all borrowed. */
typedef struct OperationRequest {
	DecisionKind kind;
	GArray *targets;    /* of Target; one that stands twice counts once */
	const char *actor;  /* login name */
	const char *reason; /* or NULL */
	const char *const
		*to; /* release to these instead of the envelope's; NULL: the envelope's */
	const char *const *to_unknown; /* who gets those that name no envelope recipient;
	                                * NULL: nobody, which is refused */
	const char *transport; /* "maildir", "sendmail", "smtp://host:port", "maildir:/path" */
	/* Who gets a copy of what is released, with the null sender: its bounces are nobody's
	 * business outside.  NULL: nobody. */
	const char *copy_to;
	bool rewrite;    /* release altered copies, with links that lead to the landing page */
	int64_t hold;    /* seconds before a release may leave */
	int claims_seen; /* so many claims of others may be gone over, since the person
	                        * was shown them (OperationPlan.claimed); 0: none */
	int64_t now;
} OperationRequest;

/* What it would do, counted before it is done.
 *
 * A release queues one delivery for each envelope recipient, or for each of `to`.
 * A message that is released already stays as it is, unless `to` names someone
 * for whom nothing is waiting yet.
 *
 * Where the gateway left no envelope sender, it stays unknown, and the release
 * goes out with the null sender <>: a bounce then goes nowhere rather than to
 * someone whom the mail merely names.  unknown_sender counts these.
 *
 * To block or hold a released message cancels what still waits of its deliveries.
 * What has left has left: the message gets its new state for the record, and
 * departed says how many deliveries the decision comes too late for.  Should such
 * a message be released again, those recipients get it a second time; while one of
 * those deliveries is still on its way, that is refused. */
typedef struct OperationPlan {
	/* Of Target: the request's, each with the version it was seen with.  A request with
	 * these commits what was planned or, where someone decided meanwhile, nothing. */
	GArray *targets;
	int messages;         /* that would change */
	int unchanged;        /* already so */
	int by_state[STATES]; /* of those that would change */
	int recipients;       /* distinct */
	int accounts;         /* distinct SES accounts */
	int domains;          /* distinct From domains */
	int with_attachments;
	int unknown_sender; /* a release that would leave with the null sender */
	int waiting;        /* deliveries of these that are queued: a block or hold cancels them */
	int departed;       /* deliveries of these that left, are leaving, or may have left */
	int without_recipients; /* a release that has nobody to go to: refused */
	int leaving;            /* a release of what an earlier one is still delivering: refused */
	int purged;             /* their mail is gone: not released, nor held again */
	int changed_since;      /* decided by someone else since seen: refused */
	char *conflict;         /* who did what to the first of those, or NULL */
	int claimed;            /* claimed by somebody else: refused beyond claims_seen */
	int overridden;         /* decided by another person, not a rule, and that stands: another
	                         * state than this would give them */
	char *override;         /* who decided what about the first of those, or NULL */
	char *claim;            /* which is the first of these, whose, until when; or NULL */
	int64_t also_released; /* others of these accounts that are released: what a block contradicts */
	/* Of Odd, oddest first: those that would change and are unlike the rest of them; see
	 * odd.h.  A plan alone looks for these, and where it is of many, for the first few. */
	GPtrArray *odd;
	/* Of PlanIdentity, see plan_identity.h: whom those that would change are from, the one with
	 * the highest score first.  Likewise a plan's alone. */
	GPtrArray *identities;
	int more_identities; /* that are not among these */
} OperationPlan;
void operation_plan_clear(OperationPlan *plan);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OperationPlan, operation_plan_clear)

/* NOT_FOUND when a message is not there, REFUSED when `to` holds what is no address. */
bool store_plan(Store *store, const OperationRequest *request, OperationPlan *plan, GError **error);
/* Commits all of it, or nothing.  The operation's id; 0 on error (CONFLICT,
 * REFUSED, NOT_FOUND).  An operation that would change nothing is REFUSED. */
int64_t store_decide(Store *store, const OperationRequest *request, GError **error);

/* Takes back @operation, and all that it carries, as another operation (verb "undo"),
 * whose id it returns: every message gets the state it had before, what the operation queued is
 * cancelled, and where a message is released again, what that release queued waits
 * again with its whole hold window.  Taking back an undo is a "redo", which can be
 * undone in turn.
 *
 * @operation 0 is the latest thing that @actor did in person (no undo, nothing that a rule
 * of theirs did) and that stands; NOT_FOUND when there is none.  CONFLICT, and nothing is
 * changed, when the operation was taken back already, when a delivery of it has begun to
 * leave, when a message was decided anew since and that decision stands, or when one that
 * would be released is still being delivered from another release.  REFUSED where the
 * operation left nothing that could be taken back. */
int64_t store_undo(Store *store, int64_t operation, const char *actor, int64_t now, GError **error);

typedef struct Operation {
	int64_t id;
	int64_t at;
	char *actor;
	/* "release", "block", "hold": what people decide; "rule": what a rule decided on
	 * arrival; "undo", "redo"; "allow", "deny", "remove": a rule made or removed;
	 * "purge", "report" */
	char *verb;
	char *reason; /* or NULL */
	int messages;
	int64_t undoes;    /* 0 if it undoes none */
	int64_t undone_by; /* 0 if it stands */
	int64_t message;   /* the first it was about; 0 if it was about none */
	char *subject;     /* of that, or NULL */
} Operation;
void operation_free(Operation *operation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Operation, operation_free)

/* The operation that store_undo() would take back now; NULL with the error it would
 * give. */
Operation *store_plan_undo(
	Store *store, int64_t operation, const char *actor, int64_t now, GError **error);

/* Newest first; @before 0 begins at the newest, else at ids below it.  @limit 0 is all. */
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
	bool undo;    /* made by an undo or redo */
} Decision;
void decision_free(Decision *decision);

/* About @message, oldest first. */
GPtrArray *store_decisions(Store *store, int64_t message, GError **error);

#endif
