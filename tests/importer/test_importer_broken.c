/* What goes wrong in an import: parsers that break, entries that can't be read, a source that ends
 * too early. */
#include "importer/importer.h"

#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "importer/importer_private.h"
#include "tests/importer/imports.h"

/* A parser with three weaknesses: "X-Break: full" ends it when it reads all of the
 * mail, "X-Break: any" in any case, "X-Break: out" has it try what it must not. */
static void
fragile(const BoxTask *task, BoxProduct *product)
{
	if (g_strstr_len(task->raw, (gssize)task->size, "X-Break: any"))
		abort();
	if (task->job == BOX_INSPECT && g_strstr_len(task->raw, (gssize)task->size, "X-Break: out"))
		fork();
	if (task->job == BOX_INSPECT &&
		g_strstr_len(task->raw, (gssize)task->size, "X-Break: full"))
		for (;;)
			__asm__ volatile("");
	box_inspect(task, product);
}

static const char *
evidence_of(const Message *message, DefectKind kind)
{
	for (guint i = 0; i < message->defects->len; i++) {
		const Defect *defect = g_ptr_array_index(message->defects, i);

		if (defect->kind == kind)
			return defect->evidence;
	}
	return NULL;
}

static void
test_broken_mail_costs_only_itself(void)
{
	static const BoxLimits limits = { .cpu_seconds = 1, .wall_seconds = 60, .messages = 7 };
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = place_path(place, "mail");
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);
	const ImportRun run = { .store = store, .options = &options, .worker = fragile };
	g_autoptr(GPtrArray) rows = NULL;
	g_autoptr(Message) half = NULL;
	g_autoptr(Message) out = NULL;

	options.limits = &limits;
	add_mails(place, 40);
	place_add_only(place, "mail/00003.eml", "Subject: half\nX-Break: full\n\n");
	place_add_only(place, "mail/00004.eml", "Subject: none\nX-Break: any\n\n");
	place_add_only(place, "mail/00005.eml", "Subject: out\nX-Break: out\n\n");
	place_add_only(place, "mail/00020.eml", "Subject: none either\nX-Break: any\n\n");
	g_assert_true(import_run(&run, path, &summary, NULL));
	g_assert_cmpint(summary.fresh, ==, 40);
	g_assert_cmpint(summary.broken, ==, 4);
	rows = rows_of(store);
	g_assert_cmpuint(rows->len, ==, 40);
	g_assert_cmpstr(row_at(rows, 2)->subject, ==, "number 2");
	g_assert_cmpstr(row_at(rows, 3)->subject, ==, "half");
	g_assert_cmpstr(row_at(rows, 4)->subject, ==, "(could not be parsed)");
	g_assert_cmpstr(row_at(rows, 20)->subject, ==, "(could not be parsed)");
	g_assert_cmpstr(row_at(rows, 39)->subject, ==, "number 39");

	half = store_load(store, row_at(rows, 3)->id, NULL);
	g_assert_cmpuint(half->findings->len, >, 0);
	g_assert_nonnull(strstr(evidence_of(half, DEFECT_UNPARSED), "processor time"));
	g_assert_false(message_has_defect(half, DEFECT_PARSER_ATTACKED));
	out = store_load(store, row_at(rows, 5)->id, NULL);
	g_assert_true(message_has_defect(out, DEFECT_PARSER_ATTACKED));
}

/* One that says nothing, as if it were asleep, is looked at by nobody until its time is over. */
static void
test_silent_parser_ends_by_the_clock(void)
{
	static const BoxLimits limits = { .cpu_seconds = 60, .wall_seconds = 2 };
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = place_path(place, "mail");
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);
	const ImportRun run = { .store = store, .options = &options, .worker = fragile };
	g_autoptr(Message) message = NULL;

	options.limits = &limits;
	place_add_only(place, "mail/1.eml", "Subject: half\nX-Break: full\n\n");
	g_assert_true(import_run(&run, path, &summary, NULL));
	g_assert_cmpint(summary.fresh, ==, 1);
	message = store_load(store, 1, NULL);
	g_assert_cmpstr(evidence_of(message, DEFECT_UNPARSED), ==, "took longer than 2 s");
}

/* Nobody knows what it is: it may be SES mail. */
static void
test_unread_is_kept_without_all(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = place_path(place, "mail");
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);
	const ImportRun run = { .store = store, .options = &options, .worker = fragile };

	options.all = false;
	place_add_only(place, "mail/1.eml", "Subject: x\n\n");
	place_add_only(place, "mail/2.eml", "Subject: y\nX-Break: any\n\n");
	g_assert_true(import_run(&run, path, &summary, NULL));
	g_assert_cmpint(summary.not_ses, ==, 1);
	g_assert_cmpint(summary.broken, ==, 1);
	g_assert_cmpint(store_count(store, NULL, NULL), ==, 1);
}

static void
test_unreadable_entries_are_told(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = place_path(place, "mail");
	g_autofree char *link = place_path(place, "mail/2.eml");
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);

	place_add_only(place, "mail/1.eml", "Subject: 1\n\n");
	place_add_only(place, "mail/3.eml", "Subject: 3\n\n");
	place_add_only(place, "mail/LABELS.tsv", "a\tb\n");
	g_assert_cmpint(symlink("3.eml", link), ==, 0);
	import(store, path, &options, &summary);
	g_assert_cmpint(summary.fresh, ==, 2);
	g_assert_cmpint(summary.unreadable, ==, 1);
	g_assert_cmpint(summary.not_mail, ==, 1);
	g_assert_nonnull(strstr(g_ptr_array_index(seen.skipped, 0), "2.eml"));
}

static void
test_failing_source_keeps_what_came(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autoptr(GError) error = NULL;
	g_autofree char *path = place_path(place, "box.gz");
	g_autofree char *text = NULL;
	GString *box = g_string_new(NULL);
	gsize length;
	gzFile file;
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);

	for (int i = 0; i < 3000; i++)
		g_string_append_printf(box,
			"From a@b.c Thu Jan  1 00:00:00 1970\nSubject: %u\n\n%u\n\n",
			g_random_int(), g_random_int());
	file = gzopen(path, "wb");
	g_assert_cmpint(gzwrite(file, box->str, (unsigned int)box->len), >, 0);
	gzclose(file);
	g_string_free(box, TRUE);
	g_assert_true(g_file_get_contents(path, &text, &length, NULL));
	g_assert_cmpint(truncate(path, (off_t)length / 2), ==, 0);

	g_assert_false(import_source(store, path, &options, &summary, &error));
	g_assert_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA);
	g_assert_cmpint(summary.fresh, >, 500);
	g_assert_cmpint(store_count(store, NULL, NULL), ==, summary.fresh);
}

static void
test_no_such_source(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autoptr(GError) error = NULL;
	g_autofree char *nothing = place_path(place, "nothing");
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);

	g_assert_false(import_source(store, nothing, &options, &summary, &error));
	g_assert_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func(
		"/importer/broken-mail-costs-only-itself", test_broken_mail_costs_only_itself);
	g_test_add_func(
		"/importer/silent-parser-ends-by-the-clock", test_silent_parser_ends_by_the_clock);
	g_test_add_func("/importer/unread-is-kept-without-all", test_unread_is_kept_without_all);
	g_test_add_func("/importer/unreadable-entries-are-told", test_unreadable_entries_are_told);
	g_test_add_func(
		"/importer/failing-source-keeps-what-came", test_failing_source_keeps_what_came);
	g_test_add_func("/importer/no-such-source", test_no_such_source);
	return g_test_run();
}
