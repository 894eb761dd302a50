#include "store/decision.h"

#include <string.h>

#include "store/outbox.h"
#include "store/rule.h"
#include "tests/store/sample.h"

/* How many deliveries of @message are in @state. */
static int
count_deliveries(const Sample *sample, int64_t message, DeliveryState state)
{
	g_autoptr(GPtrArray) list = store_deliveries_of(sample->store, message, NULL);
	int count = 0;

	for (guint i = 0; i < list->len; i++)
		count += ((const Delivery *)g_ptr_array_index(list, i))->state == state;
	return count;
}

static int64_t
undo(const Sample *sample, int64_t operation)
{
	g_autoptr(GError) error = NULL;
	int64_t id = store_undo(sample->store, operation, "alice", SAMPLE_NOW, &error);

	g_assert_no_error(error);
	g_assert_cmpint(id, >, 0);
	return id;
}

/* u, u: as deep as one likes. */
static void
test_stack(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_add(sample, &(SampleMail){ 0 });
	sample_do(sample, DECISION_RELEASE, 1);
	sample_do(sample, DECISION_BLOCK, 1);
	sample_do(sample, DECISION_HOLD, 1);
	undo(sample, 0);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_BLOCKED);
	undo(sample, 0);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_RELEASED);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_QUEUED), ==, 1);
	undo(sample, 0);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_HELD);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_QUEUED), ==, 0);
	sample_assert_sound(sample);
}

static void
test_several_at_once_are_one_chain(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_add_plain(sample, 3);
	g_assert_cmpint(sample_decide(sample, sample_request(DECISION_BLOCK, 1, 3), NULL), >, 0);
	undo(sample, 0);
	sample_assert_sound(sample);
}

/* However it came back to its state: what somebody saw before is not what there is. */
static void
test_no_version_comes_again(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t version = -1;

	sample_add(sample, &(SampleMail){ 0 });
	for (int i = 0; i < 4; i++) {
		g_autoptr(MessageRow) row = store_row(sample->store, 1, NULL);

		g_assert_cmpint(row->version, >, version);
		version = row->version;
		if (i % 2)
			undo(sample, 0);
		else
			sample_do(sample, DECISION_BLOCK, 1);
	}
}

/* What was queued again still belongs to the release. */
static void
test_departed_after_undone_block(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) delivery = NULL;
	g_autoptr(GError) error = NULL;

	sample_add(sample, &(SampleMail){ 0 });
	sample_do(sample, DECISION_RELEASE, 1);
	undo(sample, sample_do(sample, DECISION_BLOCK, 1));
	delivery = store_lease(sample->store,
		&(LeaseRequest){ .now = SAMPLE_NOW, .seconds = 60, .hurry = true }, NULL);
	g_assert_cmpint(store_undo(sample->store, 1, "alice", SAMPLE_NOW, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
}

static void
assert_stands(const Sample *sample, int64_t operation, int code, const char *words)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(
		store_undo(sample->store, operation, "alice", SAMPLE_NOW + 7200, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, code);
	g_assert_cmpstr(error->message, ==, words);
}

static void
test_restores(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) decisions = NULL;
	const Decision *decision;

	sample_add(sample, &(SampleMail){ 0 });
	undo(sample, sample_do(sample, DECISION_RELEASE, 1));
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_HELD);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_CANCELLED), ==, 1);
	decisions = store_decisions(sample->store, 1, NULL);
	g_assert_cmpint(decisions->len, ==, 2);
	decision = g_ptr_array_index(decisions, 1);
	g_assert_true(decision->undo);
	g_assert_cmpint(decision->kind, ==, DECISION_HOLD);
}

static void
test_latest(Sample *sample, G_GNUC_UNUSED const void *data)
{
	OperationRequest other;

	sample_add_plain(sample, 3);
	sample_do(sample, DECISION_BLOCK, 1);
	sample_do(sample, DECISION_BLOCK, 2);
	other = sample_request(DECISION_BLOCK, 3, 3);
	other.actor = "bob";
	sample_decide(sample, other, NULL);

	undo(sample, 0);
	g_assert_cmpint(sample_state(sample, 2), ==, STATE_HELD);
	undo(sample, 0);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_HELD);
	g_assert_cmpint(sample_state(sample, 3), ==, STATE_BLOCKED);
	assert_stands(
		sample, 0, STORE_ERROR_NOT_FOUND, "alice has decided nothing that still stands");
}

