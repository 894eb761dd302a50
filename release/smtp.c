#include "release/smtp.h"

#include <string.h>

#include "release/smtp_private.h"
#include "release/transport.h"

enum {
	MAX_LINE = 4096, /* RFC 5321 section 4.5.3.1.5 says 512 */
	MAX_LINES = 100,
	MAX_TEXT = 2048, /* bytes of a reply that are kept */
};

void
smtp_reply_clear(SmtpReply *reply)
{
	if (reply->text)
		g_string_free(reply->text, TRUE);
	*reply = (SmtpReply){ 0 };
}

void
smtp_free(Smtp *smtp)
{
	if (!smtp)
		return;
	stream_free(smtp->stream);
	g_string_free(smtp->pending, TRUE);
	g_ptr_array_unref(smtp->offers);
	g_free(smtp->security);
	g_free(smtp);
}

void
smtp_ignore_interrupt(Smtp *smtp)
{
	stream_ignore_interrupt(smtp->stream);
}

const char *
smtp_security(const Smtp *smtp)
{
	return smtp->security;
}

const char *
smtp_offer(const Smtp *smtp, const char *extension)
{
	size_t length = strlen(extension);

	for (guint i = 0; i < smtp->offers->len; i++) {
		const char *line = g_ptr_array_index(smtp->offers, i);

		if (g_ascii_strncasecmp(line, extension, length) != 0)
			continue;
		if (line[length] == '\0')
			return line + length;
		if (strchr(" =", line[length]))
			return line + length + 1;
	}
	return NULL;
}

bool
smtp_offers(const Smtp *smtp, const char *extension)
{
	return smtp_offer(smtp, extension) != NULL;
}

static bool
lost(GError **error, const char *what)
{
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_LOST, "%s", what);
	return false;
}

static int64_t
deadline_in(int seconds)
{
	return g_get_monotonic_time() + (int64_t)seconds * G_USEC_PER_SEC;
}

bool
smtp_send_until(Smtp *smtp, const void *bytes, size_t length, int64_t deadline, GError **error)
{
	/* A reply too many would be taken for the answer to this, and in the end for the
	 * receipt of a message that was never taken. */
	if (smtp->pending->len > 0)
		return lost(error, "the server said more than it was asked");
	return stream_send(smtp->stream, bytes, length, deadline, error);
}

bool
smtp_send(Smtp *smtp, const void *bytes, size_t length, int seconds, GError **error)
{
	return smtp_send_until(smtp, bytes, length, deadline_in(seconds), error);
}

/* The next line, without its line end. */
static char *
read_line(Smtp *smtp, int64_t deadline, GError **error)
{
	const char *end;
	char *line;

	while (!(end = memchr(smtp->pending->str, '\n', smtp->pending->len))) {
		if (smtp->pending->len > MAX_LINE) {
			lost(error, "the server's reply is too long");
			return NULL;
		}
		if (!stream_receive(smtp->stream, smtp->pending, deadline, error))
			return NULL;
	}
	line = g_strndup(smtp->pending->str, (gsize)(end - smtp->pending->str));
	g_string_erase(smtp->pending, 0, end + 1 - smtp->pending->str);
	return g_strchomp(line);
}

/* "250-text", "250 text", "250"; *more when another line follows.  0: not a reply. */
static int
code_of(const char *line, bool *more)
{
	if (line[0] < '2' || line[0] > '5' || !g_ascii_isdigit(line[1]) ||
		!g_ascii_isdigit(line[2]) || (line[3] && !strchr(" -", line[3])))
		return 0;
	*more = line[3] == '-';
	return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

static void
append_text(GString *text, const char *line)
{
	if (text->len == 0)
		g_string_append(text, line);
	else if (text->len < MAX_TEXT && line[3])
		g_string_append_printf(text, " %s", line + 4);
}

/* @lines, or NULL, gets each without its code. */
static bool
read_reply(Smtp *smtp, int64_t deadline, SmtpReply *reply, GPtrArray *lines, GError **error)
{
	bool more = true;

	smtp_reply_clear(reply);
	reply->text = g_string_new(NULL);
	for (int count = 0; more; count++) {
		g_autofree char *line = read_line(smtp, deadline, error);
		int code;

		if (!line)
			return false;
		code = code_of(line, &more);
		if (!code || (reply->code && code != reply->code) || count == MAX_LINES)
			return lost(error, "the server's reply is none that SMTP knows");
		reply->code = code;
		append_text(reply->text, line);
		if (!more && reply->text->len > 3 && reply->text->str[3] == '-')
			reply->text->str[3] = ' ';
		if (lines && line[3])
			g_ptr_array_add(lines, g_strdup(line + 4));
	}
	return true;
}

bool
smtp_read_until(Smtp *smtp, int64_t deadline, SmtpReply *reply, GError **error)
{
	return read_reply(smtp, deadline, reply, NULL, error);
}

bool
smtp_read(Smtp *smtp, int seconds, SmtpReply *reply, GError **error)
{
	return read_reply(smtp, deadline_in(seconds), reply, NULL, error);
}

static bool
say(Smtp *smtp, const char *line, int64_t deadline, SmtpReply *reply, GPtrArray *lines,
	GError **error)
{
	g_autofree char *command = g_strconcat(line, "\r\n", NULL);

	g_assert(!strpbrk(line, "\r\n"));
	return smtp_send_until(smtp, command, strlen(command), deadline, error) &&
		read_reply(smtp, deadline, reply, lines, error);
}

bool
smtp_say(Smtp *smtp, const char *line, int64_t deadline, SmtpReply *reply, GError **error)
{
	return say(smtp, line, deadline, reply, NULL, error);
}

bool
smtp_say_hello(Smtp *smtp, const char *line, int64_t deadline, SmtpReply *reply, GError **error)
{
	g_ptr_array_set_size(smtp->offers, 0);
	return say(smtp, line, deadline, reply, smtp->offers, error);
}

bool
smtp_command(Smtp *smtp, const char *line, int seconds, SmtpReply *reply, GError **error)
{
	return smtp_say(smtp, line, deadline_in(seconds), reply, error);
}
