/* Reports of campaigns: what is in them, when they may be made, and what becomes of their rows. */
#include "store/report.h"

#include "store/campaign.h"
#include "store/db.h"
#include "store/purge.h"
#include "tests/store/leased.h"

#define OTHER "ZyCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg="

static ReportRequest
request_of(ReportWay way)
{
	return (ReportRequest){
		.campaign = 1,
		.way = way,
		.reporter = { "Here Ltd", "abuse@here.example", "here.example" },
		.destination = way == REPORT_API ? "https://abuse.example" : "abuse@amazon.example",
		.transport = way == REPORT_API ? "abuse-api" : "maildir:/out",
		.actor = "alice",
		.now = SAMPLE_NOW,
	};
}

static ReportPlan
plan_of(Sample *sample, const ReportRequest *request)
{
	g_autoptr(GError) error = NULL;
	ReportPlan plan;

	store_plan_report(sample->store, request, &plan, &error);
	g_assert_no_error(error);
	return plan;
}

/* The operation. */
static int64_t
report(Sample *sample, const ReportRequest *request)
{
	g_auto(ReportPlan) plan = plan_of(sample, request);
	g_autoptr(GError) error = NULL;
	int64_t operation = store_report(sample->store, request, &plan, &error);

	g_assert_no_error(error);
	g_assert_cmpint(operation, >, 0);
	return operation;
}

static const ReportDraft *
draft_at(const ReportPlan *plan, guint place)
{
	g_assert_cmpuint(place, <, plan->drafts->len);
	return g_ptr_array_index(plan->drafts, place);
}

static char *
body_of(const ReportDraft *draft)
{
	gsize size;
	const char *bytes = g_bytes_get_data(draft->body, &size);

	g_assert_null(memchr(bytes, '\0', size));
	return g_strndup(bytes, size);
}

/* ---- what is in them ---- */

static void
test_each_account_has_one(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const ReportRequest request = request_of(REPORT_MAIL);
	g_auto(ReportPlan) plan = { 0 };

	sample_add_plain(sample, 3);
	sample_add(sample, &(SampleMail){ .account = OTHER, .subject = "other" });
	sample_add(sample, &(SampleMail){ .unproven = true, .subject = "claimed" });
	sample_do(sample, DECISION_RELEASE, 2);
	sample_do(sample, DECISION_BLOCK, 3);
	g_assert_true(db_exec(sample->store, "UPDATE message SET campaign = 1", NULL));
	plan = plan_of(sample, &request);
	g_assert_cmpuint(plan.drafts->len, ==, 2);
	g_assert_cmpint(plan.messages, ==, 3);
	g_assert_cmpint(plan.unreported[UNREPORTED_RELEASED], ==, 1);
	g_assert_cmpint(plan.unreported[UNREPORTED_NOT_SES], ==, 1);
	for (guint i = 0; i < 2; i++) {
		const ReportDraft *draft = draft_at(&plan, i);
		bool other = g_str_equal(draft->account, OTHER);

		g_assert_cmpuint(draft->messages->len, ==, other ? 1 : 2);
		g_assert_true(draft->proven);
	}
}

static void
test_bounds_are_kept(Sample *sample, G_GNUC_UNUSED const void *data)
{
	ReportRequest request = request_of(REPORT_API);
	g_auto(ReportPlan) plan = { 0 };
	const ReportDraft *draft;

	sample_add_plain(sample, 120);
	plan = plan_of(sample, &request);
	draft = draft_at(&plan, 0);
	g_assert_cmpuint(draft->messages->len, ==, REPORT_MAX_LISTED);
	g_assert_cmpint(draft->unlisted, ==, 70);
	g_assert_cmpint(draft->shown, ==, REPORT_MAX_SHOWN);
	g_assert_cmpuint(g_bytes_get_size(draft->body), <, REPORT_MAX_BYTES);
}

static void
put_header(Message *message, const char *name, const char *value)
{
	HeaderField *field = g_new0(HeaderField, 1);

	field->name = g_strdup(name);
	field->raw = g_strdup(value);
	field->value = g_strdup(value);
	g_ptr_array_add(message->headers, field);
}

static void
put_text(Message *message, char *words)
{
	PartText *text = g_new0(PartText, 1);

	text->path = g_strdup("1");
	text->type = g_strdup("text/plain");
	text->text = words;
	g_ptr_array_add(message->texts, text);
}

