#include "mail/rewrite.h"

#include <string.h>

#include "mail/from_line.h"
#include "mail/header.h"
#include "mail/message.h"
#include "mail/parameter.h"
#include "mail/rewrite_private.h"

enum {
	MAX_LINKS = 20000,
	MAX_BOUNDARY = 200, /* RFC 2046 section 5.1.1 allows 70 */
};

typedef struct Walk {
	RewriteLink replace;
	void *data;
	GString *output;
	char *fault; /* the first one */
	int links;
	int parts;
	GPtrArray *bases;
} Walk;

/* The fields of an entity that say what its body is. */
typedef struct Entity {
	const char *start, *end;
	const char *fields_end; /* behind the last field */
	const char *body;
	HeaderSpan encoding_field; /* .name NULL: there is none */
	char *type;                /* "text/html", lower-case */
	char *parameters;          /* the whole Content-Type field's value, or "" */
	char *encoding;
	char *disposition; /* the whole value, or "" */
	bool twice;        /* one of these stands there twice */
} Entity;

void
rewrite_clear(Rewrite *rewrite)
{
	g_clear_pointer(&rewrite->bytes, g_bytes_unref);
	g_clear_pointer(&rewrite->fault, g_free);
	g_clear_pointer(&rewrite->bases, g_ptr_array_unref);
}

static void
entity_clear(Entity *entity)
{
	g_free(entity->type);
	g_free(entity->parameters);
	g_free(entity->encoding);
	g_free(entity->disposition);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Entity, entity_clear)

static void
refuse(Walk *walk, const char *why)
{
	if (!walk->fault)
		walk->fault = g_strdup(why);
}

static void
copy(Walk *walk, const char *start, const char *end)
{
	g_string_append_len(walk->output, start, end - start);
}

/* ---- an entity's header ---- */

static bool
is_named(const HeaderSpan *field, const char *name)
{
	return strlen(name) == field->name_length &&
		g_ascii_strncasecmp(field->name, name, field->name_length) == 0;
}

static void
keep_value(Entity *entity, const HeaderSpan *field, char **kept)
{
	entity->twice |= *kept != NULL;
	if (!*kept)
		*kept = g_strndup(field->value, (gsize)(field->end - field->value));
}

static void
keep_field(Entity *entity, const HeaderSpan *field)
{
	if (is_named(field, "Content-Type")) {
		keep_value(entity, field, &entity->parameters);
	} else if (is_named(field, "Content-Disposition")) {
		keep_value(entity, field, &entity->disposition);
	} else if (is_named(field, "Content-Transfer-Encoding")) {
		keep_value(entity, field, &entity->encoding);
		entity->encoding_field = *field;
	}
}

/* The word a structured field begins with, lower-case. */
static char *
first_word(const char *value)
{
	value += strspn(value, " \t\r\n");
	return g_ascii_strdown(value, (gssize)strcspn(value, " \t\r\n;(\""));
}

static void
read_entity(Entity *entity, const char *start, const char *end, const char *usual)
{
	const char *at = start;
	HeaderSpan field;

	*entity = (Entity){ .start = start, .end = end, .fields_end = start };
	while (header_next(&at, end, &field)) {
		keep_field(entity, &field);
		entity->fields_end = field.end;
	}
	entity->body = at;
	if (entity->parameters)
		entity->type = first_word(entity->parameters);
	if (!entity->type || !strchr(entity->type, '/')) {
		g_free(entity->type);
		entity->type = g_strdup(entity->parameters ? "text/plain" : usual);
	}
	if (!entity->parameters)
		entity->parameters = g_strdup("");
	if (!entity->disposition)
		entity->disposition = g_strdup("");
}

static char *
parameter(const char *value, const char *name, guint *count)
{
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);

	parameter_values(value, name, values);
	if (count)
		*count = values->len;
	return values->len ? g_strdup(g_ptr_array_index(values, 0)) : NULL;
}

/* ---- text ---- */

static void
edit_clear(void *data)
{
	g_free(((Edit *)data)->text);
}

/* UTF-16 and such have no ASCII in them, UTF-7 and HZ hide it: nothing here can see. */
static bool
is_readable(const char *charset)
{
	static const char *const others[] = { "utf-16", "utf16", "utf-32", "utf32", "utf-7", "utf7",
		"unicode", "ucs-", "iso-10646", "csunicode", "hz", "cp037", "ibm037", "ebcdic" };

	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		if (g_ascii_strncasecmp(charset, others[i], strlen(others[i])) == 0)
			return false;
	return true;
}

static bool
has_byte_order_mark(const GByteArray *bytes)
{
	return bytes->len >= 2 &&
		(memcmp(bytes->data, "\xfe\xff", 2) == 0 ||
			memcmp(bytes->data, "\xff\xfe", 2) == 0);
}

