/* What attachments hold.  The files are made here, so that each says what it is about. */
#include "mail/inside.h"

#include <time.h>

#include "mail/filetype.h"
#include "tests/mail/attached.h"

#define URL "https://hidden.example/login"

static void
print(const Message *message)
{
	const Attachment *attachment = attached_first(message);

	for (guint i = 0; i < attachment->inside->len; i++)
		g_test_message("inside: %s", (char *)g_ptr_array_index(attachment->inside, i));
	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);

		g_test_message("link: %s, %s", link->final, link->where);
	}
}

static const Link *
link_to(const Message *message, const char *url)
{
	for (guint i = 0; i < message->links->len; i++) {
		const Link *link = g_ptr_array_index(message->links, i);

		if (strcmp(link->final, url) == 0)
			return link;
	}
	return NULL;
}

static void
assert_link(const Message *message, const char *url, const char *where)
{
	const Link *link = link_to(message, url);

	print(message);
	g_assert_nonnull(link);
	g_assert_cmpstr(link->where, ==, where);
}

/* ---- archives ---- */

static void
test_archive(gconstpointer data)
{
	const AttachedKind *kind = data;
	g_autoptr(GBytes) text = attached_text("see " URL " now");
	g_autoptr(GBytes) script = attached_text("WScript.Echo(1)");
	const AttachedEntry entries[] = { { "read.txt", text }, { "invoice.pdf.js", script } };
	g_autoptr(GBytes) archive =
		attached_archive(kind->format, kind->filter, entries, G_N_ELEMENTS(entries));
	g_autoptr(Message) message = attached_read(kind->name, "application/octet-stream", archive);
	const Attachment *attachment = attached_first(message);

	print(message);
	g_assert_nonnull(link_to(message, URL));
	g_assert_true(attachment->flags & ATTACHMENT_PROGRAM);
	g_assert_true(attachment->flags & ATTACHMENT_NAME_LIES);
	g_assert_false(attachment->flags & (ATTACHMENT_LIMIT | ATTACHMENT_UNREADABLE));
	g_assert_true(attached_holds(attachment, "program: invoice.pdf.js"));
}

static void
test_packed_file_has_the_name_without_its_ending(void)
{
	g_autoptr(GBytes) text = attached_text("<html><a href='" URL "'>see</a>");
	const AttachedEntry entry = { "", text };
	g_autoptr(GBytes) packed = attached_archive("raw", "gzip", &entry, 1);
	g_autoptr(Message) message = attached_read("page.html.gz", "application/gzip", packed);

	assert_link(message, URL, "part 2, page.html");
	g_assert_true(attached_holds(attached_first(message), "page.html, "));
}

static GBytes *
nested(int depth)
{
	GBytes *bytes = attached_text(URL);

	for (int i = 0; i < depth; i++) {
		g_autofree char *name = i == 0 ? g_strdup("a.txt") : g_strdup_printf("%d.zip", i);
		GBytes *outer = attached_zip(name, bytes);

		g_bytes_unref(bytes);
		bytes = outer;
	}
	return bytes;
}

static void
test_nesting_is_followed_and_capped(void)
{
	g_autoptr(GBytes) shallow = nested(INSIDE_MAX_DEPTH);
	g_autoptr(GBytes) deep = nested(INSIDE_MAX_DEPTH + 1);
	g_autoptr(Message) read = attached_read("a.zip", "application/zip", shallow);
	g_autoptr(Message) capped = attached_read("a.zip", "application/zip", deep);

	print(read);
	g_assert_nonnull(link_to(read, URL));
	g_assert_false(attached_first(read)->flags & ATTACHMENT_LIMIT);
	g_assert_null(link_to(capped, URL));
	g_assert_true(attached_first(capped)->flags & ATTACHMENT_LIMIT);
}

