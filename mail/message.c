#include "mail/message.h"

#include <gmime/gmime.h>
#include <string.h>

#include "mail/decode.h"
#include "mail/detect.h"
#include "mail/domain.h"
#include "mail/filetype.h"
#include "mail/header.h"
#include "mail/identity.h"
#include "mail/part.h"
#include "mail/received.h"
#include "mail/text.h"

/* GMime defines no cleanups. */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(InternetAddressList, g_object_unref)

void
message_prepare(void)
{
	g_mime_init();
	text_preload_charsets();
	filetype_prepare();
}

int64_t
message_parse_date(const char *text)
{
	g_autoptr(GDateTime) date = g_mime_utils_header_decode_date(text);

	return date ? g_date_time_to_unix(date) : 0;
}

/* RFC 2047 words decoded; what GMime can't decode stays as it was sent. */
static char *
decode_words(const char *value)
{
	g_autofree char *decoded = NULL;

	if (!strstr(value, "=?"))
		return g_strdup(value);
	decoded = g_mime_utils_header_decode_text(NULL, value);
	return text_utf8(decoded, strlen(decoded));
}

static void
decode_headers(Message *message)
{
	for (guint i = 0; i < message->headers->len; i++) {
		HeaderField *field = g_ptr_array_index(message->headers, i);
		char *decoded = decode_words(field->value);

		g_free(field->value);
		field->value = decoded;
	}
}

/* ---- addresses ---- */

static InternetAddressMailbox *
mailbox_at(InternetAddressList *list, int index)
{
	InternetAddress *address = internet_address_list_get_address(list, index);

	/* A group's first member stands for it; groups in groups are not mail. */
	if (INTERNET_ADDRESS_IS_GROUP(address)) {
		InternetAddressGroup *group = INTERNET_ADDRESS_GROUP(address);
		InternetAddressList *members = internet_address_group_get_members(group);

		if (internet_address_list_length(members) == 0)
			return NULL;
		address = internet_address_list_get_address(members, 0);
	}
	return INTERNET_ADDRESS_IS_MAILBOX(address) ? INTERNET_ADDRESS_MAILBOX(address) : NULL;
}

static char *
clean(const char *text)
{
	return text && *text ? text_utf8(text, strlen(text)) : NULL;
}

/* The first mailbox of @raw; *count is how many it names. */
static Address *
parse_address(const char *raw, int *count)
{
	g_autofree char *value = header_unfold(raw);
	g_autoptr(InternetAddressList) list = internet_address_list_parse(NULL, value);
	InternetAddressMailbox *mailbox = NULL;
	Address *address = g_new0(Address, 1);

	*count = list ? internet_address_list_length(list) : 0;
	if (*count > 0)
		mailbox = mailbox_at(list, 0);
	if (mailbox) {
		address->name = clean(internet_address_get_name(INTERNET_ADDRESS(mailbox)));
		address->address = clean(internet_address_mailbox_get_addr(mailbox));
	}
	if (!address->address)
		address->address = g_strdup("");
	/* What is no address is what the reader sees as the name. */
	if (!address->name && !address->address[0] && value[0])
		address->name = decode_words(value);
	return address;
}

static const HeaderField *
first_field(const Message *message, const char *name)
{
	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		if (g_ascii_strcasecmp(field->name, name) == 0)
			return field;
	}
	return NULL;
}

static void
read_from(Message *message)
{
	const HeaderField *field = first_field(message, "From");
	int count = 0;

	if (!field) {
		message_add_defect(message, DEFECT_NO_FROM, "", "header From");
		return;
	}
	address_free(message->from);
	message->from = parse_address(field->raw, &count);
	if (count > 1)
		message_add_defect(message, DEFECT_SEVERAL_FROM, field->value, "header From");
	message->from_domain = domain_registrable(domain_of_address(message->from->address));
}

/* ---- envelope ---- */

/* An addr-spec that can stand in MAIL FROM and RCPT TO: what a gateway wrote may
 * be cut or forged below it. */
