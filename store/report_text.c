/* report_text.c - what a report says to people, and how its lines are kept short */
#include <string.h>

#include "store/moment.h"
#include "store/report_rows.h"

enum {
	LINE = 900, /* bytes: RFC 5322 section 2.1.1 allows 998 */
	FACT = 400, /* likewise, of a fact in the listing */
};

void
reported_mail_free(ReportedMail *mail)
{
	if (!mail)
		return;
	g_free(mail->ses_id);
	g_free(mail->ip);
	g_free(mail->region);
	g_free(mail->mail_from);
	g_free(mail->to);
	g_free(mail->from);
	g_free(mail->subject);
	g_free(mail->link_domain);
	g_free(mail->sha256);
	g_clear_pointer(&mail->copy, g_bytes_unref);
	g_free(mail);
}

char *
report_summary(const ReportFacts *facts)
{
	const ReportDraft *draft = facts->draft;
	int64_t all = draft->messages->len + draft->unlisted;
	GString *text = g_string_new(NULL);

	g_string_append_printf(text,
		"%s reports %" G_GINT64_FORMAT " %s message%s sent through Amazon SES by ",
		facts->request->reporter.org, all,
		facts->request->kind == REPORT_PHISHING ? "phishing" : "unsolicited",
		all == 1 ? "" : "s");
	if (draft->account)
		g_string_append_printf(text, "the account whose Feedback-ID is %s (%s). ",
			draft->account,
			draft->proven ? "Amazon's signature covers it"
				      : "as the mail says; not covered by a signature of Amazon's");
	else
		g_string_append(text, "an account that they do not name. ");
	g_string_append_printf(text, "%u of them %s listed, and %d shown.", draft->messages->len,
		draft->messages->len == 1 ? "is" : "are", draft->shown);
	if (!facts->request->unredacted)
		g_string_append(text, " Recipients are replaced by recipient-1 and so on.");
	if (facts->request->test)
		g_string_append(text, " This is a test.");
	return g_string_free(text, FALSE);
}

static void
put_fact(GString *text, const char *name, const char *value)
{
	g_autofree char *valid =
		value ? g_utf8_make_valid(value, (gssize)strnlen(value, FACT)) : NULL;

	if (valid && *valid)
		g_string_append_printf(text, "   %s: %s\n", name, g_strdelimit(valid, "\r\n", ' '));
}

/* One line a fact: what comes from a mail has no line ends of its own. */
char *
report_listing(const ReportFacts *facts)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < facts->mails->len; i++) {
		const ReportedMail *mail = g_ptr_array_index(facts->mails, i);
		g_autofree char *at = moment_text(mail->received);

		g_string_append_printf(text, "%u. received %s\n", i + 1, at ? at : "-");
		put_fact(text, "SES message id", mail->ses_id);
		put_fact(text, "sent from", mail->ip);
		put_fact(text, "region", mail->region);
		put_fact(text, "envelope sender", mail->mail_from);
		put_fact(text, "envelope recipients", mail->to);
		put_fact(text, "From", mail->from);
		put_fact(text, "Subject", mail->subject);
		put_fact(text, "links lead to", mail->link_domain);
		put_fact(text, "SHA-256 of the original", mail->sha256);
	}
	return g_string_free(text, FALSE);
}

/* How much of @line goes before the next break; *skip: the blank there, of a field, is what
 * begins the next line. */
static size_t
piece_of(const char *line, size_t length, bool field)
{
	size_t end = MIN(length, LINE);

	if (end == length)
		return end;
	for (size_t at = end; field && at > LINE / 2; at--)
		if (line[at] == ' ' || line[at] == '\t')
			return at;
	while (end > LINE - 8 && ((guchar)line[end] & 0xc0) == 0x80)
		end--;
	return end;
}

static void
put_line(GString *out, const char *line, size_t length, bool field)
{
	size_t done = 0;

	do {
		size_t piece = piece_of(line + done, length - done, field);

		if (done > 0 && field && line[done] != ' ' && line[done] != '\t')
			g_string_append_c(out, ' ');
		for (size_t i = 0; i < piece; i++) /* what ends no line ends none */
			g_string_append_c(out, line[done + i] == '\r' ? ' ' : line[done + i]);
		g_string_append(out, "\r\n");
		done += piece;
	} while (done < length);
}

GBytes *
report_lines(const char *mail)
{
	GString *out = g_string_sized_new(strlen(mail) + 1024);
	bool header = true;

	while (*mail) {
		size_t length = strcspn(mail, "\n");
		size_t kept = length > 0 && mail[length - 1] == '\r' ? length - 1 : length;

		header = header && kept > 0;
		put_line(out, mail, kept, header);
		mail += length + (mail[length] == '\n');
	}
	return g_string_free_to_bytes(out);
}
