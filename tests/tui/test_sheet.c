#include "tui/sheet.h"

#include <string.h>

#include "tui/reader.h"

static char *
show(Sheet *sheet, int columns, int top)
{
	g_autoptr(Frame) frame = frame_new(6, columns);

	sheet_draw(sheet, frame, frame_area(frame), top);
	return frame_dump(frame);
}

static void
test_lines(void)
{
	g_autoptr(Sheet) sheet = sheet_new(20);
	g_autofree char *seen = NULL;

	sheet_heading(sheet, "Who");
	sheet_label(sheet, "From");
	sheet_wrap(sheet, STYLE_NORMAL, "abc defg");
	sheet_heading(sheet, "Why");
	seen = show(sheet, 20, 0);
	g_assert_cmpint(sheet_rows(sheet), ==, 5);
	g_assert_cmpstr(seen, ==, "Who\n  From        abc\n              defg\n\nWhy\n\n");
}

static void
test_below(void)
{
	g_autoptr(Sheet) sheet = sheet_new(12);
	g_autofree char *seen = NULL;

	sheet_line(sheet);
	sheet_add(sheet, STYLE_HEADING, "To:");
	sheet_to(sheet, 4);
	sheet_below(sheet, STYLE_NORMAL, 4, "short");
	sheet_line(sheet);
	sheet_add(sheet, STYLE_HEADING, "To:");
	sheet_to(sheet, 4);
	sheet_below(sheet, STYLE_NORMAL, 4, "longer than fits");
	seen = show(sheet, 12, 0);
	g_assert_cmpstr(seen, ==, "To: short\nTo:\n    longer\n    than\n    fits\n\n");
}

static void
test_items(void)
{
	g_autoptr(Sheet) sheet = sheet_new(24);
	g_autofree char *seen = NULL;

	sheet_label(sheet, "Checks");
	sheet_item(sheet, STYLE_GOOD, "spf");
	sheet_item(sheet, STYLE_GOOD, "dkim");
	sheet_item(sheet, STYLE_GOOD, "dmarc");
	seen = show(sheet, 24, 0);
	g_assert_cmpstr(seen, ==, "  Checks      spf · dkim\n              dmarc\n\n\n\n\n");
}

/* A megabyte in one value is cut, and says so. */
static void
test_long_value(void)
{
	g_autoptr(Sheet) sheet = sheet_new(80);
	g_autofree char *value = g_strnfill(1000000, 'x');

	sheet_line(sheet);
	sheet_wrap(sheet, STYLE_NORMAL, value);
	g_assert_cmpint(sheet_rows(sheet), <, 200);
	g_assert_cmpint(sheet_find(sheet, "more bytes are not shown", 0), >, 0);
}

static void
test_text(void)
{
	static const char text[] = "one\n\ttwo\r\n\x1b[2J\n\nlast";
	g_autoptr(Sheet) sheet = sheet_new(20);
	g_autofree char *seen = NULL;

	sheet_line(sheet);
	sheet_add(sheet, STYLE_DIM, "head");
	sheet_text(sheet, text, strlen(text), WRAP_WORDS);
	g_assert_cmpint(sheet_rows(sheet), ==, 6);
	seen = show(sheet, 20, 0);
	g_assert_cmpstr(seen, ==, "head\none\n        two\n<ESC>[2J\n\nlast\n");
	g_assert_cmpint(sheet_find(sheet, "LAST", 0), ==, 5);
	g_assert_cmpint(sheet_find(sheet, "one", 2), ==, -1);
}

/* Passages stand out wherever a row begins, unclosed ones to the end. */
static void
test_marked_text(void)
{
	static const char text[] = "a <bb\ncc> d <e";
	g_autoptr(Sheet) sheet = sheet_new(20);
	g_autoptr(Frame) frame = frame_new(2, 20);

	sheet_marked_text(sheet, text, strlen(text), "<", ">", STYLE_WARN);
	g_assert_cmpint(sheet_rows(sheet), ==, 2);
	sheet_draw(sheet, frame, (Area){ .rows = 2, .columns = 20 }, 0);
	g_assert_cmpint(frame_cell(frame, 0, 0)->style, ==, STYLE_NORMAL);
	g_assert_cmpint(frame_cell(frame, 0, 2)->style, ==, STYLE_WARN);
	g_assert_cmpint(frame_cell(frame, 1, 0)->style, ==, STYLE_WARN);
	g_assert_cmpint(frame_cell(frame, 1, 2)->style, ==, STYLE_WARN);
	g_assert_cmpint(frame_cell(frame, 1, 4)->style, ==, STYLE_NORMAL);
	g_assert_cmpint(frame_cell(frame, 1, 7)->style, ==, STYLE_WARN);
	g_assert_cmpstr(frame_cell(frame, 1, 7)->text, ==, "e");
}

static char *
joined(const char *bytes, gsize length, int width, WrapMode mode, int *rows)
{
	g_autoptr(Wrap) wrap = wrap_new(bytes, length, width, mode);
	GString *text = g_string_new(NULL);

	*rows = wrap_rows(wrap);
	for (int i = 0; i < *rows; i++) {
		gsize row_length;
		const char *row = wrap_row(wrap, i, &row_length);

		g_string_append_len(text, row, (gssize)row_length);
		g_string_append_c(text, '|');
	}
	return g_string_free(text, FALSE);
}

