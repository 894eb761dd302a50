#include "mail/detect.h"

#include "mail/extension.h"

/* What libmagic calls things that run. */
static const char *const program_types[] = {
	"application/x-dosexec",
	"application/vnd.microsoft.portable-executable",
	"application/x-executable",
	"application/x-pie-executable",
	"application/x-sharedlib",
	"application/x-mach-binary",
	"application/x-ms-shortcut",
	"application/x-msi",
	"application/java-archive",
	"application/vnd.android.package-archive",
	NULL,
};

static bool
is_program(const Attachment *attachment)
{
	return g_strv_contains(program_types, attachment->detected) ||
		(attachment->name && extension_is_program(extension_of(attachment->name)));
}

static void
run(const Detector *self, Message *message)
{
	for (guint i = 0; i < message->attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(message->attachments, i);
		g_autofree char *where = NULL;

		if (!is_program(attachment))
			continue;
		where = g_strdup_printf("part %s", attachment->path);
		detector_found(self, message,
			attachment->name ? attachment->name : attachment->declared, where,
			"attachment is a program: %s", attachment->detected);
	}
}

/* Most gateways refuse them outright. */
const Detector detect_attachment_program = {
	.id = "attachment-program",
	.summary = "an attachment is a program, by its name or its bytes",
	.weight = 45,
	.run = run,
};
