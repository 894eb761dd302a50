#include "mail/text.h"

#include <glib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unicode/uchar.h>
#include <unistd.h>
#include <vterm.h>

/* ---- text_visible ---- */

/* @bytes drawn is @expected, and drawing that again changes nothing. */
static void
assert_visible(const char *bytes, ssize_t length, const char *expected)
{
	g_autoptr(Visible) visible = text_visible(bytes, length);
	g_autoptr(Visible) again = text_visible(visible_string(visible), -1);

	g_assert_cmpstr(visible_string(visible), ==, expected);
	g_assert_cmpstr(visible_string(again), ==, expected);
}

typedef struct Sample {
	const char *name, *bytes, *expected;
} Sample;

static const Sample samples[] = {
	{ "plain", "Hello, world ~", "Hello, world ~" },
	{ "carriage-return-overwrite", "REAL\rfake", "REAL<CR>fake" },
	{ "backspace", "REAL\b\b\b\bfake", "REAL<BS><BS><BS><BS>fake" },
	{ "line-end", "a\nb", "a<LF>b" },
	{ "tab", "a\tb", "a b" },
	{ "delete", "a\x7f", "a<DEL>" },
	{ "title", "\x1b]0;owned\x07", "<ESC>]0;owned<BEL>" },
	{ "title-by-c1",
		"\xc2\x9d"
		"0;owned\xc2\x9c",
		"<U+009D>0;owned<U+009C>" },
	{ "csi-by-raw-byte",
		"\x9b"
		"2J",
		"<9B>2J" },
	{ "next-line",
		"a\xc2\x85"
		"b",
		"a<U+0085>b" },
	{ "not-utf8", "caf\xe9", "caf<E9>" },
	{ "cut-utf8", "a\xe2\x82", "a<E2><82>" },
	{ "overlong-escape", "\xc0\x9b", "<C0><9B>" },
	{ "surrogate", "\xed\xa0\x80", "<ED><A0><80>" },
	{ "beyond-unicode", "\xf4\x90\x80\x80", "<F4><90><80><80>" },
	{ "bidi-override", "invoice\u202Efdp.exe", "invoice<U+202E>fdp.exe" },
	{ "bidi-isolate", "a\u2066b\u2069", "a<U+2066>b<U+2069>" },
	{ "bidi-mark", "a\u200Eb\u061C", "a<U+200E>b<U+061C>" },
	{ "zero-width", "pay\u200Bpal\uFEFF", "pay<U+200B>pal<U+FEFF>" },
	{ "joiner-between-emoji", "\U0001F469\u200D\U0001F4BB", "\U0001F469<U+200D>\U0001F4BB" },
	{ "tag", "a\U000E0041\U000E007F", "a<U+E0041><U+E007F>" },
	{ "soft-hyphen", "pass\u00ADword", "pass<U+00AD>word" },
	{ "separators", "a\u2028b\u2029c", "a<U+2028>b<U+2029>c" },
	{ "private-use", "\uE000\uF8FF\U0010FFFD", "<U+E000><U+F8FF><U+10FFFD>" },
	{ "noncharacter", "\uFFFE\uFDD0\U0010FFFF", "<U+FFFE><U+FDD0><U+10FFFF>" },
	{ "unassigned", "\u0378", "<U+0378>" },
	{ "blank-letters", "a\u3164\u115F\u1160\uFFA0\u2800",
		"a<U+3164><U+115F><U+1160><U+FFA0><U+2800>" },
	{ "annotation", "a\uFFF9b\uFFFAc\uFFFB", "a<U+FFF9>b<U+FFFA>c<U+FFFB>" },
	{ "spaces", "a\u00A0b\u2003c\u3000d", "a b c d" },
	{ "letters", "Grüße 東京 한국어 Привет", "Grüße 東京 한국어 Привет" },
	{ "right-to-left-letters", "שלום", "שלום" },
	{ "mark-at-start", "\u0301a", "<U+0301>a" },
	{ "four-marks", "e\u0301\u0302\u0303\u0304!", "e\u0301\u0302\u0303\u0304!" },
	{ "fifth-mark", "e\u0301\u0302\u0303\u0304\u0305\u0306",
		"e\u0301\u0302\u0303\u0304<U+0305><U+0306>" },
	{ "mark-behind-name", "\x1b\u0301", "<ESC><U+0301>" },
	{ "four-marks-on-each-of-two", "e\u0301\u0302\u0303\u0304o\u0301\u0302\u0303\u0304",
		"e\u0301\u0302\u0303\u0304o\u0301\u0302\u0303\u0304" },
	{ "mark-behind-name-behind-letter", "a\x1b\u0301", "a<ESC><U+0301>" },
	{ "mark-behind-byte", "a\xff\u0301", "a<FF><U+0301>" },
	{ "emoji-style", "\u2764\uFE0F\u203C\uFE0F 1\uFE0F\u20E3", "\u2764\u203C 1\u20E3" },
	{ "keycaps", "0\uFE0F\u20E39\uFE0F\u20E3#\uFE0F\u20E3*\uFE0F\u20E3",
		"0\u20E39\u20E3#\u20E3*\u20E3" },
	{ "style-without-its-keycap", "1\uFE0F #\uFE0F\u0301", "1<U+FE0F> #<U+FE0F><U+0301>" },
	{ "style-with-half-a-keycap", "1\uFE0F\xe2\x83", "1<U+FE0F><E2><83>" },
	{ "style-of-what-is-no-keycap", "/\uFE0F\u20E3:\uFE0F\u20E3",
		"/<U+FE0F><U+20E3>:<U+FE0F><U+20E3>" },
	{ "style-of-symbols", "\u00A9\uFE0F\u2764\uFE0E\u2194\uFE0F", "\u00A9\u2764\u2194" },
	{ "style-of-emoji-among-punctuation",
		"\u203C\uFE0F\u2049\uFE0F\u2139\uFE0F\u3030\uFE0F\u303D\uFE0F",
		"\u203C\u2049\u2139\u3030\u303D" },
	{ "style-of-other-punctuation", "\u203D\uFE0F\u204A\uFE0F\u3031\uFE0F",
		"\u203D<U+FE0F>\u204A<U+FE0F>\u3031<U+FE0F>" },
	{ "style-of-a-plus", "+\uFE0F", "+<U+FE0F>" },
	{ "style-in-a-word", "p\uFE0Fay", "p<U+FE0F>ay" },
	{ "variation-selector", "\u845B\U000E0100", "\u845B<U+E0100>" },
	{ "replacement", "\uFFFD", "\uFFFD" },
	{ "empty", "", "" },
};

