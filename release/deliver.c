#include "release/deliver.h"

#include <poll.h>

#include "release/cargo.h"
#include "release/deliverer.h"
#include "release/report_ship.h"

enum {
	LEASE = SHIPMENT_MAX_SECONDS + 100,
	FIRST_BACK_OFF = 60,
	MAX_BACK_OFF = 60 * 60,
	/* RFC 5321 section 4.5.4.1: to give up takes four or five days.  Six tries in the
	 * first hour, then one an hour. */
	MAX_ATTEMPTS = 126,
	SETTLE_TRIES = 3,
};

typedef struct Run {
	Store *store;
	const DeliverOptions *options;
	DeliverSummary *summary;
	int64_t start;
	char *self;       /* deliverer_self() */
	GHashTable *down; /* transports this run found down, and the words */
} Run;

int64_t
deliver_back_off(int attempts)
{
	int64_t wait = FIRST_BACK_OFF;

	for (int i = 1; i < attempts && wait < MAX_BACK_OFF; i++)
		wait *= 2;
	return MIN(wait, MAX_BACK_OFF);
}

/* What is due is counted from the start of the run: else what is put back would come
 * round again in a run that takes long.  The lease is counted from now. */
static Delivery *
lease_next(const Run *run, GError **error)
{
	const LeaseRequest request = {
		.now = run->options->clock(),
		.due = run->start,
		.seconds = LEASE,
		.hurry = run->options->hurry,
		.deliverer = run->self,
	};

	return store_lease(run->store, &request, error);
}

/* What came of it. */
typedef struct Try {
	ShipmentResult result;
	char *reply;
	int64_t wait; /* seconds that the other side wants to be left alone */
} Try;

static ShipmentResult
try_message(const Run *run, const Delivery *delivery, char **reply)
{
	g_auto(Cargo) cargo = { 0 };
	g_autofree char *words = NULL;
	ShipmentResult result = cargo_load(run->store, delivery, run->options, &cargo, reply);

	if (result != SHIPMENT_ACCEPTED)
		return result;
	result = cargo_ship(cargo.raw, delivery, run->options, reply);
	if (cargo.notes) {
		words = *reply;
		*reply = g_strdup_printf("%s (%s)", words, cargo.notes);
	}
	return result;
}

static Try
try(const Run *run, const Delivery *delivery)
{
	Try tried = { 0 };

	tried.result = delivery->report
		? report_ship(run->store, delivery, run->options, &tried.wait, &tried.reply)
		: try_message(run, delivery, &tried.reply);
	return tried;
}

/* The one moment at which a mail can have left and nobody has written it down: worth a
 * little stubbornness.  Somebody who took the delivery over meanwhile has the last word;
 * else it counts as one of *@count. */
static bool
settle(const Run *run, const Delivery *delivery, const Settlement *settlement, int64_t *count,
	GError **error)
{
	for (int i = 1;; i++) {
		g_autoptr(GError) fault = NULL;

		if (store_settle(run->store, delivery, settlement, &fault)) {
			(*count)++;
			return true;
		}
		if (g_error_matches(fault, STORE_ERROR, STORE_ERROR_CONFLICT)) {
			run->summary->unknown++;
			return true;
		}
		if (i == SETTLE_TRIES || !g_error_matches(fault, STORE_ERROR, STORE_ERROR_BUSY)) {
			g_propagate_error(error, g_steal_pointer(&fault));
			g_prefix_error(error,
				"what became of delivery %" G_GINT64_FORMAT
				" can't be written down: ",
				delivery->id);
			return false;
		}
	}
}

/* Makes @delivery what its row is after @settlement. */
static void
follow(Delivery *delivery, const Settlement *settlement)
{
	static const DeliveryState states[] = {
		[OUTCOME_SENT] = DELIVERY_SENT,
		[OUTCOME_RETRY] = DELIVERY_QUEUED,
		[OUTCOME_FAILED] = DELIVERY_FAILED,
		[OUTCOME_UNKNOWN] = DELIVERY_UNKNOWN,
	};

	delivery->state = states[settlement->outcome];
	delivery->changed = settlement->now;
	if (settlement->outcome == OUTCOME_RETRY)
		delivery->due = settlement->due;
}

static void
set_reply(Delivery *delivery, char *reply)
{
	g_free(delivery->reply);
	delivery->reply = reply;
}

/* It counts as no attempt. */
static bool
put_back(const Run *run, const Delivery *delivery, const char *reply, int64_t wait, GError **error)
{
	int64_t now = run->options->clock();
	const Settlement settlement = {
		.outcome = OUTCOME_RETRY,
		.reply = reply,
		.now = now,
		.due = now + wait,
		.untried = true,
	};

	return settle(run, delivery, &settlement, &run->summary->put_back, error);
}

/* An earlier try of this run found the transport down: this one could only wait for the
 * same time-out, once for each of a thousand rows. */
static bool
put_back_untried(const Run *run, const Delivery *delivery, const char *words, GError **error)
{
	g_autofree char *reply = g_strdup_printf("not tried: %s", words);

	return put_back(run, delivery, reply, deliver_back_off(delivery->attempts), error);
}

static bool
is_interrupted(const Run *run)
{
	struct pollfd watched = { run->options->interrupt, POLLIN, 0 };

	return run->options->interrupt && poll(&watched, 1, 0) > 0;
}

/* Of a report that the API would not know any more by then nobody could say that it came once. */
static bool
may_try_again(const Run *run, const Delivery *delivery, int64_t due)
{
	int most = run->options->max_attempts ? run->options->max_attempts : MAX_ATTEMPTS;

	return delivery->attempts < most &&
		(!report_is_by_api(delivery) || report_is_known(delivery, due));
}

