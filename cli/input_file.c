#include "cli/input_file.h"

#include <errno.h>
#include <unistd.h>

#include "cli/command.h"
#include "importer/file.h"
#include "system/whole.h"

enum {
	PIECE = 64 * 1024,
};

static bool
fail(int number, const char *path, GError **error)
{
	g_set_error(error, CLI_ERROR, CLI_ERROR_NO_INPUT, "%s: %s", path, g_strerror(number));
	return false;
}

/* Up to its end, and no further than @most and a byte. */
static bool
read_all(int file, const char *path, gsize most, GString *text, GError **error)
{
	g_autofree char *piece = g_malloc(PIECE);
	ssize_t length;

	do {
		length = read_whole(file, piece, MIN(PIECE, most + 1 - text->len));
		if (length > 0)
			g_string_append_len(text, piece, length);
	} while (length > 0 && text->len <= most);
	return length >= 0 || fail(errno, path, error);
}

char *
input_file_read(const char *path, gsize most, gsize *length, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	int file = file_open(path, FILE_FOLLOW, error);
	bool whole = file >= 0 && read_all(file, path, most, text, error);

	if (file >= 0)
		close(file);
	if (!whole)
		return NULL;
	if (text->len > most) {
		g_set_error(error, CLI_ERROR, CLI_ERROR_DATA,
			"%s: it is larger than %" G_GSIZE_FORMAT " MiB", path, most >> 20);
		return NULL;
	}
	if (length)
		*length = text->len;
	return g_string_free(g_steal_pointer(&text), false);
}
