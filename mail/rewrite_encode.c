#include <stdint.h>
#include <string.h>

#include "mail/decode.h"
#include "mail/rewrite_private.h"

enum {
	MAX_LINE = 998,  /* RFC 5322 section 2.1.1 */
	MAX_QUOTED = 75, /* with the '=' of a soft break 76: RFC 2045 section 6.7, rule 5 */
	BASE64_LINE = 76,
};

/* Where a decoded byte stands in the encoded text. */
typedef struct QuotedByte {
	uint32_t start, end;
} QuotedByte;

/* The first word, as decode_body() takes it. */
Coding
coding_of(const char *encoding)
{
	g_autofree char *word = NULL;

	if (!encoding)
		return CODING_PLAIN;
	encoding += strspn(encoding, " \t\r\n\"'");
	word = g_ascii_strdown(encoding, (gssize)strcspn(encoding, " \t\r\n\"';("));
	if (!*word || strcmp(word, "7bit") == 0 || strcmp(word, "8bit") == 0 ||
		strcmp(word, "binary") == 0)
		return CODING_PLAIN;
	if (strcmp(word, "quoted-printable") == 0)
		return CODING_QUOTED;
	return strcmp(word, "base64") == 0 ? CODING_BASE64 : CODING_UNKNOWN;
}

/* ---- quoted-printable with places ---- */

static size_t
blanks_at(const char *at, const char *end)
{
	size_t count = 0;

	while (at + count < end && (at[count] == ' ' || at[count] == '\t'))
		count++;
	return count;
}

static size_t
line_end_at(const char *at, const char *end)
{
	if (at < end && *at == '\n')
		return 1;
	return at + 1 < end && at[0] == '\r' && at[1] == '\n' ? 2 : 0;
}

static void
put(RewriteBody *body, const char *start, size_t length, int byte)
{
	const guint8 value = (guint8)byte;
	const QuotedByte place = { (uint32_t)(start - body->encoded),
		(uint32_t)(start - body->encoded + (ptrdiff_t)length) };

	g_byte_array_append(body->decoded, &value, 1);
	g_array_append_val(body->places, place);
}

/* The '=' at @at; behind what it stands for. */
static const char *
open_escape(RewriteBody *body, const char *at, const char *end)
{
	const char *next = at + 1 + blanks_at(at + 1, end);

	if (next == end || line_end_at(next, end))
		return next + line_end_at(next, end);
	if (end - at > 2 && g_ascii_isxdigit(at[1]) && g_ascii_isxdigit(at[2])) {
		put(body, at, 3, g_ascii_xdigit_value(at[1]) << 4 | g_ascii_xdigit_value(at[2]));
		return at + 3;
	}
	put(body, at, 1, '=');
	return at + 1;
}

static void
open_quoted(RewriteBody *body)
{
	const char *at = body->encoded;
	const char *end = at + body->length;

	body->places = g_array_new(FALSE, FALSE, sizeof(QuotedByte));
	while (at < end) {
		size_t blanks = blanks_at(at, end);

		/* At the end of a line they were added on the way (rule 3). */
		if (blanks > 0 && (at + blanks == end || line_end_at(at + blanks, end))) {
			at += blanks;
		} else if (*at == '=') {
			at = open_escape(body, at, end);
		} else {
			put(body, at, 1, *at);
			at++;
		}
	}
}

static const char *
line_end_of(const char *text, size_t length)
{
	const char *end = length ? memchr(text, '\n', length) : NULL;

	return end && end > text && end[-1] == '\r' ? "\r\n" : "\n";
}

static const char *const names[] = {
	[CODING_PLAIN] = "8bit",
	[CODING_QUOTED] = "quoted-printable",
	[CODING_BASE64] = "base64",
};

bool
body_open(RewriteBody *body, const char *encoded, size_t length, Coding coding)
{
	g_autoptr(Decoded) decoded = NULL;

	g_assert(coding != CODING_UNKNOWN);
	if (length > G_MAXUINT32 / 4)
		return false;
	decoded = decode_body(encoded, length, names[coding]);
	*body = (RewriteBody){ .coding = coding,
		.encoded = encoded,
		.length = length,
		.line_end = line_end_of(encoded, length) };
	if (coding != CODING_QUOTED) {
		body->decoded = g_byte_array_ref(decoded->bytes);
		return true;
	}
	body->decoded = g_byte_array_new();
	open_quoted(body);
	return body->decoded->len == decoded->bytes->len &&
		(body->decoded->len == 0 ||
			memcmp(body->decoded->data, decoded->bytes->data, body->decoded->len) == 0);
}

void
body_clear(RewriteBody *body)
{
	g_clear_pointer(&body->decoded, g_byte_array_unref);
	g_clear_pointer(&body->places, g_array_unref);
}

/* ---- with the edits ---- */

