/* Two analysts on one store: nobody overwrites the other unknowingly. */
#include "store/claim.h"

#include "tests/store/sample.h"

enum {
	QUARTER = 15 * 60
};

/* @actor claims the messages @first to @last at @now: how many, or -1. */
static int
claim(const Sample *sample, const char *actor, int64_t first, int64_t last, int64_t now,
	GError **error)
{
	g_autoptr(GArray) ids = g_array_new(false, false, sizeof(int64_t));
	ClaimRequest request = { .ids = ids, .actor = actor, .now = now, .until = now + QUARTER };

	for (int64_t id = first; id <= last; id++)
		g_array_append_val(ids, id);
	return store_claim(sample->store, &request, error);
}

static int
give_back(const Sample *sample, const char *actor, int64_t id)
{
	g_autoptr(GArray) ids = g_array_new(false, false, sizeof(int64_t));
	ClaimRequest request = { .ids = ids, .actor = actor, .now = SAMPLE_NOW };

	g_array_append_val(ids, id);
	return store_give_back(sample->store, &request, NULL);
}

static char *
holder_at(const Sample *sample, int64_t id, int64_t now)
{
	g_autoptr(MessageRow) row = store_row(sample->store, id, NULL);

	return g_strdup(claim_holder(row, now));
}

static void
assert_holder(const Sample *sample, int64_t id, const char *wanted)
{
	g_autofree char *holder = holder_at(sample, id, SAMPLE_NOW);

	g_assert_cmpstr(holder, ==, wanted);
}

static int64_t
count_claimed(const Sample *sample, int64_t now)
{
	g_autoptr(Query) query = query_parse("is:claimed", now, NULL, NULL);
	int64_t count = store_count(sample->store, query, NULL);
	g_autoptr(GArray) ids = store_ids(sample->store, query, NULL);

	g_assert_cmpint(count, ==, ids->len);
	return count;
}

static void
test_claim_is_seen(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(MessageRow) before = NULL;
	g_autoptr(MessageRow) after = NULL;

	sample_add_plain(sample, 3);
	before = store_row(sample->store, 1, NULL);
	g_assert_cmpint(claim(sample, "bob", 1, 2, SAMPLE_NOW, NULL), ==, 2);
	after = store_row(sample->store, 1, NULL);
	assert_holder(sample, 1, "bob");
	assert_holder(sample, 3, NULL);
	g_assert_cmpint(after->claimed_until, ==, SAMPLE_NOW + QUARTER);
	g_assert_cmpint(after->version, ==, before->version);
	g_assert_cmpint(count_claimed(sample, SAMPLE_NOW), ==, 2);
	g_assert_cmpint(give_back(sample, "alice", 1), ==, 0);
	g_assert_cmpint(give_back(sample, "bob", 1), ==, 1);
	assert_holder(sample, 1, NULL);
	g_assert_cmpint(count_claimed(sample, SAMPLE_NOW), ==, 1);
}

static void
test_claim_ends_by_itself(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *holder = NULL;

	sample_add_plain(sample, 1);
	claim(sample, "bob", 1, 1, SAMPLE_NOW - QUARTER, NULL);
	assert_holder(sample, 1, NULL);
	g_assert_cmpint(count_claimed(sample, SAMPLE_NOW - 1), ==, 1);
	g_assert_cmpint(count_claimed(sample, SAMPLE_NOW), ==, 0);
	sample_do(sample, DECISION_BLOCK, 1);
	holder = holder_at(sample, 1, SAMPLE_NOW - 1);
	g_assert_cmpstr(holder, ==, "bob");
	g_assert_cmpint(claim(sample, "alice", 1, 1, SAMPLE_NOW, NULL), ==, 1);
	assert_holder(sample, 1, "alice");
}

