#include "mail/detect.h"

#include <string.h>

typedef struct NamedType {
	const char *extension;
	const char *types[4]; /* what libmagic says of such bytes, or how that begins */
} NamedType;

/* Only names that promise one kind of bytes. */
// clang-format off
static const NamedType named_types[] = {
	{ ".pdf",  { "application/pdf" } },
	{ ".png",  { "image/" } },
	{ ".jpg",  { "image/" } },
	{ ".jpeg", { "image/" } },
	{ ".gif",  { "image/" } },
	{ ".docx", { "application/vnd.openxmlformats", "application/zip",
		     "application/encrypted", "application/CDFV2" } },
	{ ".xlsx", { "application/vnd.openxmlformats", "application/zip",
		     "application/encrypted", "application/CDFV2" } },
	{ ".zip",  { "application/zip", "application/vnd", "application/java",
		   "application/epub" } },
	{ ".gz",   { "application/gzip", "application/x-gzip" } },
	{ ".txt",  { "text/", "application/json", "application/octet-stream", "message/" } },
	{ ".csv",  { "text/", "application/csv" } },
	{ ".ics",  { "text/" } },
	{ ".mp3",  { "audio/", "application/octet-stream" } },
	{ ".mp4",  { "video/", "audio/" } },
};
// clang-format on

static const NamedType *
type_of_name(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(named_types); i++) {
		size_t length = strlen(name);
		size_t tail = strlen(named_types[i].extension);

		if (length > tail &&
			g_ascii_strcasecmp(name + length - tail, named_types[i].extension) == 0)
			return &named_types[i];
	}
	return NULL;
}

static bool
keeps_promise(const NamedType *named, const char *detected)
{
	for (size_t i = 0; i < G_N_ELEMENTS(named->types) && named->types[i]; i++) {
		if (g_ascii_strncasecmp(detected, named->types[i], strlen(named->types[i])) == 0)
			return true;
	}
	return false;
}

static void
run(const Detector *self, Message *message)
{
	for (guint i = 0; i < message->attachments->len; i++) {
		const Attachment *attachment = g_ptr_array_index(message->attachments, i);
		const NamedType *named = attachment->name ? type_of_name(attachment->name) : NULL;
		g_autofree char *where = NULL;

		if (!named || attachment->size == 0 || keeps_promise(named, attachment->detected))
			continue;
		where = g_strdup_printf("part %s", attachment->path);
		detector_found(self, message, attachment->name, where,
			"attachment is named %s, its bytes are %s", named->extension,
			attachment->detected);
	}
}

const Detector detect_attachment_type = {
	.id = "attachment-type",
	.summary = "an attachment's bytes are not what its name says",
	.weight = 20,
	.run = run,
};
