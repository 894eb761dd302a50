/* inside_compound.c - OLE2 compound files: .doc .xls .ppt .msg, and encrypted .docx
 *
 * Of the format ([MS-CFB]) only what leads to the directory and to a stream is
 * read; every chain is as long as the file has sectors, and no longer.
 */
#include <string.h>

#include "mail/extension.h"
#include "mail/inside.h"
#include "mail/text.h"

enum {
	HEADER = 512,
	ENTRY = 128,
	MAX_ENTRIES = 4096,
	MAX_STREAM = 16 * 1024 * 1024, /* bytes of one stream that is looked into */
	SMALL = 4096,                  /* streams below are in the mini stream */
	MINI = 64,
	TABLES_IN_HEADER = 109,
	TYPE_STREAM = 2,
};

typedef struct Compound {
	Inside *inside;
	const InsideFile *file;
	const guint8 *bytes;
	size_t length;
	size_t sector; /* bytes of one */
	GArray *table; /* of guint32: the sector that follows each */
	GByteArray *directory;
	GByteArray *mini;   /* the mini stream */
	GArray *mini_table; /* of guint32 */
} Compound;

/* One directory entry. */
typedef struct Entry {
	char name[33]; /* its ASCII characters, others as '?' */
	int type;
	guint32 start;
	size_t size;
} Entry;

static guint32
get32(const guint8 *at)
{
	return (guint32)at[0] | (guint32)at[1] << 8 | (guint32)at[2] << 16 | (guint32)at[3] << 24;
}

static guint16
get16(const guint8 *at)
{
	return (guint16)(at[0] | at[1] << 8);
}

/* ---- sectors ---- */

/* Sector @number, or NULL when it is not in the file. */
static const guint8 *
sector_at(const Compound *compound, guint32 number)
{
	size_t offset = ((size_t)number + 1) * compound->sector;

	if (offset > compound->length || compound->length - offset < compound->sector)
		return NULL;
	return compound->bytes + offset;
}

static void
append_numbers(GArray *table, const guint8 *sector, size_t size)
{
	for (size_t i = 0; i + 4 <= size; i += 4) {
		guint32 number = get32(sector + i);

		g_array_append_val(table, number);
	}
}

/* The allocation table: the header names its first 109 sectors, a chain of sectors
 * the others. */
static void
read_table(Compound *compound)
{
	size_t most = compound->length / compound->sector + 1;
	g_autoptr(GArray) sectors = g_array_new(FALSE, FALSE, sizeof(guint32));
	guint32 more = get32(compound->bytes + 0x44);
	const guint8 *sector;

	append_numbers(sectors, compound->bytes + 0x4c, (size_t)TABLES_IN_HEADER * 4);
	while ((sector = sector_at(compound, more)) && sectors->len <= most) {
		append_numbers(sectors, sector, compound->sector - 4);
		more = get32(sector + compound->sector - 4);
	}
	for (guint i = 0; i < sectors->len && compound->table->len <= most; i++) {
		sector = sector_at(compound, g_array_index(sectors, guint32, i));
		if (sector)
			append_numbers(compound->table, sector, compound->sector);
	}
}

/* The chain from @start on, at most @most bytes of it. */
static GByteArray *
read_chain(const Compound *compound, guint32 start, size_t most)
{
	GByteArray *chain = g_byte_array_new();
	guint32 number = start;
	const guint8 *sector;

	for (size_t steps = compound->length / compound->sector + 1; steps > 0; steps--) {
		sector = sector_at(compound, number);
		if (!sector || chain->len >= most || number >= compound->table->len)
			break;
		g_byte_array_append(chain, sector, (guint)compound->sector);
		number = g_array_index(compound->table, guint32, number);
	}
	return chain;
}

static GByteArray *
read_mini_chain(const Compound *compound, guint32 start, size_t most)
{
	GByteArray *chain = g_byte_array_new();
	guint32 number = start;

	while (chain->len < most && number < compound->mini_table->len &&
		((size_t)number + 1) * MINI <= compound->mini->len) {
		g_byte_array_append(chain, compound->mini->data + (size_t)number * MINI, MINI);
		number = g_array_index(compound->mini_table, guint32, number);
	}
	return chain;
}

