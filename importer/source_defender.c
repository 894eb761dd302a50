#include <string.h>

#include "importer/sniff.h"
#include "importer/tree.h"

/* Export-QuarantineMessage returns a message as Base64 in its property Eml, and that is what
 * stands in the file of who writes it out undecoded: with the file's line ends, as UTF-8 or
 * ASCII, or as UTF-16, which is what > and Out-File make in PowerShell 5. */
enum {
	SHORTEST = 64, /* letters; what is shorter is no message */
	LOOK = 2048,   /* bytes that tell */
};

static const char utf16_mark[] = "\xFF\xFE";
static const char utf8_mark[] = "\xEF\xBB\xBF";

/* @bytes without the other half of UTF-16LE and without a mark; @count of them.  NULL: there
 * are characters that are not ASCII's. */
static char *
narrow(const char *bytes, size_t length, size_t *count)
{
	g_autofree char *text = NULL;

	*count = 0;
	if (length >= 3 && memcmp(bytes, utf8_mark, 3) == 0) {
		*count = length - 3;
		return g_memdup2(bytes + 3, length - 3);
	}
	if (length < 2 || memcmp(bytes, utf16_mark, 2) != 0) {
		*count = length;
		return g_memdup2(bytes, length);
	}
	text = g_malloc(length);
	for (size_t i = 2; i + 1 < length; i += 2) {
		if (bytes[i + 1] != 0)
			return NULL;
		text[(*count)++] = bytes[i];
	}
	return g_steal_pointer(&text);
}

/* What the Base64 in @text, all or only its beginning, says; NULL: it is none. */
static guchar *
decoded(const char *text, size_t length, bool all, gsize *size)
{
	g_autofree char *plain = g_malloc(length + 1);
	size_t count = 0;
	size_t end = length;

	while (end > 0 && g_ascii_isspace(text[end - 1]))
		end--;
	for (size_t i = 0; i < end; i++) {
		if (g_ascii_isalnum(text[i]) || strchr("+/=", text[i] ? text[i] : ' '))
			plain[count++] = text[i];
		else if (text[i] != '\r' && text[i] != '\n')
			return NULL;
	}
	if (count < SHORTEST || (all && count % 4 != 0))
		return NULL;
	count -= count % 4;
	plain[count] = '\0';
	/* Behind padding nothing may follow: half a message is none. */
	if (strcspn(plain, "=") + 2 < count)
		return NULL;
	return g_base64_decode(plain, size);
}

static bool
detect(G_GNUC_UNUSED const char *path, const char *bytes, size_t length)
{
	size_t look = MIN(length, LOOK);
	size_t count;
	gsize size = 0;
	g_autofree char *text = narrow(bytes, look, &count);
	g_autofree guchar *message = text ? decoded(text, count, false, &size) : NULL;

	return message && sniff_message((const char *)message, size);
}

static bool
open_file(const char *path, SourceItem *item, GError **error)
{
	size_t length;
	const char *bytes = g_bytes_get_data(item->raw, &length);
	size_t count;
	gsize size = 0;
	g_autofree char *text = NULL;
	guchar *message;

	if (sniff_message(bytes, length))
		return true;
	text = narrow(bytes, length, &count);
	message = text ? decoded(text, count, true, &size) : NULL;
	if (!message) {
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
			"%s: neither a message nor one in Base64, or not all of it", path);
		return false;
	}
	g_bytes_unref(item->raw);
	item->raw = g_bytes_new_take(message, size);
	return true;
}

extern const Form form_defender;
const Form form_defender = {
	.name = "defender",
	.detect = detect,
	.open = open_file,
};

static bool
defender_detect(const SourceProbe *probe)
{
	return !probe->folder && detect(probe->path, probe->head, probe->length);
}

static void *
defender_open(const SourceOpening *opening, GError **error)
{
	return tree_open(opening, &form_defender, error);
}

extern const SourceKind source_defender;
const SourceKind source_defender = {
	.name = "defender",
	.summary = "Microsoft Defender's exports in Base64: a file or a folder",
	.takes = TAKES_MOVE,
	.news = NEWS_OF_TREE,
	.detect = defender_detect,
	.open = defender_open,
	.next = tree_next,
	.settle = tree_settle,
	.total = tree_total,
	.close = tree_close,
};
