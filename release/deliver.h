/* deliver.h - send what is due in the outbox */
#ifndef RELEASE_DELIVER_H
#define RELEASE_DELIVER_H

#include "release/transport.h"
#include "store/outbox.h"

typedef struct DeliverOptions {
	bool hurry;       /* do not wait for the hold window */
	int max_attempts; /* then it has failed; 0: 20 */
	const char *host; /* this machine's name, for the trace field */
	int64_t (*clock)(void);
	/* After each try, with the row as it is now; or NULL. */
	void (*tried)(const Delivery *delivery, void *data);
	void *data;
} DeliverOptions;

typedef struct DeliverSummary {
	int64_t sent, retried, failed, unknown;
} DeliverSummary;

/* Sends until nothing is due.  A delivery that fails is no error; only a store
 * that can't be used is. */
bool deliver_due(
	Store *store, const DeliverOptions *options, DeliverSummary *summary, GError **error);

#endif