static void
test_long_file_hides_no_link(void)
{
	static const char *const names[] = { "a.html", "a.csv" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *padding = g_strnfill(MESSAGE_MAX_TEXT, ' ');
		g_autofree char *text = g_strdup_printf("<p>%s<a href=\"" URL "\">x</a>", padding);
		g_autoptr(GBytes) bytes = attached_text(text);
		g_autoptr(Message) message = attached_read(names[i], "application/x-file", bytes);

		print(message);
		g_assert_nonnull(link_to(message, URL));
		g_assert_true(attached_first(message)->flags & ATTACHMENT_LIMIT);
	}
}

/* Too large to be looked into, and no bomb by its ratio. */
static void
test_large_entry_is_a_limit(void)
{
	const size_t size = 33 << 20;
	g_autofree char *text = g_strnfill(size, 'a');
	g_autoptr(GRand) random = g_rand_new_with_seed(1);
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GBytes) zip = NULL;
	g_autoptr(Message) message = NULL;

	for (size_t i = 0; i < size; i += 256)
		text[i] = (char)g_rand_int_range(random, ' ', '~');
	bytes = g_bytes_new_static(text, size);
	zip = attached_zip("big.txt", bytes);
	message = attached_read("a.zip", "application/zip", zip);
	print(message);
	g_assert_cmpstr(attachment_evidence(attached_first(message), ATTACHMENT_LIMIT), ==,
		"larger than 32 MB: big.txt");
}

static void
test_too_many_entries_are_a_limit(void)
{
	g_autoptr(GBytes) nothing = attached_text("");
	g_autofree AttachedEntry *entries = g_new(AttachedEntry, INSIDE_MAX_ENTRIES + 1);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GBytes) archive = NULL;
	g_autoptr(Message) message = NULL;

	for (int i = 0; i <= INSIDE_MAX_ENTRIES; i++) {
		g_ptr_array_add(names, g_strdup_printf("%d.txt", i));
		entries[i] = (AttachedEntry){ g_ptr_array_index(names, i), nothing };
	}
	archive = attached_archive("zip", NULL, entries, INSIDE_MAX_ENTRIES + 1);
	message = attached_read("a.zip", "application/zip", archive);
	g_assert_true(attached_first(message)->flags & ATTACHMENT_LIMIT);
	g_assert_cmpuint(attached_first(message)->inside->len, <, 300);
}

/* ---- bombs ---- */

enum {
	BOMB_SECONDS = 1
};

/* Zeros, packed as often as @filters says: "xz gzip". */
static GBytes *
bomb(size_t size, const char *format, const char *filters)
{
	g_auto(GStrv) names = g_strsplit(filters, " ", -1);
	g_autofree char *zeros = g_malloc0(size);
	g_autoptr(GBytes) plain = g_bytes_new_take(g_steal_pointer(&zeros), size);
	AttachedEntry entry = { "zeros.txt", plain };
	GBytes *bytes = attached_archive(format, names[0], &entry, 1);

	for (char **name = names + 1; names[0] && *name; name++) {
		GBytes *inner = bytes;
		AttachedEntry again = { "", inner };

		bytes = attached_archive("raw", *name, &again, 1);
		g_bytes_unref(inner);
	}
	return bytes;
}

typedef struct Bomb {
	const char *name, *format, *filters;
} Bomb;

static const Bomb bombs[] = {
	{ "a.zip", "zip", "" },
	{ "a.7z", "7zip", "" },
	{ "a.tar.gz", "pax", "gzip" },
	{ "a.tar.bz2", "pax", "bzip2" },
	{ "a.tar.xz", "pax", "xz" },
	{ "a.tar.zst", "pax", "zstd" },
	{ "a.txt.gz", "raw", "gzip" },
	{ "a.txt.gz.gz", "raw", "gzip gzip" },
	{ "a.txt.xz.bz2.gz", "raw", "xz bzip2 gzip" },
};

static void
test_bomb_stops_early(gconstpointer data)
{
	const Bomb *kind = data;
	g_autoptr(GBytes) bytes = bomb(64 << 20, kind->format, kind->filters);
	clock_t start = clock();
	g_autoptr(Message) message = attached_read(kind->name, "application/octet-stream", bytes);
	/* Of processor time: the machine may have more to do. */
	double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;

	print(message);
	g_test_message("%" G_GSIZE_FORMAT " bytes, %.3f s", g_bytes_get_size(bytes), seconds);
	g_assert_true(attached_first(message)->flags & ATTACHMENT_LIMIT);
	g_assert_cmpfloat(seconds, <, BOMB_SECONDS);
}

