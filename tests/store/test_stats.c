#include "store/stats.h"

#include "store/db.h"
#include "tests/store/arrive.h"
#include "tests/store/sample.h"

static void
add(Store *store, const char *region, SesClass class, int score, int64_t age)
{
	g_autoptr(Message) message = message_new();
	g_autofree char *raw = g_strdup_printf("%" G_GINT64_FORMAT, age);

	message->ses->region = g_strdup(region);
	message->ses->class = class;
	message->score = score;
	message->received = ARRIVE_NOW - age;
	arrive(store, message, raw);
}

static void
fill(Store *store)
{
	add(store, "us-east-1", SES_CONFIRMED, 10, 50);
	add(store, "us-east-1", SES_CONFIRMED, 90, 40);
	add(store, "eu-west-1", SES_LIKELY, 20, 30);
	add(store, NULL, SES_NONE, 30, 20);
	add(store, NULL, SES_NONE, 40, 10);
	add(store, NULL, SES_CLAIMED, 40, 5);
	g_assert_true(db_exec(store, "UPDATE message SET state = 2 WHERE id = 1", NULL));
}

static GPtrArray *
stats(Store *store, StatsKey key, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = text ? query_parse(text, ARRIVE_NOW, NULL, NULL) : NULL;
	GPtrArray *rows = store_stats(store, key, query, &error);

	g_assert_no_error(error);
	return rows;
}

static void
test_counts_by_value(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) rows = NULL;
	const StatsRow *none, *east;

	fill(sample->store);
	rows = stats(sample->store, STATS_REGION, NULL);
	g_assert_cmpint(rows->len, ==, 3);
	none = g_ptr_array_index(rows, 0);
	east = g_ptr_array_index(rows, 1);
	g_assert_null(none->value);
	g_assert_cmpint(none->messages, ==, 3);
	g_assert_cmpstr(east->value, ==, "us-east-1");
	g_assert_cmpint(east->messages, ==, 2);
	g_assert_cmpint(east->by_state[STATE_HELD], ==, 1);
	g_assert_cmpint(east->by_state[STATE_RELEASED], ==, 0);
	g_assert_cmpint(east->by_state[STATE_BLOCKED], ==, 1);
	g_assert_cmpint(east->first, ==, ARRIVE_NOW - 50);
	g_assert_cmpint(east->last, ==, ARRIVE_NOW - 40);
	g_assert_cmpint(east->max_score, ==, 90);
}

static void
test_query_limits_what_is_counted(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) rows = NULL;
	const StatsRow *row;

	fill(sample->store);
	rows = stats(sample->store, STATS_SES, "score:<=20 state:held");
	g_assert_cmpint(rows->len, ==, 1);
	row = g_ptr_array_index(rows, 0);
	g_assert_cmpstr(row->value, ==, "likely");
	g_assert_cmpint(row->messages, ==, 1);
}

static void
test_each_key_counts_every_message(Sample *sample, G_GNUC_UNUSED const void *data)
{
	fill(sample->store);
	for (int key = 0; key < STATS_KEYS; key++) {
		g_autoptr(GPtrArray) rows = stats(sample->store, (StatsKey)key, "");
		StatsKey named = STATS_KEYS;
		int64_t sum = 0;

		for (guint i = 0; i < rows->len; i++)
			sum += ((StatsRow *)g_ptr_array_index(rows, i))->messages;
		g_assert_cmpint(sum, ==, 6);
		g_assert_true(stats_key_from_name(stats_key_name((StatsKey)key), &named));
		g_assert_cmpint(named, ==, key);
	}
}

/* Of one key, mail about one thing to many, or about many things to one. */
static void
test_what_the_messages_are(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const SampleMail mails[] = {
		{ .subject = "Same", .recipients = "ann@here.example bob@here.example" },
		{ .subject = "Same", .recipients = "Ann@here.example" },
		{ .subject = "Other", .recipients = "" },
		{ .account = "", .recipients = "carl@here.example" },
	};
	g_autoptr(GPtrArray) rows = NULL;
	const StatsRow *named, *none;

	for (size_t i = 0; i < G_N_ELEMENTS(mails); i++)
		sample_add(sample, &mails[i]);
	rows = stats(sample->store, STATS_ACCOUNT, NULL);
	g_assert_cmpint(rows->len, ==, 2);
	named = g_ptr_array_index(rows, 0);
	none = g_ptr_array_index(rows, 1);
	g_assert_cmpint(named->messages, ==, 3);
	g_assert_cmpint(named->subjects, ==, 2);
	g_assert_cmpint(named->recipients, ==, 2);
	g_assert_cmpint(named->campaigns, ==, 1);
	g_assert_null(none->value);
	g_assert_cmpint(none->recipients, ==, 1);
	g_clear_pointer(&rows, g_ptr_array_unref);
	rows = stats(sample->store, STATS_ACCOUNT, "subject:Same");
	g_assert_cmpint(((StatsRow *)g_ptr_array_index(rows, 0))->messages, ==, 2);
	g_assert_cmpint(((StatsRow *)g_ptr_array_index(rows, 0))->recipients, ==, 2);
}

static void
test_unknown_key_is_none(void)
{
	StatsKey key;

	g_assert_false(stats_key_from_name("colour", &key));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/stats/counts-by-value", test_counts_by_value);
	sample_test("/stats/query-limits-what-is-counted", test_query_limits_what_is_counted);
	sample_test("/stats/each-key-counts-every-message", test_each_key_counts_every_message);
	sample_test("/stats/what-the-messages-are", test_what_the_messages_are);
	g_test_add_func("/stats/unknown-key-is-none", test_unknown_key_is_none);
	return g_test_run();
}
