#include "mail/detect.h"

#include <string.h>

#include "mail/extension.h"

static bool
is_page(const Attachment *attachment)
{
	return (attachment->name && extension_is_page(extension_of(attachment->name))) ||
		strcmp(attachment->declared, "image/svg+xml") == 0 ||
		strcmp(attachment->detected, "image/svg+xml") == 0;
}

static void
run(const Detector *self, Message *message)
{
	for (guint i = 0; i < message->attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(message->attachments, i);
		g_autofree char *where = NULL;

		if (!is_page(attachment))
			continue;
		where = g_strdup_printf("part %s", attachment->path);
		detector_found(self, message,
			attachment->name ? attachment->name : attachment->declared, where,
			"attachment opens in a browser, past every link check: %s",
			attachment->detected);
	}
}

/* On 0.1 % of other ham; SES phish with it are known but not in the samples. */
const Detector detect_attachment_page = {
	.id = "attachment-page",
	.summary = "an HTML or SVG file is attached",
	.weight = 30,
	.run = run,
};