/* What does not compress well enough for the ratio meets the total. */
static void
test_total_is_capped(void)
{
	const size_t size = (size_t)INSIDE_MAX_BYTES + 1;
	g_autoptr(GBytes) zeros = g_bytes_new_take(g_malloc0(size), size);
	g_autofree char *noise = g_malloc(700000);
	g_autoptr(GBytes) filler = NULL;
	g_autoptr(GBytes) archive = NULL;
	g_autoptr(Message) message = NULL;
	guint32 state = 1;

	for (int i = 0; i < 700000; i++) {
		state = state * 1664525 + 1013904223;
		noise[i] = (char)(state >> 24);
	}
	filler = g_bytes_new(noise, 700000);
	archive = attached_archive(
		"zip", NULL, (AttachedEntry[]){ { "noise", filler }, { "zeros", zeros } }, 2);
	message = attached_read("a.zip", "application/zip", archive);
	print(message);
	g_assert_true(attached_holds(attached_first(message), "limit-reached: holds more than"));
}

/* ---- Office ---- */

static Message *
read_document(const char *part, const char *xml)
{
	g_autoptr(GBytes) types = attached_text("<Types/>");
	g_autoptr(GBytes) content = attached_text(xml);
	const AttachedEntry entries[] = { { "[Content_Types].xml", types }, { part, content } };
	g_autoptr(GBytes) archive = attached_archive("zip", NULL, entries, G_N_ELEMENTS(entries));

	return attached_read("a.docx", "application/octet-stream", archive);
}

static void
test_document_lists_no_parts_of_its_own(void)
{
	g_autoptr(Message) message = read_document("word/document.xml", "<w:t>Invoice</w:t>");

	print(message);
	g_assert_cmpuint(attached_first(message)->inside->len, ==, 0);
	g_assert_cmpuint(attached_first(message)->flags, ==, 0);
}

static void
test_relationships_are_links(void)
{
	g_autoptr(Message) message = read_document("word/_rels/document.xml.rels",
		"<Relationships><Relationship Type='http://x/hyperlink' TargetMode='External'"
		" Target='https://shop.example/a?b=1&amp;c=2'/><Relationship Target='" URL "'"
		" Type=\"http://x/image\" TargetMode=\"External\"/>"
		"<Relationship Type='http://x/styles' Target='styles.xml'/></Relationships>");

	assert_link(
		message, "https://shop.example/a?b=1&c=2", "part 2, word/_rels/document.xml.rels");
	g_assert_true(link_to(message, URL)->flags & LINK_IMAGE);
	g_assert_cmpstr(attachment_evidence(attached_first(message), ATTACHMENT_EXTERNAL), ==,
		"image " URL);
	g_assert_cmpuint(message->links->len, ==, 2);
}

static void
test_text_and_fields_are_searched(void)
{
	g_autoptr(Message) message = read_document("word/document.xml",
		"<w:p><w:r><w:t>https://typed.</w:t></w:r><w:r><w:t>example/a</w:t></w:r></w:p>"
		"<w:p><w:fldSimple w:instr='HYPERLINK \"" URL "\"'/></w:p>");

	assert_link(message, URL, "part 2, word/document.xml");
	assert_link(message, "https://typed.example/a", "part 2, word/document.xml");
}

static void
test_excel_macros_and_dde(void)
{
	g_autoptr(Message) sheet = read_document("xl/macrosheets/sheet1.xml", "<a/>");
	g_autoptr(Message) dde = read_document("xl/externalLinks/externalLink1.xml",
		"<externalLink><ddeLink ddeService='cmd' ddeTopic='/c calc'/></externalLink>");

	g_assert_true(attached_first(sheet)->flags & ATTACHMENT_MACROS);
	g_assert_true(attached_holds(attached_first(dde), "macros: DDE link to cmd"));
}

