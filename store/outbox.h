/* outbox.h - deliveries: what was released, or reported, and must leave, exactly once
 *
 *   queued -> sending (leased) -> sent | failed | queued again later | unknown
 *   queued -> cancelled (the message was blocked or held, or its release undone)
 *
 * 'unknown' is a lease that ran out, or whose deliverer is known to be dead: it died
 * between handing the message over and writing it down.  It waits for a person; nothing
 * sends it again.  A message never has two deliveries queued or sending for one recipient.
 *
 * A report (report.h) is a delivery as well, whose message is the first that it is about.
 * What is decided about that message is nothing to it.
 */
#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H

#include "store/store.h"

typedef enum {
	DELIVERY_QUEUED, /* 0 and 1 stand in the index delivery_waiting */
	DELIVERY_SENDING,
	DELIVERY_SENT,
	DELIVERY_FAILED, /* refused for good, or given up */
	DELIVERY_UNKNOWN,
	DELIVERY_CANCELLED, /* taken back before it left */
	DELIVERY_STATES
} DeliveryState;
const char *delivery_state_name(DeliveryState state);

typedef struct Delivery {
	int64_t id;
	int64_t operation;
	int64_t message;
	/* Envelope sender; "" is the null sender, what an unknown one becomes and a copy has. */
	char *sender;
	char *recipient;
	char *transport; /* as in OperationRequest */
	bool copy;       /* to someone who is no recipient: OperationRequest.copy_to */
	bool rewrite;    /* OperationRequest.rewrite */
	int64_t report;  /* what leaves is that, and not the message; 0: it is the message */
	DeliveryState state;
	int attempts;    /* since it was queued, or put back by a person */
	int64_t queued;  /* when that was */
	int64_t due;     /* not before this time: end of hold window and back-off */
	int64_t lease;   /* until when it is its deliverer's; what store_settle() knows it by */
	char *deliverer; /* who has or had it last, as LeaseRequest.deliverer; or NULL */
	int64_t changed; /* of its last change */
	char *reply;     /* the server's words, or why it failed; or NULL */
	char *subject;   /* of the message */
} Delivery;
/* "", "copy", "rewritten", "rewritten copy", "report". */
const char *delivery_form(const Delivery *delivery);
void delivery_free(Delivery *delivery);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Delivery, delivery_free)

typedef struct LeaseRequest {
	int64_t now;
	int64_t due;           /* what became due after this time stays; 0: @now */
	int64_t seconds;       /* how long it is the deliverer's */
	bool hurry;            /* ignore the hold window; not the back-off */
	const char *deliverer; /* who asks, in words of its own: whether it lives is for
	                        * deliverers to know; or NULL */
} LeaseRequest;

/* Leases the next due delivery: its state is sending; NULL without error when none
 * is due.  However many deliverers ask, one gets it. */
Delivery *store_lease(Store *store, const LeaseRequest *request, GError **error);

typedef enum {
	OUTCOME_SENT,
	OUTCOME_RETRY, /* again later */
	OUTCOME_FAILED,
	OUTCOME_UNKNOWN, /* it may have left: for a person to look at */
} DeliveryOutcome;
typedef struct Settlement {
	DeliveryOutcome outcome;
	const char *reply; /* the server's words, or what failed; or NULL */
	int64_t now;
	int64_t due;  /* OUTCOME_RETRY: not before this time */
	bool untried; /* nothing was attempted: the lease does not count as an attempt */
} Settlement;

/* Writes down what became of a leased delivery.  A deliverer that was merely late
 * still knows best: unknown becomes what it says.  CONFLICT when somebody else has
 * it by now.  A retry of what was blocked or held meanwhile is cancelled instead. */
bool store_settle(
	Store *store, const Delivery *delivery, const Settlement *settlement, GError **error);

/* Leases that ran out become unknown; how many (-1 on error). */
int store_expire_leases(Store *store, int64_t now, GError **error);

/* Those that are leased, whether their lease ran out or not; oldest first. */
GPtrArray *store_leased(Store *store, GError **error);

/* Newest first: ids below @before, or from the newest when it is 0.  @limit 0 is all. */
GPtrArray *store_deliveries(Store *store, int64_t before, int limit, GError **error);
/* Of one message, reports about it among them; oldest first. */
GPtrArray *store_deliveries_of(Store *store, int64_t message, GError **error);
/* Deliveries queued or sending, and the time the first queued one is due (0: none). */
bool store_outbox_due(Store *store, int64_t *pending, int64_t *first_due, GError **error);
/* A person puts a failed or unknown delivery back into the queue.  REFUSED when it
 * is neither, when its release does not stand any more, or when a later delivery
 * to the same recipient stands in its place. */
bool store_retry(Store *store, int64_t id, int64_t now, GError **error);
/* A person takes a report back that has not left.  REFUSED where it is no report, or it has. */
bool store_cancel(Store *store, int64_t id, int64_t now, GError **error);

#endif
