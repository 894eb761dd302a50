#include "mail/detect.h"

#include "mail/filetype.h"

static void
run(const Detector *self, Message *message)
{
	for (guint i = 0; i < message->attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(message->attachments, i);
		const char *name = attachment->name ? attachment->name : attachment->declared;
		g_autofree char *where = NULL;

		if (attachment->size == 0 ||
			filetype_agrees(
				attachment->declared, attachment->name, attachment->detected))
			continue;
		where = g_strdup_printf("part %s", attachment->path);
		detector_found(self, message, name, where,
			"attachment is declared %s, its bytes are %s", attachment->declared,
			attachment->detected);
	}
}

const Detector detect_attachment_type = {
	.id = "attachment-type",
	.summary = "an attachment's bytes are not what its name or type says",
	.weight = 20,
	.run = run,
};
