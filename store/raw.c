#include "store/message.h"

#include <zstd.h>

#include "mail/pack.h"

enum {
	LEVEL = 1, /* 93 microseconds a message; level 3 takes 156 */
	MAX_EXPANDED = 256 * 1024 * 1024,
};

GBytes *
raw_compress(const void *bytes, size_t size)
{
	size_t bound = ZSTD_compressBound(size);
	g_autofree char *frame = g_malloc(bound);
	size_t length = ZSTD_compress(frame, bound, bytes, size, LEVEL);

	/* It fails for want of room alone, and there is enough. */
	g_assert(!ZSTD_isError(length));
	return g_bytes_new_take(g_realloc(g_steal_pointer(&frame), length), length);
}

GBytes *
raw_expand(const void *bytes, size_t length, size_t size)
{
	g_autofree char *raw = NULL;

	/* What the frame says of itself is checked before anything is allocated. */
	if (size > MAX_EXPANDED || length == 0 || ZSTD_getFrameContentSize(bytes, length) != size ||
		ZSTD_findFrameCompressedSize(bytes, length) != length)
		return NULL;
	raw = g_malloc(MAX(size, 1));
	if (ZSTD_decompress(raw, size, bytes, length) != size)
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&raw), size);
}

int64_t
raw_size(GBytes *frame)
{
	gsize length;
	const void *bytes = g_bytes_get_data(frame, &length);
	unsigned long long size = ZSTD_getFrameContentSize(bytes, length);

	return size <= MAX_EXPANDED ? (int64_t)size : -1;
}

GBytes *
body_compress(const Message *message)
{
	g_autoptr(GBytes) packed = message_pack_body(message);
	gsize size;
	const void *bytes = g_bytes_get_data(packed, &size);

	return raw_compress(bytes, size);
}
