#include "importer/source.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "importer/file.h"
#include "tests/importer/haul.h"
#include "tests/importer/place.h"

static void
assert_refused(const char *spec, ImportError code, const char *what)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Source) source = source_open(spec, &error);
	g_auto(SourceItem) item = { 0 };

	if (source)
		g_assert_cmpint(source_next(source, &item, &error), ==, SOURCE_FAILED);
	g_assert_error(error, IMPORT_ERROR, (int)code);
	g_assert_nonnull(strstr(error->message, what));
}

static char *
packed(const char *text, size_t *length)
{
	z_stream stream = { 0 };
	size_t size = strlen(text) + 1024;
	char *bytes = g_malloc(size);

	g_assert_cmpint(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY),
		==, Z_OK);
	stream.next_in = (Bytef *)text;
	stream.avail_in = (uInt)strlen(text);
	stream.next_out = (Bytef *)bytes;
	stream.avail_out = (uInt)size;
	g_assert_cmpint(deflate(&stream, Z_FINISH), ==, Z_STREAM_END);
	*length = stream.total_out;
	deflateEnd(&stream);
	return bytes;
}

static void
add_packed(const Place *place, const char *name, const char *text)
{
	size_t length;
	g_autofree char *bytes = packed(text, &length);

	place_add_bytes(place, name, bytes, length);
}

/* ---- files and trees ---- */

static void
test_one_file(void)
{
	g_autoptr(Place) place = place_new();
	g_autofree char *path = place_add(place, "one.eml", "Subject: x\n\nbody\n");
	g_autoptr(Haul) haul = haul_of(path);

	g_assert_cmpuint(haul->raws->len, ==, 1);
	g_assert_cmpstr(raw(haul, 0), ==, "Subject: x\n\nbody\n");
	g_assert_true(g_str_has_prefix(g_ptr_array_index(haul->origins, 0), "eml:/"));
}

/* The bytes of a file called .eml are kept as they are, with a From_ line at its top. */
static void
test_eml_is_never_split(void)
{
	static const char text[] = "From a@b.c Thu Jan  1 00:00:00 1970\nSubject: x\n\n\n"
				   "From d@e.f Thu Jan  1 00:00:00 1970\nSubject: y\n\n";
	g_autoptr(Place) place = place_new();
	g_autofree char *path = place_add(place, "one.eml", text);
	g_autoptr(Haul) haul = haul_of(path);

	g_assert_cmpuint(haul->raws->len, ==, 1);
	g_assert_cmpstr(raw(haul, 0), ==, text);
	g_assert_cmpstr(g_ptr_array_index(haul->senders, 0), ==, "a@b.c");
}

static void
test_garbage_in_eml(void)
{
	g_autoptr(Place) place = place_new();
	g_autofree char *path = place_add(place, "one.eml", "\t{ this is no mail }");
	g_autoptr(Haul) haul = haul_of(path);

	g_assert_cmpuint(haul->raws->len, ==, 1);
}

static void
test_packed_file(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;
	g_autofree char *path = place_path(place, "spam-abc.gz");

	add_packed(place, "spam-abc.gz", "Subject: packed\n\nbody\n");
	haul = haul_of(path);
	g_assert_cmpuint(haul->raws->len, ==, 1);
	g_assert_cmpstr(raw(haul, 0), ==, "Subject: packed\n\nbody\n");
}

static void
test_tree_takes_mail_and_leaves_the_rest(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;

	place_add_only(place, "b/2", "Received: from x\n\n2\n");
	place_add_only(place, "b/1.eml", "1");
	place_add_only(place, "a.eml", "a");
	place_add_only(place, "LABELS.tsv", "file\tlabel\na.eml\tphish\n");
	place_add_only(place, "notes.yml", "name: x\nother: y\n");
	place_add_only(place, "data.json", "{\"Subject\": 1}\n");
	place_add_only(place, ".hidden/x.eml", "hidden");
	place_add_only(place, "b/.x.eml", "hidden");
	add_packed(place, "c/spam-1.gz", "Subject: c\n\nc\n");
	haul = haul_of(place->path);

	g_assert_cmpuint(haul->raws->len, ==, 4);
	g_assert_cmpstr(raw(haul, 0), ==, "a");
	g_assert_cmpstr(raw(haul, 1), ==, "1");
	g_assert_cmpstr(raw(haul, 2), ==, "Received: from x\n\n2\n");
	g_assert_cmpstr(raw(haul, 3), ==, "Subject: c\n\nc\n");
	g_assert_cmpint(haul->others, ==, 3);
	g_assert_cmpuint(haul->errors->len, ==, 0);
}

