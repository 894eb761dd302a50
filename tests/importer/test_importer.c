#include "importer/importer.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "importer/importer_private.h"
#include "store/message.h"
#include "tests/importer/place.h"
#include "tests/mail/mails.h"

/* What the callbacks saw. */
typedef struct Seen {
	GPtrArray *skipped; /* of char * */
	int progress;
	int64_t bytes;  /* told last */
	int stop_after; /* asked so often, then stop; 0 never */
	int asked;
} Seen;

static void
seen_clear(Seen *seen)
{
	g_clear_pointer(&seen->skipped, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Seen, seen_clear)

static int64_t
a_time(void)
{
	return 1780000000;
}

static void
see_skipped(const GError *error, void *data)
{
	Seen *seen = data;

	if (!seen->skipped)
		seen->skipped = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(seen->skipped, g_strdup(error->message));
}

static void
see_progress(const ImportProgress *progress, void *data)
{
	Seen *seen = data;

	g_assert_cmpint(progress->messages, >=, 0);
	seen->progress++;
	seen->bytes = progress->bytes;
}

static bool
stop_now(void *data)
{
	Seen *seen = data;

	return seen->stop_after > 0 && ++seen->asked > seen->stop_after;
}

static ImportOptions
options_for(Seen *seen)
{
	return (ImportOptions){
		.all = true,
		.clock = a_time,
		.skipped = see_skipped,
		.progress = see_progress,
		.stop = stop_now,
		.data = seen,
	};
}

static Store *
open_store(const Place *place)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = place_path(place, "store/quarantine.db");
	Store *store = store_open(path, STORE_CREATE, &error);

	g_assert_no_error(error);
	return store;
}

static void
import(Store *store, const char *spec, const ImportOptions *options, ImportSummary *summary)
{
	g_autoptr(GError) error = NULL;

	import_source(store, spec, options, summary, &error);
	g_assert_no_error(error);
}

/* All rows, the first imported first. */
static GPtrArray *
rows_of(Store *store)
{
	static const StoreList list = { .sort = SORT_ID, .reverse = true };
	g_autoptr(GError) error = NULL;
	GPtrArray *rows = store_list(store, &list, &error);

	g_assert_no_error(error);
	return rows;
}

static const MessageRow *
row_at(const GPtrArray *rows, guint index)
{
	g_assert_cmpuint(index, <, rows->len);
	return g_ptr_array_index(rows, index);
}

static char *
mail_of(int number, int size)
{
	g_autofree char *body = g_strnfill((gsize)size, 'x');

	return g_strdup_printf("From: Alice <alice@example.com>\r\nTo: bob@example.org\r\n"
			       "Subject: number %d\r\nMessage-ID: <%d@example.com>\r\n\r\n%s\r\n",
		number, number, body);
}

static void
add_mails(const Place *place, int count)
{
	for (int i = 0; i < count; i++) {
		g_autofree char *name = g_strdup_printf("mail/%05d.eml", i);
		g_autofree char *mail = mail_of(i, i * 7919 % 20000);

		place_add_only(place, name, mail);
	}
}

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

/* ---- what goes wrong ---- */

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
	for (guint i = 0; i < half->defects->len; i++) {
		const Defect *defect = g_ptr_array_index(half->defects, i);

		if (defect->kind == DEFECT_UNPARSED)
			g_assert_nonnull(strstr(defect->evidence, "processor time"));
	}
	g_assert_false(mails_has_defect(half, DEFECT_PARSER_ATTACKED));
	out = store_load(store, row_at(rows, 5)->id, NULL);
	g_assert_true(mails_has_defect(out, DEFECT_PARSER_ATTACKED));
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

/* ---- being stopped ---- */

static void
test_stop_keeps_what_is_ready(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Store) store = open_store(place);
	g_autofree char *path = place_path(place, "mail");
	g_auto(ImportSummary) summary = { 0 };
	g_auto(ImportSummary) rest = { 0 };
	g_auto(Seen) seen = { .stop_after = 900 };
	ImportOptions options = options_for(&seen);

	add_mails(place, 1000);
	import(store, path, &options, &summary);
	g_assert_true(summary.stopped);
	g_assert_cmpint(summary.fresh, >, 0);
	g_assert_cmpint(summary.fresh, <, 1000);
	g_assert_cmpint(store_count(store, NULL, NULL), ==, summary.fresh);
	seen.stop_after = 0;
	import(store, path, &options, &rest);
	g_assert_false(rest.stopped);
	g_assert_cmpint(rest.known, ==, summary.fresh);
	g_assert_cmpint(store_count(store, NULL, NULL), ==, 1000);
}

