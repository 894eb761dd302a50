/* What comes out of a box that lies: pack.h. */
#include "mail/pack.h"
#include "tests/fuzz/fuzz.h"
#include "tests/mail/mails.h"

static const char rich[] =
	"Return-Path: <>\r\nX-Envelope-To: <u@example.net>\r\n"
	"Authentication-Results: mx.example.net; dkim=pass header.d=shop.example\r\n"
	"Received: from a.example (a.example [203.0.113.5]) by mx.example.net;"
	" Wed, 10 Jan 2024 16:59:45 +0000\r\n"
	"Subject: one\r\nSubject: two\r\nFrom: Shop <a@shop.example>\r\nMIME-Version: 1.0\r\n"
	"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
	"--b\r\nContent-Type: text/html\r\n\r\n<a href='https://go.example/x'>bank.example</a>\r\n"
	"--b\r\nContent-Type: application/pdf; name=r.pdf\r\n\r\n%PDF-1.4\r\n--b--\r\n";

/* A true one, with some bytes of it changed: the input is their places and values. */
static GBytes *
changed(Fuzz *fuzz)
{
	static GBytes *whole;
	gsize length = 0;
	const void *bytes;
	uint8_t *copy;

	if (!whole) {
		g_autoptr(Message) message =
			message_read(rich, sizeof(rich) - 1, mails_site(), MESSAGE_FULL);

		whole = message_pack(message);
	}
	bytes = g_bytes_get_data(whole, &length);
	copy = g_memdup2(bytes, length);
	while (fuzz->left > 0) {
		size_t place = fuzz_byte(fuzz);

		place = (place << 8 | fuzz_byte(fuzz)) % length;
		copy[place] = fuzz_byte(fuzz);
	}
	return g_bytes_new_take(copy, length);
}

static void
check_whole(GBytes *packed)
{
	g_autoptr(Message) message = message_unpack(packed);
	g_autoptr(GBytes) again = NULL;
	g_autoptr(GBytes) body = NULL;
	g_autoptr(GBytes) same_body = NULL;

	if (!message)
		return;
	again = message_pack(message);
	body = message_pack_body(message);
	same_body = message_packed_body(again);
	g_assert_true(g_bytes_equal(body, same_body));
	message_free(g_steal_pointer(&message));
	message = message_unpack(again);
	g_assert_nonnull(message);
}

static void
check_pieces(GBytes *packed)
{
	g_autoptr(Message) body = message_new();
	g_autoptr(Message) links = message_new();
	gsize size = 0;
	const void *bytes = g_bytes_get_data(packed, &size);

	message_unpack_body(packed, body);
	if (!message_unpack_links(bytes, size, links))
		g_assert_cmpuint(links->links->len, ==, 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Fuzz fuzz = { data, size };
	g_autoptr(GBytes) packed =
		fuzz_byte(&fuzz) & 1 ? changed(&fuzz) : g_bytes_new(fuzz.at, fuzz.left);

	check_whole(packed);
	check_pieces(packed);
	return 0;
}
