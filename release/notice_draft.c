#include <string.h>

#include "mail/header_write.h"
#include "release/notice.h"

enum {
	LINE = 76, /* RFC 2045 section 6.7, RFC 2047 section 2 */
};

static bool
is_plain(const char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			return false;
	}
	return true;
}

static void
append_subject(GString *out, const char *subject)
{
	g_string_append(out, "Subject: ");
	/* What looks like an encoded word would be read as one. */
	if (is_plain(subject) && strlen(subject) + strlen("Subject: ") < LINE &&
		!strstr(subject, "=?"))
		g_string_append(out, subject);
	else
		header_write_encoded(out, subject);
	g_string_append(out, "\r\n");
}

/* Must the byte at @at, @column in its line, be encoded?  Blanks at a line's end, and what
 * servers and mailboxes take for more than text at its beginning. */
static bool
must_encode(const char *at, int column)
{
	bool last = at[1] == '\0' || at[1] == '\n';

	if (*at == ' ' || *at == '\t')
		return last;
	if (column == 0 && (*at == '.' || g_str_has_prefix(at, "From ")))
		return true;
	return *at < '!' || *at > '~' || *at == '=';
}

/* Quoted-printable (RFC 2045 section 6.7) of lines that end with \n. */
static void
append_body(GString *out, const char *text)
{
	int column = 0;

	for (; *text; text++) {
		bool encode = must_encode(text, column);
		int width = encode ? 3 : 1;

		if (*text == '\n') {
			g_string_append(out, "\r\n");
			column = 0;
			continue;
		}
		if (column + width >= LINE) {
			g_string_append(out, "=\r\n");
			column = 0;
			encode = must_encode(text, column);
		}
		if (encode)
			g_string_append_printf(out, "=%02X", (unsigned)(guchar)*text);
		else
			g_string_append_c(out, *text);
		column += encode ? 3 : 1;
	}
}

char *
notice_draft(const Notice *notice)
{
	GString *out = g_string_new("X-Unsent: 1\r\n");

	append_subject(out, notice->subject);
	g_string_append(out,
		"MIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=UTF-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n");
	g_string_append_printf(
		out, "Content-Language: %s\r\n\r\n", notice_language_name(notice->language));
	append_body(out, notice->body);
	return g_string_free(out, FALSE);
}
