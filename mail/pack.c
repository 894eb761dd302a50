#include "mail/pack.h"

#include <string.h>

#include "mail/edge.h"
#include "mail/flat.h"

/* The last byte of each; to be raised whenever its fields, or what they mean, change. */
enum {
	BODY_VERSION = 1,
	LINKS_VERSION = 1,
};

/* ---- what is packed, and in which order ---- */

// clang-format off
static const FlatField header_fields[] = {
	FLAT_FIELD(STRING, HeaderField, name),
	FLAT_FIELD(STRING, HeaderField, raw),
	FLAT_FIELD(STRING, HeaderField, value),
};
static const FlatShape header_shape = FLAT_SHAPE(HeaderField, header_fields);

static const FlatField text_fields[] = {
	FLAT_FIELD(STRING, PartText, path),
	FLAT_FIELD(STRING, PartText, type),
	FLAT_FIELD(STRING, PartText, text),
};
static const FlatShape text_shape = FLAT_SHAPE(PartText, text_fields);

static const FlatField auth_fields[] = {
	FLAT_FIELD(STRING, AuthResult, authserv_id),
	FLAT_FIELD(STRING, AuthResult, method),
	FLAT_FIELD(STRING, AuthResult, result),
	FLAT_FIELD(MAYBE_STRING, AuthResult, domain),
	FLAT_FIELD(BOOL, AuthResult, trusted),
	FLAT_FIELD(INT, AuthResult, field),
};
static const FlatShape auth_shape = FLAT_SHAPE(AuthResult, auth_fields);

static const FlatField signature_fields[] = {
	FLAT_FIELD(STRING, Signature, domain),
	FLAT_FIELD(STRING, Signature, selector),
	FLAT_FIELD(STRING, Signature, covered),
	FLAT_FIELD(INT, Signature, result),
	FLAT_FIELD(INT64, Signature, signed_at),
	FLAT_FIELD(INT64, Signature, expires),
	FLAT_FIELD(MAYBE_STRING, Signature, key),
	FLAT_FIELD(INT, Signature, bits),
	FLAT_FIELD(INT64, Signature, added),
	FLAT_FIELD(INT, Signature, field),
};
static const FlatShape signature_shape = FLAT_SHAPE(Signature, signature_fields);

static const FlatField hop_fields[] = {
	FLAT_FIELD(STRING, Hop, from),
	FLAT_FIELD(STRING, Hop, helo),
	FLAT_FIELD(MAYBE_STRING, Hop, ip),
	FLAT_FIELD(STRING, Hop, by),
	FLAT_FIELD(INT64, Hop, date),
	FLAT_FIELD(INT64, Hop, delay),
	FLAT_FIELD(UINT, Hop, flags),
	FLAT_FIELD(INT, Hop, field),
};
static const FlatShape hop_shape = FLAT_SHAPE(Hop, hop_fields);

static const FlatField count_fields[] = {
	FLAT_FIELD(INT, Message, remote_images),
	FLAT_FIELD(INT, Message, open_pixels),
	FLAT_FIELD(INT, Message, forms),
	FLAT_FIELD(INT, Message, passwords),
};
static const FlatShape count_shape = FLAT_SHAPE(Message, count_fields);

static const FlatField defect_fields[] = {
	FLAT_FIELD(INT, Defect, kind),
	FLAT_FIELD(STRING, Defect, evidence),
	FLAT_FIELD(STRING, Defect, where),
};
static const FlatShape defect_shape = FLAT_SHAPE(Defect, defect_fields);

static const FlatField address_fields[] = {
	FLAT_FIELD(MAYBE_STRING, Address, name),
	FLAT_FIELD(STRING, Address, address),
};
static const FlatShape address_shape = FLAT_SHAPE(Address, address_fields);

static const FlatField envelope_fields[] = {
	FLAT_FIELD(MAYBE_STRING, Envelope, sender),
	FLAT_FIELD(STRINGS, Envelope, recipients),
};
static const FlatShape envelope_shape = FLAT_SHAPE(Envelope, envelope_fields);

static const FlatField ses_fields[] = {
	FLAT_FIELD(INT, SesOrigin, class),
	FLAT_FIELD(MAYBE_STRING, SesOrigin, region),
	FLAT_FIELD(MAYBE_STRING, SesOrigin, account),
	FLAT_FIELD(BOOL, SesOrigin, account_signed),
	FLAT_FIELD(MAYBE_STRING, SesOrigin, ip),
	FLAT_FIELD(MAYBE_STRING, SesOrigin, config_set),
	FLAT_FIELD(MAYBE_STRING, SesOrigin, mail_from),
	FLAT_FIELD(MAYBE_STRING, SesOrigin, tracking_label),
	FLAT_FIELD(MAYBE_STRING, SesOrigin, message_id),
};
static const FlatShape ses_shape = FLAT_SHAPE(SesOrigin, ses_fields);

