#include <string.h>

#include "mail/header.h"

/* At most one of each in a message: RFC 5322 section 3.6, RFC 2045 section 3. */
static const char *const singletons[] = {
	"From",
	"Sender",
	"Reply-To",
	"To",
	"Cc",
	"Bcc",
	"Message-ID",
	"In-Reply-To",
	"References",
	"Subject",
	"Date",
	"MIME-Version",
	"Content-Type",
	"Content-Transfer-Encoding",
	"Content-Disposition",
	"Feedback-ID",
	"X-SES-Outgoing",
};

bool
message_header_is_single(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(singletons); i++) {
		if (g_ascii_strcasecmp(name, singletons[i]) == 0)
			return true;
	}
	return false;
}

static void
check_singleton(Message *message, const char *name)
{
	const HeaderField *first = NULL;
	g_autofree char *where = g_strdup_printf("header %s", name);

	for (guint i = 0; i < message->headers->len; i++) {
		const HeaderField *field = g_ptr_array_index(message->headers, i);

		if (g_ascii_strcasecmp(field->name, name) != 0)
			continue;
		if (first) {
			g_autofree char *one =
				finding_quote(first->value, FINDING_MAX_EVIDENCE / 2 - 2);
			g_autofree char *two =
				finding_quote(field->value, FINDING_MAX_EVIDENCE / 2 - 2);
			g_autofree char *both = g_strdup_printf("%s / %s", one, two);

			message_add_defect(message, DEFECT_DUPLICATE_HEADER, both, where);
			return;
		}
		first = field;
	}
}

/* Characters that overwrite, reorder or end a line where it is shown. */
static bool
is_control(gunichar c)
{
	return (c < 0x20 && c != '\t') || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
		(c >= 0x2066 && c <= 0x2069) || c == 0xfffd;
}

static bool
has_control(const char *text)
{
	for (const char *at = text; *at; at = g_utf8_next_char(at)) {
		if (is_control(g_utf8_get_char(at)))
			return true;
	}
	return false;
}

/* The fields people read: elsewhere odd bytes are only odd. */
static const char *const shown[] = { "From", "Subject", "To", "Cc", "Reply-To", "Sender" };

static void
check_controls(Message *message, const HeaderField *field)
{
	for (size_t i = 0; i < G_N_ELEMENTS(shown); i++) {
		g_autofree char *where = NULL;

		if (g_ascii_strcasecmp(field->name, shown[i]) != 0 || !has_control(field->value))
			continue;
		where = g_strdup_printf("header %s", shown[i]);
		message_add_defect(message, DEFECT_CONTROL_IN_HEADER, field->value, where);
	}
}

void
header_check(Message *message)
{
	for (size_t i = 0; i < G_N_ELEMENTS(singletons); i++)
		check_singleton(message, singletons[i]);
	for (guint i = 0; i < message->headers->len; i++)
		check_controls(message, g_ptr_array_index(message->headers, i));
}

bool
message_may_hide(const Message *message)
{
	for (guint i = 0; i < message->defects->len; i++) {
		const Defect *defect = g_ptr_array_index(message->defects, i);

		if (defect->kind == DEFECT_TWO_BOUNDARIES || defect->kind == DEFECT_TOO_DEEP ||
			defect->kind == DEFECT_TOO_MANY_PARTS ||
			(defect->kind == DEFECT_DUPLICATE_HEADER &&
				strstr(defect->where, "Content-")))
			return true;
	}
	return false;
}