static void
test_tree_opens_mailboxes(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;

	place_add_only(place, "box",
		"From a@b.c Thu Jan  1 00:00:00 1970\nSubject: 1\n\n1\n\n"
		"From a@b.c Thu Jan  1 00:00:00 1970\nSubject: 2\n\n2\n\n");
	place_add_only(place, "dir/cur/3:2,S", "anything");
	place_add_only(place, "dir/new/4", "anything");
	place_add_only(place, "dir/tmp/5", "Subject: half-written\n\n");
	place_add_only(place, "dir/.Junk/cur/6", "anything");
	place_folder(place, "dir/.Junk/new");
	place_add_only(place, "dir/dovecot-uidlist", "3 V1\n");
	haul = haul_of(place->path);

	g_assert_cmpuint(haul->raws->len, ==, 5);
	assert_origin(haul, 0, "/box#1");
	assert_origin(haul, 1, "/box#2");
	assert_origin(haul, 2, "/dir/.Junk/cur/6");
	assert_origin(haul, 3, "/dir/cur/3:2,S");
	assert_origin(haul, 4, "/dir/new/4");
	g_assert_cmpint(haul->others, ==, 1);
}

/* Ids follow the order, so it must not hang on what readdir(3) gives. */
static void
test_tree_is_sorted(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;

	for (int i = 300; i > 0; i--) {
		g_autofree char *name = g_strdup_printf("%d/%03d.eml", i % 3, i);

		place_add_only(place, name, name);
	}
	haul = haul_of(place->path);
	g_assert_cmpuint(haul->raws->len, ==, 300);
	for (guint i = 1; i < 300; i++)
		g_assert_cmpstr(raw(haul, i - 1), <, raw(haul, i));
}

static void
test_special_files_are_named_not_opened(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;
	g_autofree char *fifo = place_path(place, "fifo.eml");
	g_autofree char *loop = place_path(place, "loop");
	g_autofree char *link = place_path(place, "link.eml");

	place_add_only(place, "z.eml", "z");
	g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
	g_assert_cmpint(symlink(place->path, loop), ==, 0);
	g_assert_cmpint(symlink("/etc/passwd", link), ==, 0);
	haul = haul_of(place->path);

	g_assert_cmpuint(haul->raws->len, ==, 1);
	g_assert_cmpuint(haul->errors->len, ==, 3);
	assert_said(haul, "fifo.eml");
	assert_said(haul, "loop");
	assert_said(haul, "link.eml");
	assert_refused(fifo, IMPORT_ERROR_DATA, "not a regular file");
	assert_refused("/dev/zero", IMPORT_ERROR_DATA, "not a regular file");
}

static void
test_asked_for_link_is_followed(void)
{
	g_autoptr(Place) place = place_new();
	g_autofree char *target = place_add(place, "target.eml", "x");
	g_autofree char *link = place_path(place, "link");
	g_autoptr(Haul) haul = NULL;

	g_assert_cmpint(symlink(target, link), ==, 0);
	haul = haul_of(link);
	g_assert_cmpuint(haul->raws->len, ==, 1);
	assert_origin(haul, 0, "/target.eml");
}

static void
test_unreadable_file_is_named(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;
	g_autofree char *path = place_add(place, "b.eml", "b");

	if (geteuid() == 0) {
		g_test_skip("root reads everything");
		return;
	}
	place_add_only(place, "a.eml", "a");
	place_add_only(place, "c.eml", "c");
	g_assert_cmpint(g_chmod(path, 0), ==, 0);
	haul = haul_of(place->path);
	g_assert_cmpuint(haul->raws->len, ==, 2);
	g_assert_cmpuint(haul->errors->len, ==, 1);
	assert_said(haul, "b.eml: Permission denied");
}

static void
test_too_large_and_empty_are_named(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;
	g_autofree char *path = place_add(place, "a.eml", "a");

	g_assert_cmpint(truncate(path, (off_t)SOURCE_MAX_MESSAGE + 1), ==, 0);
	place_add_only(place, "b.eml", "");
	place_add_only(place, "c.eml", "c");
	haul = haul_of(place->path);
	g_assert_cmpuint(haul->raws->len, ==, 1);
	assert_said(haul, "a.eml: larger than 64 MiB");
	assert_said(haul, "b.eml: empty");
}