static void
import_and_exit(const Place *place, const char *path)
{
	g_autoptr(Store) store = open_store(place);
	g_auto(ImportSummary) summary = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);

	_exit(import_source(store, path, &options, &summary, NULL) ? 0 : 1);
}

static void
import_and_kill(const Place *place, const char *path, gulong microseconds)
{
	pid_t child = fork();

	if (child == 0)
		import_and_exit(place, path);
	g_usleep(microseconds);
	kill(child, SIGKILL);
	g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
}

/* What is there is the beginning of what an undisturbed import makes. */
static void
assert_is_beginning(const Place *place, const GPtrArray *expected)
{
	g_autoptr(Store) store = open_store(place);
	g_autoptr(GPtrArray) rows = rows_of(store);

	for (guint i = 0; i < rows->len; i++) {
		g_assert_cmpint(row_at(rows, i)->id, ==, row_at(expected, i)->id);
		g_assert_cmpstr(row_at(rows, i)->sha256, ==, row_at(expected, i)->sha256);
	}
}

static void
assert_same_rows(const GPtrArray *a, const GPtrArray *b)
{
	g_assert_cmpuint(a->len, ==, b->len);
	for (guint i = 0; i < a->len; i++) {
		g_assert_cmpint(row_at(a, i)->id, ==, row_at(b, i)->id);
		g_assert_cmpstr(row_at(a, i)->sha256, ==, row_at(b, i)->sha256);
		g_assert_cmpstr(row_at(a, i)->subject, ==, row_at(b, i)->subject);
		g_assert_cmpint(row_at(a, i)->score, ==, row_at(b, i)->score);
		g_assert_cmpint((int)row_at(a, i)->state, ==, (int)row_at(b, i)->state);
	}
}

/* Killed 20 times, each time at another moment, each fourth time from the start. */
static void
test_killed_at_any_moment(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Place) calm_place = place_new();
	g_autoptr(Store) calm = open_store(calm_place);
	g_autoptr(Store) store = NULL;
	g_autofree char *path = place_path(place, "mail");
	g_autofree char *folder = place_path(place, "store");
	g_auto(ImportSummary) summary = { 0 };
	g_auto(ImportSummary) rest = { 0 };
	g_auto(Seen) seen = { 0 };
	ImportOptions options = options_for(&seen);
	g_autoptr(GPtrArray) expected = NULL;
	g_autoptr(GPtrArray) rows = NULL;
	int64_t begun = g_get_monotonic_time();
	int64_t whole;

	add_mails(place, 1000);
	import(calm, path, &options, &summary);
	whole = g_get_monotonic_time() - begun;
	expected = rows_of(calm);
	g_assert_cmpuint(expected->len, ==, 1000);

	for (int i = 0; i < 20; i++) {
		if (i % 4 == 0)
			place_remove(folder);
		import_and_kill(place, path, (gulong)g_random_int_range(0, (gint32)whole));
		assert_is_beginning(place, expected);
	}
	store = open_store(place);
	import(store, path, &options, &rest);
	g_assert_cmpint(rest.fresh + rest.known, ==, 1000);
	rows = rows_of(store);
	assert_same_rows(rows, expected);
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
	g_test_add_func("/importer/ids-follow-the-order", test_ids_follow_the_order);
	g_test_add_func("/importer/from-lines-make-no-second-message",
		test_from_lines_make_no_second_message);
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
	g_test_add_func(
		"/importer/broken-mail-costs-only-itself", test_broken_mail_costs_only_itself);
	g_test_add_func("/importer/unread-is-kept-without-all", test_unread_is_kept_without_all);
	g_test_add_func("/importer/unreadable-entries-are-told", test_unreadable_entries_are_told);
	g_test_add_func(
		"/importer/failing-source-keeps-what-came", test_failing_source_keeps_what_came);
	g_test_add_func("/importer/no-such-source", test_no_such_source);
	g_test_add_func("/importer/stop-keeps-what-is-ready", test_stop_keeps_what_is_ready);
	g_test_add_func("/importer/killed-at-any-moment", test_killed_at_any_moment);
	g_test_add_func("/importer/corpus/torture", test_torture_corpus);
	g_test_add_data_func(
		"/importer/corpus/ses-phish", "ses-phish", test_ses_corpus_is_taken_without_all);
	g_test_add_data_func(
		"/importer/corpus/ses-ham", "ses-ham", test_ses_corpus_is_taken_without_all);
	return g_test_run();
}
