/* inside_archive.c - what is in archives, packed files and disk images */
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <string.h>

#include "mail/inside.h"
#include "mail/text.h"

typedef struct archive Archive;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Archive, archive_read_free)

enum {
	MAX_KEPT = 32 * 1024 * 1024, /* bytes of one entry that is looked into */
	MAX_NAME = 200,
	/* A packed archive is one filter in libarchive, a packed packed one is two: each
	 * has its own memory, and nobody counts what goes between them. */
	MAX_FILTERS = 2,
};

/* One archive while it is read. */
typedef struct Reading {
	Inside *inside;
	const InsideFile *file;
	Archive *archive;
	size_t packed;    /* bytes of the archive */
	size_t expanded;  /* bytes that came out of it */
	GPtrArray *lines; /* of char *: the entries, "invoice.js, 3 kB" */
	bool document;    /* an office document: its entries are no files of the sender's */
} Reading;

/* What libarchive may be asked to be: no formats that name other files (mtree), none
 * that start programs (lrzip, lzop, grzip). */
static int (*const formats[])(Archive *archive) = {
	archive_read_support_format_zip,
	archive_read_support_format_7zip,
	archive_read_support_format_rar,
	archive_read_support_format_rar5,
	archive_read_support_format_tar,
	archive_read_support_format_cpio,
	archive_read_support_format_ar,
	archive_read_support_format_cab,
	archive_read_support_format_lha,
	archive_read_support_format_iso9660,
};
static int (*const filters[])(Archive *archive) = {
	archive_read_support_filter_gzip,
	archive_read_support_filter_bzip2,
	archive_read_support_filter_compress,
	archive_read_support_filter_lzma,
	archive_read_support_filter_xz,
	archive_read_support_filter_lzip,
	archive_read_support_filter_lz4,
	archive_read_support_filter_zstd,
};

/* ---- names ---- */

/* libarchive puts names into the characters of the thread's locale, and gives none
 * where they don't fit. */
static locale_t
utf8_locale(void)
{
	static gsize made = 0;

	if (g_once_init_enter(&made)) {
		locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);

		g_once_init_leave(&made, locale ? (gsize)locale : (gsize)LC_GLOBAL_LOCALE);
	}
	return (locale_t)made;
}

void
inside_prepare(void)
{
	utf8_locale();
}

static char *
entry_name(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);
	g_autofree char *valid = NULL;

	if (!name)
		name = archive_entry_pathname_utf8(entry);
	valid = name ? text_utf8(name, strnlen(name, MAX_NAME)) : g_strdup("(no name)");
	return g_steal_pointer(&valid);
}

/* ---- entries ---- */

/* Until it is known what kind of archive it is, libarchive 3.6 follows a stray pointer
 * when it is asked whether entries are encrypted. */
static bool
is_encrypted(const Reading *reading)
{
	return archive_format(reading->archive) != 0 &&
		archive_read_has_encrypted_entries(reading->archive) > 0;
}

static bool
fail(Reading *reading)
{
	const char *words = archive_error_string(reading->archive);
	const char *what = words ? words : "it ends early";

	if (is_encrypted(reading) || strstr(what, "ncrypt") || strstr(what, "assphrase"))
		inside_flag(reading->inside, ATTACHMENT_ENCRYPTED, "%s",
			*reading->file->name ? reading->file->name : "the archive");
	else
		inside_flag(reading->inside, ATTACHMENT_UNREADABLE, "%s", what);
	return false;
}

/* All of the entry is read, as only so its size is known, but kept only where
 * somebody wants to look at it.  NULL when it was not kept; *go_on is false when
 * nothing more can be read. */