static void
test_packed_bomb_is_named(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;
	g_autofree char *text = g_malloc(SOURCE_MAX_MESSAGE + 2);

	memset(text, 'x', SOURCE_MAX_MESSAGE + 1);
	memcpy(text, "Subject: x\n", 11);
	text[SOURCE_MAX_MESSAGE + 1] = '\0';
	add_packed(place, "bomb.eml.gz", text);
	haul = haul_of(place->path);
	g_assert_cmpuint(haul->raws->len, ==, 0);
	assert_said(haul, "bomb.eml.gz: larger than 64 MiB");
}

static void
test_broken_gzip_is_named(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;
	size_t length;
	g_autofree char *bytes = packed("Subject: x\n\nbody\n", &length);

	place_add_bytes(place, "a.eml.gz", bytes, length - 10);
	bytes[length - 6] ^= 1;
	place_add_bytes(place, "b.eml.gz", bytes, length);
	haul = haul_of(place->path);
	g_assert_cmpuint(haul->raws->len, ==, 0);
	assert_said(haul, "a.eml.gz: gzip data break off");
	assert_said(haul, "b.eml.gz: damaged gzip data");
}

/* ---- what is refused ---- */

static void
test_refused(void)
{
	g_autoptr(Place) place = place_new();
	g_autofree char *table = place_add(place, "LABELS.tsv", "file\tlabel\n");
	g_autofree char *as_mbox = g_strconcat("mbox:", table, NULL);
	g_autofree char *as_maildir = g_strconcat("maildir:", place->path, NULL);

	assert_refused(table, IMPORT_ERROR_DATA, "LABELS.tsv: not a mailbox or message");
	assert_refused(as_mbox, IMPORT_ERROR_DATA, "no mbox");
	assert_refused(as_maildir, IMPORT_ERROR_NO_INPUT, "cur");
	assert_refused("/nowhere/to/be/found", IMPORT_ERROR_NO_INPUT, "/nowhere/to/be/found");
	assert_refused("pop:box", IMPORT_ERROR_USAGE, "there are maildir, mbox, ");
}

static void
test_kind_names_are_unique(void)
{
	const SourceKind *const *kinds = source_kinds();

	for (size_t i = 0; kinds[i]; i++) {
		g_assert_cmpstr(kinds[i]->summary, !=, "");
		for (size_t j = 0; j < i; j++)
			g_assert_cmpstr(kinds[i]->name, !=, kinds[j]->name);
	}
}

/* ---- Maildir ---- */

static void
test_maildir(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Haul) haul = NULL;

	place_add_only(place, "cur/2:2,S", "no header at all");
	place_add_only(place, "new/1", "Subject: 1\n\n");
	place_add_only(place, "tmp/3", "Subject: 3\n\n");
	place_add_only(place, "new/.hidden", "Subject: 4\n\n");
	place_add_only(place, ".Sub/cur/5", "Subject: 5\n\n");
	haul = haul_of(place->path);
	g_assert_cmpuint(haul->raws->len, ==, 2);
	g_assert_cmpstr(raw(haul, 0), ==, "no header at all");
	g_assert_cmpstr(raw(haul, 1), ==, "Subject: 1\n\n");
	g_assert_true(g_str_has_prefix(g_ptr_array_index(haul->origins, 0), "maildir:/"));
}

/* A mail reader moves what it shows from new to cur, and flags are renames. */
static void
test_maildir_changes_while_read(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Source) source = NULL;
	g_autofree char *one = place_add(place, "new/1", "Subject: 1\n\n");
	g_autofree char *two = place_add(place, "new/2", "Subject: 2\n\n");
	g_autofree char *moved = place_path(place, "cur/1:2,S");
	g_auto(SourceItem) first = { 0 };
	g_auto(SourceItem) none = { 0 };
	g_autoptr(GError) error = NULL;

	place_folder(place, "cur");
	source = source_open(place->path, NULL);
	g_assert_cmpint(g_rename(one, moved), ==, 0);
	g_assert_cmpint(g_unlink(two), ==, 0);
	g_assert_cmpint(source_next(source, &first, NULL), ==, SOURCE_ITEM);
	g_assert_true(g_str_has_suffix(first.origin, "/cur/1:2,S"));
	g_assert_cmpint(source_next(source, &none, &error), ==, SOURCE_SKIP);
	g_assert_error(error, IMPORT_ERROR, IMPORT_ERROR_VANISHED);
	g_assert_nonnull(strstr(error->message, "message 2 was removed"));
	g_assert_cmpint(source_next(source, &none, NULL), ==, SOURCE_END);
}

