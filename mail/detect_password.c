#include "mail/detect.h"

#include <string.h>

enum {
	MAX_MARKUP = 2 * 1024 * 1024 /* bytes of one part that are searched */
};

/* The "password" at @at is the value of an attribute named type. */
static bool
is_field_type(const char *markup, const char *at)
{
	while (at > markup && (g_ascii_isspace(at[-1]) || strchr("=\"'", at[-1])))
		at--;
	return at - markup >= 4 && g_ascii_strncasecmp(at - 4, "type", 4) == 0;
}

static bool
holds_password_field(const char *markup, size_t length)
{
	static const char word[] = "password";
	const char *end = markup + MIN(length, (size_t)MAX_MARKUP);

	for (const char *at = markup; end - at >= (ptrdiff_t)strlen(word); at++) {
		if ((*at == 'p' || *at == 'P') &&
			g_ascii_strncasecmp(at, word, strlen(word)) == 0 &&
			is_field_type(markup, at))
			return true;
	}
	return false;
}

static bool
is_markup(const Part *part)
{
	g_autofree char *name = g_ascii_strdown(part->name ? part->name : "", -1);

	return strstr(part->type, "html") || strstr(part->type, "svg") ||
		strstr(part->type, "xml") || strstr(name, ".htm") || strstr(name, "html") ||
		g_str_has_suffix(name, ".svg");
}

static void
run(const Detector *self, Message *message)
{
	for (guint i = 0; message->parts && i < message->parts->len; i++) {
		const Part *part = g_ptr_array_index(message->parts, i);
		g_autofree char *where = NULL;
		gsize length = 0;
		const char *markup = part->body ? g_bytes_get_data(part->body, &length) : NULL;

		if (!markup || !is_markup(part) || !holds_password_field(markup, length))
			continue;
		where = g_strdup_printf("part %s", part->path);
		detector_found(self, message, part->name ? part->name : part->type, where,
			"asks for a password in the mail itself");
	}
}

/* Nobody honest lets a password be typed into a mail. */
const Detector detect_password = {
	.id = "form-password",
	.summary = "an HTML part or attachment holds a password field",
	.weight = 35,
	.run = run,
};