static GString *
edited(const RewriteBody *body, const GArray *edits)
{
	const char *bytes = (const char *)body->decoded->data;
	GString *text = g_string_sized_new(body->decoded->len + 256 * edits->len);
	size_t done = 0;

	for (guint i = 0; i < edits->len; i++) {
		const Edit *edit = &g_array_index(edits, Edit, i);

		g_string_append_len(text, bytes + done, (gssize)(edit->span.start - done));
		g_string_append(text, edit->text);
		done = edit->span.end;
	}
	g_string_append_len(text, bytes + done, (gssize)(body->decoded->len - done));
	return text;
}

static bool
has_long_line(const GString *text)
{
	const char *end = text->str + text->len;
	const char *next;

	for (const char *line = text->str; line < end; line = next) {
		const char *stop = memchr(line, '\n', (size_t)(end - line));

		next = stop ? stop + 1 : end;
		if (next - line > MAX_LINE + (stop ? 1 : 0))
			return true;
	}
	return false;
}

/* Adds @bytes of one line's inside; @column is where the line stands. */
static void
quote_byte(GString *output, int byte, bool escape, const char *line_end, size_t *column)
{
	size_t width = escape ? 3 : 1;

	if (*column + width > MAX_QUOTED) {
		g_string_append_printf(output, "=%s", line_end);
		*column = 0;
	}
	if (escape)
		g_string_append_printf(output, "=%02X", (guint)byte);
	else
		g_string_append_c(output, (char)byte);
	*column += width;
}

static void
quote_all(GString *output, const GString *text, const char *line_end)
{
	const char *end = text->str + text->len;
	size_t column = 0;

	for (const char *at = text->str; at < end; at++) {
		size_t ends = line_end_at(at, end);
		bool last = at + 1 == end || line_end_at(at + 1, end);

		if (ends > 0) {
			g_string_append_len(output, at, (gssize)ends);
			at += ends - 1;
			column = 0;
			continue;
		}
		quote_byte(output, (guchar)*at,
			*at == '=' || !(g_ascii_isprint(*at) || *at == '\t') ||
				(last && g_ascii_isspace(*at)),
			line_end, &column);
	}
}

/* Lines of its own between soft breaks: what stands before and behind stays as it is. */
static void
quote_link(const RewriteBody *body, GString *output, const char *link, const char *behind)
{
	const char *end = body->encoded + body->length;
	size_t column = 0;

	if (output->len > 0 && output->str[output->len - 1] != '\n')
		g_string_append_printf(output, "=%s", body->line_end);
	for (; *link; link++)
		quote_byte(output, *link, *link == '=', body->line_end, &column);
	if (behind < end && !line_end_at(behind, end))
		g_string_append_printf(output, "=%s", body->line_end);
}

static void
write_quoted(const RewriteBody *body, const GArray *edits, GString *output)
{
	size_t done = 0;

	for (guint i = 0; i < edits->len; i++) {
		const Edit *edit = &g_array_index(edits, Edit, i);
		uint32_t start = g_array_index(body->places, QuotedByte, edit->span.start).start;
		uint32_t end = g_array_index(body->places, QuotedByte, edit->span.end - 1).end;

		g_string_append_len(output, body->encoded + done, (gssize)(start - done));
		quote_link(body, output, edit->text, body->encoded + end);
		done = end;
	}
	g_string_append_len(output, body->encoded + done, (gssize)(body->length - done));
}

/* What follows the last character of the encoded text. */
static size_t
trailing_blanks(const RewriteBody *body)
{
	size_t length = body->length;

	while (length > 0 && g_ascii_isspace(body->encoded[length - 1]))
		length--;
	return length;
}

static size_t
first_line_length(const RewriteBody *body)
{
	size_t length = 0;

	while (length < body->length && !g_ascii_isspace(body->encoded[length]))
		length++;
	return length >= 4 && length <= MAX_LINE ? length : BASE64_LINE;
}

static void
write_base64(const RewriteBody *body, const GArray *edits, GString *output)
{
	g_autoptr(GString) text = edited(body, edits);
	g_autofree char *encoded = g_base64_encode((const guchar *)text->str, text->len);
	size_t width = first_line_length(body);
	size_t length = strlen(encoded);
	size_t tail = trailing_blanks(body);

	for (size_t done = 0; done < length; done += width) {
		if (done > 0)
			g_string_append(output, body->line_end);
		g_string_append_len(output, encoded + done, (gssize)MIN(width, length - done));
	}
	g_string_append_len(output, body->encoded + tail, (gssize)(body->length - tail));
}

static void
write_plain(const RewriteBody *body, const GArray *edits, GString *output, bool *requoted)
{
	g_autoptr(GString) text = edited(body, edits);

	*requoted = has_long_line(text);
	if (*requoted)
		quote_all(output, text, body->line_end);
	else
		g_string_append_len(output, text->str, (gssize)text->len);
}

void
body_write(const RewriteBody *body, const GArray *edits, GString *output, bool *requoted)
{
	*requoted = false;
	switch (body->coding) {
	case CODING_PLAIN:
		write_plain(body, edits, output, requoted);
		return;
	case CODING_QUOTED:
		write_quoted(body, edits, output);
		return;
	case CODING_BASE64:
		write_base64(body, edits, output);
		return;
	case CODING_UNKNOWN:
		break;
	}
	g_assert_not_reached();
}