/* ISO-2022 writes characters of several bytes in ASCII, between ESC $ and ESC (. */
static char *
without_shifted(const GByteArray *bytes, const char *charset)
{
	char *copy_of = g_malloc(bytes->len + 1);
	bool shifts = charset && g_ascii_strncasecmp(charset, "iso-2022", 8) == 0;
	bool shifted = false;

	for (guint i = 0; i < bytes->len; i++) {
		if (bytes->data[i] == 0x1b && i + 1 < bytes->len)
			shifted = shifts && bytes->data[i + 1] == '$';
		copy_of[i] = (char)(shifted ? 0x80 | bytes->data[i] : bytes->data[i]);
	}
	copy_of[bytes->len] = '\0';
	return copy_of;
}

/* The header with another encoding named in it. */
static void
write_requoted_header(Walk *walk, const Entity *entity, const char *line_end)
{
	const HeaderSpan *field = &entity->encoding_field;

	if (field->name) {
		copy(walk, entity->start, field->value);
		g_string_append_printf(walk->output, " quoted-printable%s", line_end);
		copy(walk, field->end, entity->body);
		return;
	}
	copy(walk, entity->start, entity->fields_end);
	g_string_append_printf(
		walk->output, "Content-Transfer-Encoding: quoted-printable%s", line_end);
	copy(walk, entity->fields_end, entity->body);
}

static void
write_text(Walk *walk, const Entity *entity, const RewriteBody *body, const GArray *edits)
{
	g_autoptr(GString) written = g_string_sized_new(body->length);
	bool requoted = false;

	body_write(body, edits, written, &requoted);
	if (requoted)
		write_requoted_header(walk, entity, body->line_end);
	else
		copy(walk, entity->start, entity->body);
	g_string_append_len(walk->output, written->str, (gssize)written->len);
}

static void
rewrite_text(Walk *walk, const Entity *entity)
{
	g_autofree char *charset = parameter(entity->parameters, "charset", NULL);
	g_autoptr(GArray) edits = g_array_new(FALSE, FALSE, sizeof(Edit));
	g_auto(RewriteBody) body = { 0 };
	g_autofree char *scanned = NULL;
	RewriteText text = {
		.charset = charset, .replace = walk->replace, .data = walk->data, .edits = edits
	};
	Coding coding = coding_of(entity->encoding);

	text.bases = walk->bases;
	g_array_set_clear_func(edits, edit_clear);
	if (coding == CODING_UNKNOWN ||
		!body_open(&body, entity->body, (size_t)(entity->end - entity->body), coding)) {
		refuse(walk, "a part's encoding is none that readers agree on");
		return;
	}
	if ((charset && !is_readable(charset)) || has_byte_order_mark(body.decoded)) {
		refuse(walk, "a part's text is in a charset in which links can't be told");
		return;
	}
	scanned = without_shifted(body.decoded, charset);
	text.bytes = (const char *)body.decoded->data;
	text.length = body.decoded->len;
	text.scanned = scanned;
	if (strcmp(entity->type, "text/html") == 0 || g_str_has_suffix(entity->type, "-html"))
		rewrite_html(&text);
	else
		rewrite_plain(&text);
	walk->links += (int)edits->len;
	if (walk->links > MAX_LINKS)
		refuse(walk, "it has more links than any mail");
	if (edits->len > 0)
		write_text(walk, entity, &body, edits);
	else
		copy(walk, entity->start, entity->end);
}

/* ---- containers ---- */

static void rewrite_entity(
	Walk *walk, const char *start, const char *end, const char *usual, int depth);

/* A line "--BOUNDARY" or "--BOUNDARY--", blanks behind it. */
static bool
is_delimiter(const char *line, const char *end, const char *boundary, bool *last)
{
	size_t length = strlen(boundary);

	if ((size_t)(end - line) < length + 2 || memcmp(line, "--", 2) != 0 ||
		memcmp(line + 2, boundary, length) != 0)
		return false;
	line += length + 2;
	*last = end - line >= 2 && memcmp(line, "--", 2) == 0;
	if (*last)
		line += 2;
	while (line < end && g_ascii_isspace(*line))
		line++;
	return line == end;
}

static const char *
next_line(const char *line, const char *end)
{
	const char *newline = memchr(line, '\n', (size_t)(end - line));

	return newline ? newline + 1 : end;
}

/* The next delimiter from @line on, and what is behind it; NULL if there is none. */
static const char *
find_delimiter(
	const char *line, const char *end, const char *boundary, bool *last, const char **behind)
{
	for (; line < end; line = *behind) {
		*behind = next_line(line, end);
		if (is_delimiter(line, *behind, boundary, last))
			return line;
	}
	return NULL;
}

