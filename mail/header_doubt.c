#include <string.h>

#include "mail/header.h"
#include "mail/text.h"

/* What readers of a header can take in several ways.  Each reader of it is right by its
 * own lights, so the gateway checks one sender and the person sees another. */

enum {
	LONGEST_LINE = 998,  /* RFC 5322 section 2.1.1: what is beyond may be cut or folded */
	PADDING = 24,        /* blanks in a row that only push text out of sight */
	MOST_EVIDENCE = 200, /* bytes of a line */
};

/* ---- lines ---- */

static bool
is_separator_line(const char *line, const char *end)
{
	size_t length = (size_t)(end - line);

	return (length > 5 && memcmp(line, "From ", 5) == 0) ||
		(length > 6 && memcmp(line, ">From ", 6) == 0);
}

static bool
is_blank_line(const char *line, const char *end)
{
	while (line < end && (*line == ' ' || *line == '\t' || *line == '\r'))
		line++;
	return line == end;
}

/* A name that may stand once, with blanks behind it: some readers take the field for
 * it, others for none. */
static bool
is_loose_single(const char *line, const char *colon)
{
	g_autofree char *name = g_strndup(line, (gsize)(colon - line));
	size_t length = strlen(name);

	if (length == 0 || !g_ascii_isspace(name[length - 1]))
		return false;
	return message_header_is_single(g_strchomp(name));
}

static bool
is_name(const char *line, const char *colon)
{
	for (const char *at = line; at < colon; at++) {
		if ((unsigned char)*at <= ' ' || (unsigned char)*at >= 0x7f)
			return *at == ' ' || *at == '\t';
	}
	return colon > line;
}

/* @line to @end, without its line end, is what the format does not know.  @first: no
 * field stands above it. */
static bool
is_malformed(const char *line, const char *end, bool first)
{
	const char *colon = memchr(line, ':', (size_t)(end - line));

	if (is_blank_line(line, end))
		return true;
	if (*line == ' ' || *line == '\t')
		return first;
	if (is_separator_line(line, end))
		return !first;
	return !colon || !is_name(line, colon) || is_loose_single(line, colon);
}

void
header_check_lines(Message *message, const char *raw, size_t size)
{
	const char *end = raw + size;
	const char *line = raw;

	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *stop = newline ? newline : end;
		const char *text = stop > line && stop[-1] == '\r' ? stop - 1 : stop;

		if (text > line && is_malformed(line, text, line == raw)) {
			g_autofree char *quoted =
				text_utf8(line, MIN((size_t)(text - line), (size_t)MOST_EVIDENCE));

			message_add_defect(message, DEFECT_MALFORMED_HEADER, quoted, "header");
			return;
		}
		line = stop + 1;
	}
}

/* ---- what people read ---- */

static bool
has_long_line(const char *raw)
{
	for (const char *line = raw; *line;) {
		size_t length = strcspn(line, "\n");

		if (length > LONGEST_LINE)
			return true;
		line += length + (line[length] == '\n');
	}
	return false;
}

/* Blanks of any width, and letters that are drawn as one. */
static bool
is_drawn_blank(gunichar c)
{
	return g_unichar_isspace(c) || c == 0x115f || c == 0x1160 || c == 0x2800 || c == 0x3164 ||
		c == 0xffa0;
}

static bool
has_padding(const char *text)
{
	int run = 0;

	for (const char *at = text; *at && run < PADDING; at = g_utf8_next_char(at))
		run = is_drawn_blank(g_utf8_get_char(at)) ? run + 1 : 0;
	return run >= PADDING;
}

/* Characters that are not drawn, inside a word; tag characters anywhere. */
static bool
has_invisible(const char *text)
{
	gunichar before = ' ';

	for (const char *at = text; *at; at = g_utf8_next_char(at)) {
		gunichar here = g_utf8_get_char(at);
		const char *next = g_utf8_next_char(at);

		if (here >= 0xe0000 && here <= 0xe007f)
			return true;
		if (g_unichar_type(here) == G_UNICODE_FORMAT && before < 0x80 &&
			g_ascii_isalpha((char)before) && g_ascii_isalpha(*next))
			return true;
		before = here;
	}
	return false;
}

/* A NUL in the encoded word that ends before @end, "CHARSET?B?DATA": what decodes it for
 * showing gives none. */
static bool
word_has_nul(const char *word, const char *end)
{
	g_autofree char *text = g_strndup(word, (gsize)(end - word));
	g_auto(GStrv) parts = g_strsplit(text, "?", 3);
	g_autofree guchar *bytes = NULL;
	gsize length = 0;

	/* Charsets of wide characters are made of NULs. */
	if (g_strv_length(parts) != 3 || g_ascii_strncasecmp(parts[0], "utf-16", 6) == 0 ||
		g_ascii_strncasecmp(parts[0], "utf-32", 6) == 0)
		return false;
	if (g_ascii_strcasecmp(parts[1], "Q") == 0)
		return strstr(parts[2], "=00") != NULL;
	bytes = g_base64_decode(parts[2], &length);
	return memchr(bytes, '\0', length) != NULL;
}