static void
test_plan(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Operation) operation = NULL;
	g_autoptr(Delivery) delivery = NULL;
	g_autoptr(GError) error = NULL;

	sample_add_plain(sample, 2);
	sample_do(sample, DECISION_RELEASE, 1);
	sample_do(sample, DECISION_BLOCK, 2);
	undo(sample, 0);
	operation = store_plan_undo(sample->store, 0, "alice", SAMPLE_NOW, NULL);
	g_assert_cmpint(operation->id, ==, 1);
	g_assert_cmpstr(operation->verb, ==, "release");
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_RELEASED);

	delivery = store_lease(sample->store,
		&(LeaseRequest){ .now = SAMPLE_NOW, .seconds = 60, .hurry = true }, NULL);
	g_assert_null(store_plan_undo(sample->store, 1, "alice", SAMPLE_NOW, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
}

static void
test_too_late(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) delivery = NULL;

	sample_add(sample, &(SampleMail){ 0 });
	sample_do(sample, DECISION_RELEASE, 1);
	delivery = store_lease(sample->store,
		&(LeaseRequest){ .now = SAMPLE_NOW, .seconds = 60, .hurry = true }, NULL);
	assert_stands(sample, 1, STORE_ERROR_CONFLICT,
		"message 1 is being delivered to ann@here.example: operation 1 cannot be taken back");
	store_expire_leases(sample->store, SAMPLE_NOW + 61, NULL);
	assert_stands(sample, 1, STORE_ERROR_CONFLICT,
		"message 1 may have been delivered to ann@here.example: operation 1 cannot be taken "
		"back");
	g_assert_true(store_settle(sample->store, delivery,
		&(Settlement){ .outcome = OUTCOME_SENT, .now = SAMPLE_NOW + 62 }, NULL));
	assert_stands(sample, 1, STORE_ERROR_CONFLICT,
		"message 1 was already delivered to ann@here.example: operation 1 cannot be taken "
		"back");
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_RELEASED);
}

static void
test_decided_since(Sample *sample, G_GNUC_UNUSED const void *data)
{
	OperationRequest request;

	sample_add_plain(sample, 2);
	sample_decide(sample, sample_request(DECISION_BLOCK, 1, 2), NULL);
	request = sample_request(DECISION_HOLD, 2, 2);
	request.actor = "bob";
	sample_decide(sample, request, NULL);
	assert_stands(sample, 1, STORE_ERROR_CONFLICT,
		"message 2 was held by bob 2 h ago: operation 1 cannot be taken back");
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_BLOCKED);
}

static void
test_twice(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_add(sample, &(SampleMail){ 0 });
	undo(sample, sample_do(sample, DECISION_BLOCK, 1));
	assert_stands(sample, 1, STORE_ERROR_CONFLICT,
		"operation 1 was taken back by alice already (operation 2)");
	assert_stands(sample, 9, STORE_ERROR_NOT_FOUND, "no operation 9");
}

static void
test_redo(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) operations = NULL;
	g_autoptr(GPtrArray) deliveries = NULL;

	sample_add(sample, &(SampleMail){ 0 });
	store_undo(sample->store, undo(sample, sample_do(sample, DECISION_RELEASE, 1)), "alice",
		SAMPLE_NOW + 500, NULL);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_RELEASED);
	operations = store_operations(sample->store, 0, 1, NULL);
	g_assert_cmpstr(((Operation *)g_ptr_array_index(operations, 0))->verb, ==, "redo");
	deliveries = store_deliveries(sample->store, 0, 1, NULL);
	g_assert_cmpint(deliveries->len, ==, 1);
	g_assert_cmpint(((Delivery *)g_ptr_array_index(deliveries, 0))->due, ==, SAMPLE_NOW + 560);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_QUEUED), ==, 1);

	undo(sample, 0);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_HELD);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_QUEUED), ==, 0);
}

static void
test_undo_of_block(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_add(sample, &(SampleMail){ .recipients = "ann@here.example bob@here.example" });
	sample_do(sample, DECISION_RELEASE, 1);
	undo(sample, sample_do(sample, DECISION_BLOCK, 1));
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_RELEASED);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_QUEUED), ==, 2);
}

/* The deliverer gives up for now after the message was blocked: nothing may wait. */
static void
test_retry_after_block(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) delivery = NULL;
	int64_t block, hold;

	sample_add(sample, &(SampleMail){ 0 });
	sample_do(sample, DECISION_RELEASE, 1);
	delivery = store_lease(sample->store,
		&(LeaseRequest){ .now = SAMPLE_NOW, .seconds = 60, .hurry = true }, NULL);
	block = sample_do(sample, DECISION_BLOCK, 1);
	hold = sample_do(sample, DECISION_HOLD, 1);
	g_assert_true(store_settle(sample->store, delivery,
		&(Settlement){ .outcome = OUTCOME_RETRY,
			.reply = "451",
			.now = SAMPLE_NOW,
			.due = SAMPLE_NOW + 60 },
		NULL));
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_CANCELLED), ==, 1);
	undo(sample, hold);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_QUEUED), ==, 0);
	undo(sample, block);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_QUEUED), ==, 1);
}

