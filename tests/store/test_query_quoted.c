#include "store/query.h"
#include "tests/store/sample.h"

static void
test_as_it_is(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char *const odd[] = { "a@x.example", "\"a b\"@x.example",
		"\"a\\\"b\"@x.example", "o'hare OR (to:b@x.example", "back\\slash\\" };

	for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
		const SampleMail mail = { .from = odd[i] };

		sample_add(sample, &mail);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
		g_autofree char *quoted = query_quoted(odd[i]);
		g_autofree char *text = g_strconcat("from:", quoted, NULL);
		g_autoptr(GError) error = NULL;
		g_autoptr(Query) query = query_parse(text, SAMPLE_NOW, NULL, &error);
		g_autoptr(GArray) ids = query ? store_ids(sample->store, query, &error) : NULL;

		g_assert_no_error(error);
		g_assert_cmpuint(ids->len, >=, 1);
		g_assert_cmpint(g_array_index(ids, int64_t, 0), ==, (int64_t)i + 1);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/query/quoted-is-read-as-it-is", test_as_it_is);
	return g_test_run();
}