/* All that a sender can choose, to end a line, a part or a string by it. */
static void
be_hostile(Message *message)
{
	g_autofree char *longest = g_strnfill(70000, 'l');

	g_free(message->message_id);
	message->message_id = g_strdup("0100\r\nBcc: x@email.amazonses.com");
	g_free(message->from->address);
	message->from->address = g_strdup("a\"b\\\r\nBcc: all@here.example");
	g_free(message->envelope->sender);
	message->envelope->sender = g_strdup("x>\r\nRCPT TO:<all@here.example>");
	g_free(message->ses->region);
	message->ses->region = g_strdup("EU\r\nX: y");
	put_header(message, "X-One", "one\rX-Two: two\r\n folded \xe2\x80\xae");
	put_header(message, "X-Long", longest);
	put_text(message,
		g_strdup("To ANN@here.example:\n.\n--lazaret-\n$(id) `id` %n \r\r\n=cmd|x\n"));
	put_text(message, g_strnfill(200 * 1024, 'x'));
}

static void
add_hostile(Sample *sample)
{
	sample_add(sample,
		&(SampleMail){
			.subject =
				"hi ann@here.example\r\nBcc: all@here.example\r\n\r\n\xe2\x80\xae\x01",
			.domain = "shop.example\r\nX: y",
			.enrich = be_hostile });
}

static void
test_hostile_mail_ends_no_line_of_a_mail(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const ReportRequest request = request_of(REPORT_MAIL);
	g_auto(ReportPlan) plan = { 0 };
	g_autofree char *body = NULL;
	g_auto(GStrv) lines = NULL;
	int boundaries = 0;

	add_hostile(sample);
	plan = plan_of(sample, &request);
	body = body_of(draft_at(&plan, 0));
	g_assert_nonnull(strstr(body, "---- cut: "));
	lines = g_strsplit(body, "\r\n", -1);
	for (char **line = lines; *line; line++) {
		g_assert_null(strpbrk(*line, "\r\n"));
		g_assert_cmpuint(strlen(*line), <, 998);
		g_assert_false(g_str_has_prefix(*line, "Bcc:"));
		g_assert_false(g_str_has_prefix(*line, "X-Two:"));
		boundaries += g_str_has_prefix(*line, "--lazaret-") && strlen(*line) > 12;
	}
	g_assert_cmpint(boundaries, ==, 4);
	g_assert_null(strcasestr(body, "ann@here.example"));
	g_assert_true(g_str_has_suffix(body, "--\r\n"));
}

static void
test_hostile_mail_ends_no_string_of_json(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const ReportRequest request = request_of(REPORT_API);
	g_auto(ReportPlan) plan = { 0 };
	g_autofree char *body = NULL;

	add_hostile(sample);
	plan = plan_of(sample, &request);
	body = body_of(draft_at(&plan, 0));
	g_assert_true(g_utf8_validate(body, -1, NULL));
	g_assert_null(strpbrk(body, "\r\n\x01"));
	/* Who sent it is nobody's address any more: that is not claimed to be SMTP. */
	g_assert_nonnull(strstr(body, "\"protocol\":\"other\""));
	g_assert_null(strstr(body, "smtp_from"));
	g_assert_null(strstr(body, "aws-region"));
	g_assert_null(strcasestr(body, "ann@here.example"));
}

/* A subject that was encoded may have line ends, which the mail had not. */
static void
test_fields_of_json_are_one_line(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const ReportRequest request = request_of(REPORT_API);
	g_auto(ReportPlan) plan = { 0 };
	g_autofree char *body = NULL;

	sample_add(sample, &(SampleMail){ .subject = "pay\r\nBcc: x\x1b[31m" });
	plan = plan_of(sample, &request);
	body = body_of(draft_at(&plan, 0));
	g_assert_nonnull(strstr(body, "\"subject\":\"pay  Bcc: x [31m\""));
}

/* ---- when they may be made ---- */

static void
assert_refused(Sample *sample, const ReportRequest *request, const ReportPlan *plan, int code)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(store_report(sample->store, request, plan, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, code);
}

