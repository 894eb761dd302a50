/* inside_onenote.c - OneNote sections: the files that a double click opens ([MS-ONESTORE]) */
#include <string.h>

#include "mail/inside.h"

enum {
	GUID = 16,
	OBJECT_HEAD = GUID + 8 + 4 + 8, /* of FileDataStoreObject, 2.6.13 */
};

/* {7B5C52E4-D88C-4DA7-AEB1-5378D02996D3} as bytes: guidFileType of .one, 2.3.1 */
static const guint8 section[GUID] = { 0xe4, 0x52, 0x5c, 0x7b, 0x8c, 0xd8, 0xa7, 0x4d, 0xae, 0xb1,
	0x53, 0x78, 0xd0, 0x29, 0x96, 0xd3 };
/* {BDE316E7-2665-4511-A4C4-8D4D0B7A9EAC}: FileDataStoreObject, 2.6.13 */
static const guint8 object[GUID] = { 0xe7, 0x16, 0xe3, 0xbd, 0x65, 0x26, 0x11, 0x45, 0xa4, 0xc4,
	0x8d, 0x4d, 0x0b, 0x7a, 0x9e, 0xac };

static bool
knows(const char *name G_GNUC_UNUSED, const char *head, size_t length)
{
	return length >= GUID && memcmp(head, section, GUID) == 0;
}

/* The file in the object at @at; where it ends. */
static const guint8 *
read_object(Inside *inside, const InsideFile *file, const guint8 *at, const guint8 *end, int number)
{
	const guint8 *data = at + OBJECT_HEAD;
	g_autofree char *name = g_strdup_printf("embedded file %d", number);
	g_autoptr(GBytes) bytes = NULL;
	guint64 size = 0;

	for (int i = 7; i >= 0; i--)
		size = size << 8 | at[GUID + i];
	size = MIN(size, (guint64)(end - data));
	inside_note(inside, "%s, %" G_GUINT64_FORMAT " bytes", name, size);
	if (!inside_entry(inside, file, name, (const char *)data, MIN(size, INSIDE_HEAD)) ||
		!inside_take(inside, (size_t)(end - at), 0, size))
		return end;
	bytes = g_bytes_new(data, size);
	inside_push(inside, file, name, bytes);
	return data + size;
}

static void
read_onenote(Inside *inside, const InsideFile *file)
{
	gsize length = 0;
	const guint8 *at = g_bytes_get_data(file->bytes, &length);
	const guint8 *end = at + length;
	int number = 0;

	while ((at = memmem(at, (size_t)(end - at), object, GUID)) && end - at >= OBJECT_HEAD)
		at = read_object(inside, file, at, end, ++number);
	inside_scan_binary(inside, file);
}

extern const InsideReader inside_onenote;
const InsideReader inside_onenote = {
	.name = "onenote",
	.knows = knows,
	.read = read_onenote,
};
