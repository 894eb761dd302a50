/* What an attachment holds, whatever kind of file it is or says it is: inside.h. */
#include "mail/inside.h"
#include "mail/pack.h"
#include "tests/fuzz/fuzz.h"
#include "tests/mail/mails.h"

int
LLVMFuzzerInitialize(int *count, char ***arguments)
{
	(void)count, (void)arguments;
	message_prepare();
	return 0;
}

static const char *const names[] = { "a.bin", "a.zip", "a.docx", "a.doc", "a.xls", "a.rtf", "a.pdf",
	"a.one", "a.html", "a.svg", "a.eml", "a.msg", "a.ics", "a.iso", "a.7z", "a.tar.gz", "a.png",
	"a.jpg", "a.lnk", "a.pdf\u202e.exe", "" };

static void
check(const Message *message, const Attachment *attachment)
{
	g_autoptr(GBytes) packed = message_pack(message);
	g_autoptr(Message) again = message_unpack(packed);

	g_assert_nonnull(again);
	g_assert_cmpuint(message->links->len, <=, MESSAGE_MAX_LINKS);
	g_assert_cmpuint(attachment->inside->len, <=, 2 * INSIDE_MAX_ENTRIES);
	for (int i = 0; attachment_flag_names[i].name; i++) {
		const char *evidence =
			attachment_evidence(attachment, attachment_flag_names[i].flag);

		if (evidence)
			g_assert_true(attachment->flags & attachment_flag_names[i].flag);
	}
}

/* The input: a byte that says what it is called, and the file. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Fuzz fuzz = { data, size };
	const char *name = names[fuzz_byte(&fuzz) % G_N_ELEMENTS(names)];
	g_autoptr(Message) message = message_new();
	g_autoptr(Inside) inside = inside_new(message, mails_site());
	Attachment *attachment = attachment_new();
	Part part = { .path = (char *)"2", .type = (char *)"application/octet-stream" };

	part.name = (char *)name;
	part.attachment = true;
	part.body = g_bytes_new(fuzz.at, fuzz.left);
	attachment->path = g_strdup("2");
	attachment->name = g_strdup(name);
	attachment->declared = g_strdup(part.type);
	attachment->detected = g_strdup("application/octet-stream");
	attachment->sha256 = g_strnfill(64, '0');
	g_ptr_array_add(message->attachments, attachment);
	inside_read(inside, attachment, &part);
	check(message, attachment);
	g_bytes_unref(part.body);
	return 0;
}