static void
assert_wrapped(const char *text, int width, WrapMode mode, const char *wanted)
{
	int rows;
	g_autofree char *seen = joined(text, strlen(text), width, mode, &rows);

	g_assert_cmpstr(seen, ==, wanted);
}

static void
test_wraps(void)
{
	assert_wrapped("", 5, WRAP_WORDS, "");
	assert_wrapped("\n", 5, WRAP_WORDS, "|");
	assert_wrapped("abcde", 5, WRAP_WORDS, "abcde|");
	assert_wrapped("abcdef", 5, WRAP_WORDS, "abcde|f|");
	assert_wrapped("ab cd ef", 5, WRAP_WORDS, "ab cd|ef|");
	assert_wrapped("ab cd ef", 5, WRAP_BYTES, "ab cd| ef|");
	assert_wrapped("a\r\nb\rc", 9, WRAP_WORDS, "a|b\rc|");
	assert_wrapped("契約書", 5, WRAP_WORDS, "契約|書|");
	assert_wrapped("契", 1, WRAP_WORDS, "契|");
	assert_wrapped("ab", 0, WRAP_WORDS, "a|b|");
}

/* Any bytes at any width: nothing is lost but line ends and blanks at a break, and
 * what is made visible fits. */
static void
test_wraps_anything(void)
{
	for (int round = 0; round < 500; round++) {
		char bytes[300];
		int width = g_test_rand_int_range(12, 60);
		int rows;
		g_autofree char *text = NULL;
		g_autoptr(Wrap) wrap = NULL;

		for (gsize i = 0; i < sizeof(bytes); i++)
			bytes[i] = (char)(g_test_rand_bit() ? g_test_rand_int_range(0, 256) : 'a');
		text = joined(bytes, sizeof(bytes), width, WRAP_BYTES, &rows);
		g_assert_cmpint(rows, >, 0);
		wrap = wrap_new(bytes, sizeof(bytes), width, WRAP_BYTES);
		for (int i = 0; i < rows; i++) {
			gsize length;
			const char *row = wrap_row(wrap, i, &length);
			g_autoptr(Visible) visible = text_visible(row, (ssize_t)length);

			g_assert_cmpint(visible_columns(visible), <=, width);
		}
	}
}

/* Rows can be asked for in any order, and 60 MB are no trouble. */
static void
test_wraps_much(void)
{
	gsize length = 60 * 1000 * 1000;
	g_autofree char *text = g_strnfill(length, 'x');
	g_autoptr(Wrap) wrap = NULL;
	gsize row_length;

	for (gsize i = 75; i < length; i += 76)
		text[i] = '\n';
	wrap = wrap_new(text, length, 80, WRAP_BYTES);
	g_assert_cmpint(wrap_rows(wrap), ==, 789474);
	g_assert_true(wrap_row(wrap, 700000, &row_length) == text + 76 * 700000);
	g_assert_true(wrap_row(wrap, 3, &row_length) == text + 76 * 3);
	g_assert_true(wrap_row(wrap, 700001, &row_length) == text + 76 * 700001);
	g_assert_cmpuint(row_length, ==, 75);
}

static void
write_numbers(void *data, Sheet *sheet)
{
	const int *count = data;

	for (int i = 0; i < *count; i++) {
		sheet_line(sheet);
		sheet_addf(sheet, STYLE_NORMAL, "line %d", i);
	}
}

static void
assert_top(Reader *reader, const char *wanted)
{
	g_autoptr(Frame) frame = frame_new(5, 20);
	g_autofree char *seen = NULL;

	reader_draw(reader, frame, frame_area(frame));
	seen = frame_dump(frame);
	g_assert_true(g_str_has_prefix(seen, wanted));
}

static void
test_reader(void)
{
	int count = 100;
	g_autoptr(Reader) reader = reader_new(write_numbers, &count);

	assert_top(reader, "line 0\n");
	reader_move(reader, MOVE_PAGE_DOWN, 1);
	assert_top(reader, "line 4\n");
	reader_move(reader, MOVE_LAST, 1);
	assert_top(reader, "line 95\n");
	g_assert_true(reader_find(reader, "LINE 42"));
	assert_top(reader, "line 41\n");
	g_assert_false(reader_find(reader, "line 100"));
	count = 3;
	reader_renew(reader);
	assert_top(reader, "line 0\n");
	count = 0;
	reader_renew(reader);
	assert_top(reader, "\n");
	reader_move(reader, MOVE_DOWN, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sheet/lines-and-labels", test_lines);
	g_test_add_func("/sheet/long-values-begin-below", test_below);
	g_test_add_func("/sheet/items-are-dotted", test_items);
	g_test_add_func("/sheet/long-values-are-cut", test_long_value);
	g_test_add_func("/sheet/texts-are-read-where-they-stand", test_text);
	g_test_add_func("/sheet/marked-text", test_marked_text);
	g_test_add_func("/wrap/words-and-bytes", test_wraps);
	g_test_add_func("/wrap/any-bytes-fit", test_wraps_anything);
	g_test_add_func("/wrap/sixty-megabytes", test_wraps_much);
	g_test_add_func("/reader/scrolls-and-finds", test_reader);
	return g_test_run();
}
