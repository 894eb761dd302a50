/* A query, compiled and run on a small store: query.h. */
#include "store/query.h"

#include "tests/fuzz/fuzz_store.h"

int
LLVMFuzzerInitialize(int *count, char ***arguments)
{
	static const SampleMail mails[] = {
		{ .subject = "Your receipt" },
		{ .subject = "Reset link", .account = "", .unproven = true, .attachment = true },
		{ .subject = "100%_\xc3\xa9", .from = "a@evil.example", .domain = "evil.example" },
	};

	(void)count, (void)arguments;
	make_store();
	for (size_t i = 0; i < G_N_ELEMENTS(mails); i++)
		sample_add(&sample, &mails[i]);
	return 0;
}

static guint
found(const Query *query)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) ids = store_ids(sample.store, query, &error);

	g_assert_no_error(error);
	g_assert_cmpint(store_count(sample.store, query, &error), ==, ids->len);
	g_assert_no_error(error);
	return ids->len;
}

/* What it does not find, its negation does. */
static void
check_negated(const char *text, guint hits)
{
	g_autofree char *negated = g_strconcat("-(", text, ")", NULL);
	g_autoptr(Query) query = query_parse(negated, SAMPLE_NOW, NULL, NULL);

	if (query)
		g_assert_cmpuint(found(query), ==, (guint)sample.count - hits);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Fuzz fuzz = { data, size };
	g_autofree char *text = fuzz_rest(&fuzz);
	g_autoptr(GError) error = NULL;
	int column = 1;
	g_autoptr(Query) query = query_parse(text, SAMPLE_NOW, &column, &error);

	fuzz_assert_said(query != NULL, error);
	g_assert_cmpint(column, >=, 1);
	g_assert_cmpuint((size_t)column, <=, strlen(text) + 1);
	if (query)
		check_negated(text, found(query));
	return 0;
}