/* A compound file of one directory sector: what each @name (ASCII) is the name of. */
static GBytes *
compound(const char *const *names, size_t count)
{
	static const guint8 magic[] = { 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1 };
	guint8 file[512 * 3] = { 0 };
	guint8 *table = file + 512;
	guint8 *directory = file + 1024;

	memcpy(file, magic, sizeof(magic));
	file[0x1e] = 9;
	file[0x30] = 1;               /* the directory is sector 1 */
	memset(file + 0x3c, 0xff, 4); /* no mini table */
	memset(file + 0x44, 0xff, 4); /* no more of the table's sectors */
	memset(file + 0x4c, 0xff, 109 * 4);
	memset(file + 0x4c, 0, 4); /* the table is sector 0 */
	memset(table, 0xff, 512);
	table[0] = 0xfd;
	table[4] = 0xfe;
	for (size_t i = 0; i < count; i++) {
		guint8 *entry = directory + i * 128;

		for (size_t n = 0; names[i][n]; n++)
			entry[n * 2] = (guint8)names[i][n];
		entry[0x40] = (guint8)(strlen(names[i]) * 2 + 2);
		entry[0x42] = i == 0 ? 5 : 1;
		memset(entry + 0x74, 0xff, 4);
	}
	return g_bytes_new(file, sizeof(file));
}

static void
test_compound_files_are_judged_by_their_directory(void)
{
	static const char *const macros[] = { "Root Entry", "Macros", "VBA" };
	static const char *const locked[] = { "Root Entry", "EncryptedPackage" };
	static const char *const plain[] = { "Root Entry", "WordDocument" };
	g_autoptr(GBytes) first = compound(macros, 3);
	g_autoptr(GBytes) second = compound(locked, 2);
	g_autoptr(GBytes) third = compound(plain, 2);
	g_autoptr(Message) with_macros = attached_read("a.doc", "application/msword", first);
	g_autoptr(Message) encrypted = attached_read("a.doc", "application/msword", second);
	g_autoptr(Message) harmless = attached_read("a.doc", "application/msword", third);

	g_assert_cmpuint(attached_first(with_macros)->flags, ==, ATTACHMENT_MACROS);
	g_assert_cmpuint(attached_first(encrypted)->flags, ==, ATTACHMENT_ENCRYPTED);
	g_assert_cmpuint(attached_first(harmless)->flags, ==, 0);
}

static void
test_broken_compound_file_ends(void)
{
	static const char *const names[] = { "Root Entry" };
	g_autoptr(GBytes) good = compound(names, 1);
	gsize size = 0;
	const guint8 *bytes = g_bytes_get_data(good, &size);

	/* Chains that lead to themselves, sectors that are not there. */
	for (gsize at = 0x18; at < 0x60; at++) {
		g_autofree guint8 *copy = g_memdup2(bytes, size);
		g_autoptr(GBytes) broken = NULL;
		g_autoptr(Message) message = NULL;

		copy[at] ^= 0x11;
		memset(copy + 512, 0, 16);
		broken = g_bytes_new(copy, size);
		message = attached_read("a.doc", "application/msword", broken);
		g_assert_cmpuint(message->attachments->len, ==, 1);
	}
}

static void
test_rtf(void)
{
	g_autoptr(GBytes) rtf = attached_text(
		"{\\rtf1{\\*\\template " URL "}{\\object\\objemb{\\*\\objclass Equation.3}"
		"{\\*\\objdata 01050000}}}");
	g_autoptr(Message) message = attached_read("a.doc", "application/msword", rtf);
	const Attachment *attachment = attached_first(message);

	print(message);
	g_assert_true(attachment->flags & ATTACHMENT_EXTERNAL);
	g_assert_true(attachment->flags & ATTACHMENT_PROGRAM);
	g_assert_nonnull(link_to(message, URL));
}

