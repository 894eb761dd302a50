#include "mail/detect.h"

#include <string.h>

enum {
	MAX_MARKUP = 2 * 1024 * 1024 /* bytes of one part that are searched */
};

/* @at points behind "type": is it ="password" that follows? */
static bool
asks_for_password(const char *at, const char *end)
{
	static const char word[] = "password";

	while (at < end && strchr(" \t\r\n='\"", *at) && *at)
		at++;
	return (size_t)(end - at) >= strlen(word) &&
		g_ascii_strncasecmp(at, word, strlen(word)) == 0;
}

static bool
holds_password_field(const char *markup, size_t length)
{
	const char *end = markup + MIN(length, (size_t)MAX_MARKUP);

	for (const char *at = markup; end - at > 4; at++) {
		if (g_ascii_strncasecmp(at, "type", 4) == 0 && asks_for_password(at + 4, end))
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
