/* What a list and a preview ask of campaigns, and joining many at once. */
#include "store/campaign.h"
#include "tests/store/sample.h"

static void
find(Message *message, const char *id, int weight)
{
	Finding *finding = g_new0(Finding, 1);

	finding->id = g_strdup(id);
	finding->weight = weight;
	finding->text = g_strdup_printf("%s of %d", id, weight);
	finding->evidence = g_strdup("here");
	finding->where = g_strdup("header From");
	g_ptr_array_add(message->findings, finding);
}

static void
find_much(Message *message)
{
	find(message, "shared", 10);
	find(message, "rare", 15);
	find(message, "shared", 1); /* once more in the same message */
}

static void
find_little(Message *message)
{
	find(message, "shared", 12);
}

/* Three campaigns: messages 1 and 2, 3 and 4, 5 alone. */
static void
add_three(Sample *sample)
{
	const SampleMail mails[] = {
		{ .account = "A1", .identity = "a.example", .enrich = find_much },
		{ .account = "A1", .identity = "a.example", .enrich = find_little },
		{ .account = "B1", .identity = "b.example", .domain = "b.example" },
		{ .account = "B1", .identity = "b.example", .domain = "b.example" },
		{ .account = "C1", .identity = "c.example", .domain = "c.example" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(mails); i++)
		sample_add(sample, &mails[i]);
}

static int64_t
campaign_of(const Sample *sample, int64_t message)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MessageRow) row = store_row(sample->store, message, &error);

	g_assert_no_error(error);
	return row->campaign;
}

static int
compare_ids(const void *a, const void *b)
{
	int64_t one = *(const int64_t *)a;
	int64_t other = *(const int64_t *)b;

	return (one > other) - (one < other);
}

/* "1 2 5", in order of number. */
static char *
words_of(GArray *ids)
{
	GString *words = g_string_new(NULL);

	g_array_sort(ids, compare_ids);
	for (guint i = 0; i < ids->len; i++)
		g_string_append_printf(words, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "",
			g_array_index(ids, int64_t, i));
	return g_string_free(words, FALSE);
}

static void
assert_members(const Sample *sample, const int64_t *campaigns, guint count, const char *text,
	const char *wanted)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_parse(text, SAMPLE_NOW, NULL, &error);
	g_autoptr(GArray) of = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GArray) ids = NULL;
	g_autofree char *words = NULL;

	g_assert_no_error(error);
	g_array_append_vals(of, campaigns, count);
	ids = store_campaign_members(sample->store, of, query, &error);
	g_assert_no_error(error);
	words = words_of(ids);
	g_assert_cmpstr(words, ==, wanted);
}

static void
test_members(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t campaigns[2];

	add_three(sample);
	campaigns[0] = campaign_of(sample, 1);
	campaigns[1] = campaign_of(sample, 5);
	assert_members(sample, campaigns, 1, "", "1 2");
	assert_members(sample, campaigns, 2, "", "1 2 5");
	assert_members(sample, campaigns, 2, "domain:c.example", "5");
	assert_members(sample, campaigns, 2, "state:blocked", "");
	assert_members(sample, campaigns, 0, "", "");
}

