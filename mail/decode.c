#include "mail/decode.h"

#include <string.h>

typedef struct Encoding {
	const char *name;
	void (*decode)(const char *bytes, size_t length, Decoded *decoded); /* NULL: as they are */
} Encoding;

enum {
	NAME_MAX_LENGTH = 20,
	BLANK = 64, /* in sextets[]: skipped without a word */
	PADDING,
	ODD,
};

// clang-format off
#define ODD_4  ODD, ODD, ODD, ODD
#define ODD_16 ODD_4, ODD_4, ODD_4, ODD_4
static const unsigned char sextets[256] = {
	ODD_4, ODD_4, ODD, BLANK, BLANK, BLANK, BLANK, BLANK, ODD, ODD,
	ODD_16,
	BLANK, ODD, ODD, ODD, ODD_4, ODD, ODD, ODD, 62, ODD, ODD, ODD, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, ODD, ODD, ODD, PADDING, ODD, ODD,
	ODD, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, ODD, ODD, ODD, ODD, ODD,
	ODD, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, ODD, ODD, ODD, ODD, ODD,
	ODD_16, ODD_16, ODD_16, ODD_16, ODD_16, ODD_16, ODD_16, ODD_16,
};
// clang-format on

/* @bits holds @count characters of a group of four: up to three bytes. */
static guint8 *
write_group(guint8 *output, unsigned bits, int count)
{
	unsigned group = bits << (6 * (4 - count));

	for (int i = 1; i < count; i++)
		*output++ = (guint8)(group >> (24 - 8 * i));
	return output;
}

/* Groups start anew behind padding, as chunks that were encoded one by one do. */
static void
decode_base64(const char *bytes, size_t length, Decoded *decoded)
{
	unsigned bits = 0;
	int count = 0;
	bool padded = false;
	guint8 *output;

	g_byte_array_set_size(decoded->bytes, (guint)(length / 4 * 3 + 3));
	output = decoded->bytes->data;
	for (size_t i = 0; i < length; i++) {
		unsigned sextet = sextets[(unsigned char)bytes[i]];

		if (sextet < BLANK) {
			decoded->data_after_padding |= padded;
			bits = bits << 6 | sextet;
			if (++count < 4)
				continue;
		} else if (sextet == PADDING)
			padded = true;
		else {
			decoded->odd_characters |= sextet == ODD;
			continue;
		}
		output = write_group(output, bits, count);
		bits = 0;
		count = 0;
	}
	output = write_group(output, bits, count);
	decoded->truncated = count > 0;
	g_byte_array_set_size(decoded->bytes, (guint)(output - decoded->bytes->data));
}

static const char *
skip_blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}

/* The length of the line end at @at: 0, 1 or 2; 0 at @end too. */
static size_t
line_end(const char *at, const char *end)
{
	if (at < end && *at == '\n')
		return 1;
	if (at + 1 < end && at[0] == '\r' && at[1] == '\n')
		return 2;
	return 0;
}

/* Text that is read, and where it is written: never more than was read. */
typedef struct Cursor {
	const char *at, *end;
	guint8 *output;
} Cursor;

/* What follows a '=': an octet, a soft break, or neither, and then the '='
 * stands for itself (RFC 2045 section 6.7, notes for decoders). */
static void
decode_escape(Cursor *cursor)
{
	const char *at = ++cursor->at;
	const char *next = skip_blanks(at, cursor->end);

	if (next == cursor->end) {
		cursor->at = cursor->end;
	} else if (line_end(next, cursor->end)) {
		cursor->at = next + line_end(next, cursor->end);
	} else if (cursor->end - at >= 2 && g_ascii_isxdigit(at[0]) && g_ascii_isxdigit(at[1])) {
		*cursor->output++ =
			(guint8)(g_ascii_xdigit_value(at[0]) << 4 | g_ascii_xdigit_value(at[1]));
		cursor->at = at + 2;
	} else {
		*cursor->output++ = '=';
	}
}

/* Blanks at the end of a line were added on the way (rule 3). */
static void
decode_blanks(Cursor *cursor)
{
	const char *next = skip_blanks(cursor->at, cursor->end);
	bool last = next == cursor->end || line_end(next, cursor->end) > 0;

	for (; !last && cursor->at < next; cursor->at++)
		*cursor->output++ = (guint8)*cursor->at;
	cursor->at = next;
}

