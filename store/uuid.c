#include "store/uuid.h"

#include <glib.h>
#include <stdbool.h>

enum {
	UUID_BYTES = 16,
};

/* 8f8523c4-c323-4e70-84b1-05b810bbd0bd: what is published under it stays known by it, so it never
 * changes. */
static const unsigned char namespace[UUID_BYTES] = {
	0x8f,
	0x85,
	0x23,
	0xc4,
	0xc3,
	0x23,
	0x4e,
	0x70,
	0x84,
	0xb1,
	0x05,
	0xb8,
	0x10,
	0xbb,
	0xd0,
	0xbd,
};

char *
uuid_of_name(const char *name)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA1);
	g_autoptr(GString) text = g_string_new(NULL);
	guint8 digest[20];
	gsize length = sizeof(digest);

	g_checksum_update(checksum, namespace, sizeof(namespace));
	g_checksum_update(checksum, (const guchar *)name, -1);
	g_checksum_get_digest(checksum, digest, &length);
	digest[6] = (guint8)((digest[6] & 0x0f) | 0x50);
	digest[8] = (guint8)((digest[8] & 0x3f) | 0x80);
	for (int i = 0; i < UUID_BYTES; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			g_string_append_c(text, '-');
		g_string_append_printf(text, "%02x", digest[i]);
	}
	return g_string_free(g_steal_pointer(&text), false);
}
