/* A list of a million values must not keep a decision waiting, nor a kill in its middle leave it so. */
#include <string.h>

#include "store/db.h"
#include "store/listed.h"
#include "tests/store/indicators.h"

enum {
	VALUES = 60000,
	TRIES = 10,
};

static GPtrArray *
values_new(const char *prefix, int count)
{
	GPtrArray *values = g_ptr_array_new_with_free_func((GDestroyNotify)listed_value_free);

	for (int i = 0; i < count; i++) {
		ListedValue *value = g_new0(ListedValue, 1);

		value->kind = INDICATOR_LINK;
		value->value = g_strdup_printf("%s%d.example", prefix, i);
		g_ptr_array_add(values, value);
	}
	return values;
}

static int64_t
import(Store *store, const char *name, const GPtrArray *values)
{
	const ListImport list = {
		.name = name, .values = values, .actor = "alice", .now = SAMPLE_NOW
	};
	g_autoptr(GError) error = NULL;
	int64_t judged = -1;

	store_import_list(store, &list, &judged, &error);
	g_assert_no_error(error);
	return judged;
}

static int64_t
count_values(Store *store)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) lists = store_lists(store, SAMPLE_NOW, &error);
	int64_t count = 0;

	g_assert_no_error(error);
	for (guint i = 0; i < lists->len; i++)
		count += ((const IndicatorList *)g_ptr_array_index(lists, i))->values;
	return count;
}

/* ---- who decides meanwhile ---- */

typedef struct Analyst {
	char *path;
	int ended; /* atomic */
	bool between;
} Analyst;

/* Writes all the time, and sees whether a list was half there when it could. */
static void *
decide_until_ended(void *data)
{
	Analyst *analyst = data;
	g_autoptr(GError) error = NULL;
	Sample sample = { .store = store_open(analyst->path, STORE_WRITE, &error) };

	g_assert_no_error(error);
	while (!g_atomic_int_get(&analyst->ended) && !analyst->between) {
		int64_t rule;

		rule = indicators_rule(
			&sample, (Rule){ .kind = RULE_DENY, .link = (char *)"x.example" });
		analyst->between = count_values(sample.store) % VALUES != 0;
		store_undo(sample.store, rule, "dave", SAMPLE_NOW, &error);
		g_assert_no_error(error);
	}
	store_close(sample.store);
	return NULL;
}

static void
test_lets_go(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) values = values_new("n", VALUES);
	Analyst analyst = { .path = sample->path };
	GThread *thread = g_thread_new("analyst", decide_until_ended, &analyst);

	for (int i = 0; i < TRIES && !analyst.between; i++) {
		g_autofree char *name = g_strdup_printf("list%d", i);

		import(sample->store, name, values);
	}
	g_atomic_int_set(&analyst.ended, 1);
	g_thread_join(thread);
	g_assert_true(analyst.between);
}

/* ---- what was cut off ---- */

static void
test_made_whole(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char killed[] =
		"UPDATE indicator_list SET run = run + 1;"
		"INSERT INTO listed (kind, value, list, first, expires, run)"
		" SELECT 'link', 'half.example', id, 0, 0, run FROM indicator_list";
	g_autoptr(GPtrArray) three = values_new("n", 3);
	g_autoptr(GPtrArray) two = values_new("n", 2);
	g_autoptr(GError) error = NULL;
	int64_t judged;

	import(sample->store, "kits", three);
	db_exec(sample->store, killed, &error);
	g_assert_no_error(error);
	g_assert_cmpint(count_values(sample->store), ==, 4);
	import(sample->store, "kits", two);
	g_assert_cmpint(count_values(sample->store), ==, 2);
	db_exec(sample->store, killed, &error);
	g_assert_no_error(error);
	store_remove_list(sample->store, "kits", &judged, &error);
	g_assert_no_error(error);
	g_assert_cmpint(count_values(sample->store), ==, 0);
}

static void
lead_to_kit(Message *message)
{
	indicators_link(message, "https://n0.example/");
}

/* However many they are. */
static void
test_all_are_judged(Sample *sample, G_GNUC_UNUSED const void *data)
{
	const int count = 5100;
	g_autoptr(GPtrArray) values = values_new("n", 1);
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreBatch) batch = store_batch_begin(sample->store, &error);

	for (int i = 0; i < count; i++)
		sample_put(sample, batch, &(SampleMail){ .enrich = lead_to_kit });
	store_batch_commit(batch, &error);
	g_assert_no_error(error);
	g_assert_cmpint(import(sample->store, "kits", values), ==, count);
	sample_do(sample, DECISION_BLOCK, 1);
	g_assert_cmpint(import(sample->store, "kits", values), ==, count - 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/listed-turns/others-write-meanwhile", test_lets_go);
	sample_test("/listed-turns/what-was-cut-off-is-made-whole", test_made_whole);
	sample_test("/listed-turns/all-held-messages-are-judged", test_all_are_judged);
	return g_test_run();
}
