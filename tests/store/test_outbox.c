#include "store/outbox.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/store/leased.h"

static void
test_hold_window(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) delivery = NULL;
	int64_t pending = -1, first_due = -1;

	g_assert_true(store_outbox_due(sample->store, &pending, &first_due, NULL));
	g_assert_cmpint(pending, ==, 0);
	g_assert_cmpint(first_due, ==, 0);
	release_one(sample);
	g_assert_true(store_outbox_due(sample->store, &pending, &first_due, NULL));
	g_assert_cmpint(pending, ==, 1);
	g_assert_cmpint(first_due, ==, SAMPLE_NOW + 60);
	g_assert_null(lease(sample, SAMPLE_NOW + 59));
	delivery = lease(sample, SAMPLE_NOW + 60);
	g_assert_cmpint(delivery->state, ==, DELIVERY_SENDING);
	g_assert_cmpint(delivery->attempts, ==, 1);
	g_assert_cmpstr(delivery->subject, ==, "Message 1");
	g_assert_null(lease(sample, SAMPLE_NOW + 61));
	g_assert_true(store_outbox_due(sample->store, &pending, &first_due, NULL));
	g_assert_cmpint(pending, ==, 1);
	g_assert_cmpint(first_due, ==, 0);
}

static void
test_first_due_of_several(Sample *sample, G_GNUC_UNUSED const void *data)
{
	OperationRequest request;
	int64_t pending, first_due;

	sample_add_plain(sample, 3);
	for (int id = 1; id <= 3; id++) {
		request = sample_request(DECISION_RELEASE, id, id);
		request.hold = id == 2 ? 10 : 60;
		g_assert_cmpint(sample_decide(sample, request, NULL), >, 0);
	}
	g_assert_true(store_outbox_due(sample->store, &pending, &first_due, NULL));
	g_assert_cmpint(pending, ==, 3);
	g_assert_cmpint(first_due, ==, SAMPLE_NOW + 10);
	lease_and_settle(sample, 1, &settled_later);
	g_assert_true(store_outbox_due(sample->store, &pending, &first_due, NULL));
	g_assert_cmpint(first_due, ==, SAMPLE_NOW + 10);
}

static void
test_lease_names_its_deliverer(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const LeaseRequest request = {
		.now = SAMPLE_NOW + 60, .seconds = 10, .deliverer = "mx:7 x"
	};
	g_autoptr(Delivery) delivery = NULL;

	release_one(sample);
	delivery = store_lease(sample->store, &request, NULL);
	g_assert_cmpstr(delivery->deliverer, ==, "mx:7 x");
	g_assert_cmpint(delivery->lease, ==, SAMPLE_NOW + 70);
	g_assert_cmpint(delivery->changed, ==, SAMPLE_NOW + 60);
}

static void
test_hurry(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) first = NULL, again = NULL;

	release_one(sample);
	first = store_lease(sample->store,
		&(LeaseRequest){ .now = SAMPLE_NOW, .seconds = 60, .hurry = true }, NULL);
	g_assert_nonnull(first);
	g_assert_true(store_settle(sample->store, first,
		&(Settlement){ .outcome = OUTCOME_RETRY,
			.reply = "451 later",
			.now = SAMPLE_NOW,
			.due = SAMPLE_NOW + 300 },
		NULL));
	g_assert_null(store_lease(sample->store,
		&(LeaseRequest){ .now = SAMPLE_NOW + 299, .seconds = 60, .hurry = true }, NULL));
	again = store_lease(sample->store,
		&(LeaseRequest){ .now = SAMPLE_NOW + 300, .seconds = 60, .hurry = true }, NULL);
	g_assert_cmpint(again->attempts, ==, 2);
	g_assert_cmpstr(again->reply, ==, "451 later");
}

