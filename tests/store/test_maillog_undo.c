/* What a log gives is an operation like others: found, taken back, given again, verified. */
#include "store/db.h"
#include "tests/store/maillog.h"

static void
test_it_is_found_by_what_it_got(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Query) query = query_parse("ann@here.example", SAMPLE_NOW, NULL, NULL);

	lost(sample, with_short_id);
	g_assert_cmpint(store_count(sample->store, query, NULL), ==, 0);
	tell(sample, (Mail){ 0 });
	join(sample, "");
	g_assert_cmpint(store_count(sample->store, query, NULL), ==, 1);
}

static void
test_whoever_planned_before_is_told(Sample *sample, G_GNUC_UNUSED const void *data)
{
	OperationRequest request = sample_request(DECISION_RELEASE, 1, 1);
	static const char *const to[] = { "me@here.example", NULL };
	g_autoptr(GError) error = NULL;

	lost(sample, with_short_id);
	g_array_index(request.targets, Target, 0).version = 1;
	request.to_unknown = to;
	tell(sample, (Mail){ 0 });
	join(sample, "");
	g_assert_cmpint(sample_decide(sample, request, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
}

static int64_t
latest_operation(const Sample *sample)
{
	g_autoptr(GPtrArray) operations = store_operations(sample->store, 0, 1, NULL);
	const Operation *operation = g_ptr_array_index(operations, 0);

	return operation->id;
}

static void
test_undo_and_redo(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	int64_t given, undone;

	lost(sample, with_short_id);
	tell(sample, (Mail){ 0 });
	join(sample, "");
	given = latest_operation(sample);
	undone = store_undo(sample->store, given, "alice", SAMPLE_NOW, &error);
	g_assert_no_error(error);
	assert_envelope(sample, 1, "-: ");
	sample_assert_sound(sample);
	tell(sample, (Mail){ 0 });
	join(sample, "");
	assert_envelope(sample, 1, "-: ");
	store_undo(sample->store, undone, "alice", SAMPLE_NOW, &error);
	g_assert_no_error(error);
	assert_envelope(sample, 1, "s@out.example: ann@here.example");
	sample_assert_sound(sample);
}

static void
test_undo_takes_the_latest_first(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	int64_t first;

	lost(sample, with_short_id);
	tell(sample, (Mail){ .total = 2, .stays = true });
	join(sample, "");
	first = latest_operation(sample);
	tell(sample, (Mail){ .recipients = "bob@here.example", .total = 2 });
	join(sample, "");
	g_assert_cmpint(store_undo(sample->store, first, "alice", SAMPLE_NOW, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
	g_clear_error(&error);
	store_undo(sample->store, latest_operation(sample), "alice", SAMPLE_NOW, &error);
	g_assert_no_error(error);
	assert_envelope(sample, 1, "s@out.example: ");
	store_undo(sample->store, first, "alice", SAMPLE_NOW, &error);
	g_assert_no_error(error);
	assert_envelope(sample, 1, "-: ");
	sample_assert_sound(sample);
}

static void
test_no_rule_acts_on_it(Sample *sample, G_GNUC_UNUSED const void *data)
{
	lost(sample, with_short_id);
	tell(sample, (Mail){ 0 });
	join(sample, "");
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_HELD);
}

static void
count_fault(G_GNUC_UNUSED const char *words, void *data)
{
	g_test_message("%s", words);
	++*(int *)data;
}

static void
test_verify_finds_what_was_rewritten(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const rewritten[] = {
		"UPDATE recipient SET address = 'evil@here.example'",
		"UPDATE message SET sender = 'evil@out.example'",
		"DROP TRIGGER restored_stands; UPDATE restored SET recipients = '[\"evil@here.example\"]';"
		" UPDATE recipient SET address = 'evil@here.example'",
		"DROP TRIGGER restored_stays; DELETE FROM restored",
		"UPDATE message_log SET restored = 0",
	};

	lost(sample, with_short_id);
	tell(sample, (Mail){ 0 });
	join(sample, "");
	for (gsize i = 0; i < G_N_ELEMENTS(rewritten); i++) {
		g_autoptr(Transaction) transaction = db_begin(sample->store, NULL);
		int faults = 0;
		const VerifyOptions options = { .fault = count_fault, .data = &faults };
		VerifySummary summary;

		g_assert_true(db_exec(sample->store, rewritten[i], NULL));
		g_assert_true(store_verify(sample->store, &options, &summary, NULL));
		g_assert_cmpint(faults, >, strstr(rewritten[i], "DROP") ? 1 : 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/maillog-undo/it-is-found-by-what-it-got", test_it_is_found_by_what_it_got);
	sample_test("/maillog-undo/whoever-planned-before-is-told",
		test_whoever_planned_before_is_told);
	sample_test("/maillog-undo/undo-and-redo", test_undo_and_redo);
	sample_test("/maillog-undo/undo-takes-the-latest-first", test_undo_takes_the_latest_first);
	sample_test("/maillog-undo/no-rule-acts-on-it", test_no_rule_acts_on_it);
	sample_test("/maillog-undo/verify-finds-what-was-rewritten",
		test_verify_finds_what_was_rewritten);
	return g_test_run();
}
