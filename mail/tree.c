#include "mail/tree.h"

#include <gmime/gmime.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif
#include <string.h>

#include "mail/decode.h"
#include "mail/extension.h"
#include "mail/header.h"
#include "mail/parameter.h"
#include "mail/part.h"
#include "mail/text.h"
#include "mail/uuencode.h"

/* GMime defines no cleanups. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)

enum {
	MAX_ENCODINGS = 4,  /* of one part */
	MAX_OTHER = 8,      /* readings by another boundary */
	MAX_BOUNDARY = 200, /* RFC 2046 section 5.1.1 allows 70 */
	MAX_UUENCODED = 20, /* files in one text */
	MAX_NAME = 200,     /* bytes of a subject that names a message */
	/* Bytes parsed again as messages inside and as other readings: each level of
	 * an encoded message could cost all that is in it. */
	MAX_AGAIN = 64 * 1024 * 1024,
};

/* The bytes a tree was made of: the message, one inside it, or one of them read
 * by another boundary. */
typedef struct Source {
	GMimeMessage *tree;
	GBytes *bytes;
	bool other;
} Source;

/* An object still to be opened. */
typedef struct Pending {
	const Source *source;
	GMimeObject *object; /* borrowed from the source's tree */
	char *path;
	int depth;
} Pending;

typedef struct Walk {
	Message *message;
	GPtrArray *sources; /* of Source */
	GArray *stack;      /* of Pending, the next one last */
	GPtrArray *others;  /* of GBytes: other readings, for when all else is read */
	size_t again;       /* bytes parsed beyond the message itself */
	GHashTable *known;  /* of GBytes: bodies of parts; NULL before an other reading */
	GHashTable *paths;  /* of parts, borrowed from them */
} Walk;

static void
source_free(void *data)
{
	Source *source = data;

	if (source->tree)
		g_object_unref(source->tree);
	g_bytes_unref(source->bytes);
	g_free(source);
}

static void
pending_clear(void *data)
{
	g_free(((Pending *)data)->path);
}

static void
walk_clear(Walk *walk)
{
	g_array_unref(walk->stack);
	g_ptr_array_unref(walk->others);
	g_ptr_array_unref(walk->sources);
	g_hash_table_unref(walk->paths);
	if (walk->known)
		g_hash_table_unref(walk->known);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, walk_clear)

static GMimeMessage *
parse_tree(GBytes *bytes)
{
	gsize size = 0;
	const char *data = g_bytes_get_data(bytes, &size);
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(data ? data : "", size);
	g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);

	return g_mime_parser_construct_message(parser, NULL);
}

static void
push(Walk *walk, const Source *source, GMimeObject *object, const char *path, int index, int depth)
{
	Pending *pending;

	g_array_set_size(walk->stack, walk->stack->len + 1);
	pending = &g_array_index(walk->stack, Pending, walk->stack->len - 1);
	pending->source = source;
	pending->object = object;
	pending->depth = depth;
	/* The top has no number of its own: its parts are "1", "2" (RFC 3501 section 6.4.5). */
	if (index == 0)
		pending->path = g_strdup(path);
	else
		pending->path = g_strdup_printf("%s%s%d", path, *path ? "." : "", index);
}

/* True while what is read again stays within its cap. */
static bool
may_read_again(Walk *walk, size_t size, const char *where)
{
	if (size <= MAX_AGAIN - walk->again) {
		walk->again += size;
		return true;
	}
	message_add_defect(walk->message, DEFECT_TOO_DEEP, "", where);
	return false;
}

/* Parses @bytes and has its top read next, as @path's child @index. */
static void
open_source(Walk *walk, GBytes *bytes, const char *path, int index, int depth, bool other)
{
	Source *source = g_new0(Source, 1);
	GMimeObject *top;

	source->bytes = g_bytes_ref(bytes);
	source->other = other;
	source->tree = parse_tree(bytes);
	g_ptr_array_add(walk->sources, source);
	top = source->tree ? g_mime_message_get_mime_part(source->tree) : NULL;
	if (top)
		push(walk, source, top, path, index, depth);
}

/* ---- leaves ---- */