static void
decode_quoted_printable(const char *bytes, size_t length, Decoded *decoded)
{
	Cursor cursor = { .at = bytes, .end = bytes + length };

	g_byte_array_set_size(decoded->bytes, (guint)length);
	cursor.output = decoded->bytes->data;
	while (cursor.at < cursor.end) {
		char here = *cursor.at;

		if (here == '=') {
			decode_escape(&cursor);
		} else if (here == ' ' || here == '\t') {
			decode_blanks(&cursor);
		} else {
			*cursor.output++ = (guint8)here;
			cursor.at++;
		}
	}
	if (length > 0)
		g_byte_array_set_size(
			decoded->bytes, (guint)(cursor.output - decoded->bytes->data));
}

/* One line of uuencode: a length character, then groups of four. */
static void
decode_uu_line(const char *line, const char *end, GByteArray *bytes)
{
	unsigned left = (unsigned)(*line - ' ') & 63;

	for (line++; left > 0 && line < end; line += 4) {
		unsigned group = 0;
		guint take = MIN(left, 3);
		guint8 values[3];

		for (int i = 0; i < 4; i++)
			group = group << 6 | (line + i < end ? (unsigned)(line[i] - ' ') & 63 : 0);
		values[0] = (guint8)(group >> 16);
		values[1] = (guint8)(group >> 8);
		values[2] = (guint8)group;
		g_byte_array_append(bytes, values, take);
		left -= take;
	}
}

static bool
is_line(const char *line, const char *end, const char *wanted)
{
	size_t length = strlen(wanted);

	return (size_t)(end - line) >= length && memcmp(line, wanted, length) == 0 &&
		(wanted[length - 1] == ' ' || skip_blanks(line + length, end) == end);
}

/* The file between its "begin" and "end"; text outside of them is kept. */
static void
decode_uuencode(const char *bytes, size_t length, Decoded *decoded)
{
	const char *end = bytes + length;
	bool inside = false;

	while (bytes < end) {
		const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
		const char *next = newline ? newline + 1 : end;
		const char *stop = newline ? newline : end;

		if (stop > bytes && stop[-1] == '\r')
			stop--;
		if (!inside && is_line(bytes, stop, "begin "))
			inside = true;
		else if (inside && is_line(bytes, stop, "end"))
			inside = false;
		else if (inside && stop > bytes)
			decode_uu_line(bytes, stop, decoded->bytes);
		else if (skip_blanks(bytes, stop) < stop) {
			decoded->odd_characters = true;
			g_byte_array_append(
				decoded->bytes, (const guint8 *)bytes, (guint)(next - bytes));
		}
		bytes = next;
	}
	decoded->truncated = inside;
}

// clang-format off
static const Encoding encodings[] = {
	{ "7bit", NULL },
	{ "8bit", NULL },
	{ "binary", NULL },
	{ "base64", decode_base64 },
	{ "quoted-printable", decode_quoted_printable },
	{ "x-uuencode", decode_uuencode },
	{ "uuencode", decode_uuencode },
	{ "x-uue", decode_uuencode },
	{ "uue", decode_uuencode },
};
// clang-format on

/* The first word of the field: comments and stray semicolons follow it in real
 * mail.  An empty field is the default, "7bit". */
static const Encoding *
find_encoding(const char *declared)
{
	char name[NAME_MAX_LENGTH];
	size_t length;

	if (!declared)
		return &encodings[0];
	declared += strspn(declared, " \t\r\n\"'");
	length = strcspn(declared, " \t\r\n\"';(");
	if (length == 0)
		return &encodings[0];
	if (length >= sizeof name)
		return NULL;
	g_strlcpy(name, declared, length + 1);
	for (size_t i = 0; i < G_N_ELEMENTS(encodings); i++)
		if (g_ascii_strcasecmp(encodings[i].name, name) == 0)
			return &encodings[i];
	return NULL;
}

bool
decode_knows(const char *encoding)
{
	return find_encoding(encoding) != NULL;
}

Decoded *
decode_body(const char *bytes, size_t length, const char *encoding)
{
	const Encoding *found = find_encoding(encoding);
	Decoded *decoded = g_new0(Decoded, 1);

	g_assert(length <= G_MAXUINT);
	decoded->bytes = g_byte_array_sized_new((guint)length);
	if (length == 0)
		return decoded;
	if (found && found->decode)
		found->decode(bytes, length, decoded);
	else
		g_byte_array_append(decoded->bytes, (const guint8 *)bytes, (guint)length);
	return decoded;
}

void
decoded_free(Decoded *decoded)
{
	if (!decoded)
		return;
	g_byte_array_unref(decoded->bytes);
	g_free(decoded);
}