static void
test_settle(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) delivery = NULL, settled = NULL;
	g_autoptr(GError) error = NULL;

	release_one(sample);
	delivery = lease(sample, SAMPLE_NOW + 60);
	g_assert_true(store_settle(sample->store, delivery,
		&(Settlement){ .outcome = OUTCOME_SENT,
			.reply = "250 \xff queued",
			.now = SAMPLE_NOW + 61 },
		NULL));
	settled = only_delivery(sample);
	g_assert_cmpint(settled->state, ==, DELIVERY_SENT);
	g_assert_cmpstr(settled->reply, ==, "250 � queued");
	g_assert_cmpint(settled->changed, ==, SAMPLE_NOW + 61);
	g_assert_false(store_settle(sample->store, delivery,
		&(Settlement){ .outcome = OUTCOME_FAILED, .reply = "550", .now = SAMPLE_NOW + 62 },
		&error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
	assert_state(sample, DELIVERY_SENT);
}

static void
test_settled_as_it_was(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const DeliveryState states[] = {
		[OUTCOME_SENT] = DELIVERY_SENT,
		[OUTCOME_RETRY] = DELIVERY_QUEUED,
		[OUTCOME_FAILED] = DELIVERY_FAILED,
		[OUTCOME_UNKNOWN] = DELIVERY_UNKNOWN,
	};

	sample_add_plain(sample, G_N_ELEMENTS(states));
	for (size_t i = 0; i < G_N_ELEMENTS(states); i++) {
		const Settlement settlement = {
			.outcome = (DeliveryOutcome)i,
			.now = SAMPLE_NOW + 1,
			.due = SAMPLE_NOW + 90,
		};
		g_autoptr(GPtrArray) list = NULL;
		const Delivery *delivery;

		sample_do(sample, DECISION_RELEASE, (int64_t)i + 1);
		lease_and_settle(sample, (int64_t)i + 1, &settlement);
		list = store_deliveries_of(sample->store, (int64_t)i + 1, NULL);
		delivery = g_ptr_array_index(list, 0);
		g_assert_cmpint(delivery->state, ==, states[i]);
		g_assert_cmpint(delivery->due, ==, SAMPLE_NOW + (i == OUTCOME_RETRY ? 90 : 60));
		g_assert_cmpint(delivery->lease, ==, 0);
	}
}

static void
test_untried_counts_as_no_attempt(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Settlement untried = settled_later;
	g_autoptr(Delivery) again = NULL;

	untried.untried = true;
	release_one(sample);
	lease_and_settle(sample, 1, &settled_later);
	lease_and_settle(sample, 1, &untried);
	again = lease_in_a_hurry(sample, 1);
	g_assert_cmpint(again->attempts, ==, 2);
}

static void
test_long_reply(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) delivery = NULL, settled = NULL;
	g_autofree char *reply = g_strnfill(1000000, 'x');

	release_one(sample);
	delivery = lease(sample, SAMPLE_NOW + 60);
	g_assert_true(store_settle(sample->store, delivery,
		&(Settlement){ .outcome = OUTCOME_FAILED, .reply = reply, .now = SAMPLE_NOW + 61 },
		NULL));
	settled = only_delivery(sample);
	g_assert_cmpint(strlen(settled->reply), <=, 2000);
}

static void
test_expire(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) delivery = NULL;

	release_one(sample);
	delivery = lease(sample, SAMPLE_NOW + 60);
	g_assert_cmpint(store_expire_leases(sample->store, SAMPLE_NOW + 119, NULL), ==, 0);
	g_assert_cmpint(store_expire_leases(sample->store, SAMPLE_NOW + 120, NULL), ==, 1);
	assert_state(sample, DELIVERY_UNKNOWN);
	g_assert_null(lease(sample, SAMPLE_NOW + 100000));
}

static void
test_late_settle(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) delivery = NULL;

	release_one(sample);
	delivery = lease(sample, SAMPLE_NOW + 60);
	store_expire_leases(sample->store, SAMPLE_NOW + 120, NULL);
	g_assert_true(store_settle(sample->store, delivery,
		&(Settlement){ .outcome = OUTCOME_SENT, .reply = "250", .now = SAMPLE_NOW + 121 },
		NULL));
	assert_state(sample, DELIVERY_SENT);
}

