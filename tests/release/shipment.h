/* shipment.h - a shipment for tests, and what must arrive of it */
#ifndef TESTS_RELEASE_SHIPMENT_H
#define TESTS_RELEASE_SHIPMENT_H

#include <string.h>
#include <unistd.h>

#include "release/transport.h"

enum {
	SHIPMENT_TEST_NOW = 1763757660, /* Fri, 21 Nov 2025 20:41:00 +0000 */
};

/* @raw is taken. */
static inline Shipment
shipment_of(GBytes *raw, const char *address)
{
	return (Shipment){
		.delivery = 42,
		.address = address,
		.sender = "bounce+7@mail.example",
		.recipient = "anna@example.org",
		.host = "mx.example.net",
		.raw = raw,
		.now = SHIPMENT_TEST_NOW,
	};
}

/* A thread that makes the other end of a pipe readable in a while. */
static inline gpointer
press_later(gpointer descriptor)
{
	g_usleep(300 * 1000);
	g_assert_cmpint(write(GPOINTER_TO_INT(descriptor), "x", 1), ==, 1);
	return NULL;
}

static inline GBytes *
bytes_of(const char *text)
{
	return g_bytes_new(text, strlen(text));
}

/* The length of the one trace field at the start of @message. */
static inline size_t
trace_length(GBytes *message)
{
	size_t size;
	const char *text = g_bytes_get_data(message, &size);
	const char *end = text;

	g_assert_true(g_str_has_prefix(text, "Received: by "));
	do {
		end = memchr(end, '\n', size - (size_t)(end - text));
		g_assert_nonnull(end);
		end++;
	} while (end < text + size && *end == '\t');
	return (size_t)(end - text);
}

/* What stands behind the trace field. */
static inline GBytes *
without_trace(GBytes *message)
{
	size_t length = trace_length(message);

	return g_bytes_new_from_bytes(message, length, g_bytes_get_size(message) - length);
}

/* @raw as a server that reads CRLF lines and writes LF lines has it: CR, LF and CRLF are
 * line ends, and the last line has one. */
static inline GBytes *
with_plain_lines(GBytes *raw)
{
	size_t size;
	const char *text = g_bytes_get_data(raw, &size);
	GByteArray *plain = g_byte_array_new();

	for (size_t i = 0; i < size; i++) {
		bool line_end = text[i] == '\r' || text[i] == '\n';

		if (text[i] == '\r' && i + 1 < size && text[i + 1] == '\n')
			continue;
		g_byte_array_append(plain, (const guint8 *)(line_end ? "\n" : text + i), 1);
	}
	if (plain->len && plain->data[plain->len - 1] != '\n')
		g_byte_array_append(plain, (const guint8 *)"\n", 1);
	return g_byte_array_free_to_bytes(plain);
}

static inline void
assert_bytes(GBytes *got, GBytes *wanted)
{
	g_assert_cmpmem(g_bytes_get_data(got, NULL), g_bytes_get_size(got),
		g_bytes_get_data(wanted, NULL), g_bytes_get_size(wanted));
}

#endif
