#include "importer/maillog.h"

#include <glib/gstdio.h>
#include <utime.h>

#include "tests/store/maillog.h"

#define LOG_NOW (SAMPLE_NOW - 1000)

/* The log @name in the store's folder, of so many @lines, last changed at @time. */
static char *
write_log(const Sample *sample, const char *name, const char *lines, int64_t time)
{
	char *path = g_build_filename(sample->folder, name, NULL);
	const struct utimbuf times = { .actime = time, .modtime = time };

	g_assert_true(g_file_set_contents(path, lines, -1, NULL));
	g_assert_cmpint(utime(path, &times), ==, 0);
	return path;
}

static void
on_skipped(const GError *error, void *data)
{
	g_ptr_array_add(data, g_strdup(error->message));
}

static void
read_log(const Sample *sample, const char *path, GPtrArray *skipped, MaillogSummary *summary)
{
	const char *const paths[] = { path, NULL };
	const MaillogOptions options = {
		.paths = paths,
		.keep = 1000,
		.join = { .actor = "test", .reason = "log", .now = SAMPLE_NOW },
		.skipped = on_skipped,
		.data = skipped,
	};
	g_autoptr(GError) error = NULL;

	*summary = (MaillogSummary){ 0 };
	g_ptr_array_set_size(skipped, 0);
	maillog_read(sample->store, &options, summary, &error);
	g_assert_no_error(error);
}

#define LINE(second) "2026-05-28T20:00:" second "+00:00 mx postfix/qmgr[1]: 4ABC12DEF: removed\n"

/* One that is empty, and one that can't be unpacked, are no end of those that came behind; what
 * could not be read is asked for again. */
static void
test_rotated_logs_are_all_read(Sample *sample, G_GNUC_UNUSED const void *data)
{
	g_autoptr(GPtrArray) skipped = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *path = write_log(sample, "mail.log", LINE("01"), LOG_NOW);
	g_autofree char *first = NULL;
	g_autofree char *empty = NULL;
	g_autofree char *packed = NULL;
	g_autofree char *second = NULL;
	MaillogSummary summary;

	read_log(sample, path, skipped, &summary);
	g_assert_cmpint(summary.lines, ==, 1);
	first = write_log(sample, "mail.log.4", LINE("01") LINE("02"), LOG_NOW + 1);
	empty = write_log(sample, "mail.log.3", "", LOG_NOW + 2);
	packed = write_log(sample, "mail.log.2.bz2", "BZh9", LOG_NOW + 3);
	second = write_log(sample, "mail.log.1", LINE("03") LINE("04") LINE("05"), LOG_NOW + 4);
	g_free(write_log(sample, "mail.log", LINE("06"), LOG_NOW + 5));
	read_log(sample, path, skipped, &summary);
	g_assert_cmpint(summary.lines, ==, 1 + 3 + 1);
	g_assert_cmpint(summary.failed, ==, 1);
	g_assert_cmpuint(skipped->len, ==, 1);
	g_assert_nonnull(strstr(g_ptr_array_index(skipped, 0), "mail.log.2.bz2"));
	g_free(write_log(sample, "mail.log.2.bz2", LINE("02") LINE("03"), LOG_NOW + 3));
	read_log(sample, path, skipped, &summary);
	g_assert_cmpint(summary.lines, ==, 2);
	g_assert_cmpint(summary.failed, ==, 0);
	read_log(sample, path, skipped, &summary);
	g_assert_cmpint(summary.lines, ==, 0);
	g_unlink(path);
	g_unlink(first);
	g_unlink(empty);
	g_unlink(packed);
	g_unlink(second);
}

/* Whatever it is: no line of it is passed over because nobody asks for it. */
static void
test_message_that_is_here_is_asked_for(Sample *sample, G_GNUC_UNUSED const void *data)
{
	static const char lines[] = "2026-05-28T19:36:40+00:00 mx postfix/smtpd[1]: " LONG_ID
				    ": client=a8-1[54.240.8.1]\n"
				    "2026-05-28T19:36:40+00:00 mx postfix/cleanup[1]: " LONG_ID
				    ": message-id=<1@mail.shop.example>\n";
	g_autoptr(GPtrArray) skipped = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *path = write_log(sample, "mail.log", lines, LOG_NOW);
	MaillogSummary summary;

	lost(sample, with_long_id);
	read_log(sample, path, skipped, &summary);
	g_assert_cmpint(summary.join.joined, ==, 1);
	g_unlink(path);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sample_test("/maillog/rotated-logs-are-all-read", test_rotated_logs_are_all_read);
	sample_test("/maillog/message-that-is-here-is-asked-for",
		test_message_that_is_here_is_asked_for);
	return g_test_run();
}