/* The line end before a delimiter is the delimiter's. */
static const char *
before_line_end(const char *start, const char *at)
{
	if (at > start && at[-1] == '\n')
		at--;
	if (at > start && *at == '\n' && at[-1] == '\r')
		at--;
	return at;
}

static void
rewrite_multipart(Walk *walk, const Entity *entity, int depth)
{
	guint count = 0;
	g_autofree char *boundary = parameter(entity->parameters, "boundary", &count);
	const char *usual =
		strcmp(entity->type, "multipart/digest") == 0 ? "message/rfc822" : "text/plain";
	bool last = false;
	const char *part;
	const char *line;

	if (count != 1 || !*boundary || strlen(boundary) > MAX_BOUNDARY) {
		refuse(walk, "readers can differ on where its parts begin");
		return;
	}
	line = find_delimiter(entity->body, entity->end, boundary, &last, &part);
	if (!line || last) {
		refuse(walk, "its parts can't be found");
		return;
	}
	copy(walk, entity->start, part);
	while (!last && !walk->fault) {
		const char *behind = entity->end;
		const char *stop;

		line = find_delimiter(part, entity->end, boundary, &last, &behind);
		stop = line ? before_line_end(part, line) : entity->end;
		rewrite_entity(walk, part, stop, usual, depth + 1);
		copy(walk, stop, behind);
		if (!line)
			return;
		part = behind;
	}
	copy(walk, part, entity->end);
}

/* ---- all of it ---- */

static bool
is_attachment(const Entity *entity)
{
	g_autofree char *word = first_word(entity->disposition);

	return strcmp(word, "attachment") == 0;
}

static bool
is_text(const Entity *entity)
{
	return g_str_has_prefix(entity->type, "text/") &&
		strcmp(entity->type, "text/calendar") != 0 && !is_attachment(entity);
}

static bool
is_message(const Entity *entity)
{
	return strcmp(entity->type, "message/rfc822") == 0 &&
		coding_of(entity->encoding) == CODING_PLAIN && !is_attachment(entity);
}

static void
rewrite_entity(Walk *walk, const char *start, const char *end, const char *usual, int depth)
{
	g_auto(Entity) entity = { 0 };

	if (walk->fault)
		return;
	read_entity(&entity, start, end, usual);
	if (depth > MESSAGE_MAX_DEPTH || ++walk->parts > MESSAGE_MAX_PARTS) {
		refuse(walk, "it has more parts than any mail");
	} else if (entity.twice) {
		refuse(walk, "a part's header says twice what it is");
	} else if (g_str_has_prefix(entity.type, "multipart/")) {
		rewrite_multipart(walk, &entity, depth);
	} else if (is_text(&entity)) {
		rewrite_text(walk, &entity);
	} else if (is_message(&entity)) {
		copy(walk, start, entity.body);
		rewrite_entity(walk, entity.body, end, "text/plain", depth + 1);
	} else {
		copy(walk, start, end);
	}
}

void
rewrite_message(const char *raw, size_t size, RewriteLink replace, void *data, Rewrite *rewrite)
{
	size_t before = from_line_length(raw, size);
	Walk walk = { .replace = replace, .data = data, .output = g_string_sized_new(size) };

	walk.bases = g_ptr_array_new_with_free_func(g_free);
	rewrite_entity(&walk, raw + before, raw + size, "text/plain", 0);
	rewrite->links = walk.links;
	rewrite->bases = walk.bases;
	rewrite->fault = walk.fault;
	if (walk.fault)
		g_string_free(walk.output, TRUE);
	else
		rewrite->bytes = g_string_free_to_bytes(walk.output);
}

static bool
is_of_shown_part(const Message *message, const char *where)
{
	for (guint i = 0; i < message->parts->len; i++) {
		const Part *part = g_ptr_array_index(message->parts, i);

		if (g_str_has_prefix(where, "part ") && strcmp(where + 5, part->path) == 0)
			return !part->attachment && strcmp(part->type, "text/calendar") != 0;
	}
	return false;
}

static bool
is_followed(const Message *message, const Rewrite *rewrite, const Link *link)
{
	return !(link->flags & (LINK_IMAGE | LINK_SCAN | LINK_QR)) &&
		g_ascii_strncasecmp(link->url, "http", 4) == 0 &&
		is_of_shown_part(message, link->where) &&
		!g_ptr_array_find_with_equal_func(rewrite->bases, link->url, g_str_equal, NULL);
}

char *
rewrite_missed(const Rewrite *rewrite, const char *prefix)
{
	const Site site = { 0 };
	gsize size;
	const char *bytes = g_bytes_get_data(rewrite->bytes, &size);
	g_autoptr(Message) message = message_read(bytes, size, &site, MESSAGE_FULL);

	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);

		if (is_followed(message, rewrite, link) && !g_str_has_prefix(link->url, prefix))
			return g_strdup(link->url);
	}
	return NULL;
}