static void
test_lost_lease(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) slow = NULL, quick = NULL;
	g_autoptr(GError) error = NULL;

	release_one(sample);
	slow = lease(sample, SAMPLE_NOW + 60);
	store_expire_leases(sample->store, SAMPLE_NOW + 120, NULL);
	g_assert_true(store_retry(sample->store, slow->id, SAMPLE_NOW + 120, NULL));
	quick = lease(sample, SAMPLE_NOW + 120);
	g_assert_nonnull(quick);
	g_assert_false(store_settle(sample->store, slow,
		&(Settlement){ .outcome = OUTCOME_SENT, .reply = "250", .now = SAMPLE_NOW + 121 },
		&error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
	assert_state(sample, DELIVERY_SENDING);
	g_assert_true(store_settle(sample->store, quick,
		&(Settlement){ .outcome = OUTCOME_SENT, .reply = "250", .now = SAMPLE_NOW + 122 },
		NULL));
}

static void
assert_retry_refused(const Sample *sample, int64_t id, const char *words)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(store_retry(sample->store, id, SAMPLE_NOW, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_REFUSED);
	g_assert_cmpstr(error->message, ==, words);
}

static void
test_retry(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const to[] = { "ann@here.example", NULL };
	g_autoptr(Delivery) delivery = NULL;
	OperationRequest request;

	release_one(sample);
	assert_retry_refused(
		sample, 1, "delivery 1 is queued: only a failed or unknown one is retried");
	delivery = lease(sample, SAMPLE_NOW + 60);
	store_settle(sample->store, delivery,
		&(Settlement){ .outcome = OUTCOME_FAILED, .reply = "550", .now = SAMPLE_NOW + 61 },
		NULL);
	g_assert_true(store_retry(sample->store, 1, SAMPLE_NOW + 70, NULL));
	g_clear_pointer(&delivery, delivery_free);
	delivery = only_delivery(sample);
	g_assert_cmpint(delivery->attempts, ==, 0);
	g_assert_cmpint(delivery->lease, ==, 0);
	g_clear_pointer(&delivery, delivery_free);
	delivery = lease(sample, SAMPLE_NOW + 70);
	g_assert_cmpint(delivery->attempts, ==, 1);
	store_settle(sample->store, delivery,
		&(Settlement){ .outcome = OUTCOME_FAILED, .reply = "550", .now = SAMPLE_NOW + 71 },
		NULL);

	request = sample_request(DECISION_RELEASE, 1, 1);
	request.to = to;
	g_assert_cmpint(sample_decide(sample, request, NULL), >, 0);
	assert_retry_refused(
		sample, 1, "delivery 1 to ann@here.example has delivery 2 in its place");
	g_assert_false(store_retry(sample->store, 99, SAMPLE_NOW, NULL));
}

/* To ann@here.example once more: the operation. */
static int64_t
release_again(const Sample *sample)
{
	static const char *const to[] = { "ann@here.example", NULL };
	OperationRequest request = sample_request(DECISION_RELEASE, 1, 1);
	g_autoptr(GError) error = NULL;
	int64_t operation;

	request.to = to;
	operation = sample_decide(sample, request, &error);
	g_assert_no_error(error);
	return operation;
}

static void
test_no_retry_behind_several(Sample *sample, G_GNUC_UNUSED const void *data)
{
	release_one(sample);
	lease_and_settle(sample, 1, &settled_failed);
	release_again(sample);
	lease_and_settle(sample, 2, &settled_sent);
	release_again(sample);
	assert_retry_refused(
		sample, 1, "delivery 1 to ann@here.example has delivery 3 in its place");
}

static void
test_retry_of_blocked(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) delivery = NULL;

	release_one(sample);
	delivery = lease(sample, SAMPLE_NOW + 60);
	store_settle(sample->store, delivery,
		&(Settlement){ .outcome = OUTCOME_FAILED, .reply = "550", .now = SAMPLE_NOW + 61 },
		NULL);
	sample_do(sample, DECISION_BLOCK, 1);
	assert_retry_refused(sample, 1, "message 1 was taken back since: release it again");
}

