#include "mail/filetype.h"

#include <glib.h>
#include <magic.h>
#include <string.h>

#include "mail/extension.h"

enum {
	READ = 256 * 1024, /* bytes looked at: archives need more than libmagic's first page */
};

static magic_t
open_database(void)
{
	/* MAGIC_NO_CHECK_COMPRESS: it would run other programs. */
	magic_t magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_CDF |
		MAGIC_NO_CHECK_ELF | MAGIC_NO_CHECK_TOKENS | MAGIC_NO_CHECK_ENCODING);
	size_t limit = 16;

	if (!magic)
		return NULL;
	magic_setparam(magic, MAGIC_PARAM_INDIR_MAX, &limit);
	magic_setparam(magic, MAGIC_PARAM_NAME_MAX, &limit);
	if (magic_load(magic, NULL) != 0) {
		magic_close(magic);
		return NULL;
	}
	return magic;
}

static void
close_database(void *magic)
{
	magic_close(magic);
}

/* libmagic wants one handle a thread and takes milliseconds to read its file. */
static magic_t
database(void)
{
	static GPrivate handle = G_PRIVATE_INIT(close_database);

	if (!g_private_get(&handle))
		g_private_set(&handle, open_database());
	return g_private_get(&handle);
}

void
filetype_prepare(void)
{
	database();
}

int
filetype_library(bool *known)
{
	static const char pdf[] = "%PDF-1.4\n";
	magic_t magic = database();
	const char *type = magic ? magic_buffer(magic, pdf, sizeof(pdf) - 1) : NULL;

	*known = g_strcmp0(type, "application/pdf") == 0;
	return magic_version();
}

char *
filetype_detect(const void *bytes, size_t length)
{
	magic_t magic = database();
	const char *type = NULL;

	if (length == 0)
		return g_strdup("application/x-empty");
	if (magic)
		type = magic_buffer(magic, bytes, MIN(length, READ));
	return g_strdup(type ? type : "application/octet-stream");
}

/* ---- what fits ---- */

/* The bytes that a name or a declared type promises: what libmagic says of them, or
 * how that begins. */
typedef struct Promise {
	const char *names[6]; /* endings and declared types */
	const char *types[6];
} Promise;

/* Only what promises one kind of bytes. */
// clang-format off
static const Promise promises[] = {
	{ { ".pdf", "application/pdf" }, { "application/pdf" } },
	{ { ".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp" }, { "image/" } },
	{ { "image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp" }, { "image/" } },
	{ { ".docx", ".xlsx", ".pptx", ".docm", ".xlsm" },
	  { "application/vnd.openxmlformats", "application/zip", "application/encrypted",
	    "application/CDFV2", "application/vnd.ms-", "application/octet-stream" } },
	{ { ".zip", "application/zip", "application/x-zip-compressed" },
	  { "application/zip", "application/vnd", "application/java", "application/epub" } },
	{ { ".gz", "application/gzip" }, { "application/gzip", "application/x-gzip" } },
	{ { ".7z" }, { "application/x-7z" } },
	{ { ".rar" }, { "application/x-rar", "application/vnd.rar" } },
	{ { ".txt", ".log" }, { "text/", "application/json", "application/octet-stream",
	    "message/" } },
	{ { ".csv" }, { "text/", "application/csv" } },
	{ { ".ics" }, { "text/" } },
	{ { ".mp3" }, { "audio/", "application/octet-stream" } },
	{ { ".mp4" }, { "video/", "audio/" } },
};
// clang-format on

static const Promise *
promise_of(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(promises); i++) {
		for (size_t n = 0; n < G_N_ELEMENTS(promises[i].names) && promises[i].names[n]; n++)
			if (g_ascii_strcasecmp(name, promises[i].names[n]) == 0)
				return &promises[i];
	}
	return NULL;
}

static bool
keeps(const Promise *promise, const char *detected)
{
	if (!promise)
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(promise->types) && promise->types[i]; i++) {
		const char *type = promise->types[i];

		if (g_ascii_strncasecmp(detected, type, strlen(type)) == 0)
			return true;
	}
	return false;
}

bool
filetype_agrees(const char *declared, const char *name, const char *detected)
{
	/* libmagic sees no type in short text, and text of one kind as that of another. */
	if (g_str_has_prefix(declared, "text/") && filetype_is_program(detected))
		return false;
	if (name && promise_of(extension_of(name)))
		return keeps(promise_of(extension_of(name)), detected);
	return keeps(promise_of(declared), detected);
}

/* ---- programs ---- */

bool
filetype_is_program(const char *detected)
{
	static const char *const types[] = {
		"application/x-dosexec",
		"application/vnd.microsoft.portable-executable",
		"application/x-executable",
		"application/x-pie-executable",
		"application/x-sharedlib",
		"application/x-mach-binary",
		"application/x-ms-shortcut",
		"application/x-msi",
		"application/java-archive",
		"application/vnd.android.package-archive",
		NULL,
	};

	return g_strv_contains(types, detected);
}

bool
filetype_is_program_head(const char *head, size_t length)
{
	static const struct {
		const char *bytes;
		size_t length;
	} heads[] = {
		{ "\177ELF", 4 },
		{ "L\0\0\0\x01\x14\x02\0", 8 },
		{ "\xca\xfe\xba\xbe", 4 },
		{ "\xcf\xfa\xed\xfe", 4 },
		{ "\xce\xfa\xed\xfe", 4 },
		{ "ITSF", 4 },
		{ "dex\n", 4 },
		{ "#!/", 3 },
	};

	/* "MZ" alone begins words too. */
	if (length >= 64 && memcmp(head, "MZ", 2) == 0 && memchr(head, '\0', 64))
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(heads); i++)
		if (length >= heads[i].length && memcmp(head, heads[i].bytes, heads[i].length) == 0)
			return true;
	return false;
}