static const FlatField link_fields[] = {
	FLAT_FIELD(STRING, Link, text),
	FLAT_FIELD(STRING, Link, url),
	FLAT_FIELD(STRINGS, Link, chain),
	FLAT_FIELD(STRING, Link, final),
	FLAT_FIELD(STRINGS, Link, services),
	FLAT_FIELD(MAYBE_STRING, Link, domain),
	FLAT_FIELD(UINT, Link, flags),
	FLAT_FIELD(STRING, Link, where),
};
static const FlatShape link_shape = FLAT_SHAPE(Link, link_fields);

/* What the store keeps of links: a change of it raises LINKS_VERSION. */
static const FlatField links_fields[] = {
	FLAT_FIELD_OF(ARRAY, Message, links, &link_shape),
};
static const FlatShape links_shape = FLAT_SHAPE(Message, links_fields);

static const FlatField attachment_fields[] = {
	FLAT_FIELD(STRING, Attachment, path),
	FLAT_FIELD(MAYBE_STRING, Attachment, name),
	FLAT_FIELD(STRING, Attachment, declared),
	FLAT_FIELD(STRING, Attachment, detected),
	FLAT_FIELD(INT64, Attachment, size),
	FLAT_FIELD(STRING, Attachment, sha256),
	FLAT_FIELD(UINT, Attachment, flags),
	FLAT_FIELD(STRINGS, Attachment, inside),
};
static const FlatShape attachment_shape = FLAT_SHAPE(Attachment, attachment_fields);

static const FlatField finding_fields[] = {
	FLAT_FIELD(STRING, Finding, id),
	FLAT_FIELD(INT, Finding, weight),
	FLAT_FIELD(STRING, Finding, text),
	FLAT_FIELD(STRING, Finding, evidence),
	FLAT_FIELD(STRING, Finding, where),
};
static const FlatShape finding_shape = FLAT_SHAPE(Finding, finding_fields);

static const FlatField edge_fields[] = {
	FLAT_FIELD(INT, Edge, kind),
	FLAT_FIELD(STRING, Edge, value),
};
static const FlatShape edge_shape = FLAT_SHAPE(Edge, edge_fields);

/* What the store keeps for showing: a change of it raises BODY_VERSION. */
static const FlatField body_fields[] = {
	FLAT_FIELD_OF(ARRAY, Message, headers, &header_shape),
	FLAT_FIELD_OF(ARRAY, Message, texts, &text_shape),
	FLAT_FIELD_OF(ARRAY, Message, auth, &auth_shape),
	FLAT_FIELD_OF(ARRAY, Message, signatures, &signature_shape),
	FLAT_FIELD_OF(ARRAY, Message, hops, &hop_shape),
	{ .kind = FLAT_GROUP, .shape = &count_shape },
	{ .kind = FLAT_STRINGS, .offset = offsetof(SesOrigin, inconsistencies),
		.within = true, .through = offsetof(Message, ses) },
	FLAT_FIELD_OF(ARRAY, Message, defects, &defect_shape),
};
static const FlatShape body_shape = FLAT_SHAPE(Message, body_fields);

static const FlatField message_fields[] = {
	{ .kind = FLAT_GROUP, .shape = &body_shape }, /* first: message_packed_body() */
	FLAT_FIELD_OF(STRUCT, Message, from, &address_shape),
	FLAT_FIELD(MAYBE_STRING, Message, from_domain),
	FLAT_FIELD_OF(MAYBE_STRUCT, Message, reply_to, &address_shape),
	FLAT_FIELD(STRING, Message, to),
	FLAT_FIELD(STRING, Message, subject),
	FLAT_FIELD(MAYBE_STRING, Message, message_id),
	FLAT_FIELD(INT64, Message, date),
	FLAT_FIELD(INT64, Message, received),
	FLAT_FIELD_OF(STRUCT, Message, envelope, &envelope_shape),
	FLAT_FIELD_OF(STRUCT, Message, ses, &ses_shape),
	FLAT_FIELD_OF(ARRAY, Message, links, &link_shape),
	FLAT_FIELD_OF(ARRAY, Message, attachments, &attachment_shape),
	FLAT_FIELD_OF(ARRAY, Message, findings, &finding_shape),
	FLAT_FIELD(INT, Message, score),
	FLAT_FIELD(MAYBE_STRING, Message, account_domain),
	FLAT_FIELD(BOOL, Message, authenticated),
	FLAT_FIELD_OF(ARRAY, Message, edges, &edge_shape),
};
static const FlatShape message_shape = FLAT_SHAPE(Message, message_fields);
// clang-format on