static GByteArray *
encoded_bytes(GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GByteArray *bytes = g_byte_array_new();
	GMimeStream *stream;
	char buffer[16384];
	ssize_t n;

	if (!content)
		return bytes;
	stream = g_mime_data_wrapper_get_stream(content);
	g_mime_stream_reset(stream);
	while ((n = g_mime_stream_read(stream, buffer, sizeof(buffer))) > 0)
		g_byte_array_append(bytes, (const guint8 *)buffer, (guint)n);
	return bytes;
}

static char *
clean(const char *text)
{
	return text && *text ? text_utf8(text, strlen(text)) : NULL;
}

static Part *
part_of(GMimeObject *object, const char *path)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	const char *disposition = g_mime_object_get_disposition(object);
	Part *part = g_new0(Part, 1);
	g_autofree char *full = g_strdup_printf("%s/%s", g_mime_content_type_get_media_type(type),
		g_mime_content_type_get_media_subtype(type));
	g_autofree char *valid = text_utf8(full, strlen(full));

	part->path = g_strdup(path);
	part->type = g_utf8_strdown(valid, -1);
	part->charset = clean(g_mime_content_type_get_parameter(type, "charset"));
	part->name = clean(g_mime_part_get_filename(GMIME_PART(object)));
	part->attachment = part->name || !g_str_has_prefix(part->type, "text/") ||
		(disposition && g_ascii_strcasecmp(disposition, "attachment") == 0);
	return part;
}

static void
add_encoding(GPtrArray *encodings, const char *encoding)
{
	if (encodings->len < MAX_ENCODINGS &&
		!g_ptr_array_find_with_equal_func(encodings, encoding, g_str_equal, NULL))
		g_ptr_array_add(encodings, g_strdup(encoding));
}

/* The encodings @object names, last first, as GMime and most readers take the
 * last one and others the first. */
static GPtrArray *
encodings_of(GMimeObject *object)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(object);
	GPtrArray *encodings = g_ptr_array_new_with_free_func(g_free);

	for (int i = g_mime_header_list_get_count(list) - 1; i >= 0; i--) {
		GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
		g_autofree char *value = NULL;

		if (g_ascii_strcasecmp(
			    g_mime_header_get_name(header), "Content-Transfer-Encoding") != 0)
			continue;
		value = header_unfold(g_mime_header_get_raw_value(header));
		add_encoding(encodings, value);
	}
	if (encodings->len == 0)
		g_ptr_array_add(encodings, g_strdup("7bit"));
	return encodings;
}

/* Nothing but the alphabet, blanks and padding. */
static bool
looks_like_base64(const GByteArray *bytes)
{
	guint letters = 0;

	for (guint i = 0; i < bytes->len; i++) {
		char c = (char)bytes->data[i];

		if (g_ascii_isalnum(c) || (c && strchr("+/=", c)))
			letters++;
		else if (!g_ascii_isspace(c))
			return false;
	}
	return letters >= 16;
}

static bool
looks_like_quoted_printable(const GByteArray *bytes)
{
	for (guint i = 0; i + 2 < bytes->len; i++) {
		if (bytes->data[i] == '=' && g_ascii_isxdigit((char)bytes->data[i + 1]) &&
			g_ascii_isxdigit((char)bytes->data[i + 2]))
			return true;
	}
	return false;
}

/* A reader may take an encoding nobody knows for the one that fits; in a piece of a
 * message the first one named it. */
static void
guess_encodings(GPtrArray *encodings, const GByteArray *bytes, bool piece)
{
	bool known = !piece;

	for (guint i = 0; i < encodings->len; i++)
		known = known && decode_knows(g_ptr_array_index(encodings, i));
	if (!known && looks_like_base64(bytes))
		add_encoding(encodings, "base64");
	else if (!known && looks_like_quoted_printable(bytes))
		add_encoding(encodings, "quoted-printable");
}

static void
note_decoding(Message *message, const Decoded *decoded, const char *encoding, const char *where)
{
	if (decoded->data_after_padding)
		message_add_defect(message, DEFECT_DATA_AFTER_PADDING, encoding, where);
	if (!decode_knows(encoding))
		message_add_defect(message, DEFECT_UNKNOWN_ENCODING, encoding, where);
}

