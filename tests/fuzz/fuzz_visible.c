/* The door between bytes and the terminal: text.h. */
#include "mail/glyph.h"
#include "mail/text.h"
#include "tests/fuzz/fuzz.h"

enum {
	MARKS = 4, /* on one character: what a cell of a terminal holds */
};

/* It is drawn, or stands on what is drawn. */
static void
check_character(gunichar character)
{
	GUnicodeType type = g_unichar_type(character);
	int columns = text_columns(character);

	g_assert_cmpint(columns, >=, 0);
	g_assert_cmpint(columns, <=, 2);
	g_assert_true(type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT &&
		type != G_UNICODE_SURROGATE && type != G_UNICODE_PRIVATE_USE &&
		type != G_UNICODE_UNASSIGNED && type != G_UNICODE_LINE_SEPARATOR &&
		type != G_UNICODE_PARAGRAPH_SEPARATOR);
	g_assert_true(type != G_UNICODE_SPACE_SEPARATOR || character == ' ');
}

static void
check_line(const char *line)
{
	int marks = MARKS;

	fuzz_assert_utf8(line);
	for (; *line; line = g_utf8_next_char(line)) {
		gunichar character = g_utf8_get_char(line);

		check_character(character);
		marks = text_columns(character) == 0 ? marks + 1 : 0;
		g_assert_cmpint(marks, <=, MARKS);
	}
}

static void
check_conversions(const char *bytes, size_t length)
{
	static const char *const charsets[] = { "us-ascii", "iso-8859-1", "utf-7", "utf-16",
		"iso-2022-jp", "gb2312", "big5", "shift_jis", "euc-kr", "no-such" };
	g_autofree char *utf8 = text_utf8(bytes, length);
	g_autofree char *defanged = text_defang(utf8);

	fuzz_assert_utf8(utf8);
	fuzz_assert_utf8(defanged);
	for (size_t i = 0; i < G_N_ELEMENTS(charsets); i++) {
		bool known = true;
		g_autofree char *text = text_from_charset(bytes, length, charsets[i], &known);

		fuzz_assert_utf8(text);
		g_assert_true(known == (i + 1 < G_N_ELEMENTS(charsets)));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	g_autoptr(Visible) visible = text_visible(bytes, (ssize_t)size);
	g_autoptr(Visible) again = text_visible(visible_string(visible), -1);
	g_autofree char *encoded = glyphs_encode(GLYPHS_FEW, visible);

	check_line(visible_string(visible));
	g_assert_cmpstr(visible_string(visible), ==, visible_string(again));
	g_assert_cmpuint(strlen(visible_string(visible)), <=, 10 * size);
	fuzz_assert_utf8(encoded);
	check_conversions(bytes, size);
	return 0;
}
