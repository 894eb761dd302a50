#include "mail/text.h"

#include <stdint.h>
#include <string.h>

enum {
	MARKS_PER_BASE = 4, /* what a cell of ncurses holds beside its base (CCHARW_MAX) */
	DELETE = 0x7f,
	TEXT_STYLE = 0xfe0e,  /* variation selectors 15 and 16: draw as text, */
	EMOJI_STYLE = 0xfe0f, /* draw as emoji */
	REPLACEMENT = 0xfffd,
};

#define KEYCAP "\u20e3" /* draws a key round the digit before it */

struct Visible {
	char *string;
};

typedef struct Range {
	gunichar first, last;
} Range;

/* What is being drawn: the text so far and what a mark would stand on. */
typedef struct Drawing {
	GString *text;
	gunichar base; /* last character that stayed; 0 at the start and after a name */
	int marks;     /* on the base */
} Drawing;

// clang-format off
static const char *const control_names[] = {
	"NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL",
	"BS",  "TAB", "LF",  "VT",  "FF",  "CR",  "SO",  "SI",
	"DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB",
	"CAN", "EM",  "SUB", "ESC", "FS",  "GS",  "RS",  "US",
};

/* Letters, marks and symbols that draw nothing: Default_Ignorable_Code_Point of
 * Unicode 15 beyond the format characters, and those whose glyph is blank. */
static const Range blank[] = {
	{ 0x034f, 0x034f },   /* combining grapheme joiner */
	{ 0x115f, 0x1160 },   /* Hangul fillers */
	{ 0x17b4, 0x17b5 },   /* Khmer inherent vowels */
	{ 0x180b, 0x180f },   /* Mongolian variation selectors */
	{ 0x2800, 0x2800 },   /* empty Braille pattern */
	{ 0x3164, 0x3164 },   /* Hangul filler */
	{ 0xfe00, 0xfe0f },   /* variation selectors */
	{ 0xffa0, 0xffa0 },   /* half-width Hangul filler */
	{ 0xfff0, 0xfffc },   /* interlinear annotation, object replacement */
	{ 0x16fe4, 0x16fe4 }, /* Khitan filler */
	{ 0x1d159, 0x1d159 }, /* null note head */
	{ 0xe0000, 0xe0fff }, /* tags, variation selectors */
};

/* Two columns wide in wcwidth() of glibc and in libvterm, one for GLib. */
static const Range wide[] = {
	{ 0x3248, 0x324f }, /* circled numbers on black squares */
	{ 0x4dc0, 0x4dff }, /* hexagrams */
};

/* Emoji that Unicode files among punctuation and letters. */
static const Range emoji_punctuation[] = {
	{ 0x203c, 0x203c }, { 0x2049, 0x2049 }, { 0x2139, 0x2139 },
	{ 0x3030, 0x3030 }, { 0x303d, 0x303d },
};

/* Windows-1252 from 0x80; the five bytes it leaves open as the Encoding
 * Standard of WHATWG fills them. */
static const gunichar windows_1252[] = {
	0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
	0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
};
// clang-format on

static bool
in_ranges(gunichar character, const Range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (character >= ranges[i].first && character <= ranges[i].last)
			return true;
	return false;
}

#define IN_RANGES(character, ranges) in_ranges(character, ranges, G_N_ELEMENTS(ranges))

/* Does something other than draw itself: nothing at all, or it moves others.
 * The joiner between emoji (U+200D) is among them: terminals differ on the
 * width of what it joins, and what is drawn beside it would shift. */
static bool
is_named(gunichar character)
{
	static const bool named[] = {
		[G_UNICODE_CONTROL] = true,
		[G_UNICODE_FORMAT] = true,
		[G_UNICODE_UNASSIGNED] = true,
		[G_UNICODE_PRIVATE_USE] = true,
		[G_UNICODE_SURROGATE] = true,
		[G_UNICODE_LINE_SEPARATOR] = true,
		[G_UNICODE_PARAGRAPH_SEPARATOR] = true,
	};
	GUnicodeType type = g_unichar_type(character);

	return (type < G_N_ELEMENTS(named) && named[type]) || IN_RANGES(character, blank);
}

