#include "store/bale.h"

#include "store/message.h"
#include "tests/store/arrive.h"
#include "tests/store/sample.h"

static void
arrive_bytes(StoreBatch *batch, const Message *message, GBytes *bytes)
{
	uint8_t digest[DIGEST_SIZE];
	AddOutcome outcome;
	const Arrival arrival = {
		.message = message,
		.envelope = message->envelope,
		.sha256 = digest,
		.raw = bytes,
		.source = "-",
		.now = ARRIVE_NOW,
	};

	digest_sha256(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), digest);
	g_assert_true(store_batch_add(batch, &arrival, &outcome, NULL));
	g_assert_cmpint(outcome, ==, ADDED_NEW);
}

static void
test_raw_bytes_come_back(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_new();
	g_autofree char *large = g_strnfill(3 * 1024 * 1024, 'x');
	g_autoptr(GBytes) raw = NULL;

	arrive(sample->store, message, large);
	raw = store_raw(sample->store, 1, NULL);
	g_assert_cmpmem(g_bytes_get_data(raw, NULL), g_bytes_get_size(raw), large, strlen(large));
}

static void
test_empty_message_is_a_message(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_new();
	g_autoptr(GBytes) raw = NULL;

	arrive(sample->store, message, "");
	raw = store_raw(sample->store, 1, NULL);
	g_assert_cmpint(g_bytes_get_size(raw), ==, 0);
}

static void
assert_raw_damaged(Store *store, const char *damage)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(db_exec(store, damage, NULL));
	bale_forget(store);
	g_assert_null(store_raw(store, 1, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_NOT_A_STORE);
}

static void
test_raw_that_was_changed_is_refused(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_new();

	arrive(sample->store, message, "the one");
	arrive(sample->store, message, "the two");
	assert_raw_damaged(sample->store, "UPDATE raw SET bale = 2 WHERE id = 1");
	assert_raw_damaged(sample->store, "UPDATE raw SET bale = 1, at = -1 WHERE id = 1");
	assert_raw_damaged(sample->store, "UPDATE raw SET at = 1 << 62 WHERE id = 1");
	assert_raw_damaged(sample->store, "UPDATE raw SET at = 0, size = 1 << 50 WHERE id = 1");
	assert_raw_damaged(sample->store, "UPDATE raw SET size = -1 WHERE id = 1");
	assert_raw_damaged(sample->store, "UPDATE raw SET size = 7, bale = -1 WHERE id = 1");
	assert_raw_damaged(sample->store, "UPDATE raw SET bale = 9 WHERE id = 1");
	assert_raw_damaged(
		sample->store, "UPDATE raw SET bale = 1, at = 0; UPDATE bale SET size = 1 << 50");
	assert_raw_damaged(sample->store, "UPDATE bale SET zstd = x'28b52ffd'");
	assert_raw_damaged(sample->store, "DELETE FROM bale");
}

/* As they were before there were bales, and as large ones are. */
static void
test_raw_that_stands_alone(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_new();
	g_autofree char *large = g_strnfill(3 * 1024 * 1024, 'x');

	arrive(sample->store, message, large);
	arrive(sample->store, message, "the two");
	g_assert_cmpint(
		sample_count(sample->store, "SELECT count(*) FROM raw WHERE bale IS NULL"), ==, 1);
	assert_raw_damaged(sample->store, "UPDATE raw SET size = 1 << 50 WHERE id = 1");
	assert_raw_damaged(sample->store, "UPDATE raw SET size = -1 WHERE id = 1");
	assert_raw_damaged(sample->store, "UPDATE raw SET zstd = x'28b52ffd' WHERE id = 1");
	assert_raw_damaged(sample->store, "UPDATE raw SET zstd = x'' WHERE id = 1");
}

static void
append_repeated(GString *text, const char *line, gsize size)
{
	while (text->len < size)
		g_string_append(text, line);
}

/* Whatever they are: what comes out is what came, also in another look at the store, and in
 * any order. */
static void
test_hostile_bytes_come_back(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const lines[] = { "QUJD\n", "QUJDRA\r\n", "QUJDRA=\n", "QUJD \t\r\n",
		"QU\rJD\n", "=3D=\n", "\x1b[2J\xff\xfe", "\r\n.\r\n", "x" };
	static const gsize sizes[] = { 1, 7, 4095, 70000, 256 * 1024, 256 * 1024 + 1, 600 * 1024 };
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(lines) * G_N_ELEMENTS(sizes); i++) {
		g_autoptr(Message) message = message_new();
		GString *text = g_string_new_len("\0", i % 2);
		GBytes *bytes;

		g_string_append_printf(text, "%zu\n", i);
		append_repeated(
			text, lines[i % G_N_ELEMENTS(lines)], sizes[i / G_N_ELEMENTS(lines)]);
		g_string_append_len(text, "\0\0", i % 3);
		bytes = g_string_free_to_bytes(text);
		g_ptr_array_add(all, bytes);
		arrive_bytes(batch, message, bytes);
	}
	g_assert_true(store_batch_commit(batch, NULL));
	for (guint i = all->len; i > 0; i--) {
		g_autoptr(GBytes) raw = store_raw(sample->store, i, NULL);

		g_assert_true(raw && g_bytes_equal(raw, g_ptr_array_index(all, i - 1)));
	}
}

