#include "mail/pack.h"

#include <string.h>

#include "mail/edge.h"

/* GVariant does the layout and, being told not to trust the bytes, the checking:
 * strings that are not UTF-8 and offsets that lead outside make a value that is
 * not in normal form.  One pair of functions a struct, the type string between
 * them. */
#define HEADERS     "a(sss)"
#define TEXTS       "a(sss)"
#define AUTH        "a(sssmsbi)"
#define SIGNATURES  "a(sssixxmsixi)"
#define HOPS        "a(ssmssxxui)"
#define COUNTS      "(iiii)"
#define STRINGS     "as"
#define ENVELOPE    "(ms" STRINGS ")"
#define SES         "(imsmsbmsmsmsmsms)"
#define LINKS       "a(ss" STRINGS "s" STRINGS "msus)"
#define ATTACHMENTS "a(smsssxsu" STRINGS ")"
#define DEFECTS     "a(iss)"
#define FINDINGS    "a(sisss)"
#define EDGES       "a(is)"
#define ADDRESS     "(mss)"
#define BODY        "(" HEADERS TEXTS AUTH SIGNATURES HOPS COUNTS STRINGS DEFECTS ")"
#define MESSAGE                                                                         \
	"(" BODY ADDRESS "msm" ADDRESS "ssmsxx" ENVELOPE SES LINKS ATTACHMENTS FINDINGS \
	"imsb" EDGES ")"

enum {
	BODY_VERSION = 1, /* its last byte; to be raised whenever BODY, or what it means, changes */
};

/* ---- in ---- */

static GVariant *
pack_strings(const GPtrArray *strings)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE(STRINGS));
	for (guint i = 0; i < strings->len; i++)
		g_variant_builder_add(&builder, "s", g_ptr_array_index(strings, i));
	return g_variant_builder_end(&builder);
}

static GVariant *
pack_headers(const GPtrArray *headers)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE(HEADERS));
	for (guint i = 0; i < headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(headers, i);

		g_variant_builder_add(&builder, "(sss)", field->name, field->raw, field->value);
	}
	return g_variant_builder_end(&builder);
}

static GVariant *
pack_texts(const GPtrArray *texts)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE(TEXTS));
	for (guint i = 0; i < texts->len; i++) {
		const PartText *text = g_ptr_array_index(texts, i);

		g_variant_builder_add(&builder, "(sss)", text->path, text->type, text->text);
	}
	return g_variant_builder_end(&builder);
}

static GVariant *
pack_auth(const GPtrArray *auth)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE(AUTH));
	for (guint i = 0; i < auth->len; i++) {
		const AuthResult *result = g_ptr_array_index(auth, i);

		g_variant_builder_add(&builder, "(sssmsbi)", result->authserv_id, result->method,
			result->result, result->domain, result->trusted, result->field);
	}
	return g_variant_builder_end(&builder);
}

static GVariant *
pack_signatures(const GPtrArray *signatures)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE(SIGNATURES));
	for (guint i = 0; i < signatures->len; i++) {
		const Signature *signature = g_ptr_array_index(signatures, i);

		g_variant_builder_add(&builder, "(sssixxmsixi)", signature->domain,
			signature->selector, signature->covered, (gint32)signature->result,
			signature->signed_at, signature->expires, signature->key, signature->bits,
			signature->added, signature->field);
	}
	return g_variant_builder_end(&builder);
}

static GVariant *
pack_hops(const GPtrArray *hops)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE(HOPS));
	for (guint i = 0; i < hops->len; i++) {
		const Hop *hop = g_ptr_array_index(hops, i);

		g_variant_builder_add(&builder, "(ssmssxxui)", hop->from, hop->helo, hop->ip,
			hop->by, hop->date, hop->delay, hop->flags, hop->field);
	}
	return g_variant_builder_end(&builder);
}

static GVariant *
pack_links(const GPtrArray *links)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE(LINKS));
	for (guint i = 0; i < links->len; i++) {
		const Link *link = g_ptr_array_index(links, i);

		g_variant_builder_add(&builder, "(ss@" STRINGS "s@" STRINGS "msus)", link->text,
			link->url, pack_strings(link->chain), link->final,
			pack_strings(link->services), link->domain, link->flags, link->where);
	}
	return g_variant_builder_end(&builder);
}

