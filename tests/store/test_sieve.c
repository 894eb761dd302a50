/* What the large table of lookups certainly does not have: sieve.h. */
#include "store/sieve.h"

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

static int64_t
count(Store *store, const char *sql)
{
	int64_t value = -1;

	g_assert_true(db_value(store, sql, &value, NULL));
	return value;
}

/* As an import that has brought enough. */
static void
begin(Store *store)
{
	sieve_allow(store);
	store->brought = G_MAXINT;
	g_assert_true(sieve_prepare(store, NULL));
	g_assert_nonnull(store->sieve);
}

static void
add(Store *store, int from, int to)
{
	g_autoptr(Transaction) transaction = db_begin(store, NULL);

	g_assert_true(sieve_check(store, NULL));
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
	g_assert_nonnull(store->sieve);
	assert_all_found(store, ENTRIES);
	for (int i = ENTRIES; i < 3 * ENTRIES; i++) {
		wrongly += sieve_may_have(store, LOOKUP_EDGE + i % EDGE_KINDS, key_of_number(i));
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
	sieve_end(store);
	g_assert_null(store->sieve);
	g_assert_true(sieve_read(store, NULL));
	g_assert_nonnull(store->sieve);
	g_assert_false(sieve_may_have(store, LOOKUP_RAW, key_of_number(1)));
	assert_all_found(store, ENTRIES);
}

/* Be it for a few messages: else each import would have to make it anew. */
static void
test_who_merges_takes_it_along(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;

	begin(store);
	add(store, 0, ENTRIES);
	sieve_end(store);
	sieve_allow(store);
	add(store, ENTRIES, ENTRIES + 1);
	g_assert_null(store->sieve);
	add(store, ENTRIES + 1, ENTRIES + 2 * MOST);
	g_assert_nonnull(store->sieve);
	sieve_end(store);
	g_assert_true(sieve_read(store, NULL));
	g_assert_nonnull(store->sieve);
	assert_all_found(store, ENTRIES + 2 * MOST);
}

static void
test_little_is_not_worth_it(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;

	store->brought = G_MAXINT;
	g_assert_true(sieve_prepare(store, NULL));
	g_assert_null(store->sieve);
	sieve_allow(store);
	g_assert_cmpint(store->brought, ==, 0);
	g_assert_true(sieve_prepare(store, NULL));
	g_assert_null(store->sieve);
}

/* One that does not know of all that was merged would say no of what is there. */
static void
test_who_merges_without_it_leaves_it_behind(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;

	begin(store);
	add(store, 0, ENTRIES);
	sieve_end(store);
	add(store, ENTRIES, ENTRIES + 2 * MOST);
	g_assert_true(sieve_read(store, NULL));
	g_assert_null(store->sieve);
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
	g_assert_nonnull(store->sieve);
	add(store, ENTRIES + 2 * MOST, ENTRIES + 2 * MOST + 1);
	g_assert_null(store->sieve);
	assert_all_found(store, ENTRIES + 2 * MOST + 1);
	/* What it would keep knows of less than is there. */
	begin(store);
	add(other, 2 * ENTRIES, 2 * ENTRIES + 2 * MOST);
	add(other, 3 * ENTRIES, 3 * ENTRIES + 2 * MOST);
	sieve_end(store);
	g_assert_true(sieve_read(store, NULL));
	g_assert_null(store->sieve);
}

static void
test_what_was_given_up_is_noticed(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;

	add(store, 0, ENTRIES);
	begin(store);
	{
		g_autoptr(Transaction) transaction = db_begin(store, NULL);

		g_assert_true(lookup_merge_parts(store, 0, PART, NULL));
	}
	add(store, ENTRIES, ENTRIES + 1);
	g_assert_null(store->sieve);
	assert_all_found(store, ENTRIES + 1);
}

/* Of what was removed it could be asked whether it was there. */
static void
test_it_goes_with_what_is_removed(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;

	begin(store);
	add(store, 0, ENTRIES);
	sieve_end(store);
	g_assert_cmpint(count(store, "SELECT count(*) FROM lookup_sieve"), >, 0);
	g_assert_true(lookup_remove(store, LOOKUP_EDGE + 1, key_of_number(1), 1, NULL));
	g_assert_cmpint(count(store, "SELECT count(*) FROM lookup_sieve"), ==, 0);
	g_assert_true(sieve_read(store, NULL));
	g_assert_null(store->sieve);
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
		small += sieve_may_have(store, LOOKUP_RAW, key_of_number(i));
	g_assert_true(sieve_prepare(store, NULL));
	for (int i = ENTRIES; i < 2 * ENTRIES; i++)
		large += sieve_may_have(store, LOOKUP_RAW, key_of_number(i));
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
	static const char holes[] = "UPDATE lookup_sieve SET bits = zeroblob(65536)";
	static const char odd[] = "UPDATE lookup_sieve SET bits = x'00'";
	Store *store = sample->store;

	g_assert_true(db_exec(store, entry, NULL));
	begin(store);
	g_assert_true(
		lookup_add(store, LOOKUP_EDGE + EDGE_SUBJECT, lookup_text_key("one"), 1, NULL));
	g_assert_true(lookup_merge_parts(store, 0, PART, NULL));
	sieve_end(store);
	g_assert_cmpint(faults(store), ==, 0);
	g_assert_true(db_exec(store, holes, NULL));
	g_assert_cmpint(faults(store), ==, 1);
	g_assert_true(db_exec(store, odd, NULL));
	g_assert_cmpint(faults(store), ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/sieve/what-is-there-is-found", test_what_is_there_is_found);
	sample_test("/sieve/it-is-kept-for-the-next", test_it_is_kept_for_the_next);
	sample_test("/sieve/who-merges-takes-it-along", test_who_merges_takes_it_along);
	sample_test("/sieve/little-is-not-worth-it", test_little_is_not_worth_it);
	sample_test("/sieve/who-merges-without-it-leaves-it-behind",
		test_who_merges_without_it_leaves_it_behind);
	sample_test("/sieve/anothers-merges-are-noticed", test_anothers_merges_are_noticed);
	sample_test("/sieve/what-was-given-up-is-noticed", test_what_was_given_up_is_noticed);
	sample_test("/sieve/it-goes-with-what-is-removed", test_it_goes_with_what_is_removed);
	sample_test("/sieve/a-larger-one-follows", test_a_larger_one_follows);
	sample_test("/sieve/verify-says-what-it-leaves-out", test_verify_says_what_it_leaves_out);
	return g_test_run();
}
