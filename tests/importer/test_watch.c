/* What a watch is made of: word from inotify, files that keep still, marks of mailboxes, and
 * sources of which some entries are asked for. */
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "importer/lookout.h"
#include "importer/mbox_mark.h"
#include "importer/settling.h"
#include "tests/importer/haul.h"
#include "tests/importer/place.h"

#define MESSAGE(subject) "From: a@b.test\nSubject: " subject "\n\ntext\n"
#define IN_BOX(subject)  "From a@b.test Fri May  1 12:00:00 2026\n" MESSAGE(subject) "\n"

static void
move(const Place *place, const char *from, const char *to)
{
	g_autofree char *old = place_path(place, from);
	g_autofree char *new = place_path(place, to);

	g_assert_cmpint(g_rename(old, new), ==, 0);
}

/* ---- lookout ---- */

/* What was seen, each as "KIND name " in the order it came. */
static char *
seen(Lookout *lookout)
{
	static const char *const kinds[] = {
		[SIGHTED_BEGUN] = "begun",
		[SIGHTED_CLOSED] = "closed",
		[SIGHTED_LEFT] = "left",
		[SIGHTED_CAME] = "came",
		[SIGHTED_FOLDER] = "folder",
		[SIGHTED_LOST] = "lost",
		[SIGHTED_UNMOUNTED] = "unmounted",
		[SIGHTED_MISSED] = "missed",
	};
	GString *text = g_string_new(NULL);

	for (;;) {
		g_auto(Sighting) sighting = { 0 };
		g_autofree char *name = NULL;

		if (!lookout_next(lookout, &sighting))
			return g_string_free(text, FALSE);
		name = g_path_get_basename(sighting.path);
		g_string_append_printf(text, "%s %s ", kinds[sighting.kind], name);
	}
}

static void
assert_seen(Lookout *lookout, const char *wanted)
{
	g_autofree char *text = seen(lookout);

	g_assert_cmpstr(text, ==, wanted);
}

/* For g_file_set_contents() writes beside, and renames. */
static void
put(const Place *place, const char *name)
{
	g_autofree char *path = place_path(place, name);
	int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	g_assert_cmpint(write(file, "text", 4), ==, 4);
	close(file);
}

static void
test_lookout_folder(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Lookout) lookout = lookout_new();
	g_autofree char *link = place_path(place, "link");
	g_autofree char *file = place_path(place, "file");
	int owner;

	g_assert_cmpint(lookout_add(lookout, &owner, place->path, NULL), ==, 0);
	g_assert_cmpint(lookout_add(lookout, &owner, place->path, NULL), ==, 0);
	assert_seen(lookout, "");
	put(place, "file");
	assert_seen(lookout, "begun file closed file ");
	g_assert_cmpint(link && symlink(file, link), ==, 0);
	place_folder(place, "sub");
	move(place, "file", "renamed");
	assert_seen(lookout, "begun link folder sub left file came renamed ");
	lookout_forget(lookout, &owner);
	put(place, "unseen");
	assert_seen(lookout, "");
}

/* What is below a folder that was moved is not called by its old name. */
static void
test_lookout_moved_folder(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Lookout) lookout = lookout_new();
	g_autofree char *sub = place_path(place, "sub");
	g_autofree char *deep = place_path(place, "sub/deep");
	g_autofree char *beside = place_path(place, "sub-beside");
	int owner;

	place_folder(place, "sub/deep");
	place_folder(place, "sub-beside");
	g_assert_cmpint(lookout_add(lookout, &owner, place->path, NULL), ==, 0);
	g_assert_cmpint(lookout_add(lookout, &owner, sub, NULL), ==, 0);
	g_assert_cmpint(lookout_add(lookout, &owner, deep, NULL), ==, 0);
	g_assert_cmpint(lookout_add(lookout, &owner, beside, NULL), ==, 0);
	move(place, "sub", "moved");
	assert_seen(lookout, "folder moved ");
	put(place, "moved/deep/file");
	put(place, "sub-beside/file");
	assert_seen(lookout, "begun file closed file ");
	place_remove(beside);
	assert_seen(lookout, "lost sub-beside ");
}

static void
test_lookout_name(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Lookout) lookout = lookout_new();
	int owner;
	int other;

	g_assert_cmpint(lookout_add(lookout, &owner, place->path, "box"), ==, 0);
	put(place, "another");
	assert_seen(lookout, "");
	put(place, "box");
	move(place, "another", "third");
	move(place, "box", "box.1");
	put(place, "box.1");
	assert_seen(lookout, "begun box closed box left box came box.1 ");
	g_assert_cmpint(lookout_add(lookout, &other, place->path, NULL), ==, 0);
	lookout_forget(lookout, &owner);
	put(place, "box");
	assert_seen(lookout, "begun box closed box ");
	g_assert_cmpint(lookout_add(lookout, &owner, "/nowhere/at/all", "box"), ==, ENOENT);
}

/* ---- settling ---- */

#define SECONDS(count) ((int64_t)(count)*G_USEC_PER_SEC)

static struct stat
status_of(const char *path)
{
	struct stat status;

	g_assert_cmpint(lstat(path, &status), ==, 0);
	return status;
}