static GByteArray *
read_entry(Reading *reading, const char *name, int64_t *size, bool *go_on)
{
	g_autoptr(GByteArray) kept = g_byte_array_new();
	bool wanted = true;
	bool counted = false;
	const void *block;
	size_t length;
	la_int64_t offset;
	int result;

	*size = 0;
	while ((result = archive_read_data_block(reading->archive, &block, &length, &offset)) ==
		ARCHIVE_OK) {
		if (!counted && length > 0) {
			size_t head = MIN(length, INSIDE_HEAD);
			g_autofree char *start = g_strndup("", INSIDE_HEAD);

			memcpy(start, block, head);
			wanted = inside_wants(reading->inside, name, start, head);
			counted = true;
			*go_on = inside_entry(reading->inside, reading->file, name, start, head);
		}
		if (!*go_on)
			return NULL;
		*go_on = inside_take(reading->inside, reading->packed, reading->expanded, length);
		reading->expanded += length;
		*size += (int64_t)length;
		if (wanted && *size > MAX_KEPT) {
			inside_flag(reading->inside, ATTACHMENT_LIMIT, "larger than %d MB: %s",
				MAX_KEPT >> 20, name);
			wanted = false;
		}
		if (*go_on && wanted)
			g_byte_array_append(kept, block, (guint)length);
	}
	if (!counted)
		*go_on = inside_entry(reading->inside, reading->file, name, "", 0);
	if (result != ARCHIVE_EOF)
		*go_on = fail(reading);
	return wanted && kept->len > 0 ? g_steal_pointer(&kept) : NULL;
}

static void
list_entry(Reading *reading, const char *name, int64_t size, bool encrypted)
{
	g_autofree char *amount = g_format_size((guint64)size);
	const char *holder = reading->file->depth > 0 ? reading->file->name : "";

	if (strcmp(name, "[Content_Types].xml") == 0 || strcmp(name, "META-INF/manifest.xml") == 0)
		reading->document = true;
	g_ptr_array_add(reading->lines,
		g_strdup_printf("%s%s%s, %s", holder, *holder ? ", " : "", name,
			encrypted ? "encrypted" : amount));
}

/* A packed file has no name of its own: "a.txt" of "a.txt.gz". */
static char *
name_of_packed(const InsideFile *file)
{
	const char *dot = strrchr(file->name, '.');

	return dot && dot > file->name ? g_strndup(file->name, (size_t)(dot - file->name))
				       : g_strdup("packed file");
}

static bool
open_entry(Reading *reading, struct archive_entry *entry)
{
	bool raw = archive_format(reading->archive) == ARCHIVE_FORMAT_RAW;
	g_autofree char *name = raw ? name_of_packed(reading->file) : entry_name(entry);
	bool encrypted = archive_entry_is_encrypted(entry) > 0;
	g_autoptr(GByteArray) kept = NULL;
	int64_t size = 0;
	bool go_on = true;

	if (encrypted) {
		inside_flag(reading->inside, ATTACHMENT_ENCRYPTED, "%s", name);
		go_on = inside_entry(reading->inside, reading->file, name, "", 0);
	} else {
		kept = read_entry(reading, name, &size, &go_on);
	}
	list_entry(reading, name, size, encrypted);
	if (go_on && kept) {
		g_autoptr(GBytes) bytes = g_byte_array_free_to_bytes(g_steal_pointer(&kept));

		inside_push(reading->inside, reading->file, name, bytes);
	}
	return go_on;
}

static void
read_entries(Reading *reading)
{
	struct archive_entry *entry = NULL;
	bool go_on = true;

	while (go_on) {
		int result = archive_read_next_header(reading->archive, &entry);

		if (result == ARCHIVE_EOF)
			break;
		/* Any bytes are a raw file: one that was not packed is no archive. */
		if (archive_format(reading->archive) == ARCHIVE_FORMAT_RAW &&
			archive_filter_count(reading->archive) < MAX_FILTERS) {
			inside_flag(reading->inside, ATTACHMENT_UNREADABLE, "it is no archive");
			break;
		}
		if (result < ARCHIVE_WARN) {
			fail(reading);
			break;
		}
		if (archive_entry_filetype(entry) == AE_IFDIR)
			go_on = inside_entry(reading->inside, reading->file, "", "", 0);
		else
			go_on = open_entry(reading, entry);
	}
	for (guint i = 0; !reading->document && i < reading->lines->len; i++)
		inside_note(reading->inside, "%s", (char *)g_ptr_array_index(reading->lines, i));
}