static void
test_sample(gconstpointer data)
{
	const Sample *sample = data;

	assert_visible(sample->bytes, -1, sample->expected);
}

static void
test_every_byte(void)
{
	for (int byte = 0; byte < 256; byte++) {
		char bytes[] = { 'a', (char)byte, 'b' };
		g_autoptr(Visible) visible = text_visible(bytes, sizeof bytes);
		const char *string = visible_string(visible);

		if (byte >= ' ' && byte < 0x7f) {
			g_assert_cmpmem(string, strlen(string), bytes, sizeof bytes);
			continue;
		}
		g_assert_true(g_str_is_ascii(string));
		for (const char *at = string; *at; at++)
			g_assert_true(g_ascii_isprint(*at));
		if (byte == '\t')
			g_assert_cmpstr(string, ==, "a b");
		else
			g_assert_true(
				g_str_has_prefix(string, "a<") && g_str_has_suffix(string, ">b"));
	}
}

static void
test_nul_inside(void)
{
	assert_visible("a\0b", 3, "a<NUL>b");
	assert_visible(NULL, -1, "");
	assert_visible("\x1b not of it", 0, "");
}

static int
take_text(const char *bytes, size_t length, void *user)
{
	(void)bytes;
	(void)user;
	return (int)length;
}

static int
count_control(unsigned char control, void *user)
{
	(void)control;
	++*(int *)user;
	return 1;
}

static int
count_sequence(const char *bytes, size_t length, void *user)
{
	(void)bytes;
	(void)length;
	++*(int *)user;
	return 1;
}

static int
count_csi(const char *leader, const long arguments[], int count, const char *intermediate,
	char command, void *user)
{
	(void)leader;
	(void)arguments;
	(void)count;
	(void)intermediate;
	(void)command;
	++*(int *)user;
	return 1;
}

static int
count_command(const char *command, size_t length, void *user)
{
	return count_sequence(command, length, user);
}

