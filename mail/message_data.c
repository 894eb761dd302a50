#include "mail/message.h"

#include <string.h>

#include "mail/edge.h"

void
address_free(Address *address)
{
	if (!address)
		return;
	g_free(address->name);
	g_free(address->address);
	g_free(address);
}

Envelope *
envelope_new(void)
{
	Envelope *envelope = g_new0(Envelope, 1);

	envelope->recipients = g_ptr_array_new_with_free_func(g_free);
	return envelope;
}

void
envelope_free(Envelope *envelope)
{
	if (!envelope)
		return;
	g_free(envelope->sender);
	g_ptr_array_unref(envelope->recipients);
	g_free(envelope);
}

void
envelope_drop_doubles(Envelope *envelope)
{
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
	gsize count = 0;
	g_autofree void **all = g_ptr_array_steal(envelope->recipients, &count);

	for (gsize i = 0; i < count; i++) {
		/* Added again, the later one would be the key, and is freed. */
		if (g_hash_table_contains(known, all[i])) {
			g_free(all[i]);
			continue;
		}
		g_hash_table_add(known, all[i]);
		g_ptr_array_add(envelope->recipients, all[i]);
	}
}

void
header_field_free(HeaderField *field)
{
	if (!field)
		return;
	g_free(field->name);
	g_free(field->raw);
	g_free(field->value);
	g_free(field);
}

void
part_free(Part *part)
{
	if (!part)
		return;
	g_free(part->path);
	g_free(part->type);
	g_free(part->charset);
	g_free(part->name);
	if (part->body)
		g_bytes_unref(part->body);
	g_free(part);
}

void
part_text_free(PartText *text)
{
	if (!text)
		return;
	g_free(text->path);
	g_free(text->type);
	g_free(text->text);
	g_free(text);
}

void
attachment_free(Attachment *attachment)
{
	if (!attachment)
		return;
	g_free(attachment->path);
	g_free(attachment->name);
	g_free(attachment->declared);
	g_free(attachment->detected);
	g_free(attachment->sha256);
	g_ptr_array_unref(attachment->inside);
	g_free(attachment);
}

// clang-format off
const AttachmentFlagName attachment_flag_names[] = {
	{ ATTACHMENT_ENCRYPTED, "encrypted", "needs a password" },
	{ ATTACHMENT_MACROS, "macros", "has macros" },
	{ ATTACHMENT_EXTERNAL, "external", "loads from elsewhere" },
	{ ATTACHMENT_SCRIPT, "script", "has a script" },
	{ ATTACHMENT_SMUGGLES, "smuggles", "makes a file of its own" },
	{ ATTACHMENT_PROGRAM, "program", "is or holds a program" },
	{ ATTACHMENT_NAME_LIES, "name-lies", "not what it says" },
	{ ATTACHMENT_LIMIT, "limit-reached", "limit reached: not all was looked at" },
	{ ATTACHMENT_UNREADABLE, "unreadable", "can't be read to its end" },
	{ ATTACHMENT_MALWARE, "malware", "malware" },
	{ ATTACHMENT_NOT_SCANNED, "not-scanned", "not scanned" },
	{ ATTACHMENT_RULE, "rule", "a rule matches" },
	{ 0, NULL, NULL },
};
// clang-format on

const char *
attachment_flag_name(AttachmentFlag flag)
{
	const AttachmentFlagName *name = attachment_flag_names;

	while (name->name && name->flag != flag)
		name++;
	return name->name;
}

const char *
attachment_evidence(const Attachment *attachment, AttachmentFlag flag)
{
	const char *name = attachment_flag_name(flag);
	size_t length = strlen(name);

	for (guint i = 0; attachment->flags & flag && i < attachment->inside->len; i++) {
		const char *line = g_ptr_array_index(attachment->inside, i);

		if (g_str_has_prefix(line, name) && g_str_has_prefix(line + length, ": "))
			return line + length + 2;
	}
	return NULL;
}

Attachment *
attachment_new(void)
{
	Attachment *attachment = g_new0(Attachment, 1);

	attachment->inside = g_ptr_array_new_with_free_func(g_free);
	return attachment;
}

void
hop_free(Hop *hop)
{
	if (!hop)
		return;
	g_free(hop->from);
	g_free(hop->helo);
	g_free(hop->ip);
	g_free(hop->by);
	g_free(hop);
}

void
signature_free(Signature *signature)
{
	if (!signature)
		return;
	g_free(signature->domain);
	g_free(signature->selector);
	g_free(signature->covered);
	g_free(signature->key);
	g_free(signature);
}