static void
test_onenote_holds_files(void)
{
	static const guint8 head[] = { 0xe4, 0x52, 0x5c, 0x7b, 0x8c, 0xd8, 0xa7, 0x4d, 0xae, 0xb1,
		0x53, 0x78, 0xd0, 0x29, 0x96, 0xd3, 0, 0, 0xe7, 0x16, 0xe3, 0xbd, 0x65, 0x26, 0x11,
		0x45, 0xa4, 0xc4, 0x8d, 0x4d, 0x0b, 0x7a, 0x9e, 0xac, 100, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'M', 'Z' };
	guint8 file[sizeof(head) + 98] = { 0 };
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(Message) message = NULL;

	memcpy(file, head, sizeof(head));
	bytes = g_bytes_new(file, sizeof(file));
	message = attached_read("a.one", "application/onenote", bytes);
	print(message);
	g_assert_true(attached_holds(attached_first(message), "program: embedded file 1"));
}

/* ---- PDF ---- */

typedef struct PdfSample {
	const char *name, *text, *link; /* link NULL: URL */
} PdfSample;

#define PDF(objects) "%PDF-1.7\n" objects "\ntrailer<</Root 1 0 R>>\n%%EOF\n"

// clang-format off
static const PdfSample pdf_samples[] = {
	{ "literal", PDF("4 0 obj<</S/URI/URI(" URL ")>>endobj"), NULL },
	{ "escaped", PDF("4 0 obj<</S /URI /URI (https\\072//hidden\\.example\\\n/lo\\147in)>>endobj"), NULL },
	{ "hex", PDF("4 0 obj<</S/URI/URI <68747470733a2f2f68 696464656e2e6578616d706c652f6c6f67696e>>>endobj"), NULL },
	{ "utf-16", PDF("4 0 obj<</URI <feff00680074007400700073003a002f002f0061002e006200750073002f>>>endobj"), "https://a.bus/" },
	{ "escaped-name", PDF("4 0 obj<</S/U#52I/#55RI(" URL ")>>endobj"), NULL },
	{ "elsewhere", PDF("4 0 obj<</S/URI/URI 5 0 R>>endobj 5 0 obj (" URL ") endobj"), NULL },
	{ "parentheses", PDF("4 0 obj<</URI(https://a.example/(b)c\\)d)>>endobj"), "https://a.example/(b)c)d" },
	{ "script", PDF("4 0 obj<</S/JavaScript/JS(app.launchURL\\('" URL "'\\))>>endobj"), NULL },
	{ "hex-stream", PDF("4 0 obj<</Type/ObjStm/Filter/ASCIIHexDecode/Length 2>>stream\n"
		"2F55524928" "68747470733a2f2f68696464656e2e6578616d706c652f6c6f67696e" "29>\nendstream endobj"), NULL },
	{ "behind-junk", "junk\n" PDF("4 0 obj<</S/URI/URI(" URL ")>>endobj"), NULL },
};
// clang-format on

static void
test_pdf_link(gconstpointer data)
{
	const PdfSample *sample = data;
	g_autoptr(GBytes) bytes = attached_text(sample->text);
	g_autoptr(Message) message = attached_read("a.pdf", "application/pdf", bytes);

	assert_link(message, sample->link ? sample->link : URL, "part 2, PDF");
}

/* @text as the one compressed stream of a PDF. */
static GBytes *
pdf_stream(const char *dictionary, GBytes *text)
{
	AttachedEntry entry = { "", text };
	g_autoptr(GBytes) packed = attached_archive("raw", "gzip", &entry, 1);
	gsize length = 0;
	const guint8 *data = g_bytes_get_data(packed, &length);
	g_autoptr(GByteArray) pdf = g_byte_array_new();
	g_autofree char *head = g_strdup_printf(
		"%%PDF-1.7\n4 0 obj<<%s/Filter/FlateDecode/Length %" G_GSIZE_FORMAT ">>stream\r\n",
		dictionary, length);

	g_byte_array_append(pdf, (const guint8 *)head, (guint)strlen(head));
	/* zlib's head instead of gzip's ten bytes; nobody minds its missing sum. */
	g_byte_array_append(pdf, (const guint8 *)"\x78\x9c", 2);
	g_byte_array_append(pdf, data + 10, (guint)length - 18);
	g_byte_array_append(pdf, (const guint8 *)"\nendstream endobj\n", 18);
	return g_byte_array_free_to_bytes(g_steal_pointer(&pdf));
}

