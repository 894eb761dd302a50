#include "mail/detect.h"

#include <string.h>

#include "mail/link_judge.h"
#include "mail/weights.h"

extern const Detector detect_brand_name;
extern const Detector detect_brand_subject;
extern const Detector detect_brand_address;
extern const Detector detect_name_obfuscated;
extern const Detector detect_brand_domain;
extern const Detector detect_own_domain;
extern const Detector detect_own_person;
extern const Detector detect_address_in_name;
extern const Detector detect_injected_name;
extern const Detector detect_links_leave;
extern const Detector detect_link_text;
extern const Detector detect_link_brand;
extern const Detector detect_link_hosting;
extern const Detector detect_link_shortener;
extern const Detector detect_link_redirector;
extern const Detector detect_link_host;
extern const Detector detect_link_script;
extern const Detector detect_link_recycled;
extern const Detector detect_form;
extern const Detector detect_password;
extern const Detector detect_hidden_text;
extern const Detector detect_hidden_link;
extern const Detector detect_hidden_character;
extern const Detector detect_alternatives;
extern const Detector detect_urgency;
extern const Detector detect_crypto;
extern const Detector detect_invoice;
extern const Detector detect_reply_to;
extern const Detector detect_reply_to_free_mail;
extern const Detector detect_envelope_from;
extern const Detector detect_dkim;
extern const Detector detect_dkim_second_from;
extern const Detector detect_dkim_body_altered;
extern const Detector detect_dkim_expired;
extern const Detector detect_dkim_added_text;
extern const Detector detect_envelope;
extern const Detector detect_kit;
extern const Detector detect_empty_attachment;
extern const Detector detect_attachment_type;
extern const Detector detect_attachment_page;
extern const Detector detect_attachment_program;
extern const Detector detect_attachment_encrypted;
extern const Detector detect_attachment_macros;
extern const Detector detect_attachment_external;
extern const Detector detect_attachment_smuggles;
extern const Detector detect_attachment_script;
extern const Detector detect_attachment_unreadable;
extern const Detector detect_attachment_limit;
extern const Detector detect_attachment_malware;
extern const Detector detect_attachment_rule;
extern const Detector detect_qr_link;
extern const Detector detect_double_extension;
extern const Detector detect_hop_forged;
extern const Detector detect_hop_broken;
extern const Detector detect_path_backwards;
extern const Detector detect_dmarc_fail;
extern const Detector detect_result_forged;
extern const Detector detect_ses;
extern const Detector detect_defects;

static const Detector *const table[] = {
	&detect_brand_name,
	&detect_brand_subject,
	&detect_brand_address,
	&detect_name_obfuscated,
	&detect_brand_domain,
	&detect_own_domain,
	&detect_own_person,
	&detect_address_in_name,
	&detect_injected_name,
	&detect_links_leave,
	&detect_link_text,
	&detect_link_brand,
	&detect_link_hosting,
	&detect_link_shortener,
	&detect_link_redirector,
	&detect_link_host,
	&detect_link_script,
	&detect_link_recycled,
	&detect_form,
	&detect_password,
	&detect_hidden_text,
	&detect_hidden_link,
	&detect_hidden_character,
	&detect_alternatives,
	&detect_urgency,
	&detect_crypto,
	&detect_invoice,
	&detect_reply_to,
	&detect_reply_to_free_mail,
	&detect_envelope_from,
	&detect_dkim,
	&detect_dkim_second_from,
	&detect_dkim_body_altered,
	&detect_dkim_expired,
	&detect_dkim_added_text,
	&detect_envelope,
	&detect_kit,
	&detect_empty_attachment,
	&detect_attachment_type,
	&detect_attachment_page,
	&detect_attachment_program,
	&detect_attachment_encrypted,
	&detect_attachment_macros,
	&detect_attachment_external,
	&detect_attachment_smuggles,
	&detect_attachment_script,
	&detect_attachment_unreadable,
	&detect_attachment_limit,
	&detect_attachment_malware,
	&detect_attachment_rule,
	&detect_qr_link,
	&detect_double_extension,
	&detect_hop_forged,
	&detect_hop_broken,
	&detect_path_backwards,
	&detect_dmarc_fail,
	&detect_result_forged,
	&detect_ses,
	&detect_defects,
	NULL,
};

