/* Who sends more than they used to: against their own past, whatever the clock says. */
#include "store/burst.h"

#include "store/db.h"
#include "store/rescore.h"
#include "store/traffic.h"
#include "tests/processor.h"
#include "tests/store/sample.h"

enum {
	HOUR = 3600,
	DAY = 24 * HOUR,
	NOON = SAMPLE_NOW - SAMPLE_NOW % HOUR - 40 * DAY,
	MANY = 20000,
};

static void
put_at(Sample *sample, StoreBatch *batch, const SampleMail *mail, int64_t received)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Message) message = sample_message(mail, ++sample->count);
	g_autofree char *raw = g_strdup_printf("Subject: %d\r\n\r\n", sample->count);
	g_autoptr(GBytes) bytes = g_bytes_new(raw, strlen(raw));
	uint8_t digest[DIGEST_SIZE];
	const Arrival arrival = { .message = message,
		.envelope = message->envelope,
		.sha256 = digest,
		.raw = bytes,
		.source = "eml:/q/1.eml",
		.now = SAMPLE_NOW };
	AddOutcome outcome;

	message->received = received;
	sample_address(message, mail);
	message_find_edges(message, NULL);
	digest_sha256(raw, strlen(raw), digest);
	store_batch_add(batch, &arrival, &outcome, &error);
	g_assert_no_error(error);
	g_assert_cmpint(outcome, ==, ADDED_NEW);
}

/* What is counted lies in two tables: traffic.h. */
static void
part_traffic(const Sample *sample)
{
	g_autoptr(Transaction) transaction = db_begin(sample->store, NULL);

	g_assert_true(traffic_merge_parts(sample->store, 4, 2, NULL));
	g_assert_true(transaction_commit(transaction, NULL));
}

/* @count messages within half an hour from @from. */
static void
send_many(Sample *sample, const SampleMail *mail, int count, int64_t from)
{
	g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, NULL);

	for (int i = 0; i < count; i++)
		put_at(sample, batch, mail, from + (int64_t)i * HOUR / 2 / count);
	g_assert_true(store_batch_commit(batch, NULL));
	part_traffic(sample);
}

static bool
is_burst(const Sample *sample, int64_t id)
{
	g_autoptr(Message) message = store_load(sample->store, id, NULL);

	for (guint i = 0; i < message->findings->len; i++) {
		if (g_str_equal(((Finding *)g_ptr_array_index(message->findings, i))->id, "burst"))
			return true;
	}
	return false;
}

static GPtrArray *
bursts(const Sample *sample, BurstKey key, int64_t window, int64_t *end)
{
	const BurstList list = { .key = key, .window = window, .now = SAMPLE_NOW };
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = store_bursts(sample->store, &list, end, &error);

	g_assert_no_error(error);
	return rows;
}

static const BurstRow *
first_row(const GPtrArray *rows)
{
	g_assert_cmpuint(rows->len, >, 0);
	return g_ptr_array_index(rows, 0);
}

static const SampleMail plain = { 0 };

/* A key without a past: the least makes it. */
static void
test_new_key(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) rows = NULL;
	int64_t end;

	send_many(sample, &plain, BURST_LEAST, NOON);
	g_assert_false(is_burst(sample, BURST_LEAST - 1));
	g_assert_true(is_burst(sample, BURST_LEAST));
	rows = bursts(sample, BURST_ACCOUNT, BURST_WINDOW, &end);
	g_assert_cmpuint(rows->len, ==, 1);
	g_assert_true(first_row(rows)->burst);
	g_assert_cmpint(first_row(rows)->peak, ==, BURST_LEAST);
	g_assert_cmpint(first_row(rows)->usual, ==, 0);
	g_assert_cmpint(first_row(rows)->counts[BURST_WINDOWS - 1], ==, BURST_LEAST);
	g_assert_cmpint(end, >, NOON);
	g_assert_cmpint(end, <=, NOON + HOUR);
}

/* From the small table to the large one, between two of them. */
static void
test_what_is_moved_meanwhile_counts(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, NULL);

	for (int i = 0; i < BURST_LEAST; i++) {
		put_at(sample, batch, &plain, NOON);
		if (i == 0)
			g_assert_true(traffic_merge_parts(sample->store, 0, 2, NULL));
	}
	g_assert_true(store_batch_commit(batch, NULL));
	g_assert_false(is_burst(sample, BURST_LEAST - 1));
	g_assert_true(is_burst(sample, BURST_LEAST));
}