static bool
is_envelope_address(const char *address)
{
	const char *at = strrchr(address, '@');

	if (!at || at == address || !at[1] || strlen(address) > 320)
		return false;
	for (const char *c = address; *c; c++) {
		if ((unsigned char)*c <= ' ' || *c == 0x7f || *c == '<' || *c == '>' || *c == ',')
			return false;
	}
	return true;
}

static char *
bare_address(const char *value)
{
	g_autofree char *copy = g_strstrip(g_strdup(value));
	size_t length = strlen(copy);

	if (length >= 2 && copy[0] == '<' && copy[length - 1] == '>')
		return g_strndup(copy + 1, length - 2);
	return g_steal_pointer(&copy);
}

static void
add_recipients(Envelope *envelope, const char *value)
{
	g_auto(GStrv) addresses = g_strsplit(value, ",", 1000);

	for (char **address = addresses; *address; address++) {
		g_autofree char *bare = bare_address(*address);

		if (is_envelope_address(bare) &&
			!g_ptr_array_find_with_equal_func(
				envelope->recipients, bare, g_str_equal, NULL))
			g_ptr_array_add(envelope->recipients, g_steal_pointer(&bare));
	}
}

/* Which fields a gateway leaves, best first: what amavis writes names the whole
 * envelope, X-Original-To is what RCPT TO said before aliases, Delivered-To what
 * became of it.  A quarantine's own Delivered-To is no recipient where
 * X-Envelope-To stands as well (observed: amavis). */
static const char *const recipient_fields[] = {
	"X-Envelope-To",
	"X-Original-To",
	"Delivered-To",
};
static const char *const sender_fields[] = {
	"X-Envelope-From",
	"Return-Path",
};

/* Only the block above the first Received field is the gateway's own: what a list
 * or a sender put below it is not this envelope. */
static guint
gateway_fields(const Message *message)
{
	guint last = 0;

	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		if (g_ascii_strcasecmp(field->name, "Received") == 0)
			return MAX(i, last);
	}
	return message->headers->len;
}

static void
read_envelope(Message *message)
{
	Envelope *envelope = message->envelope;
	guint top = gateway_fields(message);

	for (size_t f = 0; f < G_N_ELEMENTS(recipient_fields) && envelope->recipients->len == 0;
		f++) {
		for (guint i = 0; i < top; i++) {
			const HeaderField *field = g_ptr_array_index(message->headers, i);

			if (g_ascii_strcasecmp(field->name, recipient_fields[f]) == 0)
				add_recipients(envelope, field->value);
		}
	}
	for (size_t f = 0; f < G_N_ELEMENTS(sender_fields) && !envelope->sender; f++) {
		const char *value = message_header(message, sender_fields[f]);
		g_autofree char *bare = value ? bare_address(value) : NULL;

		if (bare && (!bare[0] || is_envelope_address(bare)))
			envelope->sender = g_steal_pointer(&bare);
	}
}

/* ---- header ---- */

/* The topmost hop wrote its time last and is the nearest to us. */
static int64_t
received_date(const Message *message)
{
	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);
		g_autoptr(Received) hop = NULL;

		if (g_ascii_strcasecmp(field->name, "Received") != 0)
			continue;
		hop = received_parse(field->value);
		if (hop->date > 0)
			return hop->date;
	}
	return 0;
}

static void
read_ids_and_times(Message *message)
{
	const char *id = message_header(message, "Message-ID");
	const char *date = message_header(message, "Date");
	const char *subject = message_header(message, "Subject");

	message->message_id = id ? bare_address(id) : NULL;
	message->date = date ? message_parse_date(date) : 0;
	message->received = received_date(message);
	if (subject) {
		g_free(message->subject);
		message->subject = g_strdup(subject);
	}
}

static void
read_to(Message *message)
{
	GString *to = g_string_new(NULL);

	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		if (g_ascii_strcasecmp(field->name, "To") != 0 &&
			g_ascii_strcasecmp(field->name, "Cc") != 0)
			continue;
		if (to->len)
			g_string_append(to, ", ");
		g_string_append(to, field->value);
	}
	g_free(message->to);
	message->to = g_string_free(to, FALSE);
}