static void
test_what_was_reported_wants_another_yes(Sample *sample, G_GNUC_UNUSED const void *data)
{
	ReportRequest request = request_of(REPORT_MAIL);
	g_auto(ReportPlan) stale = { 0 };
	g_auto(ReportPlan) first = { 0 };
	g_auto(ReportPlan) second = { 0 };

	sample_add_plain(sample, 2);
	stale = plan_of(sample, &request);
	first = plan_of(sample, &request);
	g_assert_cmpstr(draft_at(&stale, 0)->token, ==, draft_at(&first, 0)->token);
	report(sample, &request);
	request.again = true;
	/* Somebody else did, since it was looked at. */
	assert_refused(sample, &request, &stale, STORE_ERROR_CONFLICT);
	second = plan_of(sample, &request);
	g_assert_cmpstr(second.before, ==, "reported by alice, operation 1");
	g_assert_cmpstr(draft_at(&second, 0)->token, !=, draft_at(&first, 0)->token);
	/* The first one has not left yet. */
	assert_refused(sample, &request, &second, STORE_ERROR_REFUSED);
	g_assert_true(store_cancel(sample->store, 1, SAMPLE_NOW, NULL));
	request.again = false;
	assert_refused(sample, &request, &second, STORE_ERROR_REFUSED);
	request.again = true;
	report(sample, &request);
	sample_assert_sound(sample);
}

static void
test_what_was_decided_meanwhile_is_a_conflict(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const ReportRequest request = request_of(REPORT_MAIL);
	g_auto(ReportPlan) plan = { 0 };

	sample_add_plain(sample, 2);
	plan = plan_of(sample, &request);
	sample_do(sample, DECISION_RELEASE, 2);
	assert_refused(sample, &request, &plan, STORE_ERROR_CONFLICT);
}

static void
test_who_reports_must_be_said(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const Reporter bad[] = { { NULL, "a@b.example", "b.example" },
		{ "a\r\nBcc: x", "a@b.example", "b.example" }, { "a", "b.example", "b.example" },
		{ "a", "a@b.example>", "b.example" }, { "a", "a@b.example", "b c.example" },
		{ "a", "a@b.example", "localhost" } };

	sample_add_plain(sample, 1);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		ReportRequest request = request_of(REPORT_MAIL);
		g_auto(ReportPlan) plan = { 0 };
		g_autoptr(GError) error = NULL;

		request.reporter = bad[i];
		g_assert_false(store_plan_report(sample->store, &request, &plan, &error));
		g_assert_error(error, STORE_ERROR, STORE_ERROR_REFUSED);
	}
}

/* ---- its rows ---- */

/* A message's state is nothing to a report about it, nor a report to its release. */
static void
test_decisions_do_not_touch_a_report(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const ReportRequest request = request_of(REPORT_MAIL);
	g_autoptr(Delivery) delivery = NULL;
	g_autoptr(GPtrArray) of = NULL;
	g_autoptr(GError) error = NULL;

	sample_add_plain(sample, 2);
	report(sample, &request);
	sample_do(sample, DECISION_BLOCK, 2);
	sample_do(sample, DECISION_RELEASE, 2);
	sample_do(sample, DECISION_BLOCK, 2);
	delivery = store_lease(
		sample->store, &(LeaseRequest){ .now = SAMPLE_NOW, .seconds = 60 }, &error);
	g_assert_no_error(error);
	g_assert_cmpint(delivery->report, ==, 1);
	g_assert_cmpstr(delivery->sender, ==, "abuse@here.example");
	g_assert_cmpstr(delivery_form(delivery), ==, "report");
	sample_do(sample, DECISION_RELEASE, 2);
	g_assert_true(store_settle(sample->store, delivery,
		&(Settlement){ .outcome = OUTCOME_RETRY, .now = SAMPLE_NOW, .due = SAMPLE_NOW },
		&error));
	of = store_deliveries_of(sample->store, 1, NULL);
	g_assert_cmpuint(of->len, ==, 1);
	g_assert_cmpint(((Delivery *)g_ptr_array_index(of, 0))->state, ==, DELIVERY_QUEUED);
	sample_assert_sound(sample);
}

static void
assert_states(const Sample *sample, DeliveryState first, DeliveryState second)
{
	g_autoptr(GPtrArray) of = store_deliveries_of(sample->store, 1, NULL);

	g_assert_cmpuint(of->len, ==, 2);
	g_assert_cmpint(((Delivery *)g_ptr_array_index(of, 0))->state, ==, first);
	g_assert_cmpint(((Delivery *)g_ptr_array_index(of, 1))->state, ==, second);
}

