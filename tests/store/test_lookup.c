/* Which rows have a text or a digest: lookup.h. */
#include "store/lookup.h"

#include "store/campaign_rows.h"
#include "store/intake.h"
#include "store/message.h"
#include "store/schema.h"
#include "tests/store/sample.h"

enum {
	BEFORE_LOOKUP = 24, /* the schema's version */
	ENTRIES = 1000,
	MOST = 100, /* of the small table */
	PART = 30,
};

static int64_t
key_of_number(int number)
{
	g_autofree char *text = g_strdup_printf("%d", number);

	return lookup_text_key(text);
}

static int64_t
row_of(Store *store, LookupSpace space, int64_t key)
{
	static const LookupSql sql = LOOKUP_SQL("l.row", "");
	g_autoptr(Kept) select = lookup_prepare(store, &sql, space, key, NULL);
	int64_t row = 0;

	while (db_step(store, select, NULL) == STEP_ROW) {
		g_assert_cmpint(row, ==, 0);
		row = db_int(select, 0);
	}
	return row;
}

static void
add_many(Store *store)
{
	g_autoptr(Transaction) transaction = db_begin(store, NULL);

	for (int i = 1; i <= ENTRIES; i++) {
		g_assert_true(
			lookup_add(store, LOOKUP_EDGE + i % EDGE_KINDS, key_of_number(i), i, NULL));
		g_assert_true(lookup_merge_parts(store, MOST, PART, NULL));
		g_assert_cmpint(sample_count(store, "SELECT count(*) FROM lookup_new"), <=, MOST);
	}
	g_assert_true(transaction_commit(transaction, NULL));
}

/* However many come, the small table stays small, and nothing is lost on the way. */
static void
test_entries_are_found_wherever_they_are(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;

	add_many(store);
	g_assert_cmpint(sample_count(store, "SELECT count(*) FROM lookup"), >=, ENTRIES - MOST);
	for (int i = 1; i <= ENTRIES; i++)
		g_assert_cmpint(
			row_of(store, LOOKUP_EDGE + i % EDGE_KINDS, key_of_number(i)), ==, i);
	g_assert_cmpint(row_of(store, LOOKUP_EDGE, key_of_number(ENTRIES + 1)), ==, 0);
	g_assert_cmpint(row_of(store, LOOKUP_RAW, key_of_number(1)), ==, 0);
}

/* What is new goes on where the last part ended, and begins again behind the end. */
static void
test_all_that_is_new_has_its_turn(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;
	g_autoptr(Transaction) transaction = db_begin(store, NULL);

	for (int i = 1; i <= PART; i++)
		g_assert_true(lookup_add(store, LOOKUP_EDGE + EDGE_TEXT, i, i, NULL));
	g_assert_true(lookup_merge_parts(store, PART - 1, PART, NULL));
	g_assert_cmpint(sample_count(store, "SELECT count(*) FROM lookup_new"), ==, 0);
	/* All of these are before where that ended. */
	for (int i = 1; i <= PART; i++)
		g_assert_true(lookup_add(store, LOOKUP_EDGE + EDGE_ACCOUNT, i, i, NULL));
	g_assert_true(lookup_merge_parts(store, 0, PART, NULL));
	g_assert_cmpint(sample_count(store, "SELECT count(*) FROM lookup_new"), ==, 0);
	g_assert_cmpint(sample_count(store, "SELECT count(*) FROM lookup"), ==, 2 * PART);
	g_assert_true(transaction_commit(transaction, NULL));
}

/* An import that never ends would hold a store from elsewhere for good. */
static void
test_a_merge_ends_whatever_the_entries_are(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char odd[] =
		"WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 200)"
		" INSERT INTO lookup_new SELECT CASE n % 4 WHEN 0 THEN -3 WHEN 1 THEN 1 << 40"
		"  WHEN 2 THEN -1 << 40 ELSE 5 END, n, n FROM n";
	Store *store = sample->store;
	g_autoptr(Transaction) transaction = db_begin(store, NULL);

	g_assert_true(db_exec(store, odd, NULL));
	g_assert_true(lookup_merge_parts(store, 0, PART, NULL));
	g_assert_cmpint(sample_count(store, "SELECT count(*) FROM lookup"), ==, 200);
	g_assert_true(transaction_commit(transaction, NULL));
}

static void
test_what_is_removed_is_nowhere(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;

	add_many(store);
	for (int i = 1; i <= ENTRIES; i += 2)
		g_assert_true(lookup_remove(
			store, LOOKUP_EDGE + i % EDGE_KINDS, key_of_number(i), i, NULL));
	for (int i = 1; i <= ENTRIES; i++)
		g_assert_cmpint(row_of(store, LOOKUP_EDGE + i % EDGE_KINDS, key_of_number(i)), ==,
			i % 2 ? 0 : i);
}