static void
put_some(Sample *sample, int count)
{
	g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, NULL);

	for (int i = 0; i < count; i++)
		put_at(sample, batch, &plain, NOON);
	g_assert_true(store_batch_commit(batch, NULL));
}

/* The first batch of a store looks whether there is anything to move, and is not to be asked here. */
static void
test_what_another_moves_counts(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Store) other = store_open(store_path(sample->store), STORE_WRITE, NULL);
	g_autoptr(Transaction) transaction = NULL;

	put_some(sample, 1);
	put_some(sample, BURST_LEAST - 2);
	transaction = db_begin(other, NULL);
	g_assert_true(traffic_merge_parts(other, 0, 2, NULL));
	g_assert_true(transaction_commit(transaction, NULL));
	put_some(sample, 1);
	g_assert_true(is_burst(sample, BURST_LEAST));
}

/* What comes every day is usual; three times that is not. */
static void
test_habit(Sample *sample, G_GNUC_UNUSED const void *data)
{
	int64_t last;

	for (int day = 1; day <= 5; day++)
		send_many(sample, &plain, 30, NOON + (int64_t)day * DAY);
	g_assert_true(is_burst(sample, 30));
	g_assert_false(is_burst(sample, 150));
	send_many(sample, &plain, 91, NOON + 6 * DAY);
	last = sample->count;
	g_assert_false(is_burst(sample, last - 1));
	g_assert_true(is_burst(sample, last));
}

/* One burst among quiet hours makes no habit, and is no measure for its own next hour. */
static void
test_one_burst_is_no_habit(Sample *sample, G_GNUC_UNUSED const void *data)
{
	for (int i = 0; i < 40; i++)
		send_many(sample, &plain, 2, NOON + (int64_t)i * 5 * HOUR);
	send_many(sample, &plain, 40, NOON + 10 * DAY);
	g_assert_true(is_burst(sample, sample->count));
	send_many(sample, &plain, 40, NOON + 10 * DAY + HOUR);
	g_assert_true(is_burst(sample, sample->count));
	send_many(sample, &plain, 40, NOON + 12 * DAY);
	g_assert_true(is_burst(sample, sample->count));
}

/* Slow mail is none, however much of it there is. */
static void
test_slow(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) rows = NULL;
	int64_t end;

	for (int hour = 0; hour < 24; hour++)
		send_many(sample, &plain, BURST_LEAST - 1, NOON + (int64_t)hour * HOUR);
	g_assert_false(is_burst(sample, sample->count));
	rows = bursts(sample, BURST_ACCOUNT, BURST_WINDOW, &end);
	g_assert_false(first_row(rows)->burst);
	g_clear_pointer(&rows, g_ptr_array_unref);
	rows = bursts(sample, BURST_ACCOUNT, DAY, &end);
	g_assert_true(first_row(rows)->burst);
	g_assert_cmpint(first_row(rows)->peak, ==, 24 * (BURST_LEAST - 1));
}

/* Each key is measured by itself, and a claim never counts for what is proven. */
static void
test_keys(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const SampleMail other = { .account = "other" };
	const SampleMail forged = { .unproven = true };
	g_autoptr(GPtrArray) accounts = NULL;
	g_autoptr(GPtrArray) addresses = NULL;
	g_autoptr(GPtrArray) sets = NULL;
	int64_t end;

	send_many(sample, &plain, 12, NOON);
	send_many(sample, &other, 12, NOON);
	send_many(sample, &forged, 12, NOON);
	accounts = bursts(sample, BURST_ACCOUNT, BURST_WINDOW, &end);
	g_assert_cmpuint(accounts->len, ==, 3);
	g_assert_false(first_row(accounts)->burst);
	addresses = bursts(sample, BURST_IP, BURST_WINDOW, &end);
	g_assert_cmpuint(addresses->len, ==, 1);
	g_assert_true(first_row(addresses)->burst);
	g_assert_cmpint(first_row(addresses)->messages, ==, 36);
	g_assert_true(is_burst(sample, sample->count));
	sets = bursts(sample, BURST_CONFIG, BURST_WINDOW, &end);
	g_assert_cmpuint(sets->len, ==, 0);
	g_assert_cmpint(end, ==, 0);
}

/* What is counted when it is asked for is measured as what was counted all along, and what the
 * messages are agrees with how many were counted. */
