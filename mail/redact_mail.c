/* redact_mail.c - a mail to be shown to others: redact_message() */
#include "mail/redact.h"

#include <string.h>

#include "mail/header.h"
#include "mail/received.h"

/* What stands in these is nobody's but the recipient's. */
static bool
is_left_out(const char *name)
{
	static const char *const names[] = { "Message-ID", "References", "In-Reply-To",
		"List-Unsubscribe", "List-Unsubscribe-Post", "List-ID", "Delivered-To",
		"X-Original-To", "Envelope-To", "X-Envelope-To" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_ascii_strcasecmp(name, names[i]) == 0)
			return true;
	return false;
}

/* What one field says of whom it was for, where there is no envelope, or it was another then. */
static void
add_people_of(Redaction *redaction, const HeaderField *field)
{
	static const char *const lists[] = { "To", "Cc", "Bcc", "Delivered-To", "X-Original-To",
		"Envelope-To", "X-Envelope-To", "Resent-To", "Resent-Cc", "Resent-Bcc",
		"Apparently-To", "X-Delivered-To", "X-Forwarded-To", "X-Forwarded-For",
		"X-Gm-Original-To", "X-Rcpt-To", "X-Failed-Recipients", "Original-Recipient",
		"Final-Recipient", "X-MS-Exchange-Organization-OriginalEnvelopeRecipients" };

	if (g_ascii_strcasecmp(field->name, "Received") == 0) {
		g_autoptr(Received) received = received_parse(field->value);

		if (received->for_whom)
			redaction_add_address(redaction, received->for_whom);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		if (g_ascii_strcasecmp(field->name, lists[i]) == 0)
			redaction_add_list(redaction, field->value);
}

/* "<0100018f...@email.amazonses.com>", "@eu-west-1.amazonses.com": Amazon SES Developer Guide,
 * the Message-ID that SES puts in place of the sender's. */
static bool
is_amazons_id(const HeaderField *field)
{
	g_autofree char *value = g_strstrip(header_unfold(field->raw));

	return g_ascii_strcasecmp(field->name, "Message-ID") == 0 &&
		g_str_has_suffix(value, ".amazonses.com>");
}

void
redaction_add_message(Redaction *redaction, const Message *message)
{
	for (guint i = 0; i < message->envelope->recipients->len; i++)
		redaction_add_address(
			redaction, g_ptr_array_index(message->envelope->recipients, i));
	redaction_add_list(redaction, message->to);
	for (guint i = 0; i < message->headers->len; i++)
		add_people_of(redaction, g_ptr_array_index(message->headers, i));
}

/* Its own words in one line: where they are encoded, what they say. */
static char *
value_of(Redaction *redaction, const HeaderField *field, RedactReader reader)
{
	bool encoded = strstr(field->raw, "=?") != NULL;
	g_autofree char *unfolded = header_unfold(field->raw);
	char *value =
		reader == REDACT_FOR_ANYONE && g_ascii_strcasecmp(field->name, "Return-Path") == 0
		? redact_sender(redaction, unfolded)
		: redact_links(redaction, encoded ? field->value : unfolded);

	return g_strdelimit(value, "\r\n", ' ');
}

/* Whoever wrote the field chose its name as well. */
static void
put_field(Redaction *redaction, const HeaderField *field, RedactReader reader, GString *out)
{
	bool amazon = reader == REDACT_FOR_AMAZON;
	bool stays = !is_left_out(field->name) || (amazon && is_amazons_id(field));
	g_autofree char *name = redact_text(redaction, field->name);
	g_autofree char *value =
		stays ? value_of(redaction, field, reader) : g_strdup("<redacted>");

	g_string_append_printf(out, "%s: %s\r\n", name, value);
}

/* About the form of the original, which is another. */
static bool
is_of_form(const char *name)
{
	return g_ascii_strncasecmp(name, "Content-", 8) == 0 ||
		g_ascii_strcasecmp(name, "MIME-Version") == 0 ||
		g_ascii_strcasecmp(name, "X-Lazaret-Redacted") == 0;
}

static void
put_header(Redaction *redaction, const Message *message, const char *sha256, RedactReader reader,
	GString *out)
{
	g_string_append_printf(out,
		"X-Lazaret-Redacted: not the original, which has SHA-256 %s: recipients are "
		"replaced,\r\n texts are as they were read, attachments are left out\r\n",
		sha256);
	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		if (!is_of_form(field->name))
			put_field(redaction, field, reader, out);
	}
	g_string_append(out,
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
		"Content-Transfer-Encoding: 8bit\r\n\r\n");
}

static void
put_lines(const char *text, GString *out)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (char **line = lines; *line; line++) {
		g_strchomp(*line);
		g_string_append_printf(out, "%s\r\n", *line);
	}
}

static void
put_texts(Redaction *redaction, const Message *message, GString *out)
{
	for (guint i = 0; i < message->texts->len; i++) {
		const PartText *text = g_ptr_array_index(message->texts, i);
		g_autofree char *type = redact_text(redaction, text->type);
		g_autofree char *redacted = redact_links(redaction, text->text);

		g_string_append_printf(out, "---- part %s, %s ----\r\n", text->path, type);
		put_lines(redacted, out);
	}
}

static void
put_links(Redaction *redaction, const Message *message, GString *out)
{
	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);
		g_autofree char *final = redact_links(redaction, link->final);

		if (i == 0)
			g_string_append(out, "---- links lead to ----\r\n");
		put_lines(final, out);
	}
}

static void
put_attachments(const Message *message, GString *out)
{
	for (guint i = 0; i < message->attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(message->attachments, i);

		g_string_append_printf(out,
			"---- attachment %u, left out: %s, %" G_GINT64_FORMAT
			" bytes, SHA-256 %s ----\r\n",
			i + 1, attachment->detected, attachment->size, attachment->sha256);
	}
}

char *
redact_message(
	Redaction *redaction, const Message *message, const char *sha256, RedactReader reader)
{
	GString *out = g_string_new(NULL);

	redaction_begin(redaction);
	redaction_add_message(redaction, message);
	put_header(redaction, message, sha256, reader, out);
	put_texts(redaction, message, out);
	put_links(redaction, message, out);
	put_attachments(message, out);
	return g_string_free(out, FALSE);
}