static void
count(const char *path, void *data)
{
	(void)path;
	(*(int *)data)++;
}

static int
ready(Settling *settling, int64_t now)
{
	int number = 0;

	settling_look(settling, now, count, &number);
	return number;
}

static void
test_settling_found(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Settling) settling = settling_new();
	g_autofree char *path = place_add(place, "file", "half");
	struct stat status = status_of(path);
	int64_t then = status.st_ctim.tv_sec;

	/* Old by its own date, whatever the clock says of the time. */
	g_assert_false(settling_is_changing(settling, path, &status, then + 1, SECONDS(100)));
	g_assert_cmpint(settling_due(settling), ==, INT64_MAX);
	g_assert_true(settling_is_changing(settling, path, &status, then, SECONDS(100)));
	g_assert_cmpint(settling_due(settling), ==, SECONDS(102));
	g_assert_cmpint(ready(settling, SECONDS(102) - 1), ==, 0);
	g_assert_cmpint(ready(settling, SECONDS(102)), ==, 1);
	g_assert_cmpint(ready(settling, SECONDS(200)), ==, 0);
	g_assert_false(settling_is_changing(settling, path, &status, then, SECONDS(102)));
	settling_sweep(settling);
	g_assert_cmpint(settling_due(settling), ==, INT64_MAX);
}

/* A date to come, since a clock was set back, is no reason to wait for it. */
static void
test_settling_changes(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Settling) settling = settling_new();
	g_autofree char *path = place_add(place, "file", "half");
	struct stat status = status_of(path);

	g_assert_true(settling_is_changing(settling, path, &status, 0, SECONDS(100)));
	status.st_size++;
	g_assert_true(settling_is_changing(settling, path, &status, 0, SECONDS(102)));
	g_assert_cmpint(settling_due(settling), ==, SECONDS(104));
	/* The file itself is another again. */
	g_assert_cmpint(ready(settling, SECONDS(104)), ==, 0);
	g_assert_cmpint(ready(settling, SECONDS(106)), ==, 1);
	settling_sweep(settling);
	g_assert_cmpint(settling_due(settling), ==, INT64_MAX);
	g_assert_true(settling_is_changing(settling, path, &status, 0, SECONDS(106)));
	place_remove(path);
	g_assert_cmpint(ready(settling, SECONDS(108)), ==, 0);
	g_assert_cmpint(settling_due(settling), ==, INT64_MAX);
}

static void
test_settling_open(void)
{
	g_autoptr(Place) place = place_new();
	g_autoptr(Settling) settling = settling_new();
	g_autofree char *path = place_path(place, "file");
	g_autofree char *link = place_path(place, "link");
	struct stat status;

	put(place, "file");
	status = status_of(path);
	settling_note(settling, path, SECONDS(100));
	g_assert_cmpint(settling_due(settling), ==, SECONDS(100 + SETTLING_OPEN));
	/* Nor by its date: its writer only pauses. */
	g_assert_true(settling_is_changing(settling, path, &status, INT64_MAX, SECONDS(103)));
	g_assert_true(settling_forget(settling, path));
	g_assert_false(settling_forget(settling, path));
	g_assert_cmpint(linkat(AT_FDCWD, path, AT_FDCWD, link, 0), ==, 0);
	settling_note(settling, link, SECONDS(100));
	g_assert_cmpint(settling_due(settling), ==, SECONDS(100 + SETTLING_TIME));
	settling_forget(settling, link);
	/* It has another name by now, under which it is still being written. */
	settling_note(settling, "/nowhere/at/all", SECONDS(100));
	g_assert_true(settling_forget(settling, "/nowhere/at/all"));
}

/* ---- mailboxes that grow ---- */

static void
test_mark(void)
{
	static const char text[] = IN_BOX("one") IN_BOX("two");
	g_autoptr(Place) place = place_new();
	g_autofree char *path = place_add(place, "box", text);
	int file = open(path, O_RDWR | O_CLOEXEC);
	const MboxPlace second = { .offset = (int64_t)strlen(IN_BOX("one")), .number = 1 };
	g_autofree char *mark = mbox_mark(file, second);
	MboxPlace found = { 0 };

	g_assert_nonnull(mark);
	g_assert_true(mbox_mark_find(file, mark, &found));
	g_assert_cmpint(found.offset, ==, second.offset);
	g_assert_cmpint(found.number, ==, 1);
	g_assert_null(mbox_mark(file, (MboxPlace){ .offset = second.offset + 1 }));
	g_assert_false(mbox_mark_find(file, "", &found));
	g_assert_false(mbox_mark_find(file, "1 2 3", &found));
	g_assert_false(mbox_mark_find(file, "99999999999999999999 1 3", &found));
	g_assert_cmpint(pwrite(file, "X", 1, second.offset - 10), ==, 1);
	g_assert_false(mbox_mark_find(file, mark, &found));
	g_assert_cmpint(ftruncate(file, second.offset), ==, 0);
	g_assert_false(mbox_mark_find(file, mark, &found));
	close(file);
}

