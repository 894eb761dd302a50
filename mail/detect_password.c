#include "mail/detect.h"

#include <string.h>

/* The drawn field on its line, where @text holds one; yours. */
static char *
field_line(const char *text)
{
	const char *field = strstr(text, "[password field");
	const char *start = field;

	if (!field)
		return NULL;
	while (start > text && start[-1] != '\n')
		start--;
	return g_strndup(start, strcspn(start, "\n"));
}

static void
run(const Detector *self, Message *message)
{
	if (message->passwords == 0)
		return;
	for (guint i = 0; i < message->texts->len; i++) {
		const PartText *part = g_ptr_array_index(message->texts, i);
		g_autofree char *line = field_line(part->text);
		g_autofree char *where = g_strdup_printf("part %s", part->path);

		if (line)
			detector_found(self, message, line, where,
				"asks for a password in the mail itself");
	}
	if (!detector_has_found(self, message))
		detector_found(self, message, "", "", "an attached page asks for a password");
}

/* Nobody honest lets a password be typed into a mail. */
const Detector detect_password = {
	.id = "form-password",
	.summary = "an HTML part or attachment holds a password field",
	.weight = 35,
	.run = run,
};