/* ---- mbox ---- */

static Haul *
haul_mbox(const char *text)
{
	g_autoptr(Place) place = place_new();
	g_autofree char *path = place_add(place, "box", text);

	return haul_of(path);
}

static void
test_mbox_splits(void)
{
	g_autoptr(Haul) haul = haul_mbox("From one@example.com Thu Jan  1 00:00:00 1970\n"
					 "Subject: 1\n\nfirst\n\n"
					 "From MAILER-DAEMON Thu Jan  1 00:00:01 1970\n"
					 "Subject: 2\n\nsecond\n\n"
					 "From three Thu Jan  1 00:00:02 1970\n"
					 "Subject: 3\n\nthird");

	g_assert_cmpuint(haul->raws->len, ==, 3);
	g_assert_cmpstr(raw(haul, 0), ==, "Subject: 1\n\nfirst\n");
	g_assert_cmpstr(raw(haul, 1), ==, "Subject: 2\n\nsecond\n");
	g_assert_cmpstr(raw(haul, 2), ==, "Subject: 3\n\nthird");
	g_assert_cmpstr(g_ptr_array_index(haul->senders, 0), ==, "one@example.com");
	g_assert_cmpstr(g_ptr_array_index(haul->senders, 1), ==, "");
	g_assert_cmpstr(g_ptr_array_index(haul->senders, 2), ==, "-");
	assert_origin(haul, 2, "/box#3");
}

static void
test_mbox_line_ends_stay(void)
{
	g_autoptr(Haul) haul = haul_mbox("From a@b.c Thu Jan  1 00:00:00 1970\r\n"
					 "Subject: 1\r\n\r\n>From x\r\nfirst\r\n\r\n"
					 "From a@b.c Thu Jan  1 00:00:00 1970\r\n"
					 "Subject: 2\r\n\r\nsecond\r\n\r\n");

	g_assert_cmpuint(haul->raws->len, ==, 2);
	g_assert_cmpstr(raw(haul, 0), ==, "Subject: 1\r\n\r\nFrom x\r\nfirst\r\n");
	g_assert_cmpstr(raw(haul, 1), ==, "Subject: 2\r\n\r\nsecond\r\n");
}

static void
test_mboxrd_unquotes_one_level(void)
{
	g_autoptr(Haul) haul = haul_mbox("From a@b.c Thu Jan  1 00:00:00 1970\n"
					 "Subject: 1\n\n>From a\n>>From b\n> From c\n>Fromd\n\n");

	g_assert_cmpuint(haul->raws->len, ==, 1);
	g_assert_cmpstr(raw(haul, 0), ==, "Subject: 1\n\nFrom a\n>From b\n> From c\n>Fromd\n");
}

/* Prose that begins a paragraph with From is no separator. */
static void
test_mbox_prose(void)
{
	static const char text[] = "From a@b.c Thu Jan  1 00:00:00 1970\nSubject: 1\n\n"
				   "\nFrom the desk of the mayor\nof London\n"
				   "\nFrom 10:30 on\nNote: closed\n"
				   "\nFrom Thu Jan  1 00:00:00 1970 on\nwe were closed\n";
	g_autoptr(Haul) haul = haul_mbox(text);

	g_assert_cmpuint(haul->raws->len, ==, 1);
	g_assert_cmpstr(raw(haul, 0), ==, strchr(text, '\n') + 1);
}

static void
test_mbox_separators_seen_in_the_wild(void)
{
	static const char *const lines[] = {
		"From mrc@CAC.Washington.EDU Mon Feb  8 02:53:47 PST 1993",
		"From email_test@me.nowhere",
		"From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001",
		"From - Tue Oct 01 00:42:20 2013",
		"From \"a b\"@example.com Thu Jan  1 00:00:00 1970 +0000",
		"From a@b.c Thu, 1 Jan 2026 00:00:00 +0000",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autofree char *text = g_strdup_printf("From a@b.c Thu Jan  1 00:00:00 1970\n"
							"Subject: 1\n\n1\n\n%s\nSubject: 2\n\n2\n",
			lines[i]);
		g_autoptr(Haul) haul = haul_mbox(text);

		g_assert_cmpuint(haul->raws->len, ==, 2);
	}
}