static bool
has_encoded_nul(const char *raw)
{
	for (const char *at = strstr(raw, "=?"); at; at = strstr(at, "=?")) {
		const char *data = strstr(at + 2, "?");
		const char *end = data && data[1] ? strstr(data + 2, "?=") : NULL;

		/* "=?utf-8?Q?=41?=": the first "?=" may begin the data. */
		if (end && end == data + 2)
			end = strstr(end + 2, "?=");
		if (!end)
			return false;
		if (word_has_nul(at + 2, end))
			return true;
		at = end + 2;
	}
	return false;
}

static void
check_shown(Message *message, const HeaderField *field)
{
	g_autofree char *where = g_strdup_printf("header %s", field->name);

	if (has_long_line(field->raw))
		message_add_defect(message, DEFECT_LONG_LINE, field->value, where);
	if (has_padding(field->value))
		message_add_defect(message, DEFECT_PADDED_HEADER, field->value, where);
	if (has_encoded_nul(field->raw))
		message_add_defect(message, DEFECT_CONTROL_IN_HEADER, field->raw, where);
	if (has_invisible(field->value))
		message_add_defect(message, DEFECT_INVISIBLE_IN_HEADER, field->value, where);
}

/* ---- From ---- */

/* What one walk over a From field counts, of the mailbox that it is in. */
typedef struct Shape {
	bool quoted, angle;
	int comment;        /* depth */
	int opened, closed; /* angle brackets */
	int ats;            /* outside quotes and comments, since the last '<' */
	bool group;         /* NAME: MEMBERS; */
	bool odd;
} Shape;

static void
end_mailbox(Shape *shape)
{
	shape->odd = shape->odd || shape->opened != shape->closed || shape->opened > 1 ||
		shape->ats != 1;
	shape->opened = shape->closed = shape->ats = 0;
	shape->angle = false;
}

/* A character that stands neither in quotes nor in a comment. */
static void
see_plain(Shape *shape, const char *at)
{
	switch (*at) {
	case '<':
		shape->opened++;
		shape->angle = true;
		shape->ats = 0;
		break;
	case '>':
		shape->closed++;
		shape->angle = false;
		break;
	case '@':
		shape->ats += shape->closed == 0;
		shape->odd = shape->odd || shape->closed > 0 || at[1] == '[';
		break;
	case ':':
		shape->group = shape->group || !shape->angle;
		break;
	case ',':
		if (!shape->angle)
			end_mailbox(shape);
		break;
	case '%':
	case '!':
		/* Routes of another age, through the host behind the '@'. */
		shape->odd = shape->odd || shape->angle;
		break;
	default:
		/* Text behind the address, and an encoded address. */
		shape->odd = shape->odd || (shape->closed > 0 && !g_ascii_isspace(*at)) ||
			(shape->angle && at[0] == '=' && at[1] == '?');
	}
}

static void
see_hidden(Shape *shape, char c)
{
	/* An address in a comment, or quoted before the '@' that counts. */
	if (c == '@')
		shape->odd = shape->odd || shape->comment > 0 || shape->angle;
}

static Shape
shape_of(const char *value)
{
	Shape shape = { 0 };

	for (const char *at = value; *at; at++) {
		if (*at == '\\' && at[1] && (shape.quoted || shape.comment))
			at++;
		else if (*at == '"' && shape.comment == 0)
			shape.quoted = !shape.quoted;
		else if (*at == '(' && !shape.quoted)
			shape.comment++;
		else if (*at == ')' && shape.comment > 0)
			shape.comment--;
		else if (shape.quoted || shape.comment)
			see_hidden(&shape, *at);
		else
			see_plain(&shape, at);
	}
	shape.odd = shape.odd || shape.quoted || shape.comment;
	end_mailbox(&shape);
	return shape;
}

static void
check_from(Message *message, const HeaderField *field)
{
	g_autofree char *value = header_unfold(field->raw);
	Shape shape = shape_of(value);

	if (shape.group)
		message_add_defect(message, DEFECT_GROUP_FROM, field->value, "header From");
	else if (shape.odd)
		message_add_defect(message, DEFECT_ODD_FROM, field->value, "header From");
}

void
header_check_doubts(Message *message)
{
	static const char *const shown[] = { "From", "Sender", "Reply-To", "Subject" };

	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		for (size_t s = 0; s < G_N_ELEMENTS(shown); s++) {
			if (g_ascii_strcasecmp(field->name, shown[s]) == 0)
				check_shown(message, field);
		}
		if (g_ascii_strcasecmp(field->name, "From") == 0)
			check_from(message, field);
	}
}
