/* Scattered rows in two tables: tier.h. */
#include "store/tier.h"

#include "tests/store/sample.h"

enum {
	WORDS = 700,
	TIMES = 3,
	MOST = 100,
	PART = 16,
};

static const Tier tier = TIER("large", "small", "ended", "kind", "word", "slot", ", number",
	"kind, word, slot, number", " ON CONFLICT DO UPDATE SET number = number + excluded.number",
	"-1, '', 0");

static void
make_tables(Store *store)
{
	static const char sql[] =
		"CREATE TABLE large (kind INTEGER, word TEXT, slot INTEGER, number INTEGER,"
		" PRIMARY KEY (kind, word, slot)) WITHOUT ROWID;"
		"CREATE TABLE small (kind INTEGER, word TEXT, slot INTEGER, number INTEGER,"
		" PRIMARY KEY (kind, word, slot)) WITHOUT ROWID;"
		"CREATE TABLE ended (kind INTEGER, word TEXT, slot INTEGER, merges INTEGER);"
		"INSERT INTO ended VALUES (-1, '', 0, 0);";

	g_assert_true(db_exec(store, sql, NULL));
}

static void
put(Store *store, int number)
{
	static const char sql[] = "INSERT INTO small VALUES (:kind, :word, :slot, 1)"
				  " ON CONFLICT DO UPDATE SET number = number + 1";
	g_autofree char *word = g_strdup_printf("%d", number * 7919 % WORDS);
	g_autoptr(Kept) insert = db_kept(store, sql, NULL);

	db_bind_int(insert, ":kind", number % 3);
	db_bind_text(insert, ":word", word);
	db_bind_int(insert, ":slot", number % 5);
	g_assert_true(db_run(store, insert, NULL));
}

/* The same row comes again while it lies in either. */
static void
test_what_is_counted_stays(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;
	g_autoptr(Transaction) transaction = db_begin(store, NULL);

	make_tables(store);
	for (int i = 0; i < WORDS * TIMES; i++) {
		put(store, i % WORDS);
		g_assert_true(tier_merge(store, &tier, MOST, PART, NULL));
		g_assert_cmpint(sample_count(store, "SELECT count(*) FROM small"), <=, MOST);
	}
	g_assert_cmpint(sample_count(store, "SELECT count(*) FROM large"), >=, WORDS - MOST);
	g_assert_cmpint(sample_count(store,
				"SELECT count(*) FROM (SELECT sum(number) AS sum FROM"
				" (SELECT * FROM large UNION ALL SELECT * FROM small)"
				" GROUP BY kind, word, slot) WHERE sum = 3"),
		==, WORDS);
	g_assert_true(transaction_commit(transaction, NULL));
}

static void
test_none_is_left_where_none_may_be(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;

	make_tables(store);
	for (int i = 0; i < WORDS; i++)
		put(store, i);
	g_assert_true(tier_merge(store, &tier, 0, PART, NULL));
	g_assert_cmpint(sample_count(store, "SELECT count(*) FROM small"), ==, 0);
	g_assert_cmpint(sample_count(store, "SELECT count(*) FROM large"), ==, WORDS);
	g_assert_true(tier_merge(store, &tier, 0, PART, NULL));
}

/* A file from elsewhere may have rows before all keys, which no part begins at. */
static void
test_it_ends_whatever_the_rows_are(Sample *sample, G_GNUC_UNUSED const void *data)
{
	Store *store = sample->store;

	make_tables(store);
	for (int i = 0; i < WORDS; i++)
		put(store, i);
	g_assert_true(db_exec(store, "INSERT INTO small VALUES (-2, 'x', 0, 1)", NULL));
	g_assert_true(tier_merge(store, &tier, 0, PART, NULL));
	g_assert_cmpint(sample_count(store, "SELECT count(*) FROM small"), ==, 1);
	g_assert_cmpint(sample_count(store, "SELECT count(*) FROM large"), ==, WORDS);
}

/* A store that grows is asked again once it has grown by a part of what may be new. */
static void
test_it_is_due_once_in_a_while(void)
{
	TierLimits limits;
	int64_t due = 0;

	g_assert_true(tier_is_due(10, &due, &limits));
	g_assert_cmpint(due, ==, 10 + limits.part);
	g_assert_false(tier_is_due(due - 1, &due, &limits));
	g_assert_true(tier_is_due(due, &due, &limits));
	due = 0;
	g_assert_true(tier_is_due(100000000, &due, &limits));
	g_assert_cmpint(limits.most, >, 1000000);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/tier/what-is-counted-stays", test_what_is_counted_stays);
	sample_test("/tier/none-is-left-where-none-may-be", test_none_is_left_where_none_may_be);
	sample_test("/tier/it-ends-whatever-the-rows-are", test_it_ends_whatever_the_rows_are);
	g_test_add_func("/tier/it-is-due-once-in-a-while", test_it_is_due_once_in_a_while);
	return g_test_run();
}
