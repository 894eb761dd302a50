/* What the large table of lookups certainly does not have: bloom.h. */
#include "store/bloom.h"

#include "store/lookup.h"
#include "store/verify.h"
#include "tests/store/sample.h"

enum {
	ENTRIES = 4000,
	MOST = 100, /* of the small table */
	PART = 40,
	MANY = 300000, /* more than the smallest one is for */
};

static int64_t
key_of_number(int number)
{
	g_autofree char *text = g_strdup_printf("%d", number);

	return lookup_text_key(text);
}

/* As an import that has added enough. */
static void
begin(Store *store)
{
	store->bulk = true;
	store->added = G_MAXINT;
	g_assert_true(bloom_prepare(store, ENTRIES, NULL));
	g_assert_nonnull(store->bloom);
}

static void
end(Store *store)
{
	bloom_keep(store);
	store->bulk = false;
	bloom_forget(store);
}

static void
add(Store *store, int from, int to)
{
	g_autoptr(Transaction) transaction = db_begin(store, NULL);

	g_assert_true(bloom_check(store, NULL));
	for (int i = from; i < to; i++) {
		g_assert_true(
			lookup_add(store, LOOKUP_EDGE + i % EDGE_KINDS, key_of_number(i), i, NULL));
		g_assert_true(lookup_merge_parts(store, MOST, PART, NULL));
	}
	g_assert_true(transaction_commit(transaction, NULL));
}

static bool
is_found(Store *store, int number)
{
	static const LookupSql sql = LOOKUP_SQL("l.row", "");
	g_autoptr(Kept) select = lookup_prepare(
		store, &sql, LOOKUP_EDGE + number % EDGE_KINDS, key_of_number(number), NULL);

	return db_step(store, select, NULL) == STEP_ROW && db_int(select, 0) == number;
}

static void
assert_all_found(Store *store, int entries)
{
	for (int i = 0; i < entries; i++)
		g_assert_true(is_found(store, i));
}

static void
test_what_is_there_is_found(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;
	int wrongly = 0;

	add(store, 0, ENTRIES / 2);
	begin(store);
	add(store, ENTRIES / 2, ENTRIES);
	g_assert_nonnull(store->bloom);
	assert_all_found(store, ENTRIES);
	for (int i = ENTRIES; i < 3 * ENTRIES; i++) {
		wrongly += bloom_may_have(store, LOOKUP_EDGE + i % EDGE_KINDS, key_of_number(i));
		g_assert_false(is_found(store, i));
	}
	g_assert_cmpint(wrongly, <, ENTRIES / 10);
}

static void
test_it_is_kept_for_the_next(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;

	begin(store);
	add(store, 0, ENTRIES);
	end(store);
	g_assert_null(store->bloom);
	g_assert_true(bloom_read(store, NULL));
	g_assert_nonnull(store->bloom);
	g_assert_false(bloom_may_have(store, LOOKUP_RAW, key_of_number(1)));
	assert_all_found(store, ENTRIES);
}

/* Be it for a few messages: else each import would have to make it anew. */
static void
test_who_merges_takes_it_along(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;

	begin(store);
	add(store, 0, ENTRIES);
	end(store);
	store->bulk = true;
	add(store, ENTRIES, ENTRIES + 1);
	g_assert_null(store->bloom);
	add(store, ENTRIES + 1, ENTRIES + 2 * MOST);
	g_assert_nonnull(store->bloom);
	end(store);
	g_assert_true(bloom_read(store, NULL));
	g_assert_nonnull(store->bloom);
	assert_all_found(store, ENTRIES + 2 * MOST);
}

static void
test_little_is_not_worth_it(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const struct {
		bool bulk;
		int64_t added, entries;
		bool made;
	} cases[] = {
		{ false, 64, 100, false },
		{ true, 63, 100, false },
		{ true, 64, 100, true },
		{ true, 64, 64 * 1024, true },
		{ true, 64, 64 * 1024 + 1, false },
	};
	Store *store = sample->store;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		store->bulk = cases[i].bulk;
		store->added = cases[i].added;
		g_assert_true(bloom_prepare(store, cases[i].entries, NULL));
		g_assert_true((store->bloom != NULL) == cases[i].made);
		bloom_forget(store);
	}
}

static bool
stop_at_once(G_GNUC_UNUSED void *data)
{
	return true;
}