/* It was taken back, and then released to somebody else. */
static void
test_no_retry_of_an_earlier_release(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const to[] = { "bob@here.example", NULL };
	OperationRequest request;

	release_one(sample);
	lease_and_settle(sample, 1, &settled_failed);
	sample_do(sample, DECISION_HOLD, 1);
	request = sample_request(DECISION_RELEASE, 1, 1);
	request.to = to;
	g_assert_cmpint(sample_decide(sample, request, NULL), >, 0);
	assert_retry_refused(sample, 1, "message 1 was taken back since: release it again");
}

/* The person released it once more before the slow deliverer gave up. */
static void
test_late_retry_beside_another(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const to[] = { "ann@here.example", NULL };
	g_autoptr(Delivery) delivery = NULL;
	g_autoptr(GPtrArray) list = NULL;
	OperationRequest request;

	release_one(sample);
	delivery = lease(sample, SAMPLE_NOW + 60);
	store_expire_leases(sample->store, SAMPLE_NOW + 120, NULL);
	request = sample_request(DECISION_RELEASE, 1, 1);
	request.to = to;
	g_assert_cmpint(sample_decide(sample, request, NULL), >, 0);
	g_assert_true(store_settle(sample->store, delivery,
		&(Settlement){ .outcome = OUTCOME_RETRY,
			.reply = "451",
			.now = SAMPLE_NOW + 121,
			.due = SAMPLE_NOW + 121 },
		NULL));
	list = store_deliveries(sample->store, 0, 0, NULL);
	g_assert_cmpint(((Delivery *)g_ptr_array_index(list, 0))->state, ==, DELIVERY_QUEUED);
	g_assert_cmpint(((Delivery *)g_ptr_array_index(list, 1))->state, ==, DELIVERY_CANCELLED);
}

/* One's own copy is a delivery beside the recipients', without a sender who would learn of
 * it from a bounce; an address that is a recipient gets no second one. */
static void
test_copy(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const copies[] = { "soc@here.example", "ann@here.example" };
	static const guint wanted[] = { 2, 1 };

	for (size_t i = 0; i < G_N_ELEMENTS(copies); i++) {
		int64_t id = sample_add(sample, &(SampleMail){ 0 });
		g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(Target));
		const Target target = { .message = id, .version = -1 };
		const OperationRequest request = { .kind = DECISION_RELEASE,
			.targets = g_array_append_val(targets, target),
			.actor = "anna",
			.transport = "maildir",
			.copy_to = copies[i],
			.rewrite = i == 1,
			.now = SAMPLE_NOW };
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) rows = NULL;
		const Delivery *first;

		g_assert_cmpint(store_decide(sample->store, &request, &error), >, 0);
		g_assert_no_error(error);
		rows = store_deliveries_of(sample->store, id, NULL);
		g_assert_cmpuint(rows->len, ==, wanted[i]);
		first = g_ptr_array_index(rows, 0);
		g_assert_cmpstr(first->recipient, ==, "ann@here.example");
		g_assert_true(strchr(first->sender, '@'));
		g_assert_cmpstr(delivery_form(first), ==, i == 1 ? "rewritten" : "");
		if (rows->len > 1) {
			const Delivery *copy = g_ptr_array_index(rows, 1);

			g_assert_cmpstr(copy->recipient, ==, "soc@here.example");
			g_assert_cmpstr(copy->sender, ==, "");
			g_assert_cmpstr(delivery_form(copy), ==, "copy");
		}
	}
}

