#include "store/odd.h"

#include <sqlite3.h>

#include "tests/store/sample.h"

static GPtrArray *
odd_of(const Sample *sample, int limit)
{
	g_autoptr(GArray) ids = g_array_new(false, false, sizeof(int64_t));
	g_autoptr(GError) error = NULL;
	GPtrArray *odd;

	for (int64_t id = 1; id <= sample->count; id++)
		g_array_append_val(ids, id);
	odd = store_odd(sample->store, ids, limit, &error);
	g_assert_no_error(error);
	return odd;
}

static void
assert_odd(const Sample *sample, const char *words)
{
	g_autoptr(GPtrArray) odd = odd_of(sample, 0);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < odd->len; i++)
		g_string_append_printf(text, "%s%s", i ? "\n" : "",
			((const Odd *)g_ptr_array_index(odd, i))->text);
	g_assert_cmpstr(text->str, ==, words);
}

static void
attach_pdf(Message *message)
{
	sample_attach(message);
	g_free(((Attachment *)g_ptr_array_index(message->attachments, 0))->detected);
	((Attachment *)g_ptr_array_index(message->attachments, 0))->detected =
		g_strdup("application/pdf");
}

static void
attach_other(Message *message)
{
	Attachment *attachment;

	sample_attach(message);
	attachment = g_ptr_array_index(message->attachments, 0);
	g_free(attachment->sha256);
	attachment->sha256 = g_strnfill(64, 'b');
	g_free(attachment->name);
	attachment->name = g_strdup("other.html");
}

static void
test_alike_have_none(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_add_plain(sample, 12);
	assert_odd(sample, "");
}

static void
test_two_sentences_in_one(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_add_plain(sample, 9);
	sample_add(sample,
		&(SampleMail){ .recipients = "finance@here.example", .enrich = attach_pdf });
	assert_odd(sample, "#10 to finance@here.example has a PDF");
}

static void
test_each_trait(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_add_plain(sample, 90);
	sample_add(sample, &(SampleMail){ .domain = "evil.example" });
	sample_add(sample, &(SampleMail){ .recipients = "bob@there.example" });
	sample_add(sample, &(SampleMail){ .recipients = "ann@here.example hr@here.example" });
	sample_add(sample, &(SampleMail){ .recipients = "" });
	sample_add(sample, &(SampleMail){ .attachment = true });
	sample_add(sample, &(SampleMail){ .unproven = true });
	assert_odd(sample,
		"#96 is not authenticated, came through SES: claimed\n"
		"#91 is from evil.example\n"
		"#92 is to bob@there.example\n"
		"#93 is to hr@here.example\n"
		"#94 is to nobody known\n"
		"#95 has an attachment, invoice.html");
}

static void
test_other_file(Sample *sample, G_GNUC_UNUSED const void *data)
{
	for (int i = 0; i < 10; i++)
		sample_add(sample, &(SampleMail){ .attachment = true });
	sample_add(sample, &(SampleMail){ .enrich = attach_other });
	assert_odd(sample, "#11 has another file, other.html");
}

static void
test_none_where_most_have_one(Sample *sample, G_GNUC_UNUSED const void *data)
{
	for (int i = 0; i < 4; i++)
		sample_add(sample, &(SampleMail){ .attachment = true });
	sample_add_plain(sample, 1);
	assert_odd(sample, "#5 has no attachment");
}

/* One in three is no oddity, nor are two in ten. */
static void
test_no_rule_no_exception(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_add_plain(sample, 2);
	sample_add(sample, &(SampleMail){ .domain = "evil.example" });
	assert_odd(sample, "");
	sample_add_plain(sample, 6);
	sample_add(sample, &(SampleMail){ .domain = "evil.example" });
	assert_odd(sample, "");
	sample_add_plain(sample, 10);
	assert_odd(sample, "#3 is from evil.example\n#10 is from evil.example");
}

static void
test_limit_keeps_the_oddest(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) odd = NULL;

	sample_add_plain(sample, 40);
	sample_add(sample, &(SampleMail){ .domain = "evil.example" });
	sample_add(sample, &(SampleMail){ .domain = "evil.example", .attachment = true });
	odd = odd_of(sample, 1);
	g_assert_cmpint(odd->len, ==, 1);
	g_assert_cmpint(((const Odd *)g_ptr_array_index(odd, 0))->message, ==, 42);
}

static void
change(const Sample *sample, const char *sql)
{
	sqlite3 *db = NULL;

	g_assert_cmpint(sqlite3_open(sample->path, &db), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
	sqlite3_close(db);
}

/* A store that is damaged, or from elsewhere, has what no column of ours allows. */
static void
test_nothing_where_something_has_to_be(Sample *sample, G_GNUC_UNUSED const void *data)
{
	sample_add_plain(sample, 10);
	sample_add(sample, &(SampleMail){ .attachment = true });
	change(sample,
		"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql ="
		" replace(sql, 'sha256 TEXT NOT NULL', 'sha256 TEXT') WHERE name = 'attachment'");
	change(sample, "UPDATE attachment SET sha256 = NULL");
	g_ptr_array_unref(odd_of(sample, 0));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/odd/alike-have-none", test_alike_have_none);
	sample_test("/odd/two-sentences-in-one", test_two_sentences_in_one);
	sample_test("/odd/each-trait", test_each_trait);
	sample_test("/odd/other-file", test_other_file);
	sample_test("/odd/none-where-most-have-one", test_none_where_most_have_one);
	sample_test("/odd/no-rule-no-exception", test_no_rule_no_exception);
	sample_test("/odd/limit-keeps-the-oddest", test_limit_keeps_the_oddest);
	sample_test(
		"/odd/nothing-where-something-has-to-be", test_nothing_where_something_has_to_be);
	return g_test_run();
}