/* In another reading only what no reading before it showed is new. */
static bool
is_new(Walk *walk, const Source *source, GBytes *body)
{
	if (!source->other)
		return true;
	if (!walk->known) {
		walk->known = g_hash_table_new(g_bytes_hash, g_bytes_equal);
		for (guint i = 0; i < walk->message->parts->len; i++) {
			const Part *part = g_ptr_array_index(walk->message->parts, i);

			g_hash_table_add(walk->known, part->body);
		}
	}
	/* To add what is there would put @body in its place, which is about to go. */
	return !g_hash_table_contains(walk->known, body) && g_hash_table_add(walk->known, body);
}

/* A part is taken out by its path: what is looked at must be what comes out. */
static void
name_apart(Walk *walk, Part *part)
{
	g_autofree char *taken = NULL;

	for (int i = 1; g_hash_table_contains(walk->paths, part->path); i++) {
		if (!taken)
			taken = g_strdup(part->path);
		g_free(part->path);
		part->path = g_strdup_printf("%s.other%d", taken, i);
	}
	g_hash_table_add(walk->paths, part->path);
}

/* Takes @part; false when it was there already, and is gone. */
static bool
add_part(Walk *walk, const Source *source, Part *part)
{
	if (!is_new(walk, source, part->body)) {
		part_free(part);
		return false;
	}
	name_apart(walk, part);
	g_ptr_array_add(walk->message->parts, part);
	return true;
}

/* ---- files in text ---- */

static void
add_file(Walk *walk, const Source *source, const Part *text, int index, UuencodeBlock *block)
{
	g_autoptr(Decoded) decoded = decode_body(block->start, block->length, "uuencode");
	Part *part = g_new0(Part, 1);

	part->path = g_strdup_printf("%s.%d", text->path, index);
	part->type = g_strdup("application/octet-stream");
	part->name = g_steal_pointer(&block->name);
	part->attachment = true;
	part->body = g_byte_array_free_to_bytes(g_byte_array_ref(decoded->bytes));
	add_part(walk, source, part);
}

static void
split_uuencoded(Walk *walk, const Source *source, const Part *text, const char *where)
{
	gsize length = 0;
	const char *at = g_bytes_get_data(text->body, &length);
	const char *end = length > 0 ? at + length : at;
	UuencodeBlock block;

	for (int i = 1; at < end && i <= MAX_UUENCODED && uuencode_next(&at, end, &block); i++) {
		if (i == 1)
			message_add_defect(walk->message, DEFECT_UUENCODE, block.name, where);
		add_file(walk, source, text, i, &block);
	}
}

/* ---- messages in messages ---- */

static bool
is_message(const Part *part)
{
	static const char *const types[] = { "message/rfc822", "message/rfc2822", "message/global",
		"message/news", "message/partial", NULL };

	return g_strv_contains(types, part->type) ||
		(part->name && g_ascii_strcasecmp(extension_of(part->name), ".eml") == 0);
}

/* What it is listed under, where it has no name: its subject. */
static void
name_message(Part *part, GMimeMessage *inner)
{
	g_autofree char *subject = clean(g_mime_message_get_subject(inner));
	g_autofree char *cut = subject ? finding_quote(subject, MAX_NAME) : NULL;

	if (!part->name && cut)
		part->name = g_strconcat(cut, ".eml", NULL);
}

static void
open_message(Walk *walk, const Pending *pending, Part *part, const char *where)
{
	const Source *inner;

	if (pending->depth >= MESSAGE_MAX_DEPTH) {
		message_add_defect(walk->message, DEFECT_TOO_DEEP, "", where);
		return;
	}
	if (!may_read_again(walk, g_bytes_get_size(part->body), where))
		return;
	open_source(walk, part->body, part->path, 1, pending->depth + 1, pending->source->other);
	inner = g_ptr_array_index(walk->sources, walk->sources->len - 1);
	if (inner->tree)
		name_message(part, inner->tree);
}

static bool
is_piece(GMimeObject *object)
{
	return g_mime_content_type_is_type(
		g_mime_object_get_content_type(object), "message", "partial");
}