static void
test_copy_to_no_address_is_refused(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t id = sample_add(sample, &(SampleMail){ 0 });
	g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(Target));
	const Target target = { .message = id, .version = -1 };
	const OperationRequest request = { .kind = DECISION_RELEASE,
		.targets = g_array_append_val(targets, target),
		.actor = "anna",
		.transport = "maildir",
		.copy_to = "a@b>\r\nRCPT TO:<c@d",
		.now = SAMPLE_NOW };
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(store_decide(sample->store, &request, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_REFUSED);
}

/* ---- two deliveries to one recipient ---- */

static int64_t
undo(const Sample *sample, int64_t operation)
{
	g_autoptr(GError) error = NULL;
	int64_t id = store_undo(sample->store, operation, "alice", SAMPLE_NOW, &error);

	g_assert_no_error(error);
	return id;
}

/* Their states from the first on: "sent queued". */
static void
assert_states(const Sample *sample, const char *states)
{
	g_autoptr(GPtrArray) list = store_deliveries_of(sample->store, 1, NULL);
	g_autoptr(GString) found = g_string_new(NULL);

	for (guint i = 0; i < list->len; i++) {
		const Delivery *delivery = g_ptr_array_index(list, i);

		g_string_append_printf(
			found, "%s%s", i ? " " : "", delivery_state_name(delivery->state));
	}
	g_assert_cmpstr(found->str, ==, states);
}

static void
test_retry_behind_one_that_was_sent(Sample *sample, G_GNUC_UNUSED const void *data)
{
	release_one(sample);
	lease_and_settle(sample, 1, &settled_sent);
	release_again(sample);
	lease_and_settle(sample, 2, &settled_later);
	assert_states(sample, "sent queued");
}

static void
test_late_retry_before_one_that_was_sent(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) slow = NULL;

	release_one(sample);
	slow = lease_in_a_hurry(sample, 1);
	store_expire_leases(sample->store, SAMPLE_NOW + 60, NULL);
	release_again(sample);
	lease_and_settle(sample, 2, &settled_sent);
	settle(sample, slow, &settled_later);
	assert_states(sample, "cancelled sent");
}

/* What was released again, and undone, has nobody's place. */
static void
test_late_retry_beside_an_undone_one(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) slow = NULL;
	int64_t again;

	release_one(sample);
	slow = lease_in_a_hurry(sample, 1);
	store_expire_leases(sample->store, SAMPLE_NOW + 60, NULL);
	again = release_again(sample);
	lease_and_settle(sample, 2, &settled_failed);
	undo(sample, again);
	settle(sample, slow, &settled_later);
	assert_states(sample, "queued failed");
}

/* The second is taken back, the first tried again, and the second's release redone while the
 * first is on its way: it waits for the first, and so the first must come again. */
static void
test_retry_of_what_goes_for_another(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) first = NULL;
	int64_t undone;

	release_one(sample);
	lease_and_settle(sample, 1, &settled_failed);
	undone = undo(sample, release_again(sample));
	g_assert_true(store_retry(sample->store, 1, SAMPLE_NOW, NULL));
	first = lease_in_a_hurry(sample, 1);
	undo(sample, undone);
	assert_states(sample, "sending cancelled");
	settle(sample, first, &settled_later);
	assert_states(sample, "queued cancelled");
	lease_and_settle(sample, 1, &settled_failed);
	g_assert_true(store_retry(sample->store, 1, SAMPLE_NOW, NULL));
	assert_states(sample, "queued cancelled");
}

/* The second is not queued beside the first, which waits. */
static void
test_redo_beside_one_that_waits(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t undone;

	release_one(sample);
	lease_and_settle(sample, 1, &settled_failed);
	undone = undo(sample, release_again(sample));
	g_assert_true(store_retry(sample->store, 1, SAMPLE_NOW, NULL));
	undo(sample, undone);
	assert_states(sample, "queued cancelled");
}

