#include "importer/sniff.h"

#include <glib.h>
#include <string.h>

#include "mail/from_line.h"

static const char byte_order_mark[] = "\xEF\xBB\xBF";

static const char *const mail_fields[] = {
	"authentication-results",
	"bcc",
	"cc",
	"content-transfer-encoding",
	"content-type",
	"date",
	"delivered-to",
	"dkim-signature",
	"from",
	"message-id",
	"mime-version",
	"received",
	"reply-to",
	"return-path",
	"sender",
	"subject",
	"to",
	"x-envelope-from",
	"x-envelope-to",
	"x-original-to",
	"x-quarantine-id",
};

static bool
begins(const char *bytes, size_t length, const char *with)
{
	size_t want = strlen(with);

	return length >= want && memcmp(bytes, with, want) == 0;
}

bool
sniff_message_name(const char *path)
{
	g_autofree char *lower = g_ascii_strdown(path, -1);

	return g_str_has_suffix(lower, ".eml") || g_str_has_suffix(lower, ".eml.gz");
}

bool
sniff_day_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	return strlen(name) == 8 && strspn(name, G_CSET_DIGITS) == 8;
}

bool
sniff_mbox(const char *head, size_t length)
{
	return begins(head, length, "From ");
}

static bool
is_mail_field(const char *name, size_t length)
{
	for (size_t i = 0; i < G_N_ELEMENTS(mail_fields); i++) {
		if (strlen(mail_fields[i]) == length &&
			g_ascii_strncasecmp(mail_fields[i], name, length) == 0)
			return true;
	}
	return false;
}

bool
sniff_message(const char *head, size_t length)
{
	const char *end = head + length;
	const char *line = head;

	if (begins(line, length, byte_order_mark))
		line += strlen(byte_order_mark);
	if (begins(line, (size_t)(end - line), ">From "))
		line = memchr(line, '\n', (size_t)(end - line));
	for (; line && line < end; line = memchr(line, '\n', (size_t)(end - line))) {
		size_t name;

		if (*line == '\n')
			line++;
		if (line < end && (*line == ' ' || *line == '\t'))
			continue;
		name = field_name_length(line, (size_t)(end - line));
		if (name == 0)
			return false;
		if (is_mail_field(line, name))
			return true;
	}
	return false;
}
