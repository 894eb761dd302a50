/* Reports that leave by Amazon's API, where nobody answers: how long they are tried, and what
 * becomes of one whose deliverer died.  What it answers is in tests/release/report.t. */
#include "store/report.h"

#include "release/deliver.h"
#include "release/deliverer.h"
#include "store/db.h"
#include "tests/store/leased.h"

#define HOST "mx.example.net"

/* A DeliverOptions.clock has no data of its own. */
static int64_t now;

static int64_t
clock_of_test(void)
{
	return now;
}

/* Delivery 1. */
static void
queue_report(Sample *sample)
{
	const ReportRequest request = {
		.campaign = 1,
		.way = REPORT_API,
		.reporter = { "Here Ltd", "abuse@here.example", "here.example" },
		.destination = "https://abuse.example",
		.transport = "abuse-api",
		.actor = "alice",
		.now = SAMPLE_NOW,
	};
	g_auto(ReportPlan) plan = { 0 };
	g_autoptr(GError) error = NULL;

	now = SAMPLE_NOW;
	sample_add_plain(sample, 1);
	store_plan_report(sample->store, &request, &plan, &error);
	g_assert_no_error(error);
	g_assert_cmpint(store_report(sample->store, &request, &plan, &error), >, 0);
	g_assert_no_error(error);
}

static DeliverSummary
deliver(const Sample *sample)
{
	const DeliverOptions options = { .host = HOST, .clock = clock_of_test };
	g_autoptr(GError) error = NULL;
	DeliverSummary summary = { 0 };

	g_assert_true(deliver_due(sample->store, &options, &summary, &error));
	g_assert_no_error(error);
	return summary;
}

static void
assert_reply(const Sample *sample, DeliveryState state, const char *reply)
{
	g_autoptr(Delivery) delivery = only_delivery(sample);

	g_assert_cmpint(delivery->state, ==, state);
	g_assert_cmpstr(delivery->reply, ==, reply);
}

/* It is told then who asks for it, and no try is lost. */
static void
test_waits_until_it_is_said_who_reports(Sample *sample, G_GNUC_UNUSED const void *data)
{
	queue_report(sample);
	g_assert_cmpint(deliver(sample).retried, ==, 1);
	assert_reply(sample, DELIVERY_QUEUED, "it is not set who we are to Amazon");
}

/* Behind that day the API would take it for another one. */
static void
test_is_tried_for_a_day(Sample *sample, G_GNUC_UNUSED const void *data)
{
	queue_report(sample);
	g_assert_cmpint(deliver(sample).retried, ==, 1);
	/* Its next try would be two minutes later. */
	now = SAMPLE_NOW + REPORT_KNOWN - 121;
	g_assert_cmpint(deliver(sample).retried, ==, 1);
	g_assert_true(db_exec(sample->store, "UPDATE delivery SET attempts = 1, due = 0", NULL));
	now = SAMPLE_NOW + REPORT_KNOWN - 120;
	g_assert_cmpint(deliver(sample).failed, ==, 1);
	assert_reply(sample, DELIVERY_FAILED,
		"given up after 2 tries: it is not set who we are to Amazon");
}

static void
test_whose_mail_was_purged_fails(Sample *sample, G_GNUC_UNUSED const void *data)
{
	queue_report(sample);
	g_assert_true(db_exec(sample->store, "UPDATE report SET body = NULL", NULL));
	g_assert_cmpint(deliver(sample).failed, ==, 1);
	assert_state(sample, DELIVERY_FAILED);
}

/* By a process whose number is another's by now. */
static void
leave_leased(const Sample *sample)
{
	g_autofree char *self = deliverer_self(HOST);
	g_autofree char *dead = g_strconcat(self, "0", NULL);
	const LeaseRequest request = {
		.now = now, .seconds = 10 * REPORT_KNOWN, .deliverer = dead
	};
	g_autoptr(Delivery) delivery = store_lease(sample->store, &request, NULL);

	g_assert_nonnull(delivery);
}

static void
test_left_by_the_dead_is_tried_again_within_a_day(Sample *sample, G_GNUC_UNUSED const void *data)
{
	DeliverSummary summary;

	queue_report(sample);
	leave_leased(sample);
	now = SAMPLE_NOW + REPORT_KNOWN - 1;
	summary = deliver(sample);
	g_assert_cmpint(summary.unknown, ==, 0);
	g_assert_cmpint(summary.failed, ==, 1);
}

static void
test_left_by_the_dead_is_unknown_behind_it(Sample *sample, G_GNUC_UNUSED const void *data)
{
	queue_report(sample);
	leave_leased(sample);
	now = SAMPLE_NOW + REPORT_KNOWN;
	g_assert_cmpint(deliver(sample).unknown, ==, 1);
	assert_reply(
		sample, DELIVERY_UNKNOWN, "its deliverer died and never said what became of it");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/report/waits-until-it-is-said-who-reports",
		test_waits_until_it_is_said_who_reports);
	sample_test("/report/is-tried-for-a-day", test_is_tried_for_a_day);
	sample_test("/report/whose-mail-was-purged-fails", test_whose_mail_was_purged_fails);
	sample_test("/report/left-by-the-dead-is-tried-again-within-a-day",
		test_left_by_the_dead_is_tried_again_within_a_day);
	sample_test("/report/left-by-the-dead-is-unknown-behind-it",
		test_left_by_the_dead_is_unknown_behind_it);
	return g_test_run();
}