static void
test_all_keys_agree(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const BurstKey keys[] = { BURST_ACCOUNT, BURST_IP, BURST_REGION, BURST_DOMAIN };
	const SampleMail unproven = {
		.unproven = true, .account = "other", .recipients = "", .subject = "Same"
	};
	const SampleMail two = { .recipients = "Ann@here.example bob@here.example" };

	for (int day = 1; day <= 5; day++)
		send_many(sample, &plain, 5, NOON + (int64_t)day * DAY);
	send_many(sample, &unproven, 10, NOON + 7 * DAY);
	send_many(sample, &two, 30, NOON + 7 * DAY + 600);
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		const BurstList list = {
			.key = keys[i], .window = BURST_WINDOW, .now = SAMPLE_NOW, .breadth = true
		};
		bool account = keys[i] == BURST_ACCOUNT;
		g_autoptr(GPtrArray) rows = NULL;
		int64_t end;

		rows = store_bursts(sample->store, &list, &end, NULL);
		g_test_message("%s", burst_key_name(keys[i]));
		g_assert_cmpuint(rows->len, ==, account ? 2 : 1);
		g_assert_true(first_row(rows)->burst);
		g_assert_cmpint(first_row(rows)->usual, ==, 5);
		g_assert_cmpint(first_row(rows)->messages, ==, account ? 30 : 40);
		g_assert_cmpint(first_row(rows)->of, ==, 40);
		g_assert_cmpint(first_row(rows)->subjects, ==, account ? 30 : 31);
		g_assert_cmpint(first_row(rows)->recipients, ==, 2);
		g_assert_cmpint(first_row(rows)->campaigns, >=, 1);
		g_assert_cmpint(first_row(rows)->first, ==, NOON + 7 * DAY + (account ? 600 : 0));
		g_assert_cmpint(first_row(rows)->last, ==, NOON + 7 * DAY + 600 + 29 * 60);
	}
}

/* Read again, a message is counted once, under what it says now. */
static void
test_rescore(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const SampleMail other = { .account = "other" };
	g_autoptr(Message) again = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(GArray) outcomes = g_array_new(false, false, sizeof(Rescored));
	Rereading reading = { 0 };
	int64_t end;

	send_many(sample, &plain, BURST_LEAST, NOON);
	again = sample_message(&plain, BURST_LEAST);
	message_find_edges(again, NULL);
	reading = (Rereading){ .id = BURST_LEAST, .message = again };
	g_assert_true(store_rescore(sample->store, &reading, 1, outcomes, NULL));
	g_assert_true(is_burst(sample, BURST_LEAST));
	message_free(again);
	again = sample_message(&other, BURST_LEAST);
	message_find_edges(again, NULL);
	reading.message = again;
	g_assert_true(store_rescore(sample->store, &reading, 1, outcomes, NULL));
	rows = bursts(sample, BURST_ACCOUNT, BURST_WINDOW, &end);
	g_assert_cmpuint(rows->len, ==, 2);
	g_assert_cmpint(first_row(rows)->messages, ==, BURST_LEAST - 1);
	g_assert_false(first_row(rows)->burst);
}

/* Judging by the past of a key costs the past's length, not the key's. */
static void
test_many(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) rows = NULL;
	double seconds;
	int64_t end;

	for (int day = 0; day < 20; day++)
		send_many(sample, &plain, MANY / 20, NOON + (int64_t)day * DAY);
	seconds = processor_seconds();
	rows = bursts(sample, BURST_ACCOUNT, BURST_WINDOW, &end);
	seconds = processor_seconds() - seconds;
	g_test_minimized_result(seconds, "bursts among %d messages: %.4f s", MANY, seconds);
	g_assert_cmpfloat(seconds, <, 1);
	g_assert_cmpint(first_row(rows)->usual, ==, MANY / 20);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/burst/new-key", test_new_key);
	sample_test("/burst/what-is-moved-meanwhile-counts", test_what_is_moved_meanwhile_counts);
	sample_test("/burst/what-another-moves-counts", test_what_another_moves_counts);
	sample_test("/burst/habit", test_habit);
	sample_test("/burst/one-burst-is-no-habit", test_one_burst_is_no_habit);
	sample_test("/burst/slow", test_slow);
	sample_test("/burst/keys", test_keys);
	sample_test("/burst/all-keys-agree", test_all_keys_agree);
	sample_test("/burst/rescore", test_rescore);
	sample_test("/burst/many", test_many);
	return g_test_run();
}