static void
test_mboxcl_length_holds(void)
{
	static const char body[] =
		"x\n\nFrom a@b.c Thu Jan  1 00:00:00 1970\nSubject: fake\n\n>From y\n";
	g_autofree char *text =
		g_strdup_printf("From a@b.c Thu Jan  1 00:00:00 1970\nContent-Length: %zu\n\n%s\n"
				"From a@b.c Thu Jan  1 00:00:00 1970\nSubject: 2\n\n2\n",
			strlen(body), body);
	g_autoptr(Haul) haul = haul_mbox(text);

	g_assert_cmpuint(haul->raws->len, ==, 2);
	g_assert_true(g_str_has_suffix(raw(haul, 0), body));
	g_assert_cmpstr(raw(haul, 1), ==, "Subject: 2\n\n2\n");
}

/* A length is the sender's word as well: a false one must not join two messages
 * or cut one, wherever it points. */
static void
test_mboxcl_false_length_is_ignored(void)
{
	static const char *const lengths[] = { "0", "1", "7", "20", "60", "1000000",
		"99999999999999999999", "-1", "x", "" };

	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		g_autofree char *text =
			g_strdup_printf("From a@b.c Thu Jan  1 00:00:00 1970\n"
					"Content-Length: %s\n\n>From body\n\n"
					"From a@b.c Thu Jan  1 00:00:00 1970\nSubject: 2\n\n2\n\n",
				lengths[i]);
		g_autoptr(Haul) haul = haul_mbox(text);

		g_assert_cmpuint(haul->raws->len, ==, 2);
		g_assert_true(g_str_has_suffix(raw(haul, 0), "\n\nFrom body\n"));
		g_assert_cmpstr(raw(haul, 1), ==, "Subject: 2\n\n2\n");
	}
}

static void
test_mbox_empty(void)
{
	g_autoptr(Haul) none = haul_mbox("");
	g_autoptr(Haul) empty = haul_mbox("From a@b.c Thu Jan  1 00:00:00 1970\n");

	g_assert_cmpuint(none->raws->len + none->errors->len, ==, 0);
	g_assert_cmpuint(empty->raws->len, ==, 0);
	assert_said(empty, "box#1: empty");
}

static char *
many_messages(int count)
{
	GString *text = g_string_new(NULL);

	for (int i = 0; i < count; i++) {
		g_string_append_printf(
			text, "From a@b.c Thu Jan  1 00:00:00 1970\nSubject: %d\n\n", i);
		for (int line = 0; line < i % 500; line++)
			g_string_append(text, "From here on nothing is certain\n");
		g_string_append_c(text, '\n');
	}
	return g_string_free(text, FALSE);
}

/* Wherever the window's end falls in a message. */
static void
test_mbox_larger_than_window(void)
{
	g_autofree char *text = many_messages(2000);
	g_autoptr(Haul) haul = haul_mbox(text);

	g_assert_cmpuint(haul->raws->len, ==, 2000);
	for (guint i = 0; i < 2000; i++) {
		g_autofree char *subject = g_strdup_printf("Subject: %u\n\n", i);

		g_assert_true(g_str_has_prefix(raw(haul, i), subject));
		g_assert_cmpuint(strlen(raw(haul, i)), ==, strlen(subject) + i % 500 * 32);
	}
}

static void
test_mbox_packed(void)
{
	g_autoptr(Place) place = place_new();
	g_autofree char *text = many_messages(300);
	g_autofree char *path = place_path(place, "box.gz");
	g_autoptr(Haul) haul = NULL;

	add_packed(place, "box.gz", text);
	haul = haul_of(path);
	g_assert_cmpuint(haul->raws->len, ==, 300);
	g_assert_false(haul->failed);
}

/* What breaks off ends the source with an error, behind the last whole message. */
static void
test_mbox_packed_breaks_off(void)
{
	g_autoptr(Place) place = place_new();
	g_autofree char *text = many_messages(300);
	size_t length;
	g_autofree char *bytes = packed(text, &length);
	g_autofree char *path = place_path(place, "box.gz");
	g_autoptr(Haul) haul = NULL;

	place_add_bytes(place, "box.gz", bytes, length / 2);
	haul = haul_of(path);
	g_assert_true(haul->failed);
	assert_said(haul, "gzip data break off");
	g_assert_cmpuint(haul->raws->len, >, 10);
	for (guint i = 0; i < haul->raws->len; i++) {
		g_autofree char *subject = g_strdup_printf("Subject: %u\n\n", i);

		g_assert_cmpuint(strlen(raw(haul, i)), ==, strlen(subject) + i % 500 * 32);
	}
}