/* ---- archives ---- */

typedef struct Magic {
	size_t offset;
	const char *bytes;
	size_t length;
} Magic;

// clang-format off
static const Magic magics[] = {
	{ 0, "PK\x03\x04", 4 },
	{ 0, "PK\x05\x06", 4 },
	{ 0, "PK\x07\x08", 4 },
	{ 0, "PK00PK\x03\x04", 8 },
	{ 0, "7z\xbc\xaf\x27\x1c", 6 },
	{ 0, "Rar!\x1a\x07", 6 },
	{ 0, "\x1f\x8b", 2 },
	{ 0, "\x1f\x9d", 2 },
	{ 0, "BZh", 3 },
	{ 0, "\xfd" "7zXZ\0", 6 },
	{ 0, "LZIP", 4 },
	{ 0, "\x28\xb5\x2f\xfd", 4 },
	{ 0, "\x04\x22\x4d\x18", 4 },
	{ 0, "MSCF", 4 },
	{ 0, "!<arch>\n", 8 },
	{ 0, "07070", 5 },
	{ 2, "-lh", 3 },
	{ 257, "ustar", 5 },
};
static const char *const endings[] = {
	".zip", ".7z", ".rar", ".iso", ".img", ".tar", ".cab", ".lzh", ".lha", ".lzma", ".udf",
};
// clang-format on

static bool
has_ending(const char *name)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < G_N_ELEMENTS(endings); i++)
		if (g_ascii_strcasecmp(dot, endings[i]) == 0)
			return true;
	return false;
}

static bool
knows(const char *name, const char *head, size_t length)
{
	for (size_t i = 0; i < G_N_ELEMENTS(magics); i++) {
		const Magic *magic = &magics[i];

		if (length >= magic->offset + magic->length &&
			memcmp(head + magic->offset, magic->bytes, magic->length) == 0)
			return true;
	}
	return has_ending(name);
}

static void
allow(Archive *archive, bool with_formats)
{
	for (size_t i = 0; with_formats && i < G_N_ELEMENTS(formats); i++)
		formats[i](archive);
	for (size_t i = 0; i < G_N_ELEMENTS(filters); i++)
		filters[i](archive);
	archive_read_support_format_raw(archive);
}

/* False when it is packed and nothing was found in what came out. */
static bool
read_as(Inside *inside, const InsideFile *file, bool with_formats)
{
	gsize length = 0;
	const void *bytes = g_bytes_get_data(file->bytes, &length);
	g_autoptr(Archive) archive = archive_read_new();
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	Reading reading = {
		.inside = inside,
		.file = file,
		.archive = archive,
		.packed = length,
		.lines = lines,
	};

	allow(archive, with_formats);
	if (archive_read_open_memory(archive, bytes, length) != ARCHIVE_OK)
		fail(&reading);
	else if (archive_filter_count(archive) > MAX_FILTERS)
		inside_flag(inside, ATTACHMENT_LIMIT, "packed again and again: %s", file->name);
	else
		read_entries(&reading);
	return lines->len > 0 || archive_filter_count(archive) != MAX_FILTERS;
}

/* A packed file that begins with zeros is an empty tar to libarchive, and to others a
 * packed file. */
static void
read_archive(Inside *inside, const InsideFile *file)
{
	locale_t before = uselocale(utf8_locale());

	if (!read_as(inside, file, true))
		read_as(inside, file, false);
	uselocale(before);
}

extern const InsideReader inside_archive;
const InsideReader inside_archive = {
	.name = "archive",
	.knows = knows,
	.read = read_archive,
};
