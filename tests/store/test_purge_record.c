/* Which messages are purged, and what their records are. */
#include "store/campaign.h"
#include "store/outbox.h"
#include "tests/store/maillog.h"
#include "tests/store/marked.h"

static void
test_bytes_that_another_has_stay_for_that(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) first = message_new();
	g_autoptr(Message) second = message_new();
	g_autoptr(GBytes) raw = NULL;
	g_autoptr(GError) error = NULL;

	arrive_recipient(first, "ann@here.example");
	arrive_recipient(second, "bob@here.example");
	arrive(sample->store, first, "the same");
	arrive(sample->store, second, "the same");
	g_assert_cmpint(purge_first(sample).messages, ==, 1);
	raw = store_raw(sample->store, 2, NULL);
	g_assert_nonnull(raw);
	g_assert_null(store_raw(sample->store, 1, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_PURGED);
	sample_assert_sound(sample);
}

static void
test_it_comes_again_and_stays_purged(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_new();
	g_autoptr(Message) other = message_new();
	g_autoptr(GBytes) raw = NULL;
	uint8_t digest[DIGEST_SIZE];
	bool purged = false;

	digest_sha256("it", 2, digest);
	arrive_recipient(message, "ann@here.example");
	arrive_recipient(other, "bob@here.example");
	arrive(sample->store, message, "it");
	purge_first(sample);
	g_assert_cmpint(arrive(sample->store, message, "it"), ==, ADDED_KNOWN);
	g_assert_true(store_knows_purged(sample->store, digest, &purged, NULL));
	g_assert_true(purged);
	/* What somebody else got of the same bytes is another message. */
	g_assert_cmpint(arrive(sample->store, other, "it"), ==, ADDED_NEW);
	raw = store_raw(sample->store, 2, NULL);
	g_assert_nonnull(raw);
	g_assert_true(store_knows_purged(sample->store, digest, &purged, NULL));
	g_assert_false(purged);
	g_assert_null(store_raw(sample->store, 1, NULL));
	sample_assert_sound(sample);
}

static void
test_what_is_not_settled_is_left(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);
	g_auto(PurgePlan) plan = { 0 };
	g_auto(PurgePlan) held = { 0 };

	sample_add_plain(sample, 4);
	sample_do(sample, DECISION_RELEASE, 2); /* its delivery waits */
	sample_do(sample, DECISION_BLOCK, 3);
	sample_do(sample, DECISION_BLOCK, 4);
	g_assert_true(db_exec(sample->store,
		"UPDATE message SET claimed_by = 'bob',"
		" claimed_until = 1 << 40 WHERE id = 4",
		NULL));
	plan = plan_of(sample, &request);
	g_assert_cmpuint(plan.targets->len, ==, 1);
	g_assert_cmpint(g_array_index(plan.targets, PurgeTarget, 0).message, ==, 3);
	g_assert_cmpint(plan.kept[KEPT_UNFINISHED], ==, 1);
	g_assert_cmpint(plan.kept[KEPT_CLAIMED], ==, 1);

	request.before[STATE_HELD] = LATER;
	request.claimed = true;
	held = plan_of(sample, &request);
	g_assert_cmpuint(held.targets->len, ==, 3);
	g_assert_cmpint(held.by_state[STATE_HELD], ==, 1);
}

/* An old message that was decided about today was looked at today. */
static void
test_age_counts_from_the_last_decision(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);
	OperationRequest late = { 0 };
	g_auto(PurgePlan) plan = { 0 };
	g_auto(PurgePlan) later = { 0 };

	sample_add_plain(sample, 2);
	sample_do(sample, DECISION_BLOCK, 1);
	late = sample_request(DECISION_BLOCK, 2, 2);
	late.now = SAMPLE_NOW + 10 * DAY;
	sample_decide(sample, late, NULL);
	request.before[STATE_BLOCKED] = SAMPLE_NOW + 5 * DAY;
	plan = plan_of(sample, &request);
	g_assert_cmpuint(plan.targets->len, ==, 1);
	g_assert_cmpint(plan.kept[KEPT_YOUNG], ==, 1);
	request.before[STATE_BLOCKED] = SAMPLE_NOW + 11 * DAY;
	later = plan_of(sample, &request);
	g_assert_cmpuint(later.targets->len, ==, 2);
}

