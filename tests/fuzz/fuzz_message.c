/* A whole mail, read in full and by its header alone, carried out of the box, its attachments
 * taken out: message.h. */
#include "mail/digest.h"
#include "mail/edge.h"
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

static void
check_caps(const Message *message)
{
	g_assert_cmpuint(message->headers->len, <=, MESSAGE_MAX_HEADERS);
	g_assert_cmpuint(message->links->len, <=, MESSAGE_MAX_LINKS);
	g_assert_cmpint(message->score, >=, 0);
	g_assert_cmpint(message->score, <=, 100);
	for (guint i = 0; i < message->texts->len; i++) {
		const PartText *text = g_ptr_array_index(message->texts, i);

		g_assert_cmpuint(strlen(text->text), <=, 4 * MESSAGE_MAX_TEXT);
	}
	for (guint i = 0; i < message->edges->len; i++) {
		const Edge *edge = g_ptr_array_index(message->edges, i);

		g_assert_cmpuint(strlen(edge->value), <=, EDGE_MAX_VALUE);
	}
}

/* Unpacking takes no string that is not UTF-8: so this is also about all strings there are. */
static void
check_round_trip(const Message *message)
{
	g_autoptr(GBytes) packed = message_pack(message);
	g_autoptr(GBytes) body = message_pack_body(message);
	g_autoptr(GBytes) same_body = message_packed_body(packed);
	g_autoptr(Message) again = message_unpack(packed);
	g_autoptr(GBytes) twice = NULL;

	g_assert_nonnull(again);
	twice = message_pack(again);
	g_assert_true(g_bytes_equal(packed, twice));
	g_assert_true(g_bytes_equal(body, same_body));
}

/* What is taken out for the analyst is what was looked at. */
static void
check_extract(const Message *message, const char *raw, size_t size)
{
	const Attachment *attachment;
	g_autoptr(GBytes) bytes = NULL;
	uint8_t digest[DIGEST_SIZE];
	char hex[DIGEST_HEX];
	gsize length = 0;
	const void *data;

	if (message->attachments->len == 0)
		return;
	attachment = g_ptr_array_index(message->attachments, message->attachments->len - 1);
	bytes = message_extract(raw, size, attachment->path);
	g_assert_nonnull(bytes);
	data = g_bytes_get_data(bytes, &length);
	digest_sha256(data, length, digest);
	digest_hex(digest, hex);
	g_assert_cmpint(attachment->size, ==, (gint64)length);
	g_assert_cmpstr(attachment->sha256, ==, hex);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *raw = (const char *)data;
	g_autoptr(Message) whole = message_read(raw, size, mails_site(), MESSAGE_FULL);
	g_autoptr(Message) header = message_read(raw, size, mails_site(), MESSAGE_HEADER_ONLY);

	check_caps(whole);
	check_caps(header);
	check_round_trip(whole);
	check_round_trip(header);
	check_extract(whole, raw, size);
	g_assert_cmpstr(whole->subject, ==, header->subject);
	g_assert_cmpstr(whole->from->address, ==, header->from->address);
	g_assert_cmpuint(whole->headers->len, ==, header->headers->len);
	return 0;
}