static void
test_ids(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_parse("domain:c.example", SAMPLE_NOW, NULL, &error);
	g_autoptr(GArray) all = NULL;
	g_autoptr(GArray) one = NULL;

	add_three(sample);
	all = store_campaign_ids(sample->store, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(all->len, ==, 3);
	one = store_campaign_ids(sample->store, query, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(one->len, ==, 1);
	g_assert_cmpint(g_array_index(one, int64_t, 0), ==, campaign_of(sample, 5));
}

static void
test_findings(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) findings = NULL;
	const CampaignFinding *found;

	add_three(sample);
	findings = store_campaign_findings(sample->store, campaign_of(sample, 1), 0, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(findings->len, ==, 2);
	found = g_ptr_array_index(findings, 0);
	g_assert_cmpstr(found->finding->id, ==, "shared");
	g_assert_cmpint(found->messages, ==, 2);
	g_assert_cmpint(found->looked_at, ==, 2);
	g_assert_cmpstr(found->finding->text, ==, "shared of 12");
	g_assert_cmpstr(found->finding->evidence, ==, "here");
	g_assert_cmpstr(found->finding->where, ==, "header From");
	found = g_ptr_array_index(findings, 1);
	g_assert_cmpstr(found->finding->id, ==, "rare");
	g_assert_cmpint(found->messages, ==, 1);
	g_ptr_array_unref(findings);
	findings = store_campaign_findings(sample->store, campaign_of(sample, 1), 1, &error);
	g_assert_cmpuint(findings->len, ==, 1);
	g_ptr_array_unref(g_steal_pointer(&findings));
	findings = store_campaign_findings(sample->store, 999, 0, &error);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND);
}

/* The place of one is its place in the list of the same query. */
static void
test_position(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) held = query_parse("state:held", SAMPLE_NOW, NULL, &error);
	g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(Target));
	Target target = { .message = 4, .version = -1 };
	OperationRequest request = {
		.kind = DECISION_BLOCK, .targets = targets, .actor = "alice", .now = SAMPLE_NOW
	};
	CampaignList list = { .query = held };
	g_autoptr(GPtrArray) rows = NULL;

	add_three(sample);
	g_array_append_val(targets, target);
	g_assert_cmpint(store_decide(sample->store, &request, &error), >, 0);
	rows = store_campaigns(sample->store, &list, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(rows->len, ==, 3);
	for (guint i = 0; i < rows->len; i++) {
		const CampaignRow *row = g_ptr_array_index(rows, i);
		g_autoptr(CampaignRow) one = store_campaign(sample->store, row->id, held, &error);

		g_assert_no_error(error);
		g_assert_cmpint(one->position, ==, row->position);
	}
}

static void
test_join_all(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	int64_t old[3];
	int64_t operation;

	add_three(sample);
	for (int i = 0; i < 3; i++) {
		old[i] = campaign_of(sample, 2 * i + 1);
		g_array_append_val(ids, old[i]);
	}
	operation = store_join_all(sample->store, ids, "alice", "one kit", SAMPLE_NOW, &error);
	g_assert_no_error(error);
	g_assert_cmpint(store_count_campaigns(sample->store, NULL, &error), ==, 1);
	for (int i = 0; i < 3; i++) /* each old id names all of it */
		assert_members(sample, &old[i], 1, "", "1 2 3 4 5");
	g_assert_cmpint(
		store_join_all(sample->store, ids, "alice", NULL, SAMPLE_NOW, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_REFUSED);
	g_clear_error(&error);
	g_assert_cmpint(store_undo(sample->store, operation, "alice", SAMPLE_NOW, &error), >, 0);
	g_assert_cmpint(store_count_campaigns(sample->store, NULL, &error), ==, 3);
	g_array_set_size(ids, 1);
	g_assert_cmpint(
		store_join_all(sample->store, ids, "alice", NULL, SAMPLE_NOW, &error), ==, 0);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_REFUSED);
}

/* campaign: goes on understanding an id that was joined into another. */
static void
test_query_by_old_id(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = NULL;
	g_autofree char *text = NULL;
	int64_t one, other;

	add_three(sample);
	one = campaign_of(sample, 1);
	other = campaign_of(sample, 3);
	store_join_campaigns(
		sample->store, (const int64_t[]){ one, other }, "alice", NULL, SAMPLE_NOW, &error);
	g_assert_no_error(error);
	text = g_strdup_printf(
		"campaign:%" G_GINT64_FORMAT, campaign_of(sample, 1) == one ? other : one);
	query = query_parse(text, SAMPLE_NOW, NULL, &error);
	g_assert_cmpint(store_count(sample->store, query, &error), ==, 4);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/campaign-look/members-that-match", test_members);
	sample_test("/campaign-look/ids", test_ids);
	sample_test("/campaign-look/findings-taken-together", test_findings);
	sample_test("/campaign-look/position-as-listed", test_position);
	sample_test("/campaign-look/many-are-joined-at-once", test_join_all);
	sample_test("/campaign-look/old-id-in-a-query", test_query_by_old_id);
	return g_test_run();
}