static void
read_leaf(Walk *walk, const Pending *pending, const char *path)
{
	Message *message = walk->message;
	g_autoptr(GByteArray) encoded = encoded_bytes(GMIME_PART(pending->object));
	g_autoptr(GPtrArray) encodings = encodings_of(pending->object);
	g_autofree char *where = g_strdup_printf("part %s", path);

	if (encodings->len > 1)
		message_add_defect(
			message, DEFECT_DUPLICATE_HEADER, g_ptr_array_index(encodings, 0), where);
	guess_encodings(encodings, encoded, is_piece(pending->object));
	for (guint i = 0; i < encodings->len; i++) {
		const char *encoding = g_ptr_array_index(encodings, i);
		g_autoptr(Decoded) decoded =
			decode_body((const char *)encoded->data, encoded->len, encoding);
		Part *part = part_of(pending->object, path);

		note_decoding(message, decoded, encoding, where);
		part->body = g_byte_array_free_to_bytes(g_byte_array_ref(decoded->bytes));
		if (i == 0 && is_message(part))
			open_message(walk, pending, part, where);
		if (add_part(walk, pending->source, part) && g_str_has_prefix(part->type, "text/"))
			split_uuencoded(walk, pending->source, part, where);
	}
}

/* ---- containers ---- */

/* Text that stands before the first or behind the last part: no reader shows it,
 * some gateways never look. */
static void
note_around(Message *message, const char *around, const char *where)
{
	if (around && (strstr(around, "http://") || strstr(around, "https://"))) {
		message_add_defect(message, DEFECT_HIDDEN_AROUND_PARTS, around, where);
		part_scan(message, around, strlen(around), where);
	}
}

static void
open_multipart(Walk *walk, const Pending *pending)
{
	Message *message = walk->message;
	GMimeMultipart *multipart = GMIME_MULTIPART(pending->object);
	int count = g_mime_multipart_get_count(multipart);
	g_autofree char *where = g_strdup_printf("part %s", pending->path);

	if (pending->depth >= MESSAGE_MAX_DEPTH) {
		message_add_defect(message, DEFECT_TOO_DEEP, "", where);
		return;
	}
	/* All that another boundary does not split stands around its parts. */
	if (!pending->source->other) {
		note_around(message, g_mime_multipart_get_prologue(multipart), where);
		note_around(message, g_mime_multipart_get_epilogue(multipart), where);
	}
	/* The stack gives the last one pushed first; one more than are read shows that there are
	 * more. */
	for (int i = MIN(count, MESSAGE_MAX_PARTS + 1) - 1; i >= 0; i--)
		push(walk, pending->source, g_mime_multipart_get_part(multipart, i), pending->path,
			i + 1, pending->depth + 1);
}

/* All of @source as the one multipart whose boundary is @boundary, wherever in it
 * the delimiters stand. */
static void
add_other(Walk *walk, const Source *source, const char *boundary, const char *where)
{
	gsize size = 0;
	const void *data = g_bytes_get_data(source->bytes, &size);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree char *head =
		g_strdup_printf("Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n", boundary);

	if (strpbrk(boundary, "\"\\\r\n") || strlen(boundary) > MAX_BOUNDARY || !*boundary)
		return;
	if (walk->others->len >= MAX_OTHER || !may_read_again(walk, size, where))
		return;
	g_byte_array_append(bytes, (const guint8 *)head, (guint)strlen(head));
	g_byte_array_append(bytes, data, (guint)size);
	g_ptr_array_add(walk->others, g_byte_array_free_to_bytes(g_steal_pointer(&bytes)));
}

/* @boundaries are those of every Content-Type field there is. */
static void
note_boundaries(Walk *walk, const Pending *pending, const GPtrArray *boundaries, const char *where)
{
	if (pending->source->other || boundaries->len < 2)
		return;
	message_add_defect(
		walk->message, DEFECT_TWO_BOUNDARIES, g_ptr_array_index(boundaries, 1), where);
	for (guint i = 0; i < boundaries->len; i++)
		add_other(walk, pending->source, g_ptr_array_index(boundaries, i), where);
}