static void
test_pdf_object_stream(void)
{
	g_autoptr(GBytes) objects = attached_text("5 0 <</S/URI/URI(" URL ")>> <</S/Launch>>");
	g_autoptr(GBytes) pdf = pdf_stream("/Type/ObjStm/N 1/First 4", objects);
	g_autoptr(Message) message = attached_read("a.pdf", "application/pdf", pdf);

	assert_link(message, URL, "part 2, PDF");
	g_assert_false(link_to(message, URL)->flags & LINK_SCAN);
	g_assert_true(attached_first(message)->flags & ATTACHMENT_PROGRAM);
}

static void
test_pdf_embedded_file_is_looked_into(void)
{
	g_autoptr(GBytes) text = attached_text(URL);
	g_autoptr(GBytes) zip = attached_zip("page.txt", text);
	g_autoptr(GBytes) pdf = pdf_stream("/Type/EmbeddedFile", zip);
	g_autoptr(Message) message = attached_read("a.pdf", "application/pdf", pdf);

	assert_link(message, URL, "part 2, embedded file 1, page.txt");
}

static void
test_pdf_bomb(void)
{
	g_autoptr(GBytes) zeros = g_bytes_new_take(g_malloc0(64 << 20), 64 << 20);
	g_autoptr(GBytes) pdf = pdf_stream("/Type/ObjStm", zeros);
	g_autoptr(Message) message = attached_read("a.pdf", "application/pdf", pdf);

	print(message);
	g_assert_true(attached_first(message)->flags & ATTACHMENT_LIMIT);
}

static void
test_plain_pdf_has_no_flags(void)
{
	g_autoptr(GBytes) bytes = attached_text(
		PDF("1 0 obj<</Type/Catalog/OpenAction[3 0 R /Fit]/Metadata 9 0 R>>endobj"));
	g_autoptr(Message) message = attached_read("a.pdf", "application/pdf", bytes);

	g_assert_cmpuint(attached_first(message)->flags, ==, 0);
}

/* ---- calendars, pages, messages ---- */