/* Drawn over the character before it: marks, and the vowels and finals of
 * Hangul syllables. */
static bool
is_mark(gunichar character)
{
	return g_unichar_iszerowidth(character);
}

static bool
starts_with(const char *bytes, const char *end, const char *prefix)
{
	size_t length = strlen(prefix);

	return (size_t)(end - bytes) >= length && memcmp(bytes, prefix, length) == 0;
}

/* A style selector behind an emoji only picks how that is drawn.  It is left
 * out: terminals that heed it and those that don't differ on the width.
 * Anywhere else it is something hidden in the text. */
static bool
is_style_of_emoji(gunichar character, gunichar base, const char *rest, const char *end)
{
	GUnicodeType type = g_unichar_type(base);

	if (character != TEXT_STYLE && character != EMOJI_STYLE)
		return false;
	if (base == '#' || base == '*' || (base >= '0' && base <= '9'))
		return starts_with(rest, end, KEYCAP);
	return base > DELETE &&
		(type == G_UNICODE_OTHER_SYMBOL || type == G_UNICODE_MATH_SYMBOL ||
			IN_RANGES(base, emoji_punctuation));
}

static void
draw_name(Drawing *drawing, gunichar character)
{
	if (character < G_N_ELEMENTS(control_names))
		g_string_append_printf(drawing->text, "<%s>", control_names[character]);
	else if (character == DELETE)
		g_string_append(drawing->text, "<DEL>");
	else
		g_string_append_printf(drawing->text, "<U+%04X>", character);
	drawing->base = 0;
}

static void
draw_byte_name(Drawing *drawing, unsigned char byte)
{
	g_string_append_printf(drawing->text, "<%02X>", byte);
	drawing->base = 0;
}

static void
draw_mark(Drawing *drawing, gunichar mark)
{
	if (drawing->base == 0 || drawing->marks == MARKS_PER_BASE) {
		draw_name(drawing, mark);
		return;
	}
	g_string_append_unichar(drawing->text, mark);
	drawing->marks++;
}

static void
draw_base(Drawing *drawing, gunichar character)
{
	g_string_append_unichar(drawing->text, character);
	drawing->base = character;
	drawing->marks = 0;
}

/* @rest is what follows @character. */
static void
draw_character(Drawing *drawing, gunichar character, const char *rest, const char *end)
{
	if (character == '\t' || g_unichar_type(character) == G_UNICODE_SPACE_SEPARATOR)
		draw_base(drawing, ' ');
	else if (is_style_of_emoji(character, drawing->base, rest, end))
		return;
	else if (is_named(character))
		draw_name(drawing, character);
	else if (is_mark(character))
		draw_mark(drawing, character);
	else
		draw_base(drawing, character);
}

static char *
draw(const char *bytes, const char *end)
{
	Drawing drawing = { .text = g_string_sized_new((gsize)(end - bytes) + 32) };

	while (bytes < end) {
		unsigned char byte = (unsigned char)*bytes;
		gunichar character;

		if (byte <= DELETE) {
			draw_character(&drawing, byte, ++bytes, end);
			continue;
		}
		character = g_utf8_get_char_validated(bytes, end - bytes);
		if (character > 0x10ffff) { /* its two error values */
			draw_byte_name(&drawing, byte);
			bytes++;
			continue;
		}
		bytes = g_utf8_next_char(bytes);
		draw_character(&drawing, character, bytes, end);
	}
	return g_string_free(drawing.text, FALSE);
}

/* Most of what is drawn is. */
static bool
is_plain(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] < ' ' || bytes[i] >= DELETE)
			return false;
	return true;
}

Visible *
text_visible(const char *bytes, ssize_t length)
{
	const char *start = bytes ? bytes : "";
	size_t size = length < 0 ? strlen(start) : (size_t)length;
	Visible *visible = g_new(Visible, 1);

	visible->string =
		is_plain(start, size) ? g_strndup(start, size) : draw(start, start + size);
	return visible;
}

const char *
visible_string(const Visible *visible)
{
	return visible->string;
}