static GVariant *
pack_attachments(const GPtrArray *attachments)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE(ATTACHMENTS));
	for (guint i = 0; i < attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(attachments, i);

		g_variant_builder_add(&builder, "(smsssxsu@" STRINGS ")", attachment->path,
			attachment->name, attachment->declared, attachment->detected,
			attachment->size, attachment->sha256, attachment->flags,
			pack_strings(attachment->inside));
	}
	return g_variant_builder_end(&builder);
}

static GVariant *
pack_defects(const GPtrArray *defects)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE(DEFECTS));
	for (guint i = 0; i < defects->len; i++) {
		const Defect *defect = g_ptr_array_index(defects, i);

		g_variant_builder_add(
			&builder, "(iss)", (gint32)defect->kind, defect->evidence, defect->where);
	}
	return g_variant_builder_end(&builder);
}

static GVariant *
pack_findings(const GPtrArray *findings)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE(FINDINGS));
	for (guint i = 0; i < findings->len; i++) {
		const Finding *finding = g_ptr_array_index(findings, i);

		g_variant_builder_add(&builder, "(sisss)", finding->id, finding->weight,
			finding->text, finding->evidence, finding->where);
	}
	return g_variant_builder_end(&builder);
}

static GVariant *
pack_edges(const GPtrArray *edges)
{
	GVariantBuilder builder;

	g_variant_builder_init(&builder, G_VARIANT_TYPE(EDGES));
	for (guint i = 0; i < edges->len; i++) {
		const Edge *edge = g_ptr_array_index(edges, i);

		g_variant_builder_add(&builder, "(is)", (gint32)edge->kind, edge->value);
	}
	return g_variant_builder_end(&builder);
}

static GVariant *
pack_ses(const SesOrigin *ses)
{
	return g_variant_new(SES, (gint32)ses->class, ses->region, ses->account,
		ses->account_signed, ses->ip, ses->config_set, ses->mail_from, ses->tracking_label,
		ses->message_id);
}

static GVariant *
pack_address(const Address *address)
{
	return g_variant_new(ADDRESS, address->name, address->address);
}

static GVariant *
pack_body(const Message *message)
{
	GVariant *counts = g_variant_new(COUNTS, message->remote_images, message->open_pixels,
		message->forms, message->passwords);

	return g_variant_new("(@" HEADERS "@" TEXTS "@" AUTH "@" SIGNATURES "@" HOPS "@" COUNTS
			     "@" STRINGS "@" DEFECTS ")",
		pack_headers(message->headers), pack_texts(message->texts),
		pack_auth(message->auth), pack_signatures(message->signatures),
		pack_hops(message->hops), counts, pack_strings(message->ses->inconsistencies),
		pack_defects(message->defects));
}

static GBytes *
to_bytes(GVariant *value)
{
	g_autoptr(GVariant) owned = g_variant_ref_sink(value);

	return g_variant_get_data_as_bytes(owned);
}

GBytes *
message_pack(const Message *message)
{
	GVariant *reply_to = message->reply_to ? pack_address(message->reply_to) : NULL;
	GVariant *envelope = g_variant_new("(ms@" STRINGS ")", message->envelope->sender,
		pack_strings(message->envelope->recipients));

	return to_bytes(
		g_variant_new("(@" BODY "@" ADDRESS "ms@m" ADDRESS "ssmsxx@" ENVELOPE "@" SES
			      "@" LINKS "@" ATTACHMENTS "@" FINDINGS "imsb@" EDGES ")",
			pack_body(message), pack_address(message->from), message->from_domain,
			g_variant_new_maybe(G_VARIANT_TYPE(ADDRESS), reply_to), message->to,
			message->subject, message->message_id, message->date, message->received,
			envelope, pack_ses(message->ses), pack_links(message->links),
			pack_attachments(message->attachments), pack_findings(message->findings),
			message->score, message->account_domain, message->authenticated,
			pack_edges(message->edges)));
}

static GBytes *
with_version(GVariant *body)
{
	gsize size = g_variant_get_size(body);
	guint8 *versioned = g_malloc(size + 1);

	g_variant_store(body, versioned);
	versioned[size] = BODY_VERSION;
	return g_bytes_new_take(versioned, size + 1);
}

