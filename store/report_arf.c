/* report_arf.c - a report as mail, in the Abuse Reporting Format (RFC 5965)
 *
 * Three parts: words for people, fields for programs, and one message, the most dangerous; the
 * others stand in the words. */
#include <string.h>

#include "mail/header_write.h"
#include "store/report_rows.h"

enum {
	LONGEST_FIELD = 900, /* bytes of a value: RFC 5322 section 2.1.1 */
};

static char *
date_text(int64_t at)
{
	GString *date = g_string_new(NULL);

	header_write_date(date, at);
	return g_string_free(date, FALSE);
}

static bool
is_plain(const char *text)
{
	for (; *text; text++)
		if (!g_ascii_isalnum(*text) && *text != ' ' && *text != '-')
			return false;
	return true;
}

/* A display name: as it is, or in encoded words. */
static void
put_phrase(GString *out, const char *text)
{
	if (is_plain(text))
		g_string_append(out, text);
	else
		header_write_encoded(out, text);
}

/* Of a mail: nothing in it ends the line, and all of it is ASCII. */
static void
put_field(GString *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	g_string_append_printf(out, "%s: ", name);
	for (size_t i = 0, end = strnlen(value, LONGEST_FIELD); i < end; i++)
		g_string_append_c(out, g_ascii_isprint(value[i]) ? value[i] : '?');
	g_string_append(out, "\r\n");
}

static void
put_path(GString *out, const char *name, const char *address)
{
	g_autofree char *path = address ? g_strdup_printf("<%s>", address) : NULL;

	put_field(out, name, path);
}

static void
put_header(const ReportFacts *facts, GString *out)
{
	const ReportRequest *request = facts->request;
	const ReportDraft *draft = facts->draft;
	g_autofree char *date = date_text(request->now);
	g_autofree char *subject = g_strdup_printf(
		"%sAbuse report: %s through Amazon SES, account %s", request->test ? "[test] " : "",
		report_kind_names[request->kind], draft->account ? draft->account : "unknown");

	g_string_append(out, "From: ");
	put_phrase(out, request->reporter.org);
	g_string_append_printf(out, "\r\n <%s>\r\n", request->reporter.contact);
	put_path(out, "To", request->destination);
	put_field(out, "Subject", subject);
	g_string_append_printf(out,
		"Date: %s\r\nMessage-ID: <%s@%s>\r\nMIME-Version: 1.0\r\n"
		"Content-Type: multipart/report; report-type=feedback-report;\r\n"
		" boundary=\"lazaret-%s\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
		date, draft->token, request->reporter.domain, draft->token);
}

static void
put_boundary(const ReportFacts *facts, const char *end, GString *out)
{
	g_string_append_printf(out, "\r\n--lazaret-%s%s\r\n", facts->draft->token, end);
}

static void
put_words(const ReportFacts *facts, GString *out)
{
	g_autofree char *summary = report_summary(facts);
	g_autofree char *listing = report_listing(facts);
	g_autofree char *words = g_strdup_printf(
		"%s\n\nContact: %s\n\n%s", summary, facts->request->reporter.contact, listing);
	g_autofree char *encoded = g_base64_encode((const guchar *)words, strlen(words));

	put_boundary(facts, "", out);
	g_string_append(out,
		"Content-Type: text/plain; charset=utf-8\r\n"
		"Content-Transfer-Encoding: base64\r\n\r\n");
	for (size_t done = 0, length = strlen(encoded); done < length; done += 76)
		g_string_append_printf(out, "%.76s\r\n", encoded + done);
}

/* RFC 5965 section 3. */
static void
put_feedback(const ReportFacts *facts, const ReportedMail *mail, GString *out)
{
	const ReportDraft *draft = facts->draft;
	g_autofree char *arrival = date_text(mail->received);
	g_auto(GStrv) to = g_strsplit(mail->to ? mail->to : "", ", ", -1);

	put_boundary(facts, "", out);
	g_string_append(out, "Content-Type: message/feedback-report\r\n\r\n");
	put_field(
		out, "Feedback-Type", facts->request->kind == REPORT_PHISHING ? "fraud" : "abuse");
	put_field(out, "User-Agent", "lazaret/" VERSION);
	put_field(out, "Version", "1");
	put_path(out, "Original-Mail-From", mail->mail_from);
	for (char **one = to; *one; one++)
		put_path(out, "Original-Rcpt-To", *one);
	put_field(out, "Arrival-Date", arrival);
	put_field(out, "Source-IP", mail->ip);
	put_field(out, "Reported-Domain", mail->link_domain);
	g_string_append_printf(out, "Incidents: %" G_GINT64_FORMAT "\r\n",
		(int64_t)draft->messages->len + draft->unlisted);
}

static void
put_message(const ReportFacts *facts, const ReportedMail *mail, GString *out)
{
	gsize size;
	const char *bytes;

	if (!mail->copy)
		return;
	bytes = g_bytes_get_data(mail->copy, &size);
	put_boundary(facts, "", out);
	g_string_append(out,
		"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n"
		"Content-Disposition: inline\r\n\r\n");
	g_string_append_len(out, bytes, (gssize)size);
}

void
report_write_arf(const ReportFacts *facts)
{
	GString *out = g_string_new(NULL);
	const ReportedMail *first = g_ptr_array_index(facts->mails, 0);

	facts->draft->shown = first->copy ? 1 : 0;
	put_header(facts, out);
	put_words(facts, out);
	put_feedback(facts, first, out);
	put_message(facts, first, out);
	put_boundary(facts, "--", out);
	facts->draft->body = g_string_free_to_bytes(out);
}