static void
test_what_changed_since_the_plan_is_left(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const PurgeRequest request = request_of(NULL);
	g_auto(PurgePlan) plan = { 0 };
	g_autoptr(Message) kept = NULL;
	PurgeSummary summary;

	sample_add_plain(sample, 2);
	sample_do(sample, DECISION_BLOCK, 1);
	sample_do(sample, DECISION_BLOCK, 2);
	plan = plan_of(sample, &request);
	sample_do(sample, DECISION_HOLD, 1);
	g_assert_true(
		store_purge(sample->store, &request, &plan, &(PurgeWatch){ 0 }, &summary, NULL));
	g_assert_cmpint(summary.messages, ==, 1);
	g_assert_cmpint(summary.changed, ==, 1);
	kept = store_load(sample->store, 1, NULL);
	g_assert_nonnull(kept);
}

/* ---- a record is left ---- */

static void
test_its_record_is_left(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(MessageRow) row = NULL;
	g_autoptr(Message) record = NULL;
	g_autoptr(GPtrArray) decisions = NULL;
	g_autoptr(GError) error = NULL;

	add_marked(sample, 1);
	purge_first(sample);
	row = store_row(sample->store, 1, NULL);
	g_assert_cmpstr(row->purged, ==, "purged 2026-06-27 by alice (operation 2)");
	g_assert_cmpstr(message_row_title(row), ==, row->purged);
	g_assert_cmpstr(row->account, ==, SAMPLE_ACCOUNT);
	g_assert_cmpstr(row->domain, ==, "shop.example");
	g_assert_cmpstr(row->identity_domain, ==, "mail.shop.example");
	g_assert_cmpint(row->score, ==, 42);
	g_assert_cmpint(row->state, ==, STATE_BLOCKED);
	g_assert_cmpint(strlen(row->sha256), ==, DIGEST_HEX - 1);
	record = store_load_record(sample->store, 1, NULL);
	g_assert_cmpuint(record->findings->len, >=, 1);
	g_assert_cmpuint(record->attachments->len, ==, 1);
	g_assert_cmpint(value_of(sample, "SELECT count(*) FROM link_domain"), ==, 1);
	decisions = store_decisions(sample->store, 1, NULL);
	g_assert_cmpuint(decisions->len, ==, 1);
	g_assert_null(store_load(sample->store, 1, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_PURGED);
}

static int64_t
count_found(const Sample *sample, const char *text)
{
	g_autoptr(Query) query = query_parse(text, SAMPLE_NOW, NULL, NULL);

	g_assert_nonnull(query);
	return store_count(sample->store, query, NULL);
}

static void
test_only_its_record_finds_it(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *recipient = mark(1, IN_RECIPIENT);
	int64_t counts[STATES];

	add_marked(sample, 2);
	g_assert_cmpint(count_found(sample, recipient), ==, 1);
	g_assert_cmpint(count_found(sample, "\"could not reach\""), ==, 2);
	purge_first(sample);
	g_assert_cmpint(count_found(sample, recipient), ==, 0);
	g_assert_cmpint(count_found(sample, "\"could not reach\""), ==, 1);
	g_assert_cmpint(count_found(sample, "is:purged"), ==, 1);
	g_assert_cmpint(count_found(sample, "account:" SAMPLE_ACCOUNT), ==, 2);
	g_assert_cmpint(count_found(sample, "link:lure.example"), ==, 1);
	g_assert_cmpint(count_found(sample, "finding:links-leave"), ==, 2);
	g_assert_true(store_counts(sample->store, counts, NULL));
	g_assert_cmpint(counts[STATE_BLOCKED], ==, 1);
}

/* ---- a purge in the history ---- */

static void
test_it_is_an_operation_that_stands(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) operations = NULL;
	const Operation *last;
	g_autoptr(GError) purge_undone = NULL;
	g_autoptr(GError) block_undone = NULL;
	g_autoptr(GError) nothing = NULL;

	sample_add_plain(sample, 1);
	g_assert_cmpint(purge_first(sample).operation, ==, 2);
	operations = store_operations(sample->store, 0, 1, NULL);
	last = g_ptr_array_index(operations, 0);
	g_assert_cmpstr(last->verb, ==, "purge");
	g_assert_cmpstr(last->actor, ==, "alice");
	g_assert_cmpint(last->messages, ==, 1);
	g_assert_cmpint(store_undo(sample->store, 2, "alice", LATER, &purge_undone), ==, 0);
	g_assert_error(purge_undone, STORE_ERROR, STORE_ERROR_REFUSED);
	/* Nor what was decided about mail that nobody can look at any more. */
	g_assert_cmpint(store_undo(sample->store, 1, "alice", LATER, &block_undone), ==, 0);
	g_assert_error(block_undone, STORE_ERROR, STORE_ERROR_CONFLICT);
	g_assert_cmpint(store_undo(sample->store, 0, "alice", LATER, &nothing), ==, 0);
	sample_assert_sound(sample);
}