/* An address may be folded in 40-character pieces (RFC 2017 section 3). */
static void
note_elsewhere(Message *message, const char *value, const char *where)
{
	g_auto(GStrv) words = g_strsplit_set(value, " \t", -1);
	g_autofree char *joined = g_strjoinv("", words);

	message_add_defect(message, DEFECT_PARTIAL, value, where);
	part_scan(message, joined, strlen(joined), where);
}

static void
note_type(Walk *walk, const Pending *pending, const char *path)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(pending->object);
	g_autoptr(GPtrArray) boundaries = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *where = g_strdup_printf("part %s", path);

	for (int i = 0; i < g_mime_header_list_get_count(list); i++) {
		GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
		g_autofree char *value = NULL;

		if (g_ascii_strcasecmp(g_mime_header_get_name(header), "Content-Type") != 0)
			continue;
		value = header_unfold(g_mime_header_get_raw_value(header));
		parameter_values(value, "boundary", boundaries);
		if (g_ascii_strncasecmp(value, "message/partial", 15) == 0 ||
			g_ascii_strncasecmp(value, "message/external-body", 21) == 0)
			note_elsewhere(walk->message, value, where);
	}
	note_boundaries(walk, pending, boundaries, where);
}

static bool
is_a(GMimeObject *object, GType type)
{
	return g_type_is_a(G_OBJECT_TYPE(object), type);
}

static void
open_object(Walk *walk, const Pending *pending)
{
	const char *path = *pending->path ? pending->path : "1";

	note_type(walk, pending, path);
	if (is_a(pending->object, GMIME_TYPE_MULTIPART))
		open_multipart(walk, pending);
	else if (is_a(pending->object, GMIME_TYPE_PART))
		read_leaf(walk, pending, path);
}

/* Every leaf in order, without recursion: depth is the mail's to choose. */
static void
read_stack(Walk *walk)
{
	while (walk->stack->len > 0) {
		Pending pending = g_array_index(walk->stack, Pending, walk->stack->len - 1);
		g_autofree char *path = pending.path;

		/* Taken off before its children go on: the path is ours now. */
		g_array_index(walk->stack, Pending, walk->stack->len - 1).path = NULL;
		g_array_set_size(walk->stack, walk->stack->len - 1);
		if (walk->message->parts->len >= MESSAGE_MAX_PARTS) {
			message_add_defect(walk->message, DEFECT_TOO_MANY_PARTS, "", path);
			break;
		}
		open_object(walk, &pending);
	}
}

/* GMime loses the rows of its table that others replace: 16 bytes each, once. */
static void
start_gmime(void)
{
#ifdef __SANITIZE_ADDRESS__
	__lsan_disable();
#endif
	g_mime_init();
#ifdef __SANITIZE_ADDRESS__
	__lsan_enable();
#endif
}

void
tree_prepare(void)
{
	static const char *const kinds[] = { "*", "rfc822", "rfc2822", "global", "news",
		"external-body", "partial" };
	static gsize prepared = 0;

	if (!g_once_init_enter(&prepared))
		return;
	start_gmime();
	/* A message inside is bytes like any other file, with a size and a hash, and
	 * may be encoded: GMime would take it apart and keep none of them. */
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		g_mime_object_register_type("message", kinds[i], GMIME_TYPE_PART);
	g_once_init_leave(&prepared, 1);
}

void
tree_read(Message *message, const char *raw, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(raw, size);
	g_auto(Walk) walk = {
		.message = message,
		.sources = g_ptr_array_new_with_free_func(source_free),
		.others = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref),
		.stack = g_array_new(FALSE, TRUE, sizeof(Pending)),
		.paths = g_hash_table_new(g_str_hash, g_str_equal),
	};

	g_array_set_clear_func(walk.stack, pending_clear);
	message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
	open_source(&walk, bytes, "", 0, 0, false);
	read_stack(&walk);
	for (guint i = 0; i < walk.others->len; i++) {
		g_autofree char *path = g_strdup_printf("other%u", i + 1);

		open_source(&walk, g_ptr_array_index(walk.others, i), path, 0, 0, true);
		read_stack(&walk);
	}
}
