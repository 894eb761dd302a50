#include "importer/importer.h"

#include <string.h>

#include "tests/importer/imports.h"

/* ---- what comes in ---- */

/* The same bytes are one message, whatever two From_ lines say of it: in one import as in
 * two, and however often. */
static void
test_from_lines_make_no_second_message(void)
{
	static const char box[] = "From one@example.com Thu Jan  1 00:00:00 1970\n"
				  "Subject: 1\n\n1\n\n"
				  "From two@example.com Thu Jan  1 00:00:00 1970\n"
				  "Subject: 1\n\n1\n\n";
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = place_add(place, "box", box);
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);
	g_autoptr(GPtrArray) rows = NULL;

	import(store, path, &options, &summary);
	g_assert_cmpint(summary.fresh, ==, 1);
	g_assert_cmpint(summary.known, ==, 1);
	import(store, path, &options, &summary);
	g_assert_cmpint(summary.fresh, ==, 1);
	g_assert_cmpint(summary.known, ==, 3);
	rows = rows_of(store);
	g_assert_cmpuint(rows->len, ==, 1);
	g_assert_cmpstr(row_at(rows, 0)->sender, ==, "one@example.com");
}

static void
test_ids_follow_the_order(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = place_path(place, "mail");
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);
	g_autoptr(GPtrArray) rows = NULL;

	options.boxes = 3;
	add_mails(place, 600);
	import(store, path, &options, &summary);
	g_assert_cmpint(summary.fresh, ==, 600);
	g_assert_cmpint(summary.ses[SES_NONE], ==, 600);
	g_assert_cmpint(seen.progress, >, 0);
	rows = rows_of(store);
	g_assert_cmpuint(rows->len, ==, 600);
	for (guint i = 0; i < rows->len; i++) {
		g_autofree char *subject = g_strdup_printf("number %u", i);

		g_assert_cmpstr(row_at(rows, i)->subject, ==, subject);
	}
}

static void
test_twice_changes_nothing(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = place_path(place, "mail");
	g_auto(ImportSummary) first = { 0 };
	g_auto(ImportSummary) second = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);
	g_autoptr(GPtrArray) rows = NULL;

	add_mails(place, 30);
	import(store, path, &options, &first);
	import(store, path, &options, &second);
	g_assert_cmpint(first.fresh, ==, 30);
	g_assert_cmpint(second.fresh, ==, 0);
	g_assert_cmpint(second.known, ==, 30);
	rows = rows_of(store);
	g_assert_cmpuint(rows->len, ==, 30);
}

/* Long after the files were written, so that their ages tell. */
static int64_t
a_later_time(void)
{
	return 4000000000;
}

static int64_t
bytes_read(Store *store, const char *path, const ImportOptions *options, ImportSummary *summary)
{
	Seen *seen = options->data;

	seen->bytes = 0;
	import(store, path, options, summary);
	return seen->bytes;
}

static void
test_seen_files_are_not_read_again(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = place_path(place, "mail");
	g_auto(ImportSummary) first = { 0 };
	g_auto(ImportSummary) second = { 0 };
	g_auto(ImportSummary) third = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);

	options.clock = a_later_time;
	add_mails(place, 30);
	g_assert_cmpint(bytes_read(store, path, &options, &first), >, 0);
	g_assert_cmpint(bytes_read(store, path, &options, &second), ==, 0);
	g_assert_cmpint(second.known, ==, 30);

	place_add_only(place, "mail/00007.eml", "Subject: another message\n\nin the same file\n");
	g_assert_cmpint(bytes_read(store, path, &options, &third), ==, 43);
	g_assert_cmpint(third.known, ==, 29);
	g_assert_cmpint(third.fresh, ==, 1);
}

static void
test_what_was_left_out_is_read_with_all(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = place_path(place, "mail");
	g_auto(ImportSummary) first = { 0 };
	g_auto(ImportSummary) second = { 0 };
	g_auto(ImportSummary) third = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);

	options.clock = a_later_time;
	options.all = false;
	add_mails(place, 5);
	bytes_read(store, path, &options, &first);
	g_assert_cmpint(bytes_read(store, path, &options, &second), ==, 0);
	g_assert_cmpint(second.not_ses, ==, 5);
	options.all = true;
	bytes_read(store, path, &options, &third);
	g_assert_cmpint(third.fresh, ==, 5);
}