static void
test_calendar_lines_are_unfolded(void)
{
	g_autoptr(GBytes) ics = attached_text(
		"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nLOCATION:https://hidden.exa\r\n mple/login\r\n"
		"DESCRIPTION:Join\\nhttps://b.example/x\\, or\r\n\t https://c.example/\r\n"
		"ATTACH:https://d.example/f\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
	g_autoptr(Message) file = attached_read("a.ics", "application/octet-stream", ics);
	g_autoptr(Message) text = attached_read("a.ics", "text/calendar", ics);

	assert_link(file, URL, "part 2, LOCATION");
	assert_link(file, "https://b.example/x", "part 2, DESCRIPTION");
	assert_link(file, "https://c.example/", "part 2, DESCRIPTION");
	assert_link(file, "https://d.example/f", "part 2, ATTACH");
	assert_link(text, URL, "part 2, LOCATION");
	g_assert_cmpuint(text->links->len, ==, 4);
}

static void
test_drawing(void)
{
	g_autoptr(GBytes) svg = attached_text(
		"<svg xmlns='http://www.w3.org/2000/svg'><a xlink:href='https&#58;//hidden.example/"
		"login'><rect onclick=\"go()\"/></a></svg>");
	g_autoptr(Message) message = attached_read("a.svg", "image/svg+xml", svg);

	assert_link(message, URL, "part 2");
	g_assert_cmpuint(attached_first(message)->flags, ==, ATTACHMENT_SCRIPT);
}

typedef struct PageSample {
	const char *name, *script;
} PageSample;

// clang-format off
static const PageSample page_samples[] = {
	{ "percent", "document.write(unescape('%3Ca%20href%3D%22https%3A%2F%2Fhidden.example%2Flogin%22%3E'))" },
	{ "hex", "document.write('\\x68ttps:\\x2f\\x2fhidden.example\\u002flogin')" },
	{ "codes", "eval(String.fromCharCode(104,116,116,112,115,58,47,47,104,105,100,100,101,110,46,"
		"101,120,97,109,112,108,101,47,108,111,103,105,110,32))" },
};
// clang-format on

static void
test_page_hides_a_link(gconstpointer data)
{
	const PageSample *sample = data;
	g_autofree char *page = g_strdup_printf("<html><script>%s</script></html>", sample->script);
	g_autoptr(GBytes) bytes = attached_text(page);
	g_autoptr(Message) message = attached_read("a.html", "application/octet-stream", bytes);

	assert_link(message, URL, "part 2");
}

static void
test_literals_are_decoded(void)
{
	g_autoptr(GString) inner = g_string_new("<html><body><a href='" URL "'>see</a>");
	g_autofree char *encoded = NULL;
	g_autofree char *page = NULL;
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(Message) message = NULL;

	while (inner->len < 400)
		g_string_append(inner, "<p>Sign in to see the invoice</p>");
	encoded = g_base64_encode((const guchar *)inner->str, inner->len);
	page = g_strdup_printf("<html><script>var b=new Blob([atob('%s')]);</script>", encoded);
	bytes = attached_text(page);
	message = attached_read("a.html", "text/html", bytes);
	assert_link(message, URL, "part 2, base64 1");
	g_assert_true(attached_first(message)->flags & ATTACHMENT_SMUGGLES);
}

static void
test_message_in_archive(void)
{
	g_autoptr(GBytes) mail = attached_text(
		"Subject: inner\nMIME-Version: 1.0\nContent-Type: text/html\n"
		"Content-Transfer-Encoding: quoted-printable\n\n<a href=3D'https://hidden=\n"
		".example/login'>see</a>\n");
	g_autoptr(GBytes) zip = attached_zip("inner.eml", mail);
	g_autoptr(Message) message = attached_read("a.zip", "application/zip", zip);

	assert_link(message, URL, "part 2, inner.eml, 1.html");
}

static void
test_message_is_listed_by_its_subject(void)
{
	g_autoptr(Message) message = mails_read(
		"From: a@x.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
		"--b\n\nhi\n--b\nContent-Type: message/rfc822\n\nSubject: The inner one\n"
		"Content-Type: text/html\n\n<a href='" URL "'>see</a>\n--b--\n");
	const Attachment *attachment = attached_first(message);

	g_assert_cmpuint(message->attachments->len, ==, 1);
	g_assert_cmpstr(attachment->name, ==, "The inner one.eml");
	g_assert_cmpstr(attachment->path, ==, "2");
	g_assert_cmpint(attachment->size, >, 50);
	assert_link(message, URL, "part 2.1");
	g_assert_cmpuint(message->texts->len, ==, 2);
}

/* ---- names and types ---- */

typedef struct TypeSample {
	const char *declared, *name, *detected;
	bool agrees;
} TypeSample;

static const TypeSample type_samples[] = {
	{ "text/html", "a.html", "text/plain", true },
	{ "application/pdf", "a.pdf", "application/pdf", true },
	{ "application/pdf", "a.pdf", "text/html", false },
	{ "application/pdf", NULL, "application/zip", false },
	{ "application/octet-stream", "a.pdf", "application/pdf", true },
	{ "application/octet-stream", "a.png", "application/x-dosexec", false },
	{ "text/plain", "a.unknown", "application/x-dosexec", false },
	{ "image/png", "a.jpg", "image/jpeg", true },
	{ "message/rfc822", "a.eml", "text/plain", true },
};

static void
test_types_agree(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(type_samples); i++) {
		const TypeSample *sample = &type_samples[i];

		g_test_message("%s %s %s", sample->declared, sample->name, sample->detected);
		g_assert_cmpint(filetype_agrees(sample->declared, sample->name, sample->detected),
			==, sample->agrees);
	}
}

/* ---- hostile ---- */