static void
test_what_waits_again_begins_anew(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Delivery) delivery = NULL;

	release_one(sample);
	lease_and_settle(sample, 1, &settled_later);
	undo(sample, sample_do(sample, DECISION_HOLD, 1));
	delivery = only_delivery(sample);
	g_assert_cmpint(delivery->state, ==, DELIVERY_QUEUED);
	g_assert_cmpint(delivery->attempts, ==, 0);
	g_assert_cmpint(delivery->due, ==, SAMPLE_NOW + 60);
}

/* Both failed, and the first is on its way again. */
static void
test_no_retry_beside_an_earlier_one(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t again, undone;

	release_one(sample);
	lease_and_settle(sample, 1, &settled_failed);
	again = release_again(sample);
	lease_and_settle(sample, 2, &settled_failed);
	undone = undo(sample, again);
	g_assert_true(store_retry(sample->store, 1, SAMPLE_NOW, NULL));
	undo(sample, undone);
	assert_states(sample, "queued failed");
	assert_retry_refused(
		sample, 2, "delivery 2 to ann@here.example has delivery 1 in its place");
}

/* ---- clocks ---- */

/* While its clock was ten days ahead a machine put it off, and all it wrote is of that time. */
static void
test_what_a_wrong_clock_put_off_is_due(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const int64_t wrong = SAMPLE_NOW + 10 * 86400;
	g_autoptr(Delivery) early = NULL, delivery = NULL;

	release_one(sample);
	early = lease(sample, SAMPLE_NOW + 60);
	settle(sample, early,
		&(Settlement){ .outcome = OUTCOME_RETRY, .now = wrong, .due = wrong + 60 });
	g_assert_null(lease(sample, wrong - STORE_CLOCK_SLACK));
	delivery = lease(sample, wrong - STORE_CLOCK_SLACK - 1);
	g_assert_nonnull(delivery);
}

static void
test_lease_by_a_wrong_clock_runs_out(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const int64_t wrong = SAMPLE_NOW + 10 * 86400;
	g_autoptr(Delivery) delivery = NULL, expired = NULL;

	release_one(sample);
	delivery = lease(sample, wrong);
	g_assert_cmpint(store_expire_leases(sample->store, wrong - STORE_CLOCK_SLACK, NULL), ==, 0);
	g_assert_cmpint(
		store_expire_leases(sample->store, wrong - STORE_CLOCK_SLACK - 1, NULL), ==, 1);
	expired = only_delivery(sample);
	g_assert_cmpint(expired->state, ==, DELIVERY_UNKNOWN);
	g_assert_cmpint(expired->changed, ==, wrong - STORE_CLOCK_SLACK - 1);
	g_assert_cmpstr(expired->reply, ==, "the deliverer never said what became of it");
}

static void
test_pages(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) newest = NULL, rest = NULL;

	sample_add_plain(sample, 5);
	g_assert_cmpint(sample_decide(sample, sample_request(DECISION_RELEASE, 1, 5), NULL), >, 0);
	newest = store_deliveries(sample->store, 0, 2, NULL);
	g_assert_cmpint(newest->len, ==, 2);
	g_assert_cmpint(((Delivery *)g_ptr_array_index(newest, 1))->id, ==, 4);
	rest = store_deliveries(sample->store, 4, 10, NULL);
	g_assert_cmpint(rest->len, ==, 3);
}

enum {
	DELIVERERS = 4,
	SHARED = 200,
};

/* Writes one byte a delivery: its number. */
static void
deliver_all(const char *path, int out)
{
	g_autoptr(Store) store = store_open(path, STORE_WRITE, NULL);
	bool more = store != NULL;

	while (more) {
		g_autoptr(Delivery) delivery = store_lease(
			store, &(LeaseRequest){ .now = SAMPLE_NOW + 60, .seconds = 600 }, NULL);
		unsigned char number = delivery ? (unsigned char)delivery->id : 0;

		more = delivery && write(out, &number, 1) == 1 &&
			store_settle(store, delivery,
				&(Settlement){ .outcome = OUTCOME_SENT, .now = SAMPLE_NOW + 60 },
				NULL);
	}
}