static void
read_header(Message *message, const char *raw, size_t size, const Site *site)
{
	size_t body = 0;
	bool more = false;

	g_ptr_array_unref(message->headers);
	message->headers = header_split(raw, size, &body, &more);
	if (more)
		message_add_defect(message, DEFECT_TOO_MANY_HEADERS, "", "header");
	decode_headers(message);
	header_check(message);
	read_from(message);
	read_ids_and_times(message);
	read_to(message);
	read_envelope(message);
	path_read(message, site);
	dkim_read(message, raw, size, site);
	auth_read(message, site);
	ses_read(message);
	if (first_field(message, "Reply-To")) {
		int count = 0;

		message->reply_to = parse_address(first_field(message, "Reply-To")->raw, &count);
	}
}

/* ---- parts ---- */

/* A container still to be opened. */
typedef struct Pending {
	GMimeObject *object; /* borrowed from the tree */
	char *path;
	int depth;
} Pending;

static void
pending_clear(void *data)
{
	g_free(((Pending *)data)->path);
}

static GMimeMessage *
parse_tree(const char *raw, size_t size)
{
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(raw, size);
	g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);

	return g_mime_parser_construct_message(parser, NULL);
}

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
	if (GMIME_IS_PART(object))
		part->name = clean(g_mime_part_get_filename(GMIME_PART(object)));
	part->attachment = part->name || !g_str_has_prefix(part->type, "text/") ||
		(disposition && g_ascii_strcasecmp(disposition, "attachment") == 0);
	return part;
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
		if (!g_ptr_array_find_with_equal_func(encodings, value, g_str_equal, NULL) &&
			encodings->len < 4)
			g_ptr_array_add(encodings, g_steal_pointer(&value));
	}
	if (encodings->len == 0)
		g_ptr_array_add(encodings, g_strdup("7bit"));
	return encodings;
}

static void
note_decoding(Message *message, const Decoded *decoded, const char *encoding, const char *where)
{
	if (decoded->data_after_padding)
		message_add_defect(message, DEFECT_DATA_AFTER_PADDING, encoding, where);
	if (!decode_knows(encoding))
		message_add_defect(message, DEFECT_UNKNOWN_ENCODING, encoding, where);
}

static void
read_leaf(Message *message, GMimeObject *object, const char *path)
{
	g_autoptr(GByteArray) encoded = encoded_bytes(GMIME_PART(object));
	g_autoptr(GPtrArray) encodings = encodings_of(object);
	g_autofree char *where = g_strdup_printf("part %s", path);

	if (encodings->len > 1)
		message_add_defect(
			message, DEFECT_DUPLICATE_HEADER, g_ptr_array_index(encodings, 0), where);
	for (guint i = 0; i < encodings->len; i++) {
		const char *encoding = g_ptr_array_index(encodings, i);
		g_autoptr(Decoded) decoded =
			decode_body((const char *)encoded->data, encoded->len, encoding);
		Part *part = part_of(object, path);

		note_decoding(message, decoded, encoding, where);
		part->body = g_byte_array_free_to_bytes(g_byte_array_ref(decoded->bytes));
		g_ptr_array_add(message->parts, part);
	}
}

static void
push(GArray *stack, GMimeObject *object, const char *path, int index, int depth)
{
	Pending *pending;

	g_array_set_size(stack, stack->len + 1);
	pending = &g_array_index(stack, Pending, stack->len - 1);
	pending->object = object;
	pending->depth = depth;
	/* The top has no number of its own: its parts are "1", "2" (RFC 3501 section 6.4.5). */
	if (index == 0)
		pending->path = g_strdup("");
	else
		pending->path = g_strdup_printf("%s%s%d", path, *path ? "." : "", index);
}

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
open_multipart(Message *message, GArray *stack, const Pending *pending)
{
	GMimeMultipart *multipart = GMIME_MULTIPART(pending->object);
	int count = g_mime_multipart_get_count(multipart);
	g_autofree char *where = g_strdup_printf("part %s", pending->path);

	if (pending->depth >= MESSAGE_MAX_DEPTH) {
		message_add_defect(message, DEFECT_TOO_DEEP, "", where);
		return;
	}
	note_around(message, g_mime_multipart_get_prologue(multipart), where);
	note_around(message, g_mime_multipart_get_epilogue(multipart), where);
	/* The stack gives the last one pushed first. */
	for (int i = MIN(count, MESSAGE_MAX_PARTS) - 1; i >= 0; i--)
		push(stack, g_mime_multipart_get_part(multipart, i), pending->path, i + 1,
			pending->depth + 1);
}