/* Every cut of a file that is read is a file that is read. */
static void
test_cut_files_are_read(void)
{
	g_autoptr(GBytes) text = attached_text(URL);
	g_autoptr(GBytes) zip = attached_zip("a.txt", text);
	g_autoptr(GBytes) pdf = pdf_stream("/Type/ObjStm", text);
	GBytes *const files[] = { zip, pdf };

	for (size_t f = 0; f < G_N_ELEMENTS(files); f++) {
		for (gsize length = 1; length < g_bytes_get_size(files[f]); length += 3) {
			g_autoptr(GBytes) cut = g_bytes_new_from_bytes(files[f], 0, length);
			g_autoptr(Message) message = attached_read("a.bin", "a/b", cut);

			g_assert_cmpuint(message->attachments->len, ==, 1);
		}
	}
}

static void
add_data_tests(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(attached_kinds); i++) {
		g_autofree char *path =
			g_strdup_printf("/inside/archive/%s", attached_kinds[i].name);

		g_test_add_data_func(path, &attached_kinds[i], test_archive);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bombs); i++) {
		g_autofree char *path = g_strdup_printf("/inside/bomb/%s", bombs[i].name);

		g_test_add_data_func(path, &bombs[i], test_bomb_stops_early);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(pdf_samples); i++) {
		g_autofree char *path = g_strdup_printf("/inside/pdf/%s", pdf_samples[i].name);

		g_test_add_data_func(path, &pdf_samples[i], test_pdf_link);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(page_samples); i++) {
		g_autofree char *path = g_strdup_printf("/inside/page/%s", page_samples[i].name);

		g_test_add_data_func(path, &page_samples[i], test_page_hides_a_link);
	}
}

int
main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	message_prepare();
	add_data_tests();
	g_test_add_func("/inside/packed-file-has-the-name-without-its-ending",
		test_packed_file_has_the_name_without_its_ending);
	g_test_add_func(
		"/inside/nesting-is-followed-and-capped", test_nesting_is_followed_and_capped);
	g_test_add_func("/inside/long-file-hides-no-link", test_long_file_hides_no_link);
	g_test_add_func("/inside/large-entry-is-a-limit", test_large_entry_is_a_limit);
	g_test_add_func("/inside/too-many-entries-are-a-limit", test_too_many_entries_are_a_limit);
	g_test_add_func("/inside/total-is-capped", test_total_is_capped);
	g_test_add_func("/inside/document-lists-no-parts", test_document_lists_no_parts_of_its_own);
	g_test_add_func("/inside/relationships-are-links", test_relationships_are_links);
	g_test_add_func("/inside/text-and-fields-are-searched", test_text_and_fields_are_searched);
	g_test_add_func("/inside/excel-macros-and-dde", test_excel_macros_and_dde);
	g_test_add_func("/inside/compound-files-are-judged-by-their-directory",
		test_compound_files_are_judged_by_their_directory);
	g_test_add_func("/inside/broken-compound-file-ends", test_broken_compound_file_ends);
	g_test_add_func("/inside/rtf", test_rtf);
	g_test_add_func("/inside/onenote-holds-files", test_onenote_holds_files);
	g_test_add_func("/inside/pdf/object-stream", test_pdf_object_stream);
	g_test_add_func("/inside/pdf/embedded-file", test_pdf_embedded_file_is_looked_into);
	g_test_add_func("/inside/pdf/bomb", test_pdf_bomb);
	g_test_add_func("/inside/pdf/plain-has-no-flags", test_plain_pdf_has_no_flags);
	g_test_add_func("/inside/calendar-lines-are-unfolded", test_calendar_lines_are_unfolded);
	g_test_add_func("/inside/drawing", test_drawing);
	g_test_add_func("/inside/literals-are-decoded", test_literals_are_decoded);
	g_test_add_func("/inside/message-in-archive", test_message_in_archive);
	g_test_add_func(
		"/inside/message-is-listed-by-its-subject", test_message_is_listed_by_its_subject);
	g_test_add_func("/inside/types-agree", test_types_agree);
	g_test_add_func("/inside/cut-files-are-read", test_cut_files_are_read);
	return g_test_run();
}