static GBytes *
read_stream(const Compound *compound, const Entry *entry)
{
	size_t size = MIN(entry->size, MAX_STREAM);
	GByteArray *chain = entry->size < SMALL ? read_mini_chain(compound, entry->start, size)
						: read_chain(compound, entry->start, size);

	if (chain->len > size)
		g_byte_array_set_size(chain, (guint)size);
	return g_byte_array_free_to_bytes(chain);
}

static guint
entries_of(const Compound *compound)
{
	return MIN(compound->directory->len / ENTRY, MAX_ENTRIES);
}

static Entry
entry_at(const Compound *compound, guint index)
{
	const guint8 *at = compound->directory->data + (size_t)index * ENTRY;
	size_t characters = MIN(get16(at + 0x40) / 2, 32);
	Entry entry = {
		.type = at[0x42],
		.start = get32(at + 0x74),
		.size = get32(at + 0x78),
	};

	for (size_t i = 0; i < characters; i++) {
		guint16 character = get16(at + 2 * i);

		entry.name[i] = (char)(character < 0x80 ? character : '?');
	}
	return entry;
}

static bool
open_compound(Compound *compound)
{
	size_t shift = compound->length >= HEADER ? get16(compound->bytes + 0x1e) : 0;
	g_autoptr(GByteArray) mini_table = NULL;

	if (shift != 9 && shift != 12)
		return false;
	compound->sector = (size_t)1 << shift;
	compound->table = g_array_new(FALSE, FALSE, sizeof(guint32));
	compound->mini_table = g_array_new(FALSE, FALSE, sizeof(guint32));
	read_table(compound);
	compound->directory =
		read_chain(compound, get32(compound->bytes + 0x30), (size_t)MAX_ENTRIES * ENTRY);
	mini_table =
		read_chain(compound, get32(compound->bytes + 0x3c), (size_t)MAX_STREAM / MINI * 4);
	append_numbers(compound->mini_table, mini_table->data, mini_table->len);
	if (entries_of(compound) == 0)
		return false;
	compound->mini = read_chain(compound, entry_at(compound, 0).start, MAX_STREAM);
	return true;
}