/* A word can be told by its digest: where the last part ended does not keep one either. */
static void
test_what_was_merged_last_is_nowhere_once_removed(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;
	int64_t key = key_of_number(1);

	g_assert_true(lookup_add(store, LOOKUP_EDGE, key, 1, NULL));
	g_assert_true(lookup_merge_parts(store, 0, PART, NULL));
	g_assert_cmpint(sample_count(store, "SELECT key FROM lookup_merged"), ==, key);
	g_assert_true(lookup_remove(store, LOOKUP_EDGE, key, 1, NULL));
	g_assert_cmpint(
		sample_count(store, "SELECT key = -9223372036854775808 FROM lookup_merged"), ==, 1);
	g_assert_true(lookup_add(store, LOOKUP_EDGE, key, 2, NULL));
	g_assert_true(lookup_merge_parts(store, 0, PART, NULL));
	g_assert_cmpint(row_of(store, LOOKUP_EDGE, key), ==, 2);
}

static void
test_keys_have_the_order_of_digests(void)
{
	static const uint8_t digests[][DIGEST_SIZE] = { { 0 }, { 0, 1 }, { 0x7f, 0xff }, { 0x80 },
		{ 0x80, 0, 0, 0, 0, 0, 0, 1 }, { 0xff } };

	for (size_t i = 1; i < G_N_ELEMENTS(digests); i++)
		g_assert_cmpint(
			lookup_digest_key(digests[i - 1]), <, lookup_digest_key(digests[i]));
}

/* Two values may have one key: somebody may look for such. */
static void
test_an_entry_is_a_hint(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char rows[] =
		"INSERT INTO edge (id, kind, value) VALUES (7, 5, 'one'), (8, 5, 'other')";
	Store *store = sample->store;
	int64_t key = lookup_text_key("other");
	Edge other = { .kind = EDGE_SUBJECT, .value = (char *)"other" };
	EntryEdge found;

	g_assert_true(db_exec(store, rows, NULL));
	g_assert_true(lookup_add(store, LOOKUP_EDGE + EDGE_SUBJECT, key, 7, NULL));
	g_assert_true(campaign_find_edge(store, &other, &found, NULL));
	g_assert_cmpint(found.id, ==, 0);
	g_assert_true(lookup_add(store, LOOKUP_EDGE + EDGE_SUBJECT, key, 8, NULL));
	g_assert_true(campaign_find_edge(store, &other, &found, NULL));
	g_assert_cmpint(found.id, ==, 8);
}

/* What was found last is looked at first, and is that no more when it has changed. */
static void
test_what_is_remembered_is_a_hint(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;
	Edge one = { .kind = EDGE_SUBJECT, .value = (char *)"one" };
	int64_t key = lookup_text_key("one");
	EntryEdge found;
	int64_t id;

	g_assert_true(campaign_add_edge(store, &one, EDGE_BINDS, &id, NULL));
	g_assert_cmpint(lookup_hint(store, LOOKUP_EDGE + EDGE_SUBJECT, key), ==, 0);
	store->bulk = true;
	g_assert_true(campaign_find_edge(store, &one, &found, NULL));
	g_assert_cmpint(lookup_hint(store, LOOKUP_EDGE + EDGE_SUBJECT, key), ==, id);
	g_assert_cmpint(lookup_hint(store, LOOKUP_EDGE + EDGE_TEXT, key), ==, 0);
	g_assert_true(db_exec(store, "UPDATE edge SET messages = 7", NULL));
	g_assert_true(campaign_find_edge(store, &one, &found, NULL));
	g_assert_cmpint(found.id, ==, id);
	g_assert_cmpint(found.messages, ==, 7);
	g_assert_true(db_exec(store, "UPDATE edge SET value = 'two'", NULL));
	g_assert_true(campaign_find_edge(store, &one, &found, NULL));
	g_assert_cmpint(found.id, ==, 0);
	lookup_forget(store);
	g_assert_cmpint(lookup_hint(store, LOOKUP_EDGE + EDGE_SUBJECT, key), ==, 0);
}

static bool
knows(Store *store, const char *hex)
{
	uint8_t digest[DIGEST_SIZE] = { 0 };
	bool known = false;

	digest[0] = (uint8_t)g_ascii_strtoull(hex, NULL, 16);
	g_assert_true(store_knows(store, digest, NULL, &known, NULL));
	return known;
}

#define ZEROS "00000000000000000000000000000000000000000000000000000000000000" /* 31 bytes */

