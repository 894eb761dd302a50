#include "mail/detect.h"

#include <string.h>

#include "mail/extension.h"

/* U+202A-202E and U+2066-2069 turn "fdp.exe" into "exe.pdf" on the screen. */
static bool
has_bidi_control(const char *name)
{
	for (const char *at = name; *at; at = g_utf8_next_char(at)) {
		gunichar character = g_utf8_get_char(at);

		if ((character >= 0x202a && character <= 0x202e) ||
			(character >= 0x2066 && character <= 0x2069))
			return true;
	}
	return false;
}

static bool
has_double_extension(const char *name)
{
	const char *last = extension_of(name);
	g_autofree char *rest = g_strndup(name, strlen(name) - strlen(last));

	g_strchomp(rest);
	return (extension_is_program(last) || extension_is_page(last)) &&
		extension_is_document(extension_of(rest));
}

static void
run(const Detector *self, Message *message)
{
	for (guint i = 0; i < message->attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(message->attachments, i);
		g_autofree char *where = g_strdup_printf("part %s", attachment->path);

		if (!attachment->name)
			continue;
		if (has_bidi_control(attachment->name))
			detector_found(self, message, attachment->name, where,
				"file name is written backwards in places to hide its ending");
		else if (has_double_extension(attachment->name))
			detector_found(self, message, attachment->name, where,
				"file name hides its real ending %s behind another",
				extension_of(attachment->name));
	}
}

const Detector detect_double_extension = {
	.id = "double-extension",
	.summary =
		"a file name hides its real ending: invoice.pdf.exe, or reversed by a bidi control",
	.weight = 40,
	.run = run,
};