static void
start_deliverers(const char *path, int out)
{
	for (int i = 0; i < DELIVERERS; i++) {
		pid_t pid = fork();

		g_assert_cmpint(pid, >=, 0);
		if (pid == 0) {
			deliver_all(path, out);
			_exit(0);
		}
	}
}

static void
test_parallel(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int taken[SHARED + 1] = { 0 };
	int ends[2];
	unsigned char number;

	sample_add_plain(sample, SHARED);
	g_assert_cmpint(
		sample_decide(sample, sample_request(DECISION_RELEASE, 1, SHARED), NULL), >, 0);
	/* A store never crosses a fork. */
	g_clear_pointer(&sample->store, store_close);
	g_assert_cmpint(pipe(ends), ==, 0);
	start_deliverers(sample->path, ends[1]);
	close(ends[1]);
	while (read(ends[0], &number, 1) == 1)
		taken[number]++;
	close(ends[0]);
	for (int i = 0; i < DELIVERERS; i++)
		g_assert_cmpint(wait(NULL), >, 0);
	for (int i = 1; i <= SHARED; i++)
		g_assert_cmpint(taken[i], ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/outbox/hold-window", test_hold_window);
	sample_test("/outbox/first-due-of-several", test_first_due_of_several);
	sample_test("/outbox/lease-names-its-deliverer", test_lease_names_its_deliverer);
	sample_test("/outbox/hurry-ignores-hold-not-back-off", test_hurry);
	sample_test("/outbox/settled-once", test_settle);
	sample_test("/outbox/settled-as-it-was", test_settled_as_it_was);
	sample_test("/outbox/untried-counts-as-no-attempt", test_untried_counts_as_no_attempt);
	sample_test("/outbox/reply-is-bounded", test_long_reply);
	sample_test("/outbox/lease-that-runs-out-is-unknown", test_expire);
	sample_test("/outbox/late-deliverer-knows-best", test_late_settle);
	sample_test("/outbox/lost-lease-is-a-conflict", test_lost_lease);
	sample_test("/outbox/retry-by-a-person", test_retry);
	sample_test("/outbox/no-retry-behind-several", test_no_retry_behind_several);
	sample_test("/outbox/no-retry-of-what-was-blocked", test_retry_of_blocked);
	sample_test("/outbox/no-retry-of-an-earlier-release", test_no_retry_of_an_earlier_release);
	sample_test("/outbox/late-retry-beside-another", test_late_retry_beside_another);
	sample_test("/outbox/retry-behind-one-that-was-sent", test_retry_behind_one_that_was_sent);
	sample_test("/outbox/late-retry-before-one-that-was-sent",
		test_late_retry_before_one_that_was_sent);
	sample_test(
		"/outbox/late-retry-beside-an-undone-one", test_late_retry_beside_an_undone_one);
	sample_test("/outbox/retry-of-what-goes-for-another", test_retry_of_what_goes_for_another);
	sample_test("/outbox/what-waits-again-begins-anew", test_what_waits_again_begins_anew);
	sample_test("/outbox/redo-beside-one-that-waits", test_redo_beside_one_that_waits);
	sample_test("/outbox/no-retry-beside-an-earlier-one", test_no_retry_beside_an_earlier_one);
	sample_test("/outbox/what-a-wrong-clock-put-off-is-due",
		test_what_a_wrong_clock_put_off_is_due);
	sample_test(
		"/outbox/lease-by-a-wrong-clock-runs-out", test_lease_by_a_wrong_clock_runs_out);
	sample_test("/outbox/copy", test_copy);
	sample_test("/outbox/copy-to-no-address-is-refused", test_copy_to_no_address_is_refused);
	sample_test("/outbox/pages", test_pages);
	sample_test("/outbox/parallel-deliverers-take-each-once", test_parallel);
	return g_test_run();
}