GBytes *
message_pack_body(const Message *message)
{
	g_autoptr(GVariant) body = g_variant_ref_sink(pack_body(message));

	return with_version(body);
}

/* ---- out ---- */

static void
unpack_strings(GVariant *value, GPtrArray *strings)
{
	GVariantIter iter;
	char *string;

	g_variant_iter_init(&iter, value);
	while (g_variant_iter_next(&iter, "s", &string))
		g_ptr_array_add(strings, string);
}

static void
unpack_headers(GVariant *value, GPtrArray *headers)
{
	GVariantIter iter;
	HeaderField field;

	g_variant_iter_init(&iter, value);
	while (g_variant_iter_next(&iter, "(sss)", &field.name, &field.raw, &field.value))
		g_ptr_array_add(headers, g_memdup2(&field, sizeof(field)));
}

static void
unpack_texts(GVariant *value, GPtrArray *texts)
{
	GVariantIter iter;
	PartText text;

	g_variant_iter_init(&iter, value);
	while (g_variant_iter_next(&iter, "(sss)", &text.path, &text.type, &text.text))
		g_ptr_array_add(texts, g_memdup2(&text, sizeof(text)));
}

/* What points into the header must point at a field of it. */
static bool
is_field(const Message *message, int index)
{
	return index >= 0 && (guint)index < message->headers->len;
}

static bool
unpack_auth(GVariant *value, Message *message)
{
	GVariantIter iter;
	AuthResult result;
	gboolean trusted;
	bool valid = true;

	g_variant_iter_init(&iter, value);
	while (g_variant_iter_next(&iter, "(sssmsbi)", &result.authserv_id, &result.method,
		&result.result, &result.domain, &trusted, &result.field)) {
		valid = valid && is_field(message, result.field);
		result.trusted = trusted;
		g_ptr_array_add(message->auth, g_memdup2(&result, sizeof(result)));
	}
	return valid;
}

static void
unpack_links(GVariant *value, GPtrArray *links)
{
	GVariantIter iter;
	GVariant *chain;
	GVariant *services;
	Link link;

	g_variant_iter_init(&iter, value);
	while (g_variant_iter_next(&iter, "(ss@" STRINGS "s@" STRINGS "msus)", &link.text,
		&link.url, &chain, &link.final, &services, &link.domain, &link.flags,
		&link.where)) {
		link.chain = g_ptr_array_new_with_free_func(g_free);
		link.services = g_ptr_array_new_with_free_func(g_free);
		unpack_strings(chain, link.chain);
		unpack_strings(services, link.services);
		g_variant_unref(chain);
		g_variant_unref(services);
		g_ptr_array_add(links, g_memdup2(&link, sizeof(link)));
	}
}

static void
unpack_attachments(GVariant *value, GPtrArray *attachments)
{
	GVariantIter iter;
	GVariant *inside;
	Attachment attachment;

	g_variant_iter_init(&iter, value);
	while (g_variant_iter_next(&iter, "(smsssxsu@" STRINGS ")", &attachment.path,
		&attachment.name, &attachment.declared, &attachment.detected, &attachment.size,
		&attachment.sha256, &attachment.flags, &inside)) {
		attachment.inside = g_ptr_array_new_with_free_func(g_free);
		unpack_strings(inside, attachment.inside);
		g_variant_unref(inside);
		g_ptr_array_add(attachments, g_memdup2(&attachment, sizeof(attachment)));
	}
}

/* False when a result is none, or one stands in no field. */
static bool
unpack_signatures(GVariant *value, Message *message)
{
	GVariantIter iter;
	Signature signature;
	gint32 result;
	bool valid = true;

	g_variant_iter_init(&iter, value);
	while (g_variant_iter_next(&iter, "(sssixxmsixi)", &signature.domain, &signature.selector,
		&signature.covered, &result, &signature.signed_at, &signature.expires,
		&signature.key, &signature.bits, &signature.added, &signature.field)) {
		valid = valid && result >= 0 && result < DKIM_RESULTS &&
			is_field(message, signature.field);
		signature.result = (DkimResult)result;
		g_ptr_array_add(message->signatures, g_memdup2(&signature, sizeof(signature)));
	}
	return valid;
}