/* It was reported once more before the slow deliverer gave up. */
static void
test_late_retry_beside_another_is_cancelled(Sample *sample, G_GNUC_UNUSED const void *data)
{
	ReportRequest request = request_of(REPORT_MAIL);
	g_autoptr(Delivery) slow = NULL;

	sample_add_plain(sample, 1);
	report(sample, &request);
	slow = lease_in_a_hurry(sample, 1);
	store_expire_leases(sample->store, SAMPLE_NOW + 60, NULL);
	request.again = true;
	report(sample, &request);
	settle(sample, slow, &settled_later);
	assert_states(sample, DELIVERY_CANCELLED, DELIVERY_QUEUED);
}

static void
assert_retry_refused(const Sample *sample, int code, const char *words)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(store_retry(sample->store, 1, SAMPLE_NOW, &error));
	g_assert_error(error, STORE_ERROR, code);
	g_assert_nonnull(strstr(error->message, words));
}

/* A later report is another one: it takes no place but on the way. */
static void
test_retry_of_a_report(Sample *sample, G_GNUC_UNUSED const void *data)
{
	ReportRequest request = request_of(REPORT_MAIL);

	sample_add_plain(sample, 1);
	report(sample, &request);
	lease_and_settle(sample, 1, &settled_failed);
	request.again = true;
	report(sample, &request);
	assert_retry_refused(sample, STORE_ERROR_REFUSED, "has delivery 2 in its place");
	lease_and_settle(sample, 2, &settled_sent);
	g_assert_true(store_retry(sample->store, 1, SAMPLE_NOW, NULL));
	assert_states(sample, DELIVERY_QUEUED, DELIVERY_SENT);
	lease_and_settle(sample, 1, &settled_failed);
	g_assert_true(db_exec(sample->store, "UPDATE report SET body = NULL", NULL));
	assert_retry_refused(sample, STORE_ERROR_PURGED, "");
	assert_states(sample, DELIVERY_FAILED, DELIVERY_SENT);
}

static void
assert_cancel_refused(const Sample *sample, int64_t id, int code, const char *words)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(store_cancel(sample->store, id, SAMPLE_NOW, &error));
	g_assert_error(error, STORE_ERROR, code);
	g_assert_cmpstr(error->message, ==, words);
}

static void
test_only_what_has_not_left_is_cancelled(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const ReportRequest request = request_of(REPORT_MAIL);
	g_autoptr(Delivery) delivery = NULL;

	sample_add_plain(sample, 1);
	report(sample, &request);
	sample_do(sample, DECISION_RELEASE, 1);
	assert_cancel_refused(sample, 2, STORE_ERROR_REFUSED,
		"delivery 2 is no report: hold or block message 1 instead");
	assert_cancel_refused(sample, 3, STORE_ERROR_NOT_FOUND, "no delivery 3");
	delivery = lease_in_a_hurry(sample, 1);
	assert_cancel_refused(sample, 1, STORE_ERROR_REFUSED,
		"delivery 1 is sending: only what has not left is cancelled");
	settle(sample, delivery, &settled_failed);
	g_assert_true(store_cancel(sample->store, 1, SAMPLE_NOW + 5, NULL));
	assert_states(sample, DELIVERY_CANCELLED, DELIVERY_QUEUED);
	assert_cancel_refused(sample, 1, STORE_ERROR_REFUSED,
		"delivery 1 is cancelled: only what has not left is cancelled");
}

static void
assert_not_cancelled(const Sample *sample)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(store_cancel(sample->store, 1, SAMPLE_NOW, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_SQL);
}

static void
test_cancelling_in_a_broken_store_is_an_error(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const ReportRequest request = request_of(REPORT_MAIL);

	sample_add_plain(sample, 1);
	report(sample, &request);
	g_assert_true(db_exec(sample->store,
		"CREATE TRIGGER stuck BEFORE UPDATE ON delivery"
		" BEGIN SELECT raise(FAIL, 'stuck'); END",
		NULL));
	assert_not_cancelled(sample);
	g_assert_true(db_exec(sample->store,
		"DROP TRIGGER stuck; ALTER TABLE delivery RENAME TO away;"
		"CREATE VIEW delivery AS SELECT * FROM away",
		NULL));
	assert_not_cancelled(sample);
	assert_state(sample, DELIVERY_QUEUED);
}

