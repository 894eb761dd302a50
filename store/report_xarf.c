/* report_xarf.c - a report as the AWS Abuse Signal API takes it: XARF v4, messaging/spam
 *
 * Sources: https://xarf.org/schemas/v4/ (xarf-core, types/messaging-spam); AWS Abuse Signal API
 * Reference, CreateAbuseReport. */
#include <string.h>

#include "mail/digest.h"
#include "store/json.h"
#include "store/moment.h"
#include "store/report_rows.h"

enum {
	MAX_SUBJECT = 500, /* characters, and so the next two */
	MAX_DESCRIPTION = 1000,
	MAX_MESSAGE_ID = 200,
	/* Nobody knows the port by which Amazon's server came: the samples have this one. */
	SOURCE_PORT = 25,
	/* Of a report without its evidence, and of the words around an item of that. */
	ROOM = 64 * 1024,
	ROOM_OF_ITEM = 1024,
};

/* @text as far as @most characters; yours. */
static char *
cut(const char *text, glong most)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	/* Whoever reads it may put it into a line of something else. */
	for (char *at = valid; *at; at++) {
		if (g_ascii_iscntrl(*at))
			*at = ' ';
	}
	return g_utf8_substring(valid, 0, MIN(most, g_utf8_strlen(valid, -1)));
}

static void
put_cut(json_t *object, const char *key, const char *text, glong most)
{
	g_autofree char *short_text = text ? cut(text, most) : NULL;

	if (short_text && *short_text)
		json_put_text(object, key, short_text);
}

static json_t *
contact_of(const Reporter *reporter)
{
	json_t *contact = json_object();

	json_put_text(contact, "org", reporter->org);
	json_put_text(contact, "contact", reporter->contact);
	json_put_text(contact, "domain", reporter->domain);
	return contact;
}

static json_t *
item_of(const char *type, const char *words, GBytes *bytes)
{
	json_t *item = json_object();
	gsize size;
	const guchar *data = g_bytes_get_data(bytes, &size);
	g_autofree char *payload = g_base64_encode(data, size);
	g_autofree char *hash = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	g_autofree char *named = g_strconcat("sha256:", hash, NULL);

	json_put_text(item, "content_type", type);
	json_put_text(item, "description", words);
	json_put_text(item, "payload", payload);
	json_put_text(item, "hash", named);
	json_put_number(item, "size", (int64_t)size);
	return item;
}

static json_t *
list_item(const ReportFacts *facts)
{
	char *listing = report_listing(facts);
	g_autoptr(GBytes) bytes = g_bytes_new_take(listing, strlen(listing));

	return item_of("text/plain", "The messages, with their SES message ids", bytes);
}

static json_t *
mail_item(const ReportFacts *facts, const ReportedMail *mail, guint number)
{
	g_autofree char *words = g_strdup_printf("Message %u of the list%s", number,
		facts->request->unredacted ? ", as it came"
					   : ", without its recipients: headers and texts");

	return item_of("message/rfc822", words, mail->copy);
}

/* As many as there is room for. */
static json_t *
evidence_of(const ReportFacts *facts)
{
	json_t *evidence = json_array();
	size_t room = REPORT_MAX_BYTES - ROOM;

	json_array_append_new(evidence, list_item(facts));
	facts->draft->shown = 0;
	for (guint i = 0; i < facts->mails->len; i++) {
		const ReportedMail *mail = g_ptr_array_index(facts->mails, i);
		size_t needed;

		if (!mail->copy)
			continue;
		needed = g_bytes_get_size(mail->copy) / 3 * 4 + ROOM_OF_ITEM;
		if (needed > room)
			continue;
		room -= needed;
		json_array_append_new(evidence, mail_item(facts, mail, i + 1));
		facts->draft->shown++;
	}
	return evidence;
}