static bool
unpack_hops(GVariant *value, Message *message)
{
	GVariantIter iter;
	Hop hop;
	bool valid = true;

	g_variant_iter_init(&iter, value);
	while (g_variant_iter_next(&iter, "(ssmssxxui)", &hop.from, &hop.helo, &hop.ip, &hop.by,
		&hop.date, &hop.delay, &hop.flags, &hop.field)) {
		valid = valid && is_field(message, hop.field);
		g_ptr_array_add(message->hops, g_memdup2(&hop, sizeof(hop)));
	}
	return valid;
}

/* False when a kind is none: the writer is another program or no program of ours. */
static bool
unpack_defects(GVariant *value, GPtrArray *defects)
{
	GVariantIter iter;
	Defect defect;
	gint32 kind;
	bool valid = true;

	g_variant_iter_init(&iter, value);
	while (g_variant_iter_next(&iter, "(iss)", &kind, &defect.evidence, &defect.where)) {
		valid = valid && kind >= 0 && kind < DEFECT_KINDS;
		defect.kind = (DefectKind)kind;
		g_ptr_array_add(defects, g_memdup2(&defect, sizeof(defect)));
	}
	return valid;
}

static void
unpack_findings(GVariant *value, GPtrArray *findings)
{
	GVariantIter iter;
	Finding finding;

	g_variant_iter_init(&iter, value);
	while (g_variant_iter_next(&iter, "(sisss)", &finding.id, &finding.weight, &finding.text,
		&finding.evidence, &finding.where))
		g_ptr_array_add(findings, g_memdup2(&finding, sizeof(finding)));
}

/* False when a kind is none that a mail can have. */
static bool
unpack_edges(GVariant *value, Message *message)
{
	GVariantIter iter;
	const char *text;
	gint32 kind;
	bool valid = true;

	g_variant_iter_init(&iter, value);
	while (valid && g_variant_iter_next(&iter, "(i&s)", &kind, &text)) {
		valid = kind >= 0 && kind < EDGE_PERSON;
		if (valid)
			message_add_edge(message, (EdgeKind)kind, text);
	}
	return valid;
}

static bool
unpack_ses(GVariant *value, SesOrigin *ses)
{
	gboolean is_signed;
	gint32 class;

	g_variant_get(value, SES, &class, &ses->region, &ses->account, &is_signed, &ses->ip,
		&ses->config_set, &ses->mail_from, &ses->tracking_label, &ses->message_id);
	ses->account_signed = is_signed;
	ses->class = (SesClass) class;
	return class >= 0 && class < SES_CLASSES;
}

static Address *
unpack_address(GVariant *value)
{
	Address *address = g_new0(Address, 1);

	g_variant_get(value, ADDRESS, &address->name, &address->address);
	return address;
}

static bool
unpack_parts_of_body(GVariant *body, Message *message)
{
	g_autoptr(GVariant) headers = g_variant_get_child_value(body, 0);
	g_autoptr(GVariant) texts = g_variant_get_child_value(body, 1);
	g_autoptr(GVariant) auth = g_variant_get_child_value(body, 2);
	g_autoptr(GVariant) signatures = g_variant_get_child_value(body, 3);
	g_autoptr(GVariant) hops = g_variant_get_child_value(body, 4);
	g_autoptr(GVariant) inconsistencies = g_variant_get_child_value(body, 6);
	g_autoptr(GVariant) defects = g_variant_get_child_value(body, 7);

	unpack_headers(headers, message->headers);
	unpack_texts(texts, message->texts);
	g_variant_get_child(body, 5, COUNTS, &message->remote_images, &message->open_pixels,
		&message->forms, &message->passwords);
	unpack_strings(inconsistencies, message->ses->inconsistencies);
	return unpack_auth(auth, message) && unpack_hops(hops, message) &&
		unpack_signatures(signatures, message) && unpack_defects(defects, message->defects);
}

/* The value in @packed, or NULL when the bytes are not one of @type. */
static GVariant *
from_bytes(GBytes *packed, const char *type)
{
	g_autoptr(GVariant) value =
		g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(type), packed, FALSE));

	return g_variant_is_normal_form(value) ? g_steal_pointer(&value) : NULL;
}