/* The tables were made anew: all rows are there, and who refers to them finds them. */
static void
test_an_older_store_knows_what_it_has(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char older[] =
		"INSERT INTO campaign (id) VALUES (1);"
		"INSERT INTO raw (id, sha256, size, zstd) VALUES (3, x'ab" ZEROS "', 1, x'00'),"
		" (4, x'07" ZEROS "', 1, x'');"
		"INSERT INTO edge (id, kind, value, messages, campaign, first, last, released, blocked,"
		" person_released, person_blocked) VALUES (9, 0, 'account', 2, 1, 2, 3, 4, 5, 6, 7),"
		" (10, 5, 'of one message', 1, 1, 0, 0, 0, 0, 0, 0);"
		"INSERT INTO seen VALUES (-7), (12345678901);";
	g_autofree char *path = g_build_filename(sample->folder, "old.db", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store =
		db_open(path, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &error);
	Edge account = { .kind = EDGE_ACCOUNT, .value = (char *)"account" };
	Edge one = { .kind = EDGE_SUBJECT, .value = (char *)"of one message" };
	EntryEdge found;
	bool seen;

	g_assert_true(db_exec(store, "PRAGMA foreign_keys = ON", NULL));
	g_assert_true(schema_migrate_to(store, BEFORE_LOOKUP, &error));
	g_assert_true(db_exec(store, older, &error));
	g_assert_no_error(error);
	g_assert_true(schema_migrate(store, &error));
	g_assert_no_error(error);
	g_assert_true(knows(store, "ab"));
	g_assert_true(knows(store, "07"));
	g_assert_false(knows(store, "08"));
	g_assert_true(campaign_find_edge(store, &account, &found, NULL));
	g_assert_cmpint(found.id, ==, 9);
	g_assert_cmpint(found.campaign, ==, 1);
	g_assert_true(campaign_find_edge(store, &one, &found, NULL));
	g_assert_cmpint(found.id, ==, 10);
	g_assert_cmpint(found.campaign, ==, 0);
	g_assert_true(store_has_seen(store, -7, &seen, NULL) && seen);
	g_assert_true(store_has_seen(store, 12345678901, &seen, NULL) && seen);
	g_assert_true(store_has_seen(store, 7, &seen, NULL) && !seen);
	g_assert_cmpint(sample_count(store,
				"SELECT first + last * 10 + released * 100 + blocked * 1000"
				" + person_released * 10000 + person_blocked * 100000 FROM edge"
				" WHERE id = 9"),
		==, 765432);
	g_assert_cmpint(sample_count(store, "PRAGMA foreign_keys"), ==, 1);
	g_assert_false(db_exec(store, "INSERT INTO message_edge VALUES (1, 11)", NULL));
	g_unlink(path);
}

/* Whatever comes of it, what refers to rows is looked at afterwards. */
static void
test_references_are_looked_at_after_a_migration_that_failed(
	Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autofree char *path = g_build_filename(sample->folder, "old.db", NULL);
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	g_autoptr(Store) store = db_open(path, path, flags, NULL);
	g_autoptr(Store) other = db_open(path, path, flags, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(db_exec(store, "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON", NULL));
	g_assert_true(schema_migrate_to(store, BEFORE_LOOKUP, NULL));
	g_assert_true(db_exec(other, "BEGIN IMMEDIATE", NULL));
	store_set_patience(store, 1);
	g_assert_false(schema_migrate(store, &error));
	g_assert_error(error, STORE_ERROR, STORE_ERROR_BUSY);
	g_assert_cmpint(sample_count(store, "PRAGMA foreign_keys"), ==, 1);
	g_unlink(path);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/lookup/entries-are-found-wherever-they-are",
		test_entries_are_found_wherever_they_are);
	sample_test("/lookup/all-that-is-new-has-its-turn", test_all_that_is_new_has_its_turn);
	sample_test("/lookup/a-merge-ends-whatever-the-entries-are",
		test_a_merge_ends_whatever_the_entries_are);
	sample_test("/lookup/what-is-removed-is-nowhere", test_what_is_removed_is_nowhere);
	sample_test("/lookup/what-was-merged-last-is-nowhere-once-removed",
		test_what_was_merged_last_is_nowhere_once_removed);
	g_test_add_func(
		"/lookup/keys-have-the-order-of-digests", test_keys_have_the_order_of_digests);
	sample_test("/lookup/an-entry-is-a-hint", test_an_entry_is_a_hint);
	sample_test("/lookup/what-is-remembered-is-a-hint", test_what_is_remembered_is_a_hint);
	sample_test(
		"/lookup/an-older-store-knows-what-it-has", test_an_older_store_knows_what_it_has);
	sample_test("/lookup/references-are-looked-at-after-a-migration-that-failed",
		test_references_are_looked_at_after_a_migration_that_failed);
	return g_test_run();
}