/* One that is filled in part would say no of what is there. */
static void
test_what_was_broken_off_is_not_kept(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;

	add(store, 0, 5 * ENTRIES);
	store->bulk = true;
	store->added = G_MAXINT;
	store_set_stop(store, stop_at_once, NULL);
	g_assert_false(bloom_prepare(store, ENTRIES, NULL));
	store_set_stop(store, NULL, NULL);
	g_assert_null(store->bloom);
	end(store);
	g_assert_cmpint(sample_count(store, "SELECT count(*) FROM lookup_bloom"), ==, 0);
}

/* One that does not know of all that was merged would say no of what is there. */
static void
test_who_merges_without_it_leaves_it_behind(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;

	begin(store);
	add(store, 0, ENTRIES);
	end(store);
	add(store, ENTRIES, ENTRIES + 2 * MOST);
	g_assert_true(bloom_read(store, NULL));
	g_assert_null(store->bloom);
	begin(store);
	assert_all_found(store, ENTRIES + 2 * MOST);
}

static void
test_anothers_merges_are_noticed(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;
	g_autoptr(Store) other = store_open(sample->path, STORE_WRITE, NULL);

	begin(store);
	add(store, 0, ENTRIES);
	add(other, ENTRIES, ENTRIES + 2 * MOST);
	g_assert_nonnull(store->bloom);
	add(store, ENTRIES + 2 * MOST, ENTRIES + 2 * MOST + 1);
	g_assert_null(store->bloom);
	assert_all_found(store, ENTRIES + 2 * MOST + 1);
	/* What it would keep knows of less than is there. */
	begin(store);
	add(other, 2 * ENTRIES, 2 * ENTRIES + 2 * MOST);
	add(other, 3 * ENTRIES, 3 * ENTRIES + 2 * MOST);
	end(store);
	g_assert_true(bloom_read(store, NULL));
	g_assert_null(store->bloom);
}

static void
merge_and_give_up(Store *store, int most)
{
	g_autoptr(Transaction) transaction = db_begin(store, NULL);

	g_assert_true(bloom_check(store, NULL));
	g_assert_true(lookup_merge_parts(store, most, PART, NULL));
}

/* Be it that another then merges as often. */
static void
test_what_was_given_up_is_forgotten(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;
	g_autoptr(Store) other = store_open(sample->path, STORE_WRITE, NULL);
	int64_t merges;

	add(store, 0, ENTRIES);
	begin(store);
	merge_and_give_up(store, 0);
	g_assert_null(store->bloom);
	merges = sample_count(store, "SELECT merges FROM lookup_merged");
	{
		g_autoptr(Transaction) transaction = db_begin(other, NULL);

		g_assert_true(lookup_merge_parts(other, 0, PART, NULL));
		g_assert_true(transaction_commit(transaction, NULL));
	}
	g_assert_cmpint(sample_count(store, "SELECT merges FROM lookup_merged"), >, merges);
	add(store, ENTRIES, ENTRIES + 1);
	assert_all_found(store, ENTRIES + 1);
}

/* Of what was removed it could be asked whether it was there. */
static void
test_it_goes_with_what_is_removed(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;

	begin(store);
	add(store, 0, ENTRIES);
	end(store);
	g_assert_cmpint(sample_count(store, "SELECT count(*) FROM lookup_bloom"), >, 0);
	g_assert_true(lookup_remove(store, LOOKUP_EDGE + 1, key_of_number(1), 1, NULL));
	g_assert_cmpint(sample_count(store, "SELECT count(*) FROM lookup_bloom"), ==, 0);
	g_assert_true(bloom_read(store, NULL));
	g_assert_null(store->bloom);
}

/* An import beside a purge has it in memory. */
static void
test_what_was_dropped_is_not_kept_again(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;
	g_autoptr(Store) other = store_open(sample->path, STORE_WRITE, NULL);

	begin(store);
	add(store, 0, ENTRIES);
	g_assert_true(lookup_remove(other, LOOKUP_EDGE + 1, key_of_number(1), 1, NULL));
	end(store);
	g_assert_cmpint(sample_count(store, "SELECT count(*) FROM lookup_bloom"), ==, 0);
}

static void
test_a_larger_one_follows(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char many[] =
		"WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < %d)"
		" INSERT INTO lookup SELECT 3, random(), n FROM n";
	g_autofree char *sql = g_strdup_printf(many, MANY);
	Store *store = sample->store;
	int small = 0;
	int large = 0;

	add(store, 0, ENTRIES);
	g_assert_true(db_exec(store, sql, NULL));
	begin(store);
	for (int i = ENTRIES; i < 2 * ENTRIES; i++)
		small += bloom_may_have(store, LOOKUP_RAW, key_of_number(i));
	g_assert_true(bloom_prepare(store, ENTRIES, NULL));
	for (int i = ENTRIES; i < 2 * ENTRIES; i++)
		large += bloom_may_have(store, LOOKUP_RAW, key_of_number(i));
	g_assert_cmpint(large, <, small / 4);
	assert_all_found(store, ENTRIES);
}

