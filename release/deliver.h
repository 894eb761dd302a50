/* deliver.h - send what is due in the outbox
 *
 * Any number of deliverers may run: a lease gives each delivery to one of them, for
 * longer than any transport takes.  One that dies leaves its delivery leased.  The next
 * one on this machine sees that; elsewhere it shows when the lease runs out.  Nobody knows
 * how far it came: the delivery becomes 'unknown', or, where its transport can repeat it
 * without harm, is queued again.  That is so for what lies in a Maildir, and for a day for a
 * report that Amazon's API knows by its name; behind that day it is not sent again unasked.
 */
#ifndef RELEASE_DELIVER_H
#define RELEASE_DELIVER_H

#include "release/abuse_api.h"
#include "release/smtp.h"
#include "release/transport.h"
#include "store/outbox.h"

typedef struct DeliverOptions {
	bool hurry;              /* do not wait for the hold window */
	int max_attempts;        /* then it has failed; 0: 126, which is five days */
	int patience;            /* as Shipment.patience */
	int interrupt;           /* as Shipment.interrupt: what has not left by then is put back */
	const char *host;        /* this machine's name, for the trace field */
	const SmtpOptions *smtp; /* as Shipment.smtp */
	/* Makes the altered copy that a release may ask for: @raw with each link replaced, and
	 * how many there were.  RELEASE_ERROR_REWRITE: that can't be done, ever.  NULL: none are
	 * made, and who asks for one waits. */
	GBytes *(*rewrite)(GBytes *raw, int *links, void *data, GError **error);
	void *rewrite_data;
	const AbuseApi *api; /* for reports that leave by it; NULL: they wait */
	int64_t (*clock)(void);
	bool (*stop)(void); /* asked before each delivery: end here?  Or NULL */
	/* After each try, with the row as it is now; or NULL. */
	void (*tried)(const Delivery *delivery, void *data);
	void *data;
} DeliverOptions;

typedef struct DeliverSummary {
	int64_t sent;
	int64_t retried;  /* tried, and again later */
	int64_t put_back; /* not tried to the end: interrupted, or their transport was found
	                   * down by an earlier try */
	int64_t failed;
	int64_t unknown; /* may have left: for a person to look at */
} DeliverSummary;

/* Sends what is due now, and adds to @summary.  A delivery that fails is no error;
 * only a store that can't be used is. */
bool deliver_due(
	Store *store, const DeliverOptions *options, DeliverSummary *summary, GError **error);

/* Seconds until the try after @attempts of them: 60, doubled each time, an hour at most. */
int64_t deliver_back_off(int attempts);

#endif