static void
test_it_is_not_released_but_may_be_blocked(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);
	g_autoptr(GError) release = NULL;
	g_autoptr(GError) block = NULL;
	int64_t operation;

	sample_add_plain(sample, 2);
	request.before[STATE_HELD] = SAMPLE_NOW;
	purge(sample, &request);
	g_assert_cmpint(
		sample_decide(sample, sample_request(DECISION_RELEASE, 1, 2), &release), ==, 0);
	g_assert_error(release, STORE_ERROR, STORE_ERROR_REFUSED);
	g_assert_nonnull(strstr(release->message, "there is nothing to release"));
	operation = sample_decide(sample, sample_request(DECISION_BLOCK, 1, 2), &block);
	g_assert_no_error(block);
	g_assert_cmpint(store_undo(sample->store, operation, "alice", LATER, NULL), >, 0);
	sample_assert_sound(sample);
}

typedef struct Faults {
	int count;
	char *first;
} Faults;

static void
note_fault(const char *words, void *data)
{
	Faults *faults = data;

	if (faults->count++ == 0)
		faults->first = g_strdup(words);
}

static void
assert_fault(Sample *sample, const char *damage, const char *words)
{
	Faults faults = { 0 };
	const VerifyOptions options = { .fault = note_fault, .data = &faults };
	VerifySummary summary;

	g_assert_true(db_exec(sample->store, "SAVEPOINT damage", NULL));
	g_assert_true(db_exec(sample->store, damage, NULL));
	g_assert_true(store_verify(sample->store, &options, &summary, NULL));
	g_assert_true(db_exec(sample->store, "ROLLBACK TO damage; RELEASE damage", NULL));
	g_assert_cmpint(faults.count, >, 0);
	g_test_message("%s", faults.first);
	g_assert_nonnull(strstr(faults.first, words));
	g_free(faults.first);
}

static void
test_verify_finds_what_was_done_to_it(Sample *sample, G_GNUC_UNUSED const void *data)
{
	PurgeRequest request = request_of(NULL);

	sample_add_plain(sample, 6);
	block_most(sample);
	purge(sample, &request);
	sample_do(sample, DECISION_BLOCK, 3);
	sample_assert_sound(sample);
	assert_fault(sample,
		"DROP TRIGGER purged_stands; UPDATE purged SET message = 6 WHERE message = 5",
		"purged_stands");
	assert_fault(sample, "UPDATE message SET subject = 'Dear Ann' WHERE id = 1",
		"message 1 was purged, but its texts are left");
	assert_fault(sample, "INSERT INTO recipient VALUES (1, 0, 'ann@here.example')",
		"message 1 was purged, but its recipients are left");
	assert_fault(sample, "UPDATE message SET reply_to = 'ann@here.example' WHERE id = 1",
		"message 1 was purged, but its texts are left");
	assert_fault(sample,
		"INSERT INTO delivery (operation, message, recipient, transport, state, due, queued,"
		" hold, changed) VALUES (1, 1, 'ann@here.example', 'maildir', 2, 0, 0, 0, 0)",
		"message 1 was purged, but its recipients are left");
	assert_fault(sample,
		"UPDATE message SET version = version + 1 WHERE id = 1;"
		"INSERT INTO restored VALUES (1, 1, 1, 'ann@here.example', '[]', 's', 'q', 0, 0)",
		"message 1 was purged, but its recipients are left");
	assert_fault(sample, "INSERT INTO named VALUES (77, 1)",
		"message 1 was purged, but its Message-IDs are left");
	assert_fault(sample,
		"INSERT INTO attachment VALUES (1, 9, '2', 'ann.pdf', '', 'application/pdf', 1,"
		" 'x', 0, '[]')",
		"message 1 was purged, but its names of files are left");
	assert_fault(sample,
		"INSERT INTO finding VALUES (1, 9, 'links-leave', 1, '', 'ann@here.example', '')",
		"message 1 was purged, but its words of findings are left");
	assert_fault(sample, "UPDATE raw SET zstd = x'00' WHERE id = 1",
		"message 1 was purged, but its raw mail are left");
	assert_fault(sample, "UPDATE raw SET zstd = x'', bale = NULL WHERE id = 6",
		"message 6 (raw 6) is not the bytes that came");
	/* Somebody removed it, and wrote down that it was purged. */
	assert_fault(sample, "INSERT INTO purged VALUES (6, 2, x'00')",
		"purged message 6 is not what was written");
}