/* The largest mail with the largest body, behind a bale that is nearly due. */
static void
test_fullest_bale_is_read(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, NULL);
	g_autofree char *text = g_strnfill(250 * 1024, 'y');
	const size_t sizes[] = { 256 * 1024 - 1, 200 * 1024, 256 * 1024 };

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autoptr(Message) message = message_new();
		g_autofree char *mail = g_strnfill(sizes[i], (char)('a' + i));
		g_autoptr(GBytes) bytes = g_bytes_new(mail, sizes[i]);

		if (i == 2)
			arrive_text(message, text);
		arrive_bytes(batch, message, bytes);
	}
	g_assert_true(store_batch_commit(batch, NULL));
	g_assert_cmpint(sample_count(sample->store, "SELECT count(*) FROM bale"), ==, 1);
	g_assert_cmpint(sample_count(sample->store, "SELECT size FROM bale"), >, 900 * 1024);
	for (int64_t id = 1; id <= 3; id++) {
		g_autoptr(Message) message = store_load(sample->store, id, NULL);
		g_autoptr(GBytes) raw = store_raw(sample->store, id, NULL);

		g_assert_nonnull(message);
		g_assert_cmpuint(g_bytes_get_size(raw), ==, sizes[id - 1]);
	}
}

/* What was read of a batch that came to nothing is not what the next one writes there. */
static void
test_bale_that_was_rolled_back(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_new();
	g_autofree char *due = g_strnfill(200 * 1024, 'x');
	g_autoptr(GBytes) raw = NULL;

	for (int i = 0; i < 2; i++) {
		g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, NULL);

		/* The first bale is written when the second is due. */
		for (int k = 0; k < 8; k++) {
			g_autoptr(GBytes) bytes = NULL;

			due[0] = (char)('a' + 8 * i + k);
			bytes = g_bytes_new(due, strlen(due));
			arrive_bytes(batch, message, bytes);
		}
		g_clear_pointer(&raw, g_bytes_unref);
		raw = store_raw(sample->store, 1, NULL);
		g_assert_nonnull(raw);
		if (i > 0)
			g_assert_true(store_batch_commit(batch, NULL));
	}
	g_assert_cmpint(*(const char *)g_bytes_get_data(raw, NULL), ==, 'i');
}

/* Yours; NULL: it is refused. */
static GBytes *
read_bale(Store *store)
{
	const BalePlace all = { .bale = 1 };
	GBytes *bytes = NULL;

	bale_forget(store);
	g_assert_true(bale_read(store, all,
		sample_count(store, "SELECT size FROM bale WHERE id = 1"), &bytes, NULL));
	return bytes;
}

/* Whatever it is of: a text has no digest of its own. */
static void
test_byte_that_was_turned_over_changes_nothing(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(Message) message = message_new();
	g_autoptr(GBytes) whole = NULL;
	int64_t length;

	arrive(sample->store, message, "the one");
	whole = read_bale(sample->store);
	length = sample_count(sample->store, "SELECT length(zstd) FROM bale");
	g_assert_true(
		db_exec(sample->store, "CREATE TEMP TABLE kept AS SELECT zstd FROM bale", NULL));
	for (int64_t i = 1; i <= length; i++) {
		g_autofree char *damage = g_strdup_printf(
			"UPDATE bale SET zstd = (SELECT CAST(substr(zstd, 1, %d - 1)"
			" || iif(substr(zstd, %d, 1) = x'00', x'01', x'00')"
			" || substr(zstd, %d + 1) AS BLOB) FROM temp.kept)",
			(int)i, (int)i, (int)i);
		g_autoptr(GBytes) bytes = NULL;

		g_assert_true(db_exec(sample->store, damage, NULL));
		bytes = read_bale(sample->store);
		g_assert_true(!bytes || g_bytes_equal(bytes, whole));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/bale/raw-bytes-come-back", test_raw_bytes_come_back);
	sample_test("/bale/empty-message-is-a-message", test_empty_message_is_a_message);
	sample_test("/bale/raw-that-was-changed-is-refused", test_raw_that_was_changed_is_refused);
	sample_test("/bale/raw-that-stands-alone-is-checked", test_raw_that_stands_alone);
	sample_test("/bale/hostile-bytes-come-back", test_hostile_bytes_come_back);
	sample_test("/bale/fullest-bale-is-read", test_fullest_bale_is_read);
	sample_test("/bale/byte-that-was-turned-over-changes-nothing",
		test_byte_that_was_turned_over_changes_nothing);
	sample_test("/bale/bale-that-was-rolled-back", test_bale_that_was_rolled_back);
	return g_test_run();
}
