#include "mail/pdf_stream.h"

#include <string.h>
#include <zlib.h>

enum {
	MAX_STREAM = 16 * 1024 * 1024,
};

PdfFilter
pdf_filter(const char *name)
{
	static const struct {
		const char *name;
		PdfFilter filter;
	} filters[] = {
		{ "FlateDecode", PDF_FLATE },
		{ "Fl", PDF_FLATE },
		{ "ASCIIHexDecode", PDF_HEX },
		{ "AHx", PDF_HEX },
		{ "ASCII85Decode", PDF_BASE85 },
		{ "A85", PDF_BASE85 },
		{ "DCTDecode", PDF_JPEG },
		{ "DCT", PDF_JPEG },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(filters); i++)
		if (strcmp(name, filters[i].name) == 0)
			return filters[i].filter;
	return PDF_OTHER;
}

static void
end_inflate(z_stream *stream)
{
	inflateEnd(stream);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(z_stream, end_inflate)

/* As far as it goes: readers show what came before an error. */
static void
undo_flate(Inside *inside, const guint8 *bytes, size_t length, GByteArray *out)
{
	g_auto(z_stream) stream = { .next_in = (Bytef *)bytes, .avail_in = (uInt)length };
	guint8 block[32768];
	int result = inflateInit(&stream);

	while (result == Z_OK && out->len < MAX_STREAM) {
		size_t got;

		stream.next_out = block;
		stream.avail_out = sizeof(block);
		result = inflate(&stream, Z_NO_FLUSH);
		got = sizeof(block) - stream.avail_out;
		if (got == 0 || !inside_take(inside, length, out->len, got))
			break;
		g_byte_array_append(out, block, (guint)got);
	}
}

static void
undo_hex(const guint8 *bytes, size_t length, GByteArray *out)
{
	int digits = 0;
	guint8 byte = 0;

	for (size_t i = 0; i < length && bytes[i] != '>'; i++) {
		int value = g_ascii_xdigit_value((char)bytes[i]);

		if (value < 0)
			continue;
		byte = (guint8)(byte << 4 | value);
		if (++digits % 2 == 0)
			g_byte_array_append(out, &byte, 1);
	}
}

/* Five characters from '!' to 'u' are four bytes, 'z' is four zeros. */
static void
undo_base85(const guint8 *bytes, size_t length, GByteArray *out)
{
	guint32 group = 0;
	int count = 0;

	for (size_t i = 0; i < length && bytes[i] != '~'; i++) {
		if (bytes[i] == 'z' && count == 0) {
			g_byte_array_append(out, (const guint8 *)"\0\0\0\0", 4);
		} else if (bytes[i] >= '!' && bytes[i] <= 'u') {
			group = group * 85 + (bytes[i] - '!');
			count++;
		}
		if (count == 5) {
			guint32 big = GUINT32_TO_BE(group);

			g_byte_array_append(out, (const guint8 *)&big, 4);
			group = 0;
			count = 0;
		}
	}
	for (int missing = count; count > 1 && missing < 5; missing++)
		group = group * 85 + 84;
	group = GUINT32_TO_BE(group);
	if (count > 1)
		g_byte_array_append(out, (const guint8 *)&group, (guint)count - 1);
}

GByteArray *
pdf_decode(
	Inside *inside, const guint8 *bytes, size_t length, const PdfFilter *filters, size_t count)
{
	g_autoptr(GByteArray) data = g_byte_array_new();

	g_byte_array_append(data, bytes, (guint)MIN(length, MAX_STREAM));
	for (size_t i = 0; i < count; i++) {
		g_autoptr(GByteArray) before = g_steal_pointer(&data);

		data = g_byte_array_new();
		switch (filters[i]) {
		case PDF_FLATE:
			undo_flate(inside, before->data, before->len, data);
			break;
		case PDF_HEX:
			undo_hex(before->data, before->len, data);
			break;
		case PDF_BASE85:
			undo_base85(before->data, before->len, data);
			break;
		case PDF_JPEG:
			return g_steal_pointer(&before);
		case PDF_OTHER:
			return NULL;
		}
	}
	return data->len > 0 ? g_steal_pointer(&data) : NULL;
}