/* ---- in ---- */

static GBytes *
with_version(GByteArray *bytes, guint8 version)
{
	g_byte_array_append(bytes, &version, 1);
	return g_byte_array_free_to_bytes(bytes);
}

GBytes *
message_pack(const Message *message)
{
	return g_byte_array_free_to_bytes(flat_write(&message_shape, message));
}

GBytes *
message_pack_body(const Message *message)
{
	return with_version(flat_write(&body_shape, message), BODY_VERSION);
}

GBytes *
message_pack_links(const Message *message)
{
	return with_version(flat_write(&links_shape, message), LINKS_VERSION);
}

GBytes *
message_packed_body(GBytes *packed)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(packed, &size);
	size_t length = flat_first_length(bytes, size);
	GByteArray *body = g_byte_array_sized_new((guint)length + 1);

	g_byte_array_append(body, bytes, (guint)length);
	return with_version(body, BODY_VERSION);
}

/* ---- out ---- */

/* What points into the header must point at a field of it. */
static bool
is_field(const Message *message, int index)
{
	return index >= 0 && (guint)index < message->headers->len;
}

static bool
fields_are_there(const Message *message)
{
	bool valid = true;

	for (guint i = 0; i < message->auth->len; i++) {
		const AuthResult *result = g_ptr_array_index(message->auth, i);

		valid = valid && is_field(message, result->field);
	}
	for (guint i = 0; i < message->hops->len; i++) {
		const Hop *hop = g_ptr_array_index(message->hops, i);

		valid = valid && is_field(message, hop->field);
	}
	for (guint i = 0; i < message->signatures->len; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);

		valid = valid && is_field(message, signature->field);
	}
	return valid;
}

/* False when one is none: the writer is another program or no program of ours. */
static bool
kinds_are_known(const Message *message)
{
	for (guint i = 0; i < message->signatures->len; i++) {
		const Signature *signature = g_ptr_array_index(message->signatures, i);

		if ((unsigned)signature->result >= DKIM_RESULTS)
			return false;
	}
	for (guint i = 0; i < message->defects->len; i++) {
		const Defect *defect = g_ptr_array_index(message->defects, i);

		if ((unsigned)defect->kind >= DEFECT_KINDS)
			return false;
	}
	return true;
}

/* What was read before it showed that the bytes are none. */
static void
forget_body(Message *message)
{
	GPtrArray *const arrays[] = { message->headers, message->texts, message->auth,
		message->signatures, message->hops, message->ses->inconsistencies,
		message->defects };

	for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++)
		g_ptr_array_set_size(arrays[i], 0);
}

bool
message_unpack_body(GBytes *packed, Message *message)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(packed, &size);

	if (size > 0 && bytes[size - 1] == BODY_VERSION &&
		flat_read(&body_shape, bytes, size - 1, message) && fields_are_there(message) &&
		kinds_are_known(message))
		return true;
	forget_body(message);
	return false;
}

bool
message_unpack_links(const void *packed, size_t size, Message *message)
{
	const guint8 *bytes = packed;

	if (size > 0 && bytes[size - 1] == LINKS_VERSION &&
		flat_read(&links_shape, packed, size - 1, message))
		return true;
	g_ptr_array_set_size(message->links, 0);
	return false;
}

/* As message_find_edges() would have added them; false when a kind is none that a mail can
 * have. */
static bool
take_edges(Message *message)
{
	g_autoptr(GPtrArray) edges = message->edges;

	message->edges = g_ptr_array_new_with_free_func((GDestroyNotify)edge_free);
	for (guint i = 0; i < edges->len; i++) {
		const Edge *edge = g_ptr_array_index(edges, i);

		if ((unsigned)edge->kind >= EDGE_PERSON)
			return false;
		message_add_edge(message, edge->kind, edge->value);
	}
	return true;
}

Message *
message_unpack(GBytes *packed)
{
	g_autoptr(Message) message = message_new();
	gsize size;
	const void *bytes = g_bytes_get_data(packed, &size);

	if (!flat_read(&message_shape, bytes, size, message) || !fields_are_there(message) ||
		!kinds_are_known(message) || (unsigned)message->ses->class >= SES_CLASSES ||
		!take_edges(message))
		return NULL;
	message->score = CLAMP(message->score, 0, 100);
	return g_steal_pointer(&message);
}
