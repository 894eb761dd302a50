/* Reads that whoever reads can stop. */
#include "store/campaign.h"
#include "tests/store/sample.h"

enum {
	MESSAGES = 300,
};

/* Says stop when it is asked for the last time of so many. */
typedef struct Patience {
	int left;
	int asked;
} Patience;

static bool
is_over(void *data)
{
	Patience *patience = data;

	patience->asked++;
	return patience->left-- <= 0;
}

static void
fill(Sample *sample)
{
	for (int i = 0; i < MESSAGES; i++)
		sample_add(sample, &(SampleMail){ .subject = "Message" });
}

static GPtrArray *
read_page(Sample *sample, int limit, GError **error)
{
	const StoreList list = { .limit = limit };

	return store_list(sample->store, &list, error);
}

/* One statement asks before it begins and, if it is long, while it runs. */
static void
test_long(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_parse("subject:nowhere", SAMPLE_NOW, NULL, &error);
	Patience patience = { .left = 1 };

	g_assert_no_error(error);
	fill(sample);
	store_set_stop(sample->store, is_over, &patience);
	g_assert_cmpint(store_count(sample->store, query, &error), ==, -1);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_STOPPED);
	g_assert_cmpint(patience.asked, ==, 2);
}

/* Many short ones, none of which is long enough to ask while it runs, ask before each. */
static void
test_short(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	Patience patience = { .left = 10 };
	int pages = 0;

	sample_add(sample, &(SampleMail){ .subject = "Message" });
	store_set_stop(sample->store, is_over, &patience);
	while (!error && pages < 100) {
		g_autoptr(GPtrArray) rows = read_page(sample, 1, &error);

		pages += rows ? 1 : 0;
	}
	g_assert_error(error, STORE_ERROR, STORE_ERROR_STOPPED);
	g_assert_cmpint(pages, <, 10);
}

/* What was stopped leaves nothing behind: the same read, and a decision, go through. */
static void
test_goes_on(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) stopped = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	Patience patience = { .left = 0 };

	fill(sample);
	store_set_stop(sample->store, is_over, &patience);
	stopped = read_page(sample, 0, &error);
	g_assert_null(stopped);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_STOPPED);
	g_clear_error(&error);
	store_set_stop(sample->store, NULL, NULL);
	rows = read_page(sample, 0, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(rows->len, ==, MESSAGES);
	sample_add(sample, &(SampleMail){ .subject = "Message" });
}

/* A look that is stopped is over: the next one sees what was written since. */
static void
test_look_ends(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) held = query_parse("state:held", SAMPLE_NOW, NULL, &error);
	Patience patience = { .left = 3 };
	const CampaignList list = { .query = held };
	g_autoptr(GPtrArray) stopped = NULL;

	fill(sample);
	store_set_stop(sample->store, is_over, &patience);
	stopped = store_campaigns(sample->store, &list, &error);
	g_assert_null(stopped);
	g_assert_error(error, STORE_ERROR, STORE_ERROR_STOPPED);
	g_clear_error(&error);
	store_set_stop(sample->store, NULL, NULL);
	sample_add(sample, &(SampleMail){ .subject = "Message" });
	g_assert_cmpint(store_count(sample->store, held, &error), ==, MESSAGES + 1);
	g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/stop/one-long-statement", test_long);
	sample_test("/stop/many-short-statements", test_short);
	sample_test("/stop/goes-on-afterwards", test_goes_on);
	sample_test("/stop/a-stopped-look-is-over", test_look_ends);
	return g_test_run();
}