static void
test_mbox_oversized_message_is_named(void)
{
	static const char from[] = "From a@b.c Thu Jan  1 00:00:00 1970\nSubject: x\n\n";
	size_t size = (size_t)SOURCE_MAX_MESSAGE * 2 + 12345;
	g_autofree char *text = g_malloc(size);
	g_autoptr(Place) place = place_new();
	g_autofree char *path = place_path(place, "box");
	g_autoptr(Haul) haul = NULL;

	memset(text, 'x', size);
	memcpy(text, from, strlen(from));
	memcpy(text + size - 200, "\n\n", 2);
	memcpy(text + size - 198, from, strlen(from));
	place_add_bytes(place, "box", text, size);
	haul = haul_of(path);
	g_assert_cmpuint(haul->raws->len, ==, 1);
	assert_origin(haul, 0, "/box#2");
	assert_said(haul, "box#1: larger than 64 MiB");
}

/* ---- standard input ---- */

static void
test_stdin(void)
{
	int ends[2];
	g_autoptr(Haul) haul = NULL;

	g_assert_cmpint(pipe(ends), ==, 0);
	g_assert_cmpint(write(ends[1], "Subject: x\n\n", 12), ==, 12);
	close(ends[1]);
	g_assert_cmpint(dup2(ends[0], STDIN_FILENO), ==, STDIN_FILENO);
	close(ends[0]);
	haul = haul_of("-");
	g_assert_cmpuint(haul->raws->len, ==, 1);
	g_assert_cmpstr(raw(haul, 0), ==, "Subject: x\n\n");
	assert_refused("-", IMPORT_ERROR_DATA, "standard input: empty");
}

static void
test_corpus_is_all_taken(void)
{
	g_autofree char *path = place_corpus("torture");
	g_autoptr(Haul) haul = NULL;

	if (!path)
		return;
	haul = haul_of(path);
	g_assert_cmpuint(haul->raws->len, ==, 1185);
	g_assert_cmpint(haul->others, ==, 0);
	g_assert_cmpuint(haul->errors->len, ==, 0);
}

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	{ "one-file", test_one_file },
	{ "eml-is-never-split", test_eml_is_never_split },
	{ "garbage-in-eml-is-a-message", test_garbage_in_eml },
	{ "packed-file", test_packed_file },
	{ "tree-takes-mail-and-leaves-the-rest", test_tree_takes_mail_and_leaves_the_rest },
	{ "tree-opens-mailboxes", test_tree_opens_mailboxes },
	{ "tree-is-sorted", test_tree_is_sorted },
	{ "special-files-are-named-not-opened", test_special_files_are_named_not_opened },
	{ "asked-for-link-is-followed", test_asked_for_link_is_followed },
	{ "unreadable-file-is-named", test_unreadable_file_is_named },
	{ "too-large-and-empty-are-named", test_too_large_and_empty_are_named },
	{ "packed-bomb-is-named", test_packed_bomb_is_named },
	{ "broken-gzip-is-named", test_broken_gzip_is_named },
	{ "refused", test_refused },
	{ "kind-names-are-unique", test_kind_names_are_unique },
	{ "maildir", test_maildir },
	{ "maildir-changes-while-read", test_maildir_changes_while_read },
	{ "mbox-splits", test_mbox_splits },
	{ "mbox-line-ends-stay", test_mbox_line_ends_stay },
	{ "mboxrd-unquotes-one-level", test_mboxrd_unquotes_one_level },
	{ "mbox-prose-is-no-separator", test_mbox_prose },
	{ "mbox-separators-seen-in-the-wild", test_mbox_separators_seen_in_the_wild },
	{ "mboxcl-length-holds", test_mboxcl_length_holds },
	{ "mboxcl-false-length-is-ignored", test_mboxcl_false_length_is_ignored },
	{ "mbox-empty", test_mbox_empty },
	{ "mbox-larger-than-window", test_mbox_larger_than_window },
	{ "mbox-packed", test_mbox_packed },
	{ "mbox-packed-breaks-off", test_mbox_packed_breaks_off },
	{ "mbox-oversized-message-is-named", test_mbox_oversized_message_is_named },
	{ "stdin", test_stdin },
	{ "corpus-is-all-taken", test_corpus_is_all_taken },
};

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/source/", tests[i].name, NULL);

		g_test_add_func(path, tests[i].run);
	}
	return g_test_run();
}