void
visible_free(Visible *visible)
{
	if (!visible)
		return;
	g_free(visible->string);
	g_free(visible);
}

int
text_columns(gunichar character)
{
	if (character >= ' ' && character < DELETE)
		return 1;
	if (is_named(character))
		return 1;
	if (is_mark(character))
		return 0;
	return g_unichar_iswide(character) || IN_RANGES(character, wide) ? 2 : 1;
}

static gunichar
read_stray_byte(unsigned char byte)
{
	if (byte == '\0')
		return REPLACEMENT;
	if (byte >= 0x80 && byte < 0xa0)
		return windows_1252[byte - 0x80];
	return byte;
}

/* Whether char has a sign is the machine's to say. */
static bool
is_high(char byte)
{
	return (unsigned char)byte >= 0x80;
}

const char *
text_skip_ascii(const char *at, const char *end)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t eight;

	for (; (size_t)(end - at) >= sizeof(eight); at += sizeof(eight)) {
		memcpy(&eight, at, sizeof(eight));
		/* A borrow reaches only a byte behind the NUL. */
		if (((eight - ones) | eight) & (ones << 7))
			break;
	}
	for (; at < end && *at && !is_high(*at); at++)
		;
	return at;
}

bool
text_is_valid(const char *bytes, size_t length, const char **end)
{
	const char *stop = bytes + length;
	const char *at = bytes;

	while ((at = text_skip_ascii(at, stop)) < stop && *at) {
		const char *run = at;

		while (run < stop && is_high(*run))
			run++;
		if (!g_utf8_validate_len(at, (gsize)(run - at), &at))
			break;
	}
	if (end)
		*end = at;
	return at == stop;
}

char *
text_utf8(const char *bytes, size_t length)
{
	const char *end = bytes + length;
	const char *valid = bytes;
	GString *text;

	if (text_is_valid(bytes, length, &valid)) {
		char *copy = g_malloc(length + 1);

		memcpy(copy, bytes, length);
		copy[length] = '\0';
		return copy;
	}

	text = g_string_sized_new(length + length / 8);
	while (bytes < end) {
		text_is_valid(bytes, (size_t)(end - bytes), &valid);
		g_string_append_len(text, bytes, valid - bytes);
		if (valid == end)
			break;
		g_string_append_unichar(text, read_stray_byte((unsigned char)*valid));
		bytes = valid + 1;
	}
	return g_string_free(text, FALSE);
}

/* How analysts write it: hxxp for http, fxp for ftp, any other scheme broken at
 * its colon.  @text ends in the scheme whose "://" follows, or what browsers take for
 * that: @slashes. */
static void
defang_scheme(GString *text, const char *slashes)
{
	char *end = text->str + text->len;
	const char *start = end;
	char *name;

	while (start > text->str && g_ascii_isalnum(start[-1]))
		start--;
	name = text->str + (start - text->str);
	if (g_ascii_strcasecmp(name, "http") == 0 || g_ascii_strcasecmp(name, "https") == 0)
		name[1] = name[2] = 'x';
	else if (g_ascii_strcasecmp(name, "ftp") == 0)
		name[1] = 'x';
	else {
		g_string_append_printf(text, "[:]%.2s", slashes);
		return;
	}
	g_string_append_printf(text, ":%.2s", slashes);
}

static bool
is_slash(char character)
{
	return character == '/' || character == '\\';
}

static bool
is_word(char character)
{
	return g_ascii_isalnum(character) || character == '-' || character == '_' ||
		(unsigned char)character > DELETE;
}

char *
text_defang(const char *text)
{
	GString *defanged = g_string_sized_new(strlen(text) + 16);

	for (const char *at = text; *at; at++) {
		if (at[0] == ':' && is_slash(at[1]) && is_slash(at[2])) {
			defang_scheme(defanged, at + 1);
			at += 2;
		} else if (at[0] == '.' && at > text && is_word(at[-1]) && is_word(at[1]))
			g_string_append(defanged, "[.]");
		else
			g_string_append_c(defanged, *at);
	}
	return g_string_free(defanged, FALSE);
}
