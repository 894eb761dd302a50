#include "importer/mbox_mark.h"

#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mail/digest.h"

enum {
	LOOK = 1024, /* bytes at the file's beginning, and before the place */
	LINE = 5,    /* "From " */
};

/* Of the bytes that make the place what it is. */
static bool
digest_at(int file, int64_t offset, char hex[DIGEST_HEX])
{
	char bytes[LOOK + LOOK + LINE];
	uint8_t digest[DIGEST_SIZE];
	size_t look = (size_t)MIN(offset, LOOK);
	ssize_t head = pread(file, bytes, look, 0);
	ssize_t tail;

	if (head != (ssize_t)look)
		return false;
	tail = pread(file, bytes + look, look + LINE, offset - (int64_t)look);
	if (tail != (ssize_t)(look + LINE) || memcmp(bytes + look + look, "From ", LINE) != 0)
		return false;
	digest_sha256(bytes, look + look + LINE, digest);
	digest_hex(digest, hex);
	return true;
}

char *
mbox_mark(int file, MboxPlace place)
{
	char hex[DIGEST_HEX];

	if (!digest_at(file, place.offset, hex))
		return NULL;
	return g_strdup_printf(
		"%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s", place.offset, place.number, hex);
}

static bool
read_count(const char *word, int64_t *count)
{
	guint64 number;

	if (!g_ascii_string_to_unsigned(word, 10, 0, INT64_MAX, &number, NULL))
		return false;
	*count = (int64_t)number;
	return true;
}

bool
mbox_mark_find(int file, const char *mark, MboxPlace *place)
{
	g_auto(GStrv) words = g_strsplit(mark, " ", 3);
	char hex[DIGEST_HEX];

	return g_strv_length(words) == 3 && read_count(words[0], &place->offset) &&
		read_count(words[1], &place->number) && digest_at(file, place->offset, hex) &&
		strcmp(words[2], hex) == 0;
}
