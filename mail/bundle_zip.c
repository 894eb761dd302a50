/* bundle_zip.c - message files in a zip archive, with a password or without */
#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "mail/bundle.h"
#include "mail/text.h"

typedef struct archive Archive;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Archive, archive_read_free)

enum {
	MAX_NAME = 400,
};

typedef struct Reading {
	Archive *archive;
	const char *password;
	int64_t left; /* bytes that may still come out of it */
} Reading;

static bool
is_locked(const Reading *reading)
{
	const char *words = archive_error_string(reading->archive);

	return words && strstr(words, "assphrase");
}

/* libarchive speaks of passphrases, and knows a wrong one by a byte or two (ZipCrypto, AES):
 * sometimes only what comes out shows it. */
static char *
words_for(const Reading *reading)
{
	const char *words = archive_error_string(reading->archive);

	if (is_locked(reading))
		return g_strdup(*reading->password ? "the password is not that of this file"
						   : "a password is needed: --password-file");
	if (*reading->password)
		return g_strdup_printf("damaged, or another password: %s", words ? words : "?");
	return g_strdup(words ? words : "the archive ends early");
}

/* All of the entry; NULL where *fault says why. */
static GBytes *
read_entry(Reading *reading, char **fault)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const void *block;
	size_t length;
	la_int64_t offset;
	int result;

	while ((result = archive_read_data_block(reading->archive, &block, &length, &offset)) ==
		ARCHIVE_OK) {
		reading->left -= (int64_t)length;
		if (bytes->len + length > BUNDLE_MAX_MESSAGE || reading->left < 0) {
			*fault = reading->left < 0
				? g_strdup("the archive expands to too much: no more is read")
				: g_strdup_printf("larger than %d MiB", BUNDLE_MAX_MESSAGE >> 20);
			return NULL;
		}
		g_byte_array_append(bytes, block, (guint)length);
	}
	if (result == ARCHIVE_EOF && bytes->len > 0)
		return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
	*fault = result == ARCHIVE_EOF ? g_strdup("empty, no message in it") : words_for(reading);
	return NULL;
}

static char *
name_of(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname_utf8(entry);

	if (!name)
		name = archive_entry_pathname(entry);
	return name ? text_utf8(name, strnlen(name, MAX_NAME)) : g_strdup("");
}

/* False: the next ones would say the same. */
static bool
add(GPtrArray *bundle, Reading *reading, struct archive_entry *entry)
{
	g_autofree char *name = name_of(entry);
	Bundled *bundled = bundled_new(name);

	bundled->raw = read_entry(reading, &bundled->fault);
	g_ptr_array_add(bundle, bundled);
	return bundled->raw || !is_locked(reading);
}

static void
add_fault(GPtrArray *bundle, char *fault)
{
	Bundled *bundled = bundled_new("");

	bundled->fault = fault;
	g_ptr_array_add(bundle, bundled);
}

static Archive *
open_archive(const char *bytes, size_t size, const char *password)
{
	g_autoptr(Archive) archive = archive_read_new();

	archive_read_support_format_zip_seekable(archive);
	if (*password)
		archive_read_add_passphrase(archive, password);
	archive_read_open_memory(archive, bytes, size);
	return g_steal_pointer(&archive);
}

GPtrArray *
bundle_read_zip(const char *bytes, size_t size, const char *password, int first, int *next,
	int64_t *expanded)
{
	g_autoptr(Archive) archive = open_archive(bytes, size, password);
	GPtrArray *bundle = g_ptr_array_new_with_free_func((GDestroyNotify)bundled_free);
	int64_t most = MAX((int64_t)BUNDLE_FREE_BYTES, (int64_t)size * BUNDLE_MAX_RATIO);
	const int64_t left = most - *expanded;
	Reading reading = { archive, password, left };
	struct archive_entry *entry;
	int result = ARCHIVE_OK;

	*next = 0;
	for (int i = 0; reading.left >= 0; i++) {
		result = archive_read_next_header(archive, &entry);
		if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
			break;
		if (left - reading.left >= BUNDLE_ENOUGH) {
			*next = i;
			break;
		}
		if (i >= first && archive_entry_filetype(entry) == AE_IFREG &&
			!add(bundle, &reading, entry))
			break;
		if (i >= BUNDLE_MAX_ENTRIES) {
			add_fault(bundle, g_strdup("too many files: no more are read"));
			break;
		}
	}
	if (result != ARCHIVE_OK && result != ARCHIVE_WARN && result != ARCHIVE_EOF)
		add_fault(bundle, words_for(&reading));
	*expanded = most - reading.left;
	return bundle;
}