/* For other recipients the same bytes are another message. */
static void
test_seen_files_are_read_for_another_envelope(void)
{
	static const char *const others[] = { "carol@example.org", NULL };
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = place_path(place, "mail");
	g_auto(ImportSummary) first = { 0 };
	g_auto(ImportSummary) second = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);

	options.clock = a_later_time;
	add_mails(place, 5);
	bytes_read(store, path, &options, &first);
	options.sender = "alice@example.com";
	options.recipients = others;
	bytes_read(store, path, &options, &second);
	g_assert_cmpint(second.fresh, ==, 5);
}

static void
test_bytes_are_kept(void)
{
	static const char text[] =
		"Subject: \xff\x80 bytes\r\nno colon here\n\n\x01\x02\xfe\r\r\n.\n";
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = place_add(place, "x.eml", text);
	g_autoptr(GBytes) given = g_bytes_new_static(text, strlen(text));
	g_autoptr(GBytes) kept = NULL;
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);
	g_autoptr(GPtrArray) rows = NULL;

	import(store, path, &options, &summary);
	rows = rows_of(store);
	kept = store_raw(store, row_at(rows, 0)->id, NULL);
	g_assert_true(g_bytes_equal(kept, given));
	g_assert_cmpint(row_at(rows, 0)->size, ==, (int64_t)strlen(text));
	g_assert_true(g_str_has_suffix(row_at(rows, 0)->source, "/x.eml"));
}

static void
test_only_ses_unless_all(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = place_path(place, "mail");
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);

	options.all = false;
	add_mails(place, 5);
	import(store, path, &options, &summary);
	g_assert_cmpint(summary.not_ses, ==, 5);
	g_assert_cmpint(summary.fresh, ==, 0);
	g_assert_cmpint(store_count(store, NULL, NULL), ==, 0);
}

static void
test_envelope(void)
{
	static const char *const recipients[] = { "x@example.org", "y@example.org", NULL };
	static const char box[] = "From sender@example.com Thu Jan  1 00:00:00 1970\n"
				  "Subject: 1\n\n1\n\n"
				  "From sender@example.com Thu Jan  1 00:00:00 1970\n"
				  "Return-Path: <path@example.com>\nSubject: 2\n\n2\n\n";
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = place_add(place, "box", box);
	g_autofree char *one = place_add(place, "x.eml", "Subject: 3\n\n3\n");
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);
	g_autoptr(GPtrArray) rows = NULL;

	import(store, path, &options, &summary);
	options.sender = "";
	options.recipients = recipients;
	import(store, one, &options, &summary);
	import(store, one, &options, &summary);
	g_assert_cmpint(summary.fresh, ==, 3);
	g_assert_cmpint(summary.known, ==, 1);
	rows = rows_of(store);
	g_assert_cmpstr(row_at(rows, 0)->sender, ==, "sender@example.com");
	g_assert_cmpstr(row_at(rows, 1)->sender, ==, "path@example.com");
	g_assert_cmpstr(row_at(rows, 2)->sender, ==, "");
	g_assert_cmpuint(g_strv_length(row_at(rows, 2)->recipients), ==, 2);
	g_assert_cmpuint(g_strv_length(row_at(rows, 0)->recipients), ==, 0);
}

/* A message that an export destroyed is nobody's to be released to, whoever got the whole one;
 * and still one message. */
static void
test_destroyed_mail_has_no_recipients(void)
{
	static const char *const recipients[] = { "x@example.org", NULL };
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = place_add(place, "x.eml",
		"X-Envelope-To: <a@inside.test>\nFrom: a@x.example\n"
		"Content-Transfer-Encoding: 8bit\n\nGr????e f??r M??ller\n");
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);
	g_autoptr(GPtrArray) rows = NULL;

	options.sender = "s@example.com";
	options.recipients = recipients;
	import(store, path, &options, &summary);
	import(store, path, &options, &summary);
	g_assert_cmpint(summary.fresh, ==, 1);
	g_assert_cmpint(summary.known, ==, 1);
	rows = rows_of(store);
	g_assert_cmpstr(row_at(rows, 0)->sender, ==, "s@example.com");
	g_assert_cmpuint(g_strv_length(row_at(rows, 0)->recipients), ==, 0);
}

