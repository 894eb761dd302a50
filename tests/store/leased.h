/* leased.h - one released message, leased and settled */
#ifndef TESTS_STORE_LEASED_H
#define TESTS_STORE_LEASED_H

#include "store/outbox.h"
#include "tests/store/sample.h"

static inline Delivery *
lease(const Sample *sample, int64_t now)
{
	g_autoptr(GError) error = NULL;
	Delivery *delivery =
		store_lease(sample->store, &(LeaseRequest){ .now = now, .seconds = 60 }, &error);

	g_assert_no_error(error);
	return delivery;
}

static inline Delivery *
only_delivery(const Sample *sample)
{
	g_autoptr(GPtrArray) list = store_deliveries(sample->store, 0, 0, NULL);

	g_assert_cmpint(list->len, ==, 1);
	return g_ptr_array_steal_index(list, 0);
}

static inline void
assert_state(const Sample *sample, DeliveryState state)
{
	g_autoptr(Delivery) delivery = only_delivery(sample);

	g_assert_cmpstr(delivery_state_name(delivery->state), ==, delivery_state_name(state));
}

/* One message to ann@here.example, released, its hold window over at SAMPLE_NOW + 60. */
static inline void
release_one(Sample *sample)
{
	sample_add(sample, &(SampleMail){ 0 });
	sample_do(sample, DECISION_RELEASE, 1);
}

static const Settlement settled_sent = { .outcome = OUTCOME_SENT, .now = SAMPLE_NOW };
static const Settlement settled_failed = { .outcome = OUTCOME_FAILED, .now = SAMPLE_NOW };
static const Settlement settled_later = {
	.outcome = OUTCOME_RETRY, .now = SAMPLE_NOW, .due = SAMPLE_NOW
};

static inline Delivery *
lease_in_a_hurry(const Sample *sample, int64_t id)
{
	const LeaseRequest request = { .now = SAMPLE_NOW, .seconds = 60, .hurry = true };
	g_autoptr(GError) error = NULL;
	Delivery *delivery = store_lease(sample->store, &request, &error);

	g_assert_no_error(error);
	g_assert_cmpint(delivery->id, ==, id);
	return delivery;
}

static inline void
settle(const Sample *sample, const Delivery *delivery, const Settlement *settlement)
{
	g_autoptr(GError) error = NULL;

	store_settle(sample->store, delivery, settlement, &error);
	g_assert_no_error(error);
}

/* Leases what is due, which must be @id, and says what became of it. */
static inline void
lease_and_settle(const Sample *sample, int64_t id, const Settlement *settlement)
{
	g_autoptr(Delivery) delivery = lease_in_a_hurry(sample, id);

	settle(sample, delivery, settlement);
}

#endif