static void
compound_clear(Compound *compound)
{
	g_clear_pointer(&compound->table, g_array_unref);
	g_clear_pointer(&compound->mini_table, g_array_unref);
	g_clear_pointer(&compound->directory, g_byte_array_unref);
	g_clear_pointer(&compound->mini, g_byte_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Compound, compound_clear)

/* ---- streams ---- */

/* [MS-DOC] 2.5.2: fEncrypted of the header. */
static void
read_word(Compound *compound, const guint8 *bytes, size_t length)
{
	if (length > 0x0c && (get16(bytes + 0x0a) & 0x0100))
		inside_flag(compound->inside, ATTACHMENT_ENCRYPTED, "Word document");
}

/* [MS-XLS] 2.4: FilePass, and BoundSheet8 of type 1, a sheet of macros. */
static void
read_workbook(Compound *compound, const guint8 *bytes, size_t length)
{
	size_t at = 0;

	while (at + 4 <= length) {
		guint16 kind = get16(bytes + at);
		guint16 size = get16(bytes + at + 2);

		if (kind == 0x2f)
			inside_flag(compound->inside, ATTACHMENT_ENCRYPTED, "Excel workbook");
		if (kind == 0x85 && size >= 6 && at + 10 <= length && bytes[at + 9] == 1)
			inside_flag(
				compound->inside, ATTACHMENT_MACROS, "a sheet of Excel 4 macros");
		at += 4 + (size_t)size;
	}
}

/* [MS-OLEDS] 2.3.6 with what Windows' packager puts in it: sizes, two bytes, the
 * label, the path, and behind another path the file. */
static void
read_package(Compound *compound, const guint8 *bytes, size_t length)
{
	const guint8 *label = bytes + 6;
	const guint8 *end = length > 6 ? memchr(label, '\0', length - 6) : NULL;
	size_t head = length > 6 ? MIN(length - 6, INSIDE_HEAD) : 0;
	g_autofree char *name = end ? text_utf8((const char *)label, (size_t)(end - label)) : NULL;

	if (!name || !*name)
		return;
	inside_note(compound->inside, "embedded: %s", name);
	inside_entry(compound->inside, compound->file, name, (const char *)label, head);
}

static void
read_text_stream(Compound *compound, const guint8 *bytes, size_t length)
{
	g_autoptr(GBytes) copy = g_bytes_new(bytes, length);
	InsideFile stream = { .bytes = copy, .where = compound->file->where };

	inside_scan_binary(compound->inside, &stream);
}

/* The bytes of an Outlook attachment; its name stands in another stream. */
static void
read_attachment(Compound *compound, const guint8 *bytes, size_t length)
{
	g_autoptr(GBytes) copy = g_bytes_new(bytes, length);

	if (inside_entry(compound->inside, compound->file, "attached file", (const char *)bytes,
		    MIN(length, INSIDE_HEAD)))
		inside_push(compound->inside, compound->file, "attached file", copy);
}

static void
read_attachment_name(Compound *compound, const guint8 *bytes, size_t length)
{
	bool known;
	g_autofree char *name = text_from_charset((const char *)bytes, length, "utf-16le", &known);

	inside_note(compound->inside, "attached: %s", name);
	inside_entry(compound->inside, compound->file, name, "", 0);
}

typedef struct Known {
	const char *name; /* of the entry, or how it begins where the name ends in '*' */
	AttachmentFlag flag;
	const char *what;
	void (*read)(Compound *compound, const guint8 *bytes, size_t length);
} Known;

// clang-format off
static const Known known_entries[] = {
	{ "VBA", ATTACHMENT_MACROS, "VBA project", NULL },
	{ "_VBA_PROJECT*", ATTACHMENT_MACROS, "VBA project", NULL },
	{ "EncryptedPackage", ATTACHMENT_ENCRYPTED, "an encrypted Office document", NULL },
	{ "EncryptedSummary", ATTACHMENT_ENCRYPTED, "PowerPoint presentation", NULL },
	{ "WordDocument", 0, NULL, read_word },
	{ "Workbook", 0, NULL, read_workbook },
	{ "Book", 0, NULL, read_workbook },
	{ "\001Ole10Native", 0, NULL, read_package },
	/* [MS-OXMSG]: bodies as text, HTML and RTF; attachments. */
	{ "__substg1.0_1000*", 0, NULL, read_text_stream },
	{ "__substg1.0_1013*", 0, NULL, read_text_stream },
	{ "__substg1.0_37010102", 0, NULL, read_attachment },
	{ "__substg1.0_3707001F", 0, NULL, read_attachment_name },
};
// clang-format on

static bool
is_named(const Entry *entry, const char *name)
{
	size_t length = strlen(name);

	return name[length - 1] == '*' ? strncmp(entry->name, name, length - 1) == 0
				       : strcmp(entry->name, name) == 0;
}

static void
read_known(Compound *compound, const Entry *entry, const Known *known)
{
	g_autoptr(GBytes) stream = NULL;
	gsize length = 0;
	const guint8 *bytes;

	if (known->flag)
		inside_flag(compound->inside, known->flag, "%s", known->what);
	/* Streams may share sectors: what comes out can be more than the file. */
	if (!known->read || entry->type != TYPE_STREAM ||
		!inside_take(compound->inside, compound->length, 0, MIN(entry->size, MAX_STREAM)))
		return;
	stream = read_stream(compound, entry);
	bytes = g_bytes_get_data(stream, &length);
	if (bytes)
		known->read(compound, bytes, length);
}

static void
read_entry(Compound *compound, const Entry *entry)
{
	for (size_t i = 0; i < G_N_ELEMENTS(known_entries); i++)
		if (is_named(entry, known_entries[i].name))
			read_known(compound, entry, &known_entries[i]);
}

static bool
knows(const char *name G_GNUC_UNUSED, const char *head, size_t length)
{
	return length >= 8 && memcmp(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0;
}

static void
read_compound(Inside *inside, const InsideFile *file)
{
	g_auto(Compound) compound = { .inside = inside, .file = file };

	compound.bytes = g_bytes_get_data(file->bytes, &compound.length);
	if (!open_compound(&compound)) {
		inside_flag(inside, ATTACHMENT_UNREADABLE, "its directory can't be found");
		return;
	}
	for (guint i = 0; i < entries_of(&compound); i++) {
		Entry entry = entry_at(&compound, i);

		read_entry(&compound, &entry);
	}
	inside_scan_binary(inside, file);
}

extern const InsideReader inside_compound;
const InsideReader inside_compound = {
	.name = "compound",
	.knows = knows,
	.read = read_compound,
};
