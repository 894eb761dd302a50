#include "cli/listing.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"

static const ListingColumn columns[] = {
	{ .name = "id", .type = CELL_NUMBER, .width = 6 },
	{ .name = "text" },
	{ .name = "at", .type = CELL_TIME, .width = 16 },
	{ .name = "yes", .type = CELL_BOOL, .width = 5 },
};

/* What a pipe gets of @rows rows whose text is @text. */
static char *
printed(Format format, const char *text, int rows)
{
	g_autofree char *path = NULL;
	char *got = NULL;
	int fd = g_file_open_tmp("lazaret-listing-XXXXXX", &path, NULL);
	g_autoptr(Output) output = output_new(fd);
	Listing *listing = listing_new(output, format, columns, G_N_ELEMENTS(columns));

	for (int i = 1; i <= rows; i++) {
		listing_number(listing, i);
		listing_text(listing, text);
		listing_number(listing, 1000000000);
		listing_bool(listing, i % 2 == 0);
	}
	listing_end(listing);
	g_assert_true(output_finish(output, NULL));
	close(fd);
	g_assert_true(g_file_get_contents(path, &got, NULL, NULL));
	unlink(path);
	return got;
}

static void
test_table(void)
{
	g_autofree char *got = printed(FORMAT_TABLE, "漢字\x1b]0;owned\x07", 1);

	g_assert_cmpstr(got, ==,
		"ID  TEXT                    AT                YES\n"
		" 1  漢字<ESC>]0;owned<BEL>  2001-09-09 01:46  false\n");
}

static void
test_csv(void)
{
	g_autofree char *got = printed(FORMAT_CSV, "=cmd,\"x\"\n", 2);

	g_assert_cmpstr(got, ==,
		"id,text,at,yes\r\n"
		"1,\"'=cmd,\"\"x\"\"\n\",2001-09-09T01:46:40Z,false\r\n"
		"2,\"'=cmd,\"\"x\"\"\n\",2001-09-09T01:46:40Z,true\r\n");
}

static void
test_jsonl(void)
{
	g_autofree char *got = printed(FORMAT_JSONL, "\"\x1b", 1);
	g_autofree char *none = printed(FORMAT_JSONL, NULL, 1);

	g_assert_cmpstr(got, ==,
		"{\"id\":1,\"text\":\"\\\"\\u001B\",\"at\":\"2001-09-09T01:46:40Z\",\"yes\":false}\n");
	g_assert_nonnull(strstr(none, "\"text\":null"));
}

static void
test_empty(void)
{
	g_autofree char *table = printed(FORMAT_TABLE, NULL, 0);
	g_autofree char *csv = printed(FORMAT_CSV, NULL, 0);
	g_autofree char *jsonl = printed(FORMAT_JSONL, NULL, 0);

	g_assert_cmpstr(table, ==, "");
	g_assert_cmpstr(csv, ==, "id,text,at,yes\r\n");
	g_assert_cmpstr(jsonl, ==, "");
}

/* More rows than are held back for the widths: one head, all rows. */
static void
test_long(void)
{
	g_autofree char *got = printed(FORMAT_CSV, "x", 2500);
	g_auto(GStrv) lines = g_strsplit(got, "\r\n", -1);

	g_assert_cmpint(g_strv_length(lines), ==, 1 + 2500 + 1);
	g_assert_cmpstr(lines[2500], ==, "2500,x,2001-09-09T01:46:40Z,true");
}

/* Mail chooses how long its subject is: the other lines are no longer for that. */
static void
test_one_long_cell(void)
{
	g_autofree char *path = NULL;
	g_autofree char *got = NULL;
	g_autofree char *longest = g_strnfill(5000, 'x');
	int fd = g_file_open_tmp("lazaret-listing-XXXXXX", &path, NULL);
	g_autoptr(Output) output = output_new(fd);
	Listing *listing = listing_new(output, FORMAT_TABLE, columns, G_N_ELEMENTS(columns));
	g_auto(GStrv) lines = NULL;

	for (int i = 1; i <= 2; i++) {
		listing_number(listing, i);
		listing_text(listing, i == 1 ? longest : "short");
		listing_number(listing, 1000000000);
		listing_bool(listing, true);
	}
	listing_end(listing);
	g_assert_true(output_finish(output, NULL));
	close(fd);
	g_assert_true(g_file_get_contents(path, &got, NULL, NULL));
	unlink(path);
	lines = g_strsplit(got, "\n", -1);
	g_assert_nonnull(strstr(lines[1], longest));
	g_assert_cmpuint(strlen(lines[2]), <, 200);
	g_assert_cmpuint(strlen(lines[0]), <, 200);
	g_assert_true(g_str_has_suffix(lines[2], "true"));
}

static void
test_format_names(void)
{
	g_autoptr(GError) error = NULL;
	Format format = FORMATS;

	g_assert_true(format_from_name(NULL, &format, NULL));
	g_assert_cmpint(format, ==, FORMAT_TABLE);
	g_assert_true(format_from_name("jsonl", &format, NULL));
	g_assert_cmpint(format, ==, FORMAT_JSONL);
	g_assert_false(format_from_name("xml", &format, &error));
	g_assert_error(error, CLI_ERROR, CLI_ERROR_USAGE);
}

static void
test_write_error(void)
{
	g_autoptr(GError) error = NULL;
	int fd = open("/dev/full", O_WRONLY);
	g_autoptr(Output) output = output_new(fd);

	output_line(output, "%s", "x");
	g_assert_false(output_failed(output));
	g_assert_false(output_finish(output, &error));
	g_assert_error(error, CLI_ERROR, CLI_ERROR_WRITE);
	g_assert_true(output_failed(output));
	close(fd);
}

int
main(int argc, char **argv)
{
	g_setenv("LC_ALL", "C.UTF-8", TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/listing/table-is-aligned-and-made-visible", test_table);
	g_test_add_func("/listing/csv-is-quoted-and-safe-in-a-spreadsheet", test_csv);
	g_test_add_func("/listing/jsonl-has-types-and-null", test_jsonl);
	g_test_add_func("/listing/nothing-to-list", test_empty);
	g_test_add_func("/listing/more-rows-than-are-held", test_long);
	g_test_add_func("/listing/one-long-cell-widens-its-own-line-alone", test_one_long_cell);
	g_test_add_func("/listing/format-names", test_format_names);
	g_test_add_func("/output/failed-write-is-noticed", test_write_error);
	return g_test_run();
}