void
defect_free(Defect *defect)
{
	if (!defect)
		return;
	g_free(defect->evidence);
	g_free(defect->where);
	g_free(defect);
}

void
finding_free(Finding *finding)
{
	if (!finding)
		return;
	g_free(finding->id);
	g_free(finding->text);
	g_free(finding->evidence);
	g_free(finding->where);
	g_free(finding);
}

SesOrigin *
ses_origin_new(void)
{
	SesOrigin *origin = g_new0(SesOrigin, 1);

	origin->inconsistencies = g_ptr_array_new_with_free_func(g_free);
	return origin;
}

void
ses_origin_free(SesOrigin *origin)
{
	if (!origin)
		return;
	g_free(origin->region);
	g_free(origin->account);
	g_free(origin->ip);
	g_free(origin->config_set);
	g_free(origin->mail_from);
	g_free(origin->tracking_label);
	g_free(origin->message_id);
	g_ptr_array_unref(origin->inconsistencies);
	g_free(origin);
}

void
auth_result_free(AuthResult *result)
{
	if (!result)
		return;
	g_free(result->authserv_id);
	g_free(result->method);
	g_free(result->result);
	g_free(result->domain);
	g_free(result);
}

static GPtrArray *
array_of(void *free_function)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)free_function);
}

Message *
message_new(void)
{
	Message *message = g_new0(Message, 1);

	message->headers = array_of(header_field_free);
	message->from = g_new0(Address, 1);
	message->from->address = g_strdup("");
	message->to = g_strdup("");
	message->subject = g_strdup("");
	message->envelope = envelope_new();
	message->ses = ses_origin_new();
	message->auth = array_of(auth_result_free);
	message->signatures = array_of(signature_free);
	message->hops = array_of(hop_free);
	message->texts = array_of(part_text_free);
	message->links = array_of(link_free);
	message->attachments = array_of(attachment_free);
	message->defects = array_of(defect_free);
	message->findings = array_of(finding_free);
	message->edges = array_of(edge_free);
	return message;
}

void
message_free(Message *message)
{
	if (!message)
		return;
	g_ptr_array_unref(message->headers);
	address_free(message->from);
	g_free(message->from_domain);
	address_free(message->reply_to);
	g_free(message->to);
	g_free(message->subject);
	g_free(message->message_id);
	envelope_free(message->envelope);
	ses_origin_free(message->ses);
	g_ptr_array_unref(message->auth);
	if (message->parts)
		g_ptr_array_unref(message->parts);
	g_ptr_array_unref(message->signatures);
	g_ptr_array_unref(message->hops);
	g_ptr_array_unref(message->texts);
	g_ptr_array_unref(message->links);
	g_ptr_array_unref(message->attachments);
	g_ptr_array_unref(message->defects);
	g_ptr_array_unref(message->findings);
	g_ptr_array_unref(message->edges);
	g_free(message->account_domain);
	g_free(message);
}

const char *
message_header(const Message *message, const char *name)
{
	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		if (g_ascii_strcasecmp(field->name, name) == 0)
			return field->value;
	}
	return NULL;
}

char *
finding_quote(const char *text, size_t most)
{
	const char *end = text;

	g_utf8_validate_len(text, MIN(strlen(text), most), &end);
	return g_strndup(text, (gsize)(end - text));
}

void
message_add_defect(Message *message, DefectKind kind, const char *evidence, const char *where)
{
	Defect *defect = g_new0(Defect, 1);

	defect->kind = kind;
	defect->evidence = finding_quote(evidence ? evidence : "", FINDING_MAX_EVIDENCE);
	defect->where = g_strdup(where ? where : "");
	g_ptr_array_add(message->defects, defect);
}

bool
message_has_defect(const Message *message, DefectKind kind)
{
	for (guint i = 0; i < message->defects->len; i++) {
		const Defect *defect = g_ptr_array_index(message->defects, i);

		if (defect->kind == kind)
			return true;
	}
	return false;
}

char *
message_loads(const Message *message)
{
	int images = message->remote_images - message->open_pixels;
	g_autoptr(GString) text = g_string_new(NULL);

	if (images > 0)
		g_string_append_printf(text, "%d remote image%s", images, images == 1 ? "" : "s");
	if (message->open_pixels > 0)
		g_string_append_printf(text, "%s%d open pixel%s", images > 0 ? ", " : "",
			message->open_pixels, message->open_pixels == 1 ? "" : "s");
	if (text->len == 0)
		return NULL;
	g_string_append(text, " (not fetched)");
	return g_strdup(text->str);
}