static const VTermParserCallbacks parsed = {
	.text = take_text,
	.control = count_control,
	.escape = count_sequence,
	.csi = count_csi,
	.osc = count_command,
	.dcs = count_command,
};

/* Controls and sequences that a terminal finds in @string. */
static int
commands_in(const char *string)
{
	VTerm *terminal = vterm_new(3, 80);
	int found = 0;

	vterm_set_utf8(terminal, 1);
	vterm_parser_set_callbacks(terminal, &parsed, &found);
	vterm_input_write(terminal, string, strlen(string));
	vterm_free(terminal);
	return found;
}

/* The column the cursor ends in; fails when the terminal does more than draw. */
static int
draw_on_terminal(const char *string)
{
	VTerm *terminal = vterm_new(3, 4000);
	VTermPos position;

	vterm_set_utf8(terminal, 1);
	vterm_screen_reset(vterm_obtain_screen(terminal), 1);
	vterm_input_write(terminal, string, strlen(string));
	vterm_state_get_cursorpos(vterm_obtain_state(terminal), &position);
	vterm_free(terminal);
	g_assert_cmpint(commands_in(string), ==, 0);
	g_assert_cmpint(position.row, ==, 0);
	return position.col;
}

static const char *const escapes[] = { "\x1b]0;t\x07", "\x1b]0;t\x1b\\", "\x1b]52;c;eA==\x07",
	"\x1b]8;;http://e.test\x07x", "\x1bPq#0\x1b\\", "\x1b_x\x1b\\", "\x1b^x\x1b\\",
	"\x1bXx\x1b\\", "\x1b[?1049h", "\x1b[?1000h", "\x1b[2J", "\x1b[31m", "\x1b[6n", "\x1b[c",
	"\x1b"
	"c",
	"\x1b#8", "\x1b(0", "\x1b[20h", "\x1b[5i", "\x1b%G",
	"\x1b"
	"D",
	"\x1bM",
	"\xc2\x9b"
	"2J",
	"\xc2\x9d"
	"0;t\xc2\x9c",
	"\xc2\x90q\xc2\x9c",
	"\x9b"
	"2J",
	"\x9d"
	"0;t\x9c",
	"\x90q\x9c", "\x84", "\x0e\x0f", "\x07", "\x05", "\r\n\v\f", "\x1a\x18" };

static void
test_terminal_only_draws(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(escapes); i++) {
		g_autoptr(Visible) visible = text_visible(escapes[i], -1);
		int column = draw_on_terminal(visible_string(visible));

		g_assert_cmpint(column, ==, (int)strlen(visible_string(visible)));
		if (escapes[i][0] == '\x1b') /* the test itself can see one */
			g_assert_cmpint(commands_in(escapes[i]), >, 0);
	}
}

static char *
random_text(GRand *random, size_t length)
{
	char *text = g_malloc(length + 1);

	for (size_t i = 0; i < length; i++)
		text[i] = (char)g_rand_int_range(random, 0, 256);
	text[length] = '\0';
	return text;
}

static void
test_random_bytes(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(20261121);

	for (int round = 0; round < 2000; round++) {
		size_t length = (size_t)g_rand_int_range(random, 0, 200);
		g_autofree char *bytes = random_text(random, length);
		g_autoptr(Visible) visible = text_visible(bytes, (ssize_t)length);
		g_autoptr(Visible) again = text_visible(visible_string(visible), -1);

		g_assert_true(g_utf8_validate(visible_string(visible), -1, NULL));
		g_assert_cmpstr(visible_string(again), ==, visible_string(visible));
		draw_on_terminal(visible_string(visible));
	}
}