static void
test_a_report_is_not_undone(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const ReportRequest request = request_of(REPORT_MAIL);
	g_autoptr(GError) error = NULL;
	int64_t blocked, reported;

	sample_add_plain(sample, 2);
	blocked = sample_do(sample, DECISION_BLOCK, 1);
	reported = report(sample, &request);
	g_assert_cmpint(store_undo(sample->store, reported, "alice", SAMPLE_NOW, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_REFUSED);
	/* What came before it is what undo alone takes back. */
	g_assert_cmpint(store_undo(sample->store, 0, "alice", SAMPLE_NOW, NULL), >, reported);
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_HELD);
	g_assert_cmpint(blocked, <, reported);
	sample_assert_sound(sample);
}

static void
test_the_chain_covers_what_was_reported(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const wrongs[] = {
		"DROP TRIGGER report_stands; UPDATE report SET redacted = 0",
		"DROP TRIGGER reported_stays; DELETE FROM reported WHERE id = 2",
		"DROP TRIGGER reported_stands; UPDATE reported SET message = 3 WHERE id = 1",
	};
	const ReportRequest request = request_of(REPORT_API);
	const VerifyOptions options = { .fault = sample_tell_fault };

	sample_add_plain(sample, 2);
	sample_add(sample, &(SampleMail){ .account = OTHER });
	report(sample, &request);
	sample_do(sample, DECISION_BLOCK, 1);
	sample_assert_sound(sample);
	for (size_t i = 0; i < G_N_ELEMENTS(wrongs); i++) {
		VerifySummary summary;

		g_assert_true(db_exec(sample->store, "SAVEPOINT whole", NULL));
		g_assert_true(db_exec(sample->store, wrongs[i], NULL));
		g_assert_true(store_verify(sample->store, &options, &summary, NULL));
		g_assert_cmpint(summary.faults, >, 1); /* beside the trigger */
		g_assert_true(db_exec(sample->store, "ROLLBACK TO whole; RELEASE whole", NULL));
	}
	g_assert_false(db_exec(sample->store, "UPDATE report SET account = 'x'", NULL));
	g_assert_false(db_exec(sample->store, "DELETE FROM reported", NULL));
}

static void
test_what_was_changed_does_not_leave(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const ReportRequest request = request_of(REPORT_MAIL);
	g_autoptr(GError) error = NULL;

	sample_add_plain(sample, 1);
	report(sample, &request);
	g_assert_true(db_exec(sample->store, "UPDATE report SET body = body || 'x'", NULL));
	g_assert_null(store_report_body(sample->store, 1, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_A_STORE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/report/each-account-has-one", test_each_account_has_one);
	sample_test("/report/bounds-are-kept", test_bounds_are_kept);
	sample_test("/report/hostile-mail-ends-no-line-of-a-mail",
		test_hostile_mail_ends_no_line_of_a_mail);
	sample_test("/report/hostile-mail-ends-no-string-of-json",
		test_hostile_mail_ends_no_string_of_json);
	sample_test("/report/fields-of-json-are-one-line", test_fields_of_json_are_one_line);
	sample_test("/report/what-was-reported-wants-another-yes",
		test_what_was_reported_wants_another_yes);
	sample_test("/report/what-was-decided-meanwhile-is-a-conflict",
		test_what_was_decided_meanwhile_is_a_conflict);
	sample_test("/report/who-reports-must-be-said", test_who_reports_must_be_said);
	sample_test(
		"/report/decisions-do-not-touch-a-report", test_decisions_do_not_touch_a_report);
	sample_test("/report/late-retry-beside-another-is-cancelled",
		test_late_retry_beside_another_is_cancelled);
	sample_test("/report/retry-of-a-report", test_retry_of_a_report);
	sample_test("/report/only-what-has-not-left-is-cancelled",
		test_only_what_has_not_left_is_cancelled);
	sample_test("/report/cancelling-in-a-broken-store-is-an-error",
		test_cancelling_in_a_broken_store_is_an_error);
	sample_test("/report/a-report-is-not-undone", test_a_report_is_not_undone);
	sample_test("/report/the-chain-covers-what-was-reported",
		test_the_chain_covers_what_was_reported);
	sample_test(
		"/report/what-was-changed-does-not-leave", test_what_was_changed_does_not_leave);
	return g_test_run();
}