/* ---- what else stands for whom it was for ---- */

static void
test_an_envelope_from_a_log_goes_as_well(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char left[] =
		"SELECT (SELECT count(*) FROM logged_recipient) + (SELECT count(*) FROM message_log)"
		" + (SELECT count(*) FROM named) + (SELECT count(*) FROM restored WHERE"
		"  sender IS NOT NULL OR recipients <> '[]') + (SELECT count(*) FROM logged WHERE"
		"  coalesce(sender, held_for, message_id, login) IS NOT NULL)";

	lost(sample, with_short_id);
	tell(sample, (Mail){ 0 });
	join(sample, "");
	assert_envelope(sample, 1, "s@out.example: ann@here.example");
	g_assert_cmpint(value_of(sample, left), >, 0);
	purge_first(sample);
	g_assert_cmpint(value_of(sample, left), ==, 0);
	sample_assert_sound(sample);
	/* The log is read again, and tells nothing of it. */
	tell(sample, (Mail){ 0 });
	join(sample, "");
	g_assert_cmpint(value_of(sample, "SELECT count(*) FROM recipient"), ==, 0);
	sample_assert_sound(sample);
}

static void
test_deliveries_tell_recipients_apart(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const PurgeRequest request = request_of(NULL);
	g_autoptr(GPtrArray) deliveries = NULL;
	g_autoptr(GError) error = NULL;

	sample_add(sample, &(SampleMail){ .recipients = "bob@here.example ann@here.example" });
	sample_do(sample, DECISION_RELEASE, 1);
	g_assert_true(db_exec(sample->store,
		"UPDATE delivery SET state = 3, reply = '550 <ann@here.example> unknown'", NULL));
	g_assert_cmpint(purge(sample, &request).messages, ==, 1);
	deliveries = store_deliveries_of(sample->store, 1, NULL);
	g_assert_cmpuint(deliveries->len, ==, 2);
	for (guint i = 0; i < 2; i++) {
		const Delivery *delivery = g_ptr_array_index(deliveries, i);

		g_assert_true(g_str_has_prefix(delivery->recipient, "recipient-"));
		g_assert_null(delivery->reply);
	}
	g_assert_false(store_retry(sample->store, 1, LATER, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_PURGED);
	sample_assert_sound(sample);
}

/* Of a campaign some of whose messages are gone, those that are left speak. */
static void
test_a_campaign_is_told_by_what_is_left(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) findings = NULL;
	g_autoptr(CampaignRow) row = NULL;
	g_autoptr(GError) error = NULL;

	add_marked(sample, 3);
	purge_first(sample);
	row = store_campaign(sample->store, 1, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpint(row->matching, ==, 3);
	g_assert_null(row->top->purged);
	findings = store_campaign_findings(sample->store, 1, 0, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(findings->len, >, 0);
	for (guint i = 0; i < findings->len; i++) {
		const CampaignFinding *found = g_ptr_array_index(findings, i);

		g_assert_cmpstr(found->finding->text, !=, "");
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/purge/bytes-that-another-has-stay-for-that",
		test_bytes_that_another_has_stay_for_that);
	sample_test("/purge/it-comes-again-and-stays-purged", test_it_comes_again_and_stays_purged);
	sample_test("/purge/what-is-not-settled-is-left", test_what_is_not_settled_is_left);
	sample_test(
		"/purge/age-counts-from-the-last-decision", test_age_counts_from_the_last_decision);
	sample_test("/purge/what-changed-since-the-plan-is-left",
		test_what_changed_since_the_plan_is_left);
	sample_test("/purge/its-record-is-left", test_its_record_is_left);
	sample_test("/purge/only-its-record-finds-it", test_only_its_record_finds_it);
	sample_test("/purge/it-is-an-operation-that-stands", test_it_is_an_operation_that_stands);
	sample_test("/purge/it-is-not-released-but-may-be-blocked",
		test_it_is_not_released_but_may_be_blocked);
	sample_test(
		"/purge/verify-finds-what-was-done-to-it", test_verify_finds_what_was_done_to_it);
	sample_test("/purge/an-envelope-from-a-log-goes-as-well",
		test_an_envelope_from_a_log_goes_as_well);
	sample_test(
		"/purge/deliveries-tell-recipients-apart", test_deliveries_tell_recipients_apart);
	sample_test("/purge/a-campaign-is-told-by-what-is-left",
		test_a_campaign_is_told_by_what_is_left);
	return g_test_run();
}