/* Draws nothing of itself, or moves what stands beside it: by ICU, which has tables of its own. */
static bool
is_unseen(gunichar character)
{
	/* Glyphs that are blank, of which Unicode says nothing. */
	static const gunichar blank[] = { 0x2800, 0xfffc, 0x16fe4, 0x1d159 };
	static const uint32_t unseen =
		U_GC_C_MASK | U_GC_ZL_MASK | U_GC_ZP_MASK; /* controls, formats, unassigned, ... */

	for (size_t i = 0; i < G_N_ELEMENTS(blank); i++)
		if (character == blank[i])
			return true;
	return U_GET_GC_MASK((UChar32)character) & unseen ||
		u_hasBinaryProperty((UChar32)character, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

/* Nothing is said of characters that only one of ICU and GLib knows yet. */
static void
test_named_are_those_that_are_not_seen(void)
{
	for (gunichar character = 0x80; character <= 0x10ffff; character++) {
		char bytes[8] = "a";
		g_autoptr(Visible) visible = NULL;
		bool named;

		if (U_IS_SURROGATE(character) ||
			g_unichar_isdefined(character) != (bool)u_isdefined((UChar32)character))
			continue;
		bytes[1 + g_unichar_to_utf8(character, bytes + 1)] = '\0';
		visible = text_visible(bytes, -1);
		named = g_str_has_prefix(visible_string(visible), "a<U+");
		if (named != is_unseen(character))
			g_error("U+%04X: %s", character, visible_string(visible));
	}
}

static void
test_every_character_twice(void)
{
	for (gunichar character = 1; character <= 0x10ffff; character++) {
		char bytes[8] = "a";

		if (character >= 0xd800 && character < 0xe000)
			continue;
		bytes[1 + g_unichar_to_utf8(character, bytes + 1)] = '\0';
		{
			g_autoptr(Visible) visible = text_visible(bytes, -1);
			g_autoptr(Visible) again = text_visible(visible_string(visible), -1);

			g_assert_cmpstr(visible_string(again), ==, visible_string(visible));
		}
	}
}

/* ---- columns ---- */

static int
columns(const char *string)
{
	int sum = 0;

	for (; *string; string = g_utf8_next_char(string))
		sum += text_columns(g_utf8_get_char(string));
	return sum;
}

static void
test_columns_agree_with_terminal(void)
{
	static const char *const strings[] = { "plain", "Grüße", "東京", "한국어", "e\u0301",
		"Привет", "שלום", "\U0001F600\U0001F4BB", "ｆｕｌｌ", "ﾊﾝｶｸ", "\u1100\u1161\u11A8",
		"\u3247\u3248\u324F\u4DC0\u4DFF", "→ ▸ █ ─", "\u2764", "นี้" };

	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++)
		g_assert_cmpint(columns(strings[i]), ==, draw_on_terminal(strings[i]));
	g_assert_cmpint(text_columns(0x202e), ==, 1);
	g_assert_cmpint(text_columns(0x1b), ==, 1);
	g_assert_cmpint(text_columns(0xa0), ==, 1);
	g_assert_cmpint(text_columns(0x3000), ==, 2);
}

/* ---- text_utf8 and charsets ---- */

static void
assert_utf8(const char *bytes, size_t length, const char *expected)
{
	g_autofree char *text = text_utf8(bytes, length);

	g_assert_cmpstr(text, ==, expected);
}

static const char *
skip_ascii_slowly(const char *at, const char *end)
{
	while (at < end && (signed char)*at > 0)
		at++;
	return at;
}

/* Of most lengths, with a byte anywhere that ends it, or nearly does. */
static void
test_ascii_is_skipped(void)
{
	static const signed char stops[] = { 0, 1, 2, 0x7f, -0x80, -0x7f, -1 };
	static const char fill[] = { 1, 2, 0x7e, 0x7f };
	char bytes[32];

	for (size_t length = 0; length < sizeof bytes; length++) {
		for (size_t place = 0; place < length; place++) {
			for (size_t i = 0; i < G_N_ELEMENTS(stops) * sizeof fill; i++) {
				const char *end = bytes + length;

				memset(bytes, fill[i % sizeof fill], sizeof bytes);
				bytes[place] = (char)stops[i / sizeof fill];
				g_assert_true(text_skip_ascii(bytes, end) ==
					skip_ascii_slowly(bytes, end));
			}
		}
	}
}

static void
test_valid_up_to(void)
{
	static const struct {
		const char *bytes;
		size_t length, valid;
	} rows[] = {
		{ "plain", 5, 5 },
		{ "plain text\0more", 15, 10 },
		{ "Grüße und 東京", 18, 18 },
		{ "twelve bytes\xff.", 14, 12 },
		{ "\xc3\xbc\xc3", 3, 2 },
		{ "ü\xc3 ü", 6, 2 },
		{ "üü", 3, 2 },
		{ "", 0, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *end = NULL;
		bool whole = rows[i].valid == rows[i].length;

		g_assert_true(text_is_valid(rows[i].bytes, rows[i].length, &end) == whole);
		g_assert_cmpint(end - rows[i].bytes, ==, rows[i].valid);
		g_assert_true(text_is_valid(rows[i].bytes, rows[i].length, NULL) == whole);
	}
}

static void
test_utf8(void)
{
	assert_utf8("Grüße", strlen("Grüße"), "Grüße");
	assert_utf8("caf\xe9 \x93x\x94 ü", 11, "café “x” ü");
	assert_utf8("a\0b", 3, "a\uFFFDb");
	assert_utf8("\x81\xff", 2, "\xc2\x81ÿ");
	assert_utf8("\x80\xa0", 2, "€\u00A0");
	assert_utf8("", 0, "");
}

/* Its five bytes that glibc leaves open stay what they are. */
static void
test_stray_bytes_are_windows_1252(void)
{
	for (int byte = 0x80; byte <= 0xff; byte++) {
		const char bytes[] = { (char)byte };
		char itself[8] = "";
		g_autofree char *known = g_convert(bytes, 1, "UTF-8", "CP1252", NULL, NULL, NULL);

		g_unichar_to_utf8((gunichar)byte, itself);
		assert_utf8(bytes, 1, known ? known : itself);
	}
}

typedef struct Conversion {
	const char *charset, *bytes, *expected;
} Conversion;

static const Conversion conversions[] = {
	{ "us-ascii", "plain", "plain" },
	{ "US-ASCII", "caf\xe9", "café" },
	{ "utf-8", "\xc3\xa9", "é" },
	{ "\"UTF-8\"", "\xc3\xa9", "é" },
	{ "utf-8", "\xef\xbb\xbfx\xff", "x\uFFFD" },
	{ "utf-8*en", "\xc3\xa9", "é" },
	{ "iso-8859-1", "\x93\xe9\x94", "“é”" },
	{ "ISO_8859-15", "\xa4", "€" },
	{ "iso-8859-2", "\xb1", "ą" },
	{ "windows-1251", "\xcf\xf0", "Пр" },
	{ "koi8-r", "\xf0", "П" },
	{ "KOI8-U", "\xa4", "є" },
	{ "iso-2022-jp", "\x1b$BF|K\\\x1b(B!", "日本!" },
	{ "euc-jp", "\xc6\xfc", "日" },
	{ "Shift_JIS", "\x93\xfa\x87\x40", "日①" },
	{ "gb2312", "\xd6\xd0", "中" },
	{ "gbk", "\x81\x40", "丂" },
	{ "gb18030", "\xd6\xd0", "中" },
	{ "big5", "\xa4\xa4", "中" },
	{ "euc-kr", "\xc7\xd1", "한" },
	{ "ks_c_5601-1987", "\xc7\xd1", "한" },
	{ "iso-2022-kr", "\x1b$)C\x0e\x47\x51\x0f", "한" },
	{ "utf-7", "https+ADo-//x.example", "https://x.example" },
	{ "tis-620", "\xa1", "ก" },
	{ "macintosh", "\x8e", "é" },
	{ "windows-1255", "\xf9", "ש" },
	{ "windows-1256", "\xc8", "ب" },
};

static void
assert_conversions(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(conversions); i++) {
		const Conversion *row = &conversions[i];
		bool known = false;
		g_autofree char *text =
			text_from_charset(row->bytes, strlen(row->bytes), row->charset, &known);

		g_assert_cmpstr(text, ==, row->expected);
		g_assert_true(known);
	}
}

static void
test_charsets(void)
{
	static const char utf16[] = "\xff\xfeh\0\x3d\xd8\x00\xde\x00\xdc";
	bool known = false;
	g_autofree char *wide = text_from_charset(utf16, sizeof utf16 - 1, "utf-16", &known);
	g_autofree char *big = text_from_charset("\0h\0\0\0i", 6, "utf-16be", &known);
	g_autofree char *none = text_from_charset("caf\xe9", 4, NULL, &known);

	assert_conversions();
	g_assert_cmpstr(wide, ==, "h\U0001F600\uFFFD");
	g_assert_cmpstr(big, ==, "h\uFFFDi");
	g_assert_cmpstr(none, ==, "café");
	g_assert_true(known);
}

static void
test_unknown_charsets(void)
{
	static const char *const names[] = { "", "x-unknown", "../../etc/passwd", "utf-8//TRANSLIT",
		"INTERNAL", "iso-8859-1iso-8859-1iso-8859-1iso-8859-1iso-8859-1", "\x1b[2J",
		"IBM1388" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		bool known = true;
		g_autofree char *text = text_from_charset("caf\xe9", 4, names[i], &known);

		g_assert_cmpstr(text, ==, "café");
		g_assert_false(known);
	}
}

/* In a child that can open nothing more: files are what the box has not. */
static void
test_no_files_after_preload(void)
{
	int status = 0;
	pid_t child;

	text_preload_charsets();
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		struct rlimit none = { 0 };

		if (setrlimit(RLIMIT_NOFILE, &none) != 0)
			_exit(2);
		assert_conversions();
		_exit(0);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
test_random_charsets(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(7);

	for (int round = 0; round < 3000; round++) {
		const Conversion *row = &conversions[round % (int)G_N_ELEMENTS(conversions)];
		size_t length = (size_t)g_rand_int_range(random, 0, 300);
		g_autofree char *bytes = random_text(random, length);
		bool known = false;
		g_autofree char *text = text_from_charset(bytes, length, row->charset, &known);

		g_assert_true(g_utf8_validate(text, -1, NULL));
	}
}

/* ---- text_defang ---- */

static void
test_defang(void)
{
	static const Sample rows[] = {
		{ "", "https://shop.example/a.b?c=1.", "hxxps://shop[.]example/a[.]b?c=1." },
		{ "", "HTTP://x.example", "HxxP://x[.]example" },
		{ "", "ftp://x.example", "fxp://x[.]example" },
		{ "", "see http://x.example", "see hxxp://x[.]example" },
		{ "", "a//b a:/b", "a//b a:/b" },
		{ "", "-.a _.b a.- a._", "-[.]a _[.]b a[.]- a[.]_" },
		{ "", ".example", ".example" },
		{ "", "a\x7f.b", "a\x7f.b" },
		{ "", "file:///etc/passwd", "file[:]///etc/passwd" },
		{ "", "shop.example", "shop[.]example" },
		{ "", "bücher.example.", "bücher[.]example." },
		{ "", "The end. Or not", "The end. Or not" },
		{ "", "http:\\\\x.example", "hxxp:\\\\x[.]example" },
		{ "", "https:/\\x.example", "hxxps:/\\x[.]example" },
		{ "", "://", "[:]//" },
		{ "", "", "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *bytes = g_strdup(rows[i].bytes);
		g_autofree char *once = text_defang(bytes);

		g_assert_cmpstr(once, ==, rows[i].expected);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
		g_autofree char *path = g_strconcat("/text/visible/", samples[i].name, NULL);

		g_test_add_data_func(path, &samples[i], test_sample);
	}
	g_test_add_func("/text/every-byte-is-printable", test_every_byte);
	g_test_add_func("/text/nul-inside", test_nul_inside);
	g_test_add_func("/text/terminal-only-draws", test_terminal_only_draws);
	g_test_add_func("/text/random-bytes-only-draw", test_random_bytes);
	g_test_add_func(
		"/text/named-are-those-that-are-not-seen", test_named_are_those_that_are_not_seen);
	g_test_add_func("/text/drawing-twice-changes-nothing", test_every_character_twice);
	g_test_add_func("/text/columns-agree-with-terminal", test_columns_agree_with_terminal);
	g_test_add_func("/text/ascii-is-skipped", test_ascii_is_skipped);
	g_test_add_func("/text/valid-up-to", test_valid_up_to);
	g_test_add_func("/text/utf8-from-anything", test_utf8);
	g_test_add_func("/text/stray-bytes-are-windows-1252", test_stray_bytes_are_windows_1252);
	g_test_add_func("/text/charsets", test_charsets);
	g_test_add_func("/text/unknown-charsets", test_unknown_charsets);
	g_test_add_func("/text/no-files-after-preload", test_no_files_after_preload);
	g_test_add_func("/text/random-bytes-in-every-charset", test_random_charsets);
	g_test_add_func("/text/defang", test_defang);
	return g_test_run();
}
