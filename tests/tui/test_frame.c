#include "tui/frame.h"

#include <string.h>

static char *
drawn(int columns, int column, int width, const char *text)
{
	g_autoptr(Frame) frame = frame_new(1, columns);

	frame_text(frame, 0, column, width, STYLE_NORMAL, text);
	return frame_dump(frame);
}

static void
assert_drawn(int columns, int column, int width, const char *text, const char *wanted)
{
	g_autofree char *seen = drawn(columns, column, width, text);

	g_assert_cmpstr(seen, ==, wanted);
}

static void
test_clips(void)
{
	assert_drawn(10, 0, 10, "0123456789", "0123456789\n");
	assert_drawn(10, 0, 10, "0123456789a", "012345678…\n");
	assert_drawn(10, 2, 4, "abcdef", "  abc…\n");
	assert_drawn(10, 8, 10, "abc", "        a…\n");
	assert_drawn(10, 10, 5, "abc", "\n");
	assert_drawn(10, -1, 5, "abc", "\n");
	assert_drawn(10, 0, 0, "abc", "\n");
	assert_drawn(1, 0, 1, "abc", "…\n");
}

static void
test_wide(void)
{
	assert_drawn(6, 0, 6, "契約書", "契約書\n");
	assert_drawn(6, 0, 6, "契約書!", "契約…\n");
	assert_drawn(5, 0, 5, "契約書", "契約…\n");
	assert_drawn(4, 0, 4, "a契約", "a契…\n");
}

/* The other half of a wide character goes with the one that is overwritten. */
static void
test_wide_overwritten(void)
{
	g_autoptr(Frame) frame = frame_new(1, 8);
	g_autofree char *left = NULL;
	g_autofree char *right = NULL;

	frame_text(frame, 0, 0, 8, STYLE_NORMAL, "契約書");
	frame_text(frame, 0, 1, 1, STYLE_NORMAL, "x");
	left = frame_dump(frame);
	g_assert_cmpstr(left, ==, " x約書\n");
	frame_text(frame, 0, 2, 1, STYLE_NORMAL, "y");
	right = frame_dump(frame);
	g_assert_cmpstr(right, ==, " xy 書\n");
}

static void
test_marks(void)
{
	g_autoptr(Frame) frame = frame_new(1, 4);

	frame_text(frame, 0, 0, 4, STYLE_NORMAL, "e\xcc\x81x");
	g_assert_cmpstr(frame_cell(frame, 0, 0)->text, ==, "e\xcc\x81");
	g_assert_cmpstr(frame_cell(frame, 0, 1)->text, ==, "x");
	/* One that follows nothing is named, so it joins nothing that stood there. */
	frame_text(frame, 0, 2, 2, STYLE_NORMAL, "\xcc\x81z");
	g_assert_cmpstr(frame_cell(frame, 0, 2)->text, ==, "<");
	/* Ten of them do not run out of the cell. */
	frame_text(frame, 0, 0, 4, STYLE_NORMAL,
		"a\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87\xcc\x88\xcc\x89\xcc\x8a");
	g_assert_cmpuint(strlen(frame_cell(frame, 0, 0)->text), <, CELL_BYTES);
}

static void
test_styles(void)
{
	g_autoptr(Frame) frame = frame_new(2, 4);
	const Area row = { .row = 1, .rows = 1, .columns = 4 };

	frame_text(frame, 1, 0, 4, STYLE_DANGER, "ab");
	frame_select(frame, row);
	g_assert_cmpint(frame_cell(frame, 1, 1)->style, ==, STYLE_DANGER);
	g_assert_true(frame_cell(frame, 1, 3)->selected);
	g_assert_false(frame_cell(frame, 0, 0)->selected);
	g_assert_null(frame_cell(frame, 2, 0));
	g_assert_null(frame_cell(frame, 0, -1));
}

static void
test_right(void)
{
	g_autoptr(Frame) frame = frame_new(1, 8);
	g_autofree char *seen = NULL;

	frame_text_right(frame, 0, 0, 5, STYLE_NORMAL, "42");
	frame_text_right(frame, 0, 5, 3, STYLE_NORMAL, "12345");
	seen = frame_dump(frame);
	g_assert_cmpstr(seen, ==, "   4212…\n");
}

/* Whatever the bytes are, cells hold what can be printed, and lines stay in column. */
static void
test_hostile(void)
{
	for (int round = 0; round < 2000; round++) {
		g_autoptr(Frame) frame = frame_new(1, 30);
		char bytes[24];

		for (gsize i = 0; i < sizeof(bytes) - 1; i++)
			bytes[i] = (char)g_test_rand_int_range(1, 256);
		bytes[sizeof(bytes) - 1] = '\0';
		frame_text(frame, 0, 0, 20, STYLE_NORMAL, bytes);
		frame_text(frame, 0, 25, 1, STYLE_NORMAL, "|");
		g_assert_cmpstr(frame_cell(frame, 0, 25)->text, ==, "|");
		for (int column = 0; column < 30; column++) {
			const char *text = frame_cell(frame, 0, column)->text;

			g_assert_true(g_utf8_validate(text, -1, NULL));
			for (; *text; text = g_utf8_next_char(text)) {
				gunichar character = g_utf8_get_char(text);

				g_assert_true(character == ' ' || g_unichar_isgraph(character) ||
					g_unichar_ismark(character) ||
					g_unichar_isspace(character));
				g_assert_false(g_unichar_iscntrl(character));
			}
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/frame/clips-with-an-ellipsis", test_clips);
	g_test_add_func("/frame/wide-characters-stay-whole", test_wide);
	g_test_add_func("/frame/half-of-a-wide-character-is-blanked", test_wide_overwritten);
	g_test_add_func("/frame/marks-join-their-cell", test_marks);
	g_test_add_func("/frame/style-and-selection-are-apart", test_styles);
	g_test_add_func("/frame/right-aligned", test_right);
	g_test_add_func("/frame/any-bytes-stay-in-their-columns", test_hostile);
	return g_test_run();
}