static void
on_fault(const char *words, G_GNUC_UNUSED void *data)
{
	g_test_message("%s", words);
}

static int
faults(Store *store)
{
	const VerifyOptions options = { .fault = on_fault };
	VerifySummary summary;

	g_assert_true(store_verify(store, &options, &summary, NULL));
	return (int)summary.faults;
}

static void
test_verify_says_what_it_leaves_out(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char entry[] = "INSERT INTO edge (id, kind, value) VALUES (1, 5, 'one')";
	static const char holes[] = "UPDATE lookup_bloom SET bits = zeroblob(65536)";
	static const char odd[] = "UPDATE lookup_bloom SET bits = x'00'";
	Store *store = sample->store;

	g_assert_true(db_exec(store, entry, NULL));
	begin(store);
	g_assert_true(
		lookup_add(store, LOOKUP_EDGE + EDGE_SUBJECT, lookup_text_key("one"), 1, NULL));
	g_assert_true(lookup_merge_parts(store, 0, PART, NULL));
	end(store);
	g_assert_cmpint(faults(store), ==, 0);
	g_assert_true(db_exec(store, holes, NULL));
	g_assert_cmpint(faults(store), ==, 1);
	g_assert_true(db_exec(store, odd, NULL));
	g_assert_cmpint(faults(store), ==, 0);
}

/* What a file from elsewhere may have in place of it is none. */
static void
test_what_is_odd_is_none(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const odd[] = {
		"UPDATE lookup_bloom SET bits = x'00' WHERE part = 1",
		"UPDATE lookup_bloom SET part = 9 WHERE part = 1",
		"UPDATE lookup_bloom SET part = -1 WHERE part = 1",
		"UPDATE lookup_bloom SET entries = 1 << 40",
		"UPDATE lookup_bloom SET merges = merges + 1 WHERE part = 1",
		"DELETE FROM lookup_bloom WHERE part = 1",
		"ALTER TABLE lookup_bloom RENAME TO was;"
		"CREATE TABLE lookup_bloom (part INTEGER PRIMARY KEY, merges, entries, bits);"
		"INSERT INTO lookup_bloom SELECT part, merges, entries, iif(part = 1, NULL, bits)"
		" FROM was",
		"ALTER TABLE lookup_bloom RENAME TO was;"
		"CREATE TABLE lookup_bloom (part INTEGER PRIMARY KEY, merges, entries, bits);"
		"INSERT INTO lookup_bloom SELECT part, merges, entries, 'text' FROM was",
	};
	Store *store = sample->store;

	begin(store);
	add(store, 0, ENTRIES);
	end(store);
	for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
		g_assert_true(db_exec(store, "SAVEPOINT before", NULL));
		g_assert_true(db_exec(store, odd[i], NULL));
		g_assert_true(bloom_read(store, NULL));
		g_assert_null(store->bloom);
		g_assert_true(db_exec(store, "ROLLBACK TO before; RELEASE before", NULL));
	}
	g_assert_true(bloom_read(store, NULL));
	g_assert_nonnull(store->bloom);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/bloom/what-is-there-is-found", test_what_is_there_is_found);
	sample_test("/bloom/it-is-kept-for-the-next", test_it_is_kept_for_the_next);
	sample_test("/bloom/who-merges-takes-it-along", test_who_merges_takes_it_along);
	sample_test("/bloom/little-is-not-worth-it", test_little_is_not_worth_it);
	sample_test("/bloom/who-merges-without-it-leaves-it-behind",
		test_who_merges_without_it_leaves_it_behind);
	sample_test("/bloom/anothers-merges-are-noticed", test_anothers_merges_are_noticed);
	sample_test("/bloom/what-was-broken-off-is-not-kept", test_what_was_broken_off_is_not_kept);
	sample_test("/bloom/what-was-given-up-is-forgotten", test_what_was_given_up_is_forgotten);
	sample_test("/bloom/it-goes-with-what-is-removed", test_it_goes_with_what_is_removed);
	sample_test("/bloom/what-was-dropped-is-not-kept-again",
		test_what_was_dropped_is_not_kept_again);
	sample_test("/bloom/a-larger-one-follows", test_a_larger_one_follows);
	sample_test("/bloom/verify-says-what-it-leaves-out", test_verify_says_what_it_leaves_out);
	sample_test("/bloom/what-is-odd-is-none", test_what_is_odd_is_none);
	return g_test_run();
}
