/* attached.h - mails with a file attached, and the archives to attach */
#ifndef TESTS_MAIL_ATTACHED_H
#define TESTS_MAIL_ATTACHED_H

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include "tests/mail/mails.h"

/* A mail that carries @bytes as part 2. */
static inline GBytes *
attached_mail(const char *name, const char *type, GBytes *bytes)
{
	gsize length = 0;
	const guchar *data = g_bytes_get_data(bytes, &length);
	g_autofree char *encoded = g_base64_encode(data, length);
	char *mail = g_strdup_printf(
		"From: accounts@shop.example\nMIME-Version: 1.0\n"
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nThe invoice is attached.\n"
		"--b\nContent-Type: %s; name=\"%s\"\nContent-Transfer-Encoding: base64\n\n%s\n--b--\n",
		type, name, encoded);

	return g_bytes_new_take(mail, strlen(mail));
}

static inline Message *
attached_read(const char *name, const char *type, GBytes *bytes)
{
	g_autoptr(GBytes) mail = attached_mail(name, type, bytes);
	gsize size = 0;
	const char *raw = g_bytes_get_data(mail, &size);
	Site site = { .authserv_ids = mails_trusted };

	return message_read(raw, size, &site, MESSAGE_FULL);
}

static inline GBytes *
attached_text(const char *text)
{
	return g_bytes_new(text, strlen(text));
}

typedef struct AttachedEntry {
	const char *name;
	GBytes *bytes;
} AttachedEntry;

typedef struct archive AttachedArchive;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AttachedArchive, archive_write_free)

static inline void
attached_write(AttachedArchive *archive, const AttachedEntry *entry)
{
	struct archive_entry *header = archive_entry_new();
	gsize length = 0;
	const void *data = g_bytes_get_data(entry->bytes, &length);

	archive_entry_set_pathname_utf8(header, entry->name);
	archive_entry_set_filetype(header, AE_IFREG);
	archive_entry_set_perm(header, 0644);
	archive_entry_set_size(header, (la_int64_t)length);
	g_assert_cmpint(archive_write_header(archive, header), >=, ARCHIVE_WARN);
	g_assert_cmpint(archive_write_data(archive, data, length), ==, (gssize)length);
	archive_entry_free(header);
}

/* An archive of @count @entries; @format and @filter as libarchive names them, @filter NULL
 * for none. */
static inline GBytes *
attached_archive(const char *format, const char *filter, const AttachedEntry *entries, size_t count)
{
	g_autoptr(AttachedArchive) archive = archive_write_new();
	const size_t room = 16 << 20;
	g_autofree char *buffer = g_malloc(room);
	size_t used = 0;
	/* Only for the names here: what reads them has to do without. */
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before = uselocale(utf8);

	g_assert_cmpint(archive_write_set_format_by_name(archive, format), ==, ARCHIVE_OK);
	if (filter)
		g_assert_cmpint(
			archive_write_add_filter_by_name(archive, filter), >=, ARCHIVE_WARN);
	archive_write_set_bytes_in_last_block(archive, 1);
	g_assert_cmpint(archive_write_open_memory(archive, buffer, room, &used), ==, ARCHIVE_OK);
	for (size_t i = 0; i < count; i++)
		attached_write(archive, &entries[i]);
	g_assert_cmpint(archive_write_close(archive), ==, ARCHIVE_OK);
	uselocale(before);
	freelocale(utf8);
	return g_bytes_new(buffer, used);
}

/* A zip of one entry. */
static inline GBytes *
attached_zip(const char *name, GBytes *bytes)
{
	AttachedEntry entry = { name, bytes };

	return attached_archive("zip", NULL, &entry, 1);
}

static inline const Attachment *
attached_first(const Message *message)
{
	g_assert_cmpuint(message->attachments->len, >, 0);
	return g_ptr_array_index(message->attachments, 0);
}

/* Some line of @attachment begins so. */
static inline bool
attached_holds(const Attachment *attachment, const char *beginning)
{
	for (guint i = 0; i < attachment->inside->len; i++)
		if (g_str_has_prefix(g_ptr_array_index(attachment->inside, i), beginning))
			return true;
	return false;
}

/* How libarchive writes what mail carries, and what such files are called. */
typedef struct AttachedKind {
	const char *format, *filter, *name;
} AttachedKind;

static const AttachedKind attached_kinds[] = {
	{ "zip", NULL, "a.zip" },
	{ "7zip", NULL, "a.7z" },
	{ "pax", NULL, "a.tar" },
	{ "gnutar", "gzip", "a.tar.gz" },
	{ "pax", "bzip2", "a.tar.bz2" },
	{ "pax", "xz", "a.tar.xz" },
	{ "pax", "lzma", "a.tar.lzma" },
	{ "pax", "zstd", "a.tar.zst" },
	{ "pax", "lz4", "a.tar.lz4" },
	{ "pax", "compress", "a.tar.Z" },
	{ "pax", "lzip", "a.tar.lz" },
	{ "newc", NULL, "a.cpio" },
	{ "iso9660", NULL, "a.iso" },
};

#endif