/* A release beside a delivery that is on its way would have none of its own. */
static void
test_release_while_sending(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) delivery = NULL;
	g_autoptr(GError) error = NULL;
	g_auto(OperationPlan) plan = { 0 };
	OperationRequest request = sample_request(DECISION_RELEASE, 1, 1);
	Settlement later = { .outcome = OUTCOME_RETRY, .reply = "421", .now = SAMPLE_NOW };

	sample_add(sample, &(SampleMail){ 0 });
	sample_do(sample, DECISION_RELEASE, 1);
	delivery = store_lease(sample->store,
		&(LeaseRequest){ .now = SAMPLE_NOW, .seconds = 60, .hurry = true }, NULL);
	sample_do(sample, DECISION_HOLD, 1);
	g_assert_true(store_plan(sample->store, &request, &plan, NULL));
	g_assert_cmpint(plan.leaving, ==, 1);
	g_assert_cmpint(sample_decide(sample, request, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);

	g_assert_true(store_settle(sample->store, delivery, &later, NULL));
	sample_do(sample, DECISION_RELEASE, 1);
	undo(sample, 0);
	undo(sample, 0);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_RELEASED);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_QUEUED), ==, 1);
}

/* A person's retry is cancelled with what stands; the release below it waits again. */
static void
test_release_comes_back_whole(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) delivery = NULL;
	Settlement refused = { .outcome = OUTCOME_RETRY, .reply = "421", .now = SAMPLE_NOW };
	int64_t hold;

	sample_add(sample, &(SampleMail){ .recipients = "ann@here.example bob@here.example" });
	sample_do(sample, DECISION_RELEASE, 1);
	delivery = store_lease(sample->store,
		&(LeaseRequest){ .now = SAMPLE_NOW, .seconds = 60, .hurry = true }, NULL);
	hold = sample_do(sample, DECISION_HOLD, 1);
	undo(sample, undo(sample, hold));
	g_assert_true(store_settle(sample->store, delivery, &refused, NULL));
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_CANCELLED), ==, 2);
	undo(sample, 0);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_RELEASED);
	g_assert_cmpint(count_deliveries(sample, 1, DELIVERY_QUEUED), ==, 2);
}

/* What is on its way from the older release would stand in the newer one's place. */
static void
test_redo_while_sending(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) delivery = NULL;
	int64_t hold, release;

	sample_add(sample, &(SampleMail){ 0 });
	sample_do(sample, DECISION_RELEASE, 1);
	hold = sample_do(sample, DECISION_HOLD, 1);
	release = undo(sample, sample_do(sample, DECISION_RELEASE, 1));
	hold = undo(sample, hold);
	delivery = store_lease(sample->store,
		&(LeaseRequest){ .now = SAMPLE_NOW, .seconds = 60, .hurry = true }, NULL);
	undo(sample, hold);
	assert_stands(sample, release, STORE_ERROR_CONFLICT,
		"message 1 is being delivered to ann@here.example: operation 4 cannot be taken "
		"back");
}

static void
test_rule_operation(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Rule) rule = g_new0(Rule, 1);

	rule->kind = RULE_DENY;
	rule->domain = g_strdup("evil.example");
	rule->owner = g_strdup("alice");
	rule->reason = g_strdup("phish");
	rule->created = SAMPLE_NOW;
	g_assert_cmpint(store_add_rule(sample->store, rule, NULL, NULL), >, 0);
	undo(sample, 1);
	assert_stands(
		sample, 0, STORE_ERROR_NOT_FOUND, "alice has decided nothing that still stands");
	g_assert_cmpint(
		store_remove_rule(sample->store, rule->id, "alice", SAMPLE_NOW, NULL), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/undo/restores-state-and-cancels", test_restores);
	sample_test("/undo/zero-is-the-actor's-latest", test_latest);
	sample_test("/undo/plan-says-what-or-why-not", test_plan);
	sample_test("/undo/no-version-comes-again", test_no_version_comes_again);
	sample_test("/undo/several-at-once-are-one-chain", test_several_at_once_are_one_chain);
	sample_test("/undo/one-after-the-other", test_stack);
	sample_test("/undo/too-late-after-an-undone-block", test_departed_after_undone_block);
	sample_test("/undo/too-late-when-it-began-to-leave", test_too_late);
	sample_test("/undo/decided-since-names-who", test_decided_since);
	sample_test("/undo/only-once", test_twice);
	sample_test("/undo/undone-undo-queues-anew", test_redo);
	sample_test("/undo/of-a-block-queues-anew", test_undo_of_block);
	sample_test("/undo/retry-after-block-does-not-wait", test_retry_after_block);
	sample_test("/undo/no-release-beside-what-is-on-its-way", test_release_while_sending);
	sample_test("/undo/release-comes-back-whole", test_release_comes_back_whole);
	sample_test("/undo/no-redo-beside-what-is-on-its-way", test_redo_while_sending);
	sample_test("/undo/not-of-a-rule", test_rule_operation);
	return g_test_run();
}