static void
note_container(Message *message, GMimeObject *object, const char *path)
{
	g_autofree char *where = g_strdup_printf("part %s", path);
	g_autofree char *value = NULL;
	GMimeHeader *header;

	header = g_mime_header_list_get_header(
		g_mime_object_get_header_list(object), "Content-Type");
	value = header ? header_unfold(g_mime_header_get_raw_value(header)) : NULL;
	if (value && header_names_twice(value, "boundary"))
		message_add_defect(message, DEFECT_TWO_BOUNDARIES, value, where);
	if (value &&
		(g_ascii_strncasecmp(value, "message/partial", 15) == 0 ||
			g_ascii_strncasecmp(value, "message/external-body", 21) == 0))
		message_add_defect(message, DEFECT_PARTIAL, value, where);
}

static void
open_inner(Message *message, GArray *stack, const Pending *pending)
{
	GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(pending->object));
	GMimeObject *body = inner ? g_mime_message_get_mime_part(inner) : NULL;

	if (body && pending->depth < MESSAGE_MAX_DEPTH)
		push(stack, body, pending->path, 1, pending->depth + 1);
	else if (body)
		message_add_defect(message, DEFECT_TOO_DEEP, "", pending->path);
}

static bool
is_a(GMimeObject *object, GType type)
{
	return g_type_is_a(G_OBJECT_TYPE(object), type);
}

static void
open_object(Message *message, GArray *stack, const Pending *pending)
{
	const char *path = *pending->path ? pending->path : "1";

	note_container(message, pending->object, path);
	if (is_a(pending->object, GMIME_TYPE_MULTIPART))
		open_multipart(message, stack, pending);
	else if (is_a(pending->object, GMIME_TYPE_MESSAGE_PART))
		open_inner(message, stack, pending);
	else if (is_a(pending->object, GMIME_TYPE_PART))
		read_leaf(message, pending->object, path);
}

/* Every leaf in order, without recursion: depth is the mail's to choose. */
static void
read_parts(Message *message, const char *raw, size_t size)
{
	g_autoptr(GMimeMessage) tree = parse_tree(raw, size);
	g_autoptr(GArray) stack = g_array_new(FALSE, TRUE, sizeof(Pending));
	GMimeObject *top = tree ? g_mime_message_get_mime_part(tree) : NULL;

	g_array_set_clear_func(stack, pending_clear);
	message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
	if (top)
		push(stack, top, "", 0, 0);
	while (stack->len > 0) {
		Pending pending = g_array_index(stack, Pending, stack->len - 1);
		g_autofree char *path = pending.path;

		/* Taken off before its children go on: the path is ours now. */
		g_array_index(stack, Pending, stack->len - 1).path = NULL;
		g_array_set_size(stack, stack->len - 1);
		if (message->parts->len >= MESSAGE_MAX_PARTS) {
			message_add_defect(message, DEFECT_TOO_MANY_PARTS, "", path);
			break;
		}
		open_object(message, stack, &pending);
	}
}

Message *
message_read(const char *raw, size_t size, const Site *site, MessageDepth depth)
{
	Message *message = message_new();

	g_mime_init();
	read_header(message, raw, size, site);
	if (depth == MESSAGE_FULL) {
		read_parts(message, raw, size);
		part_read_all(message);
		if (message_is_ambiguous(message))
			part_scan(message, raw, size, "the whole message");
	}
	identity_read(message);
	message_judge(message, site);
	return message;
}

GBytes *
message_extract(const char *raw, size_t size, const char *path)
{
	g_autoptr(Message) message = message_new();

	g_mime_init();
	read_parts(message, raw, size);
	for (guint i = 0; i < message->parts->len; i++) {
		const Part *part = g_ptr_array_index(message->parts, i);

		if (strcmp(part->path, path) == 0)
			return g_bytes_ref(part->body);
	}
	return NULL;
}