static bool
is_tag_word(const char *word)
{
	for (const char *at = word; *at; at++)
		if (!g_ascii_islower(*at) && !g_ascii_isdigit(*at) && *at != '-')
			return false;
	return g_ascii_isalnum(*word);
}

/* "namespace:predicate", of small letters. */
static json_t *
tags_of(const ReportFacts *facts, const ReportedMail *mail)
{
	json_t *tags = json_array();
	bool named = mail->region && is_tag_word(mail->region);
	g_autofree char *region = named ? g_strconcat("aws-region:", mail->region, NULL) : NULL;

	json_array_append_new(tags, json_string("aws-service:ses"));
	if (region)
		json_array_append_new(tags, json_text(region));
	if (facts->request->kind == REPORT_PHISHING)
		json_array_append_new(tags, json_string("abuse:phishing"));
	if (facts->request->test)
		json_array_append_new(tags, json_string("lifecycle:test"));
	return tags;
}

/* protocol "smtp" must have a sender; where nobody knows it that is not claimed. */
static void
put_smtp(json_t *xarf, const ReportFacts *facts, const ReportedMail *mail)
{
	json_put_text(xarf, "protocol", mail->mail_from ? "smtp" : "other");
	if (mail->mail_from)
		json_put_text(xarf, "smtp_from", mail->mail_from);
	json_put_number(xarf, "source_port", SOURCE_PORT);
	if (facts->request->unredacted && mail->to) {
		g_autofree char *one = g_strndup(mail->to, strcspn(mail->to, ","));

		json_put_text(xarf, "smtp_to", one);
	}
	put_cut(xarf, "subject", mail->subject, MAX_SUBJECT);
	put_cut(xarf, "message_id", mail->ses_id, MAX_MESSAGE_ID);
}

/* The one that says most of what the form has room for. */
static const ReportedMail *
told_best(const ReportFacts *facts)
{
	for (guint i = 0; i < facts->mails->len; i++) {
		const ReportedMail *mail = g_ptr_array_index(facts->mails, i);

		if (mail->mail_from && mail->ip)
			return mail;
	}
	return g_ptr_array_index(facts->mails, 0);
}

static json_t *
xarf_of(const ReportFacts *facts)
{
	const ReportedMail *mail = told_best(facts);
	json_t *xarf = json_object();
	json_t *evidence = evidence_of(facts);
	g_autofree char *summary = report_summary(facts);
	g_autofree char *at = moment_text(mail->received);

	json_put_text(xarf, "xarf_version", "4.0.0");
	json_put_text(xarf, "report_id", facts->draft->token);
	json_put_text(xarf, "timestamp", at ? at : "1970-01-01T00:00:00Z");
	json_put(xarf, "reporter", contact_of(&facts->request->reporter));
	json_put(xarf, "sender", contact_of(&facts->request->reporter));
	json_put_text(xarf, "source_identifier", mail->ip ? mail->ip : "amazonses.com");
	json_put_text(xarf, "category", "messaging");
	json_put_text(xarf, "type", "spam");
	put_smtp(xarf, facts, mail);
	json_put_text(xarf, "evidence_source", "researcher_analysis");
	put_cut(xarf, "description", summary, MAX_DESCRIPTION);
	json_put(xarf, "tags", tags_of(facts, mail));
	json_put(xarf, "evidence", evidence);
	return xarf;
}

void
report_write_xarf(const ReportFacts *facts)
{
	g_autoptr(json_t) request = json_object();
	json_t *report = json_object();
	g_autofree char *correlation =
		g_strdup_printf("lazaret-campaign-%" G_GINT64_FORMAT, facts->request->campaign);
	char *line;

	json_put(report, "xarf", xarf_of(facts));
	json_put_text(request, "clientToken", facts->draft->token);
	json_put_text(request, "correlationId", correlation);
	json_put(request, "report", report);
	line = json_line(request);
	facts->draft->body = g_bytes_new_take(line, strlen(line));
}