static void
test_untrusted_results_are_counted(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = place_path(place, "mail");
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);

	place_add_only(place, "mail/1.eml", "Authentication-Results: mx.a; spf=pass\n\n1");
	place_add_only(place, "mail/2.eml", "Authentication-Results: mx.b; spf=pass\n\n2");
	place_add_only(place, "mail/3.eml", "Authentication-Results: mx.b; spf=fail\n\n3");
	place_add_only(place, "mail/4.eml", "Subject: none\n\n4");
	import(store, path, &options, &summary);
	g_assert_cmpint(summary.untrusted_results, ==, 3);
	g_assert_cmpstr(summary.untrusted_id, ==, "mx.b");
}

/* ---- real mail ---- */

static GBytes *
file_bytes(const char *path)
{
	gsize length;
	char *text;

	g_assert_true(g_file_get_contents(path, &text, &length, NULL));
	return g_bytes_new_take(text, length);
}

static GBytes *
without_first_line(GBytes *bytes)
{
	size_t size;
	const char *text = g_bytes_get_data(bytes, &size);
	const char *newline = memchr(text, '\n', size);
	size_t line = newline ? (size_t)(newline + 1 - text) : 0;

	return g_bytes_new_from_bytes(bytes, line, size - line);
}

/* A From_ line before a message is no part of it. */
static void
assert_raw_is_file(Store *store, const MessageRow *row)
{
	g_autoptr(GBytes) kept = store_raw(store, row->id, NULL);
	g_autoptr(GBytes) given = file_bytes(strchr(row->source, ':') + 1);
	g_autoptr(GBytes) rest = without_first_line(given);
	bool from_line = g_str_has_prefix(g_bytes_get_data(given, NULL), "From ");

	g_assert_true(g_bytes_equal(kept, given) || (from_line && g_bytes_equal(kept, rest)));
}

static void
test_torture_corpus(void)
{
	g_autofree char *path = place_corpus("torture");
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);
	g_autoptr(GPtrArray) rows = NULL;

	if (!path)
		return;
	import(store, path, &options, &summary);
	g_test_message("%d new, %d known, %d broken", (int)summary.fresh, (int)summary.known,
		(int)summary.broken);
	g_assert_cmpint(summary.fresh + summary.known, ==, 1185);
	g_assert_cmpint(summary.unreadable, ==, 0);
	rows = rows_of(store);
	g_assert_cmpint(rows->len, ==, summary.fresh);
	for (guint i = 0; i < rows->len; i++)
		assert_raw_is_file(store, row_at(rows, i));
}

static void
test_ses_corpus_is_taken_without_all(const void *data)
{
	g_autofree char *path = place_corpus(data);
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);

	if (!path)
		return;
	options.all = false;
	import(store, path, &options, &summary);
	g_assert_cmpint(summary.not_ses, ==, 0);
	g_assert_cmpint(summary.fresh, >, 100);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/importer/from-lines-make-no-second-message",
		test_from_lines_make_no_second_message);
	g_test_add_func("/importer/ids-follow-the-order", test_ids_follow_the_order);
	g_test_add_func("/importer/twice-changes-nothing", test_twice_changes_nothing);
	g_test_add_func(
		"/importer/seen-files-are-not-read-again", test_seen_files_are_not_read_again);
	g_test_add_func("/importer/what-was-left-out-is-read-with-all",
		test_what_was_left_out_is_read_with_all);
	g_test_add_func("/importer/seen-files-are-read-for-another-envelope",
		test_seen_files_are_read_for_another_envelope);
	g_test_add_func("/importer/bytes-are-kept", test_bytes_are_kept);
	g_test_add_func("/importer/only-ses-unless-all", test_only_ses_unless_all);
	g_test_add_func("/importer/envelope", test_envelope);
	g_test_add_func("/importer/destroyed-mail-has-no-recipients",
		test_destroyed_mail_has_no_recipients);
	g_test_add_func(
		"/importer/untrusted-results-are-counted", test_untrusted_results_are_counted);
	g_test_add_func("/importer/corpus/torture", test_torture_corpus);
	g_test_add_data_func(
		"/importer/corpus/ses-phish", "ses-phish", test_ses_corpus_is_taken_without_all);
	g_test_add_data_func(
		"/importer/corpus/ses-ham", "ses-ham", test_ses_corpus_is_taken_without_all);
	return g_test_run();
}
