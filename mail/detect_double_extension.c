#include "mail/detect.h"

#include "mail/extension.h"

static void
run(const Detector *self, Message *message)
{
	for (guint i = 0; i < message->attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(message->attachments, i);
		g_autofree char *where = g_strdup_printf("part %s", attachment->path);

		if (!attachment->name)
			continue;
		if (extension_is_reversed(attachment->name))
			detector_found(self, message, attachment->name, where,
				"file name is written backwards in places to hide its ending");
		else if (extension_is_double(attachment->name))
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