/* All or nothing; one's own is claimed for longer. */
static void
test_second_claim_is_told(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) missing = NULL;

	sample_add_plain(sample, 3);
	claim(sample, "bob", 2, 2, SAMPLE_NOW, NULL);
	g_assert_cmpint(claim(sample, "alice", 1, 3, SAMPLE_NOW, &error), ==, -1);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
	g_assert_cmpstr(error->message, ==, "message 2 is claimed by bob until 20:41 UTC");
	assert_holder(sample, 1, NULL);
	g_assert_cmpint(claim(sample, "bob", 1, 3, SAMPLE_NOW + 60, NULL), ==, 3);
	g_assert_cmpint(claim(sample, "bob", 3, 4, SAMPLE_NOW, &missing), ==, -1);
	g_assert_error(missing, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

static void
test_decision_over_a_claim(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_auto(OperationPlan) plan = { 0 };
	OperationRequest request;

	sample_add_plain(sample, 3);
	claim(sample, "bob", 2, 3, SAMPLE_NOW, NULL);
	g_assert_cmpint(sample_decide(sample, sample_request(DECISION_BLOCK, 1, 3), &error), ==, 0);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
	g_assert_cmpstr(error->message, ==, "message 2 is claimed by bob until 20:41 UTC");
	g_assert_cmpint(sample_state(sample, 1), ==, STATE_HELD);

	request = sample_request(DECISION_BLOCK, 1, 3);
	g_assert_true(store_plan(sample->store, &request, &plan, NULL));
	g_assert_cmpint(plan.claimed, ==, 2);
	g_assert_cmpstr(plan.claim, ==, "message 2 is claimed by bob until 20:41 UTC");
	/* One more than was shown came meanwhile. */
	claim(sample, "carol", 1, 1, SAMPLE_NOW, NULL);
	request.claims_seen = plan.claimed;
	g_assert_cmpint(store_decide(sample->store, &request, NULL), ==, 0);
	give_back(sample, "carol", 1);
	g_assert_cmpint(sample_decide(sample, request, NULL), >, 0);
	assert_holder(sample, 2, "bob");
}

/* The one whose claim was gone over learns it from the version. */
static void
test_holder_is_told_as_well(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	OperationRequest request;

	sample_add_plain(sample, 1);
	claim(sample, "bob", 1, 1, SAMPLE_NOW, NULL);
	request = sample_request(DECISION_BLOCK, 1, 1);
	request.claims_seen = 1;
	g_assert_cmpint(sample_decide(sample, request, NULL), >, 0);
	request = sample_request(DECISION_RELEASE, 1, 1);
	g_array_index(request.targets, Target, 0).version = 1;
	request.actor = "bob";
	g_assert_cmpint(sample_decide(sample, request, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_CONFLICT);
	g_assert_cmpstr(error->message, ==, "message 1 was blocked by alice just now");
}

static void
test_decision_ends_own_claim(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_add_plain(sample, 2);
	claim(sample, "alice", 1, 2, SAMPLE_NOW, NULL);
	sample_do(sample, DECISION_BLOCK, 1);
	assert_holder(sample, 1, NULL);
	assert_holder(sample, 2, "alice");
	claim(sample, "bob", 1, 1, SAMPLE_NOW, NULL);
	g_assert_cmpint(store_undo(sample->store, 1, "alice", SAMPLE_NOW, NULL), >, 0);
	assert_holder(sample, 1, "bob");
}

static void
test_taken_over(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GArray) ids = g_array_new(false, false, sizeof(int64_t));
	ClaimRequest request = {
		.ids = ids,
		.actor = "alice",
		.now = SAMPLE_NOW,
		.until = SAMPLE_NOW + 1,
		.over = true,
		.dry_run = true,
	};
	int64_t id = 1;

	g_array_append_val(ids, id);
	sample_add_plain(sample, 1);
	claim(sample, "bob", 1, 1, SAMPLE_NOW, NULL);
	g_assert_cmpint(store_claim(sample->store, &request, NULL), ==, 1);
	assert_holder(sample, 1, "bob");
	request.dry_run = false;
	g_assert_cmpint(store_claim(sample->store, &request, NULL), ==, 1);
	assert_holder(sample, 1, "alice");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/claim/is-seen", test_claim_is_seen);
	sample_test("/claim/ends-by-itself", test_claim_ends_by_itself);
	sample_test("/claim/second-is-told", test_second_claim_is_told);
	sample_test("/claim/decision-over-one", test_decision_over_a_claim);
	sample_test("/claim/holder-is-told-as-well", test_holder_is_told_as_well);
	sample_test("/claim/decision-ends-own", test_decision_ends_own_claim);
	sample_test("/claim/taken-over", test_taken_over);
	return g_test_run();
}
