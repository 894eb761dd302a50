#include <string.h>

#include "importer/bundled.h"
#include "importer/file.h"
#include "importer/form.h"
#include "importer/password.h"
#include "importer/sniff.h"

/* An archive of message files, as Export-QuarantineMessage -CompressOutput makes it
 * (GUID1/GUID2.eml).  It is opened in a box, some of its files at a time. */
typedef struct Zip {
	char *path;
	GBytes *bytes;  /* the archive */
	char *password; /* "": none */
	GPtrArray *bundle;
	guint taken;      /* of those */
	int next;         /* the archive's entry that the next look begins at; 0: none */
	int64_t expanded; /* bytes so far */
} Zip;

static void
zip_close(void *state)
{
	Zip *zip = state;

	if (!zip)
		return;
	g_free(zip->path);
	g_clear_pointer(&zip->bytes, g_bytes_unref);
	g_free(zip->password);
	g_clear_pointer(&zip->bundle, g_ptr_array_unref);
	g_free(zip);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Zip, zip_close)

/* Not by its name: what an archive is called, anybody can call so. */
static bool
zip_detect(const SourceProbe *probe)
{
	return !probe->folder && probe->length > 30 && memcmp(probe->head, "PK\003\004", 4) == 0;
}

static bool
look(Zip *zip, GError **error)
{
	g_autofree char *detail = g_strdup_printf(
		"%d %" G_GINT64_FORMAT " %s", zip->next, zip->expanded, zip->password);

	g_clear_pointer(&zip->bundle, g_ptr_array_unref);
	zip->taken = 0;
	zip->bundle = bundled_open(BOX_ZIP, zip->bytes, detail, &zip->next, &zip->expanded, error);
	if (!zip->bundle)
		g_prefix_error(error, "%s: ", zip->path);
	return zip->bundle != NULL;
}

static void *
zip_open(const SourceOpening *opening, GError **error)
{
	g_autoptr(Zip) zip = g_new0(Zip, 1);

	zip->path = g_strdup(opening->path);
	zip->password = opening->options->password
		? password_read(opening->options->password, error)
		: g_strdup("");
	if (!zip->password)
		return NULL;
	zip->bytes = file_read_message(opening->path, FILE_FOLLOW, error);
	return zip->bytes && look(zip, error) ? g_steal_pointer(&zip) : NULL;
}

/* A message in its file as it stands, or in the form of its gateway; else OTHER. */
static SourceNext
take(Bundled *bundled, const char *origin, SourceItem *item, GError **error)
{
	gsize length = 0;
	const char *bytes = bundled->raw ? g_bytes_get_data(bundled->raw, &length) : "";
	const Form *form = form_of(origin, bytes, length);
	SourceNext next;

	if (bundled->raw && !form && !sniff_message_name(bundled->name) &&
		!sniff_message(bytes, length))
		return SOURCE_OTHER;
	next = bundled_take(bundled, form ? form->name : "zip", origin, item, error);
	if (next != SOURCE_ITEM || !form || form->open(origin, item, error))
		return next;
	source_item_clear(item);
	return SOURCE_SKIP;
}

static SourceNext
zip_next(void *state, SourceItem *item, GError **error)
{
	Zip *zip = state;
	g_autofree char *origin = NULL;
	Bundled *bundled;

	while (zip->taken == zip->bundle->len) {
		if (zip->next == 0)
			return SOURCE_END;
		if (!look(zip, error))
			return SOURCE_FAILED;
	}
	bundled = g_ptr_array_index(zip->bundle, zip->taken++);
	origin = g_strdup_printf("%s#%s", zip->path, bundled->name);
	return take(bundled, origin, item, error);
}

extern const SourceKind source_zip;
const SourceKind source_zip = {
	.name = "zip",
	.summary = "a zip of message files; with --password-file also an encrypted one",
	.takes = TAKES_PASSWORD,
	.several = true,
	.news = NEWS_OF_FILE,
	.detect = zip_detect,
	.open = zip_open,
	.next = zip_next,
	.close = zip_close,
};