static bool
says(const char *path, const struct stat *status, bool several, void *data)
{
	(void)path, (void)status, (void)several;
	return *(const bool *)data;
}

/* The subjects of what @spec gives, and the last mark in *mark. */
static char *
subjects(const char *spec, const SourceSeen *watched, char **mark)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Source) source = source_find(spec, &error);
	GString *text = g_string_new(NULL);
	SourceNext next = SOURCE_LATER;

	g_assert_no_error(error);
	source_start(source, mark ? *mark : NULL, NULL, watched, &error);
	g_assert_no_error(error);
	while (next != SOURCE_END) {
		g_auto(SourceItem) item = { 0 };
		g_autofree char *raw = NULL;
		g_auto(GStrv) lines = NULL;
		const char *bytes;
		gsize length;

		next = source_next(source, &item, &error);
		g_assert_no_error(error);
		if (next == SOURCE_LATER)
			g_string_append(text, "later ");
		if (next != SOURCE_ITEM)
			continue;
		bytes = g_bytes_get_data(item.raw, &length);
		raw = g_strndup(bytes, length);
		lines = g_strsplit(raw, "\n", 3);
		g_string_append_printf(text, "%s ", lines[1] + strlen("Subject: "));
		if (mark && item.mark) {
			g_free(*mark);
			*mark = g_steal_pointer(&item.mark);
		}
	}
	return g_string_free(text, FALSE);
}

static void
assert_subjects(const char *spec, const SourceSeen *watched, char **mark, const char *wanted)
{
	g_autofree char *text = subjects(spec, watched, mark);

	g_assert_cmpstr(text, ==, wanted);
}

static void
test_mbox_grows(void)
{
	g_autoptr(Place) place = place_new();
	g_autofree char *path = place_add(place, "box", IN_BOX("one") IN_BOX("two"));
	g_autofree char *mark = NULL;
	bool changing = true;
	const SourceSeen watched = { .changing = says, .data = &changing };

	assert_subjects(path, &watched, &mark, "one later ");
	assert_subjects(path, &watched, &mark, "later ");
	changing = false;
	assert_subjects(path, &watched, &mark, "two ");
	place_add_only(place, "box", IN_BOX("one") IN_BOX("two") IN_BOX("three") IN_BOX("four"));
	changing = true;
	assert_subjects(path, &watched, &mark, "two three later ");
	changing = false;
	assert_subjects(path, &watched, &mark, "four ");
	place_add_only(place, "box", IN_BOX("anew"));
	assert_subjects(path, &watched, &mark, "anew ");
	place_add_only(place, "box", "");
	assert_subjects(path, &watched, &mark, "");
	/* Nobody watches: all is read, as ever. */
	place_add_only(place, "box", IN_BOX("one") IN_BOX("two"));
	assert_subjects(path, NULL, NULL, "one two ");
}

/* ---- some entries ---- */

static void
test_only(void)
{
	g_autoptr(Place) place = place_new();
	g_autofree char *one = place_add(place, "a/new/1", MESSAGE("one"));
	g_autofree char *two = place_add(place, "a/cur/2:2,S", MESSAGE("two"));
	g_autofree char *hidden = place_add(place, "a/new/.3", MESSAGE("hidden"));
	g_autofree char *box = place_add(place, "box", IN_BOX("four") IN_BOX("five"));
	g_autofree char *message = place_add(place, "20260501/x/message", MESSAGE("six"));
	g_autofree char *part = place_add(place, "20260501/x/part.eml", MESSAGE("part"));
	g_autofree char *maildir = place_path(place, "a");
	g_autofree char *gone = place_path(place, "a/new/gone");
	const char *const some[] = { two, gone, hidden, NULL };
	const char *const all[] = { two, one, part, message, box, hidden, gone, maildir, NULL };
	const char *const elsewhere[] = { "/etc/passwd", NULL };
	bool changing = false;
	SourceSeen watched = { .changing = says, .data = &changing, .only = some };

	assert_subjects(maildir, &watched, NULL, "two ");
	assert_subjects(place->path, &watched, NULL, "two ");
	watched.only = all;
	assert_subjects(maildir, &watched, NULL, "two one ");
	assert_subjects(place->path, &watched, NULL, "six two one four five ");
	watched.only = elsewhere;
	assert_subjects(maildir, &watched, NULL, "");
	assert_subjects(place->path, &watched, NULL, "");
	changing = true;
	watched.only = all;
	assert_subjects(maildir, &watched, NULL, "later later ");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lookout/a-folder", test_lookout_folder);
	g_test_add_func("/lookout/a-folder-that-is-moved", test_lookout_moved_folder);
	g_test_add_func("/lookout/one-name", test_lookout_name);
	g_test_add_func("/settling/what-was-found", test_settling_found);
	g_test_add_func("/settling/what-changes", test_settling_changes);
	g_test_add_func("/settling/what-was-made-and-not-closed", test_settling_open);
	g_test_add_func("/mbox/mark", test_mark);
	g_test_add_func("/mbox/grows", test_mbox_grows);
	g_test_add_func("/source/only-what-is-named", test_only);
	return g_test_run();
}