bool
message_unpack_body(GBytes *packed, Message *message)
{
	gsize size;
	const guint8 *bytes = g_bytes_get_data(packed, &size);
	g_autoptr(GBytes) inner = NULL;
	g_autoptr(GVariant) body = NULL;

	if (size == 0 || bytes[size - 1] != BODY_VERSION)
		return false;
	inner = g_bytes_new_from_bytes(packed, 0, size - 1);
	body = from_bytes(inner, BODY);
	return body && unpack_parts_of_body(body, message);
}

/* Where the members stand in MESSAGE. */
enum {
	AT_BODY,
	AT_FROM,
	AT_FROM_DOMAIN,
	AT_REPLY_TO,
	AT_TO,
	AT_SUBJECT,
	AT_MESSAGE_ID,
	AT_DATE,
	AT_RECEIVED,
	AT_ENVELOPE,
	AT_SES,
	AT_LINKS,
	AT_ATTACHMENTS,
	AT_FINDINGS,
	AT_SCORE,
	AT_ACCOUNT_DOMAIN,
	AT_AUTHENTICATED,
	AT_EDGES,
	MEMBERS
};

static void
unpack_envelope(GVariant *value, Envelope *envelope)
{
	g_autoptr(GVariant) recipients = NULL;

	g_variant_get(value, "(ms@" STRINGS ")", &envelope->sender, &recipients);
	unpack_strings(recipients, envelope->recipients);
}

static void
unpack_scalars(GVariant *value, Message *message)
{
	gint32 score;
	gboolean authenticated;

	g_free(message->to);
	g_free(message->subject);
	g_variant_get_child(value, AT_FROM_DOMAIN, "ms", &message->from_domain);
	g_variant_get_child(value, AT_TO, "s", &message->to);
	g_variant_get_child(value, AT_SUBJECT, "s", &message->subject);
	g_variant_get_child(value, AT_MESSAGE_ID, "ms", &message->message_id);
	g_variant_get_child(value, AT_DATE, "x", &message->date);
	g_variant_get_child(value, AT_RECEIVED, "x", &message->received);
	g_variant_get_child(value, AT_SCORE, "i", &score);
	g_variant_get_child(value, AT_ACCOUNT_DOMAIN, "ms", &message->account_domain);
	g_variant_get_child(value, AT_AUTHENTICATED, "b", &authenticated);
	message->score = CLAMP(score, 0, 100);
	message->authenticated = authenticated;
}

static void
members_clear(GVariant **members)
{
	for (int i = 0; i < MEMBERS; i++)
		g_variant_unref(members[i]);
}

GBytes *
message_packed_body(GBytes *packed)
{
	g_autoptr(GVariant) value =
		g_variant_ref_sink(g_variant_new_from_bytes(G_VARIANT_TYPE(MESSAGE), packed, TRUE));
	g_autoptr(GVariant) body = g_variant_get_child_value(value, AT_BODY);

	return with_version(body);
}

Message *
message_unpack(GBytes *packed)
{
	g_autoptr(GVariant) value = from_bytes(packed, MESSAGE);
	g_autoptr(Message) message = message_new();
	g_autoptr(GVariant) reply_to = NULL;
	GVariant *member[MEMBERS];
	bool valid;

	if (!value)
		return NULL;
	for (int i = 0; i < MEMBERS; i++)
		member[i] = g_variant_get_child_value(value, (gsize)i);
	unpack_scalars(value, message);
	address_free(message->from);
	message->from = unpack_address(member[AT_FROM]);
	reply_to = g_variant_get_maybe(member[AT_REPLY_TO]);
	message->reply_to = reply_to ? unpack_address(reply_to) : NULL;
	unpack_envelope(member[AT_ENVELOPE], message->envelope);
	unpack_links(member[AT_LINKS], message->links);
	unpack_attachments(member[AT_ATTACHMENTS], message->attachments);
	unpack_findings(member[AT_FINDINGS], message->findings);
	valid = unpack_parts_of_body(member[AT_BODY], message);
	valid = unpack_ses(member[AT_SES], message->ses) && valid;
	valid = unpack_edges(member[AT_EDGES], message) && valid;
	members_clear(member);
	return valid ? g_steal_pointer(&message) : NULL;
}
