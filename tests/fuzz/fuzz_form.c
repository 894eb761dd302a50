/* What gateways make of messages that they put away: files of amavis, Proxmox, MailScanner,
 * Defender and Postfix' queue, and mboxes: form.h, queue_file.h, mbox.h, sniff.h. */
#include "importer/form.h"

#include "importer/mbox.h"
#include "importer/queue_file.h"
#include "importer/sniff.h"
#include "mail/address.h"
#include "mail/from_line.h"
#include "tests/fuzz/fuzz.h"

static const char *const paths[] = { "/q/spam-abc.gz", "/q/virus-2026", "/q/20261130/spam/1ABC-1",
	"/q/spam/00/1.tmp", "/q/a.eml", "/q/4jdBHB2QvMz1bcM3" };

static void
check_item(const SourceItem *item)
{
	const Envelope *envelope = item->envelope;

	g_assert_nonnull(item->raw);
	if (!envelope)
		return;
	g_assert_true(!envelope->sender || !*envelope->sender || !address_fault(envelope->sender));
	for (guint i = 0; i < envelope->recipients->len; i++)
		g_assert_null(address_fault(g_ptr_array_index(envelope->recipients, i)));
}

static void
check_form(const char *path, GBytes *bytes)
{
	gsize size = 0;
	const char *text = g_bytes_get_data(bytes, &size);
	const Form *form = form_of(path, text, size);
	g_auto(SourceItem) item = { .raw = g_bytes_ref(bytes) };
	g_autoptr(GError) error = NULL;
	bool open;

	if (!form)
		return;
	open = form->open(path, &item, &error);
	fuzz_assert_said(open, error);
	if (open)
		check_item(&item);
}

static void
check_queue_file(GBytes *bytes)
{
	g_auto(SourceItem) item = { .raw = g_bytes_ref(bytes) };

	if (!queue_file_open(&item))
		check_item(&item);
}

static void
check_mbox(const char *bytes, size_t size)
{
	g_autoptr(GBytes) plain = mbox_unquote(bytes, size);
	size_t header = mbox_header_end(bytes, size);
	size_t content = 0;
	size_t line = from_line_length(bytes, size);
	g_autofree char *sender = from_line_sender(bytes, size);

	g_assert_cmpuint(g_bytes_get_size(plain), <=, size);
	g_assert_cmpuint(header, <=, size);
	g_assert_cmpuint(line, <=, size);
	g_assert_cmpuint(mbox_without_blank_line(bytes, size), <=, size);
	if (mbox_content_length(bytes, header, &content))
		g_assert_cmpuint(content, <=, SOURCE_MAX_MESSAGE);
	g_assert_true(!sender || !*sender || !address_fault(sender));
	sniff_mbox(bytes, size);
	sniff_message(bytes, size);
}

/* The input: a byte that says where it lies, and the file. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Fuzz fuzz = { data, size };
	const char *path = paths[fuzz_byte(&fuzz) % G_N_ELEMENTS(paths)];
	g_autoptr(GBytes) bytes = g_bytes_new(fuzz.at, fuzz.left);

	check_form(path, bytes);
	check_queue_file(bytes);
	check_mbox((const char *)fuzz.at, fuzz.left);
	return 0;
}