static int64_t *
count_of(DeliverSummary *summary, DeliveryOutcome outcome)
{
	switch (outcome) {
	case OUTCOME_SENT:
		return &summary->sent;
	case OUTCOME_RETRY:
		return &summary->retried;
	case OUTCOME_FAILED:
		return &summary->failed;
	case OUTCOME_UNKNOWN:
		return &summary->unknown;
	}
	g_assert_not_reached();
}

static int64_t
next_try(const Run *run, const Delivery *delivery, int64_t wait)
{
	return run->options->clock() + MAX(deliver_back_off(delivery->attempts), wait);
}

static bool
conclude(const Run *run, Delivery *delivery, DeliveryOutcome outcome, int64_t due, GError **error)
{
	const Settlement settlement = {
		.outcome = outcome,
		.reply = delivery->reply,
		.now = run->options->clock(),
		.due = due,
	};

	follow(delivery, &settlement);
	return settle(run, delivery, &settlement, count_of(run->summary, outcome), error);
}

static bool
conclude_deferred(const Run *run, Delivery *delivery, const Try *tried, GError **error)
{
	int64_t due = next_try(run, delivery, tried->wait);

	if (is_interrupted(run) &&
		(tried->result == SHIPMENT_DEFERRED ||
			report_is_known(delivery, run->options->clock())))
		return put_back(run, delivery, delivery->reply, 0, error);
	if (may_try_again(run, delivery, due))
		return conclude(run, delivery, OUTCOME_RETRY, due, error);
	set_reply(delivery,
		g_strdup_printf(
			"given up after %d tries: %s", delivery->attempts, delivery->reply));
	return conclude(run, delivery,
		tried->result == SHIPMENT_UNKNOWN ? OUTCOME_UNKNOWN : OUTCOME_FAILED, 0, error);
}

static bool
act_on(const Run *run, Delivery *delivery, const Try *tried, GError **error)
{
	switch (tried->result) {
	case SHIPMENT_ACCEPTED:
		return conclude(run, delivery, OUTCOME_SENT, 0, error);
	case SHIPMENT_DOWN:
		g_hash_table_replace(
			run->down, g_strdup(delivery->transport), g_strdup(delivery->reply));
		return conclude_deferred(run, delivery, tried, error);
	case SHIPMENT_DEFERRED:
		return conclude_deferred(run, delivery, tried, error);
	case SHIPMENT_REFUSED:
		return conclude(run, delivery, OUTCOME_FAILED, 0, error);
	case SHIPMENT_UNKNOWN:
		return report_is_by_api(delivery)
			? conclude_deferred(run, delivery, tried, error)
			: conclude(run, delivery, OUTCOME_UNKNOWN, 0, error);
	}
	g_assert_not_reached();
}

static bool
deliver(const Run *run, Delivery *delivery, GError **error)
{
	const char *down = g_hash_table_lookup(run->down, delivery->transport);
	Try tried;

	if (down)
		return put_back_untried(run, delivery, down, error);
	tried = try(run, delivery);
	set_reply(delivery, tried.reply);
	if (!act_on(run, delivery, &tried, error))
		return false;
	if (run->options->tried)
		run->options->tried(delivery, run->options->data);
	return true;
}

static bool
deliver_all(const Run *run, GError **error)
{
	while (!is_interrupted(run) && !(run->options->stop && run->options->stop())) {
		GError *fault = NULL;
		g_autoptr(Delivery) delivery = lease_next(run, &fault);

		if (fault)
			g_propagate_error(error, fault);
		if (!delivery)
			return !fault;
		if (!deliver(run, delivery, error))
			return false;
	}
	return true;
}

/* ---- what dead deliverers left ---- */

static bool
is_repeatable(const Run *run, const Delivery *delivery)
{
	const char *address;
	const Transport *transport = transport_of(delivery->transport, &address, NULL);

	return (transport && transport->repeatable) || report_is_known(delivery, run->start);
}

static bool
take_over(const Run *run, const Delivery *delivery, GError **error)
{
	bool again = is_repeatable(run, delivery);
	int64_t queued = 0;
	const Settlement settlement = {
		.outcome = again ? OUTCOME_RETRY : OUTCOME_UNKNOWN,
		.reply = "its deliverer died and never said what became of it",
		.now = run->start,
		.due = run->start,
	};

	return settle(run, delivery, &settlement, again ? &queued : &run->summary->unknown, error);
}

static bool
take_over_from_the_dead(const Run *run, GError **error)
{
	g_autoptr(GPtrArray) leased = store_leased(run->store, error);

	for (guint i = 0; leased && i < leased->len; i++) {
		const Delivery *delivery = g_ptr_array_index(leased, i);

		if (deliverer_is_dead(delivery->deliverer, run->options->host) &&
			!take_over(run, delivery, error))
			return false;
	}
	return leased != NULL;
}

bool
deliver_due(Store *store, const DeliverOptions *options, DeliverSummary *summary, GError **error)
{
	g_autofree char *self = deliverer_self(options->host);
	g_autoptr(GHashTable) down = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	const Run run = {
		.store = store,
		.options = options,
		.summary = summary,
		.start = options->clock(),
		.self = self,
		.down = down,
	};
	int expired;

	if (!take_over_from_the_dead(&run, error))
		return false;
	expired = store_expire_leases(store, run.start, error);
	if (expired < 0)
		return false;
	summary->unknown += expired;
	return deliver_all(&run, error);
}