const Detector *const *
detectors(void)
{
	return table;
}

static guint
count_findings(const Message *message, const char *id)
{
	guint count = 0;

	for (guint i = 0; i < message->findings->len; i++) {
		const Finding *finding = g_ptr_array_index(message->findings, i);

		count += strcmp(finding->id, id) == 0;
	}
	return count;
}

/* @text cut to what a finding may hold, between characters. */
static char *
quote(const char *text)
{
	const char *end = text;

	g_utf8_validate_len(text, strnlen(text, FINDING_MAX_EVIDENCE), &end);
	return g_strndup(text, (gsize)(end - text));
}

void
detector_found(const Detector *self, Message *message, const char *evidence, const char *where,
	const char *format, ...)
{
	guint before = count_findings(message, self->id);
	g_autofree char *sentence = NULL;
	Finding *finding;
	va_list arguments;

	if (before >= DETECTOR_MAX_FINDINGS)
		return;
	va_start(arguments, format);
	sentence = g_strdup_vprintf(format, arguments);
	va_end(arguments);

	finding = g_new0(Finding, 1);
	finding->id = g_strdup(self->id);
	finding->weight =
		before == 0 ? weights_of(message->site->weights, self->id, self->weight) : 0;
	finding->text = quote(sentence);
	finding->evidence = quote(evidence ? evidence : "");
	finding->where = g_strdup(where);
	g_ptr_array_add(message->findings, finding);
}

bool
detector_has_found(const Detector *self, const Message *message)
{
	return count_findings(message, self->id) > 0;
}

char *
detector_target(const Link *link)
{
	char *host = link_host(link->final);

	return host ? host : quote(link->final);
}

void
detector_found_links(const Detector *self, Message *message, uint32_t flags, const char *what)
{
	uint32_t ignored = ~flags & LINK_IMAGE;
	g_autofree char *before = NULL;

	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);
		g_autofree char *where = NULL;
		g_autofree char *target = NULL;

		if (!(link->flags & flags & ~(uint32_t)LINK_IMAGE) || (link->flags & ignored))
			continue;
		target = detector_target(link);
		if (g_strcmp0(target, before) == 0)
			continue;
		where = g_strdup_printf("link %u", i + 1);
		detector_found(self, message, link->final, where, "%s: %s", what, target);
		g_free(before);
		before = g_steal_pointer(&target);
	}
}

void
detector_found_attachments(
	const Detector *self, Message *message, AttachmentFlag flag, const char *what)
{
	for (guint i = 0; i < message->attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(message->attachments, i);
		const char *name = attachment->name ? attachment->name : attachment->declared;
		const char *shown = attachment_evidence(attachment, flag);
		g_autofree char *where = NULL;
		g_autofree char *evidence = NULL;

		if (!(attachment->flags & flag))
			continue;
		where = g_strdup_printf("part %s", attachment->path);
		evidence = g_strdup_printf("%s%s%s", name, shown ? ": " : "", shown ? shown : "");
		detector_found(self, message, evidence, where, "%s", what);
	}
}

void
message_judge(Message *message, const Site *site)
{
	static const Site unknown = { 0 };

	g_ptr_array_set_size(message->findings, 0);
	message->site = site ? site : &unknown;
	links_judge(message);
	for (const Detector *const *detector = table; *detector; detector++)
		(*detector)->run(*detector, message);
	message->site = NULL;
	findings_sort(message->findings);
	message->score = CLAMP(findings_sum(message->findings), 0, 100);
}
