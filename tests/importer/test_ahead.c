/* Files that a thread reads before they are asked for: ahead.h. */
#include "importer/ahead.h"

#include <glib/gstdio.h>
#include <string.h>

#include "mail/digest.h"
#include "tests/importer/place.h"

enum {
	FILES = 400,
	LARGE = 5 * 1024 * 1024, /* more than is read ahead at once */
};

/* What a store would say. */
typedef struct Asked {
	int seen_from; /* the files that are asked for from here on were read before */
	int asked;
} Asked;

static bool
ask(G_GNUC_UNUSED int64_t key, Fate *fate, void *data)
{
	Asked *asked = data;

	*fate = FATE_KEPT;
	return asked->asked++ >= asked->seen_from;
}

static char *
text_of(int number)
{
	g_autofree char *filler = g_strnfill(number % 97 == 41 ? LARGE : number * 31 % 3000, 'x');

	return g_strdup_printf("Subject: %d\n\n%s\n", number, filler);
}

static char *
name_of(int number)
{
	return g_strdup_printf("cur/%04d.a", number);
}

static Place *
make_place(void)
{
	Place *place = place_new();

	for (int i = 0; i < FILES; i++) {
		g_autofree char *name = name_of(i);
		g_autofree char *text = text_of(i);

		place_add_only(place, name, i % 50 == 49 ? "" : text);
	}
	return place;
}

static Folder *
list(const Place *place)
{
	Folder *folder = folder_new(place->path);

	g_assert_true(folder_add_messages(folder, "cur", NULL));
	folder_sort(folder);
	g_assert_cmpuint(folder_length(folder), ==, FILES);
	return folder;
}

static SourceNext
take(Ahead *ahead, const Folder *folder, size_t index, SourceItem *item, GError **error)
{
	g_autofree char *path = folder_path(folder, index);
	Fate fate;

	return ahead_take(ahead, index, path, &fate, item, error);
}

static void
assert_item(const SourceItem *item, int number)
{
	g_autofree char *text = text_of(number);
	uint8_t digest[DIGEST_SIZE];
	size_t size;
	const char *bytes = g_bytes_get_data(item->raw, &size);

	g_assert_cmpmem(bytes, size, text, strlen(text));
	digest_sha256(bytes, size, digest);
	if (item->hashed)
		g_assert_cmpmem(item->sha256, DIGEST_SIZE, digest, DIGEST_SIZE);
}

/* Every @step-th of all, in order; the empty ones are named. */
static int
take_all(const Place *place, const SourceSeen *seen, int step)
{
	g_autoptr(Folder) folder = list(place);
	g_autoptr(Ahead) ahead = ahead_new(folder, seen);
	int ahead_of_time = 0;

	for (int i = 0; i < FILES; i += step) {
		g_auto(SourceItem) item = { 0 };
		g_autoptr(GError) error = NULL;
		SourceNext next = take(ahead, folder, (size_t)i, &item, &error);

		if (i % 50 == 49) {
			g_assert_cmpint(next, ==, SOURCE_SKIP);
			g_assert_nonnull(strstr(error->message, "empty"));
			continue;
		}
		g_assert_no_error(error);
		g_assert_cmpint(next, ==, SOURCE_ITEM);
		assert_item(&item, i);
		ahead_of_time += item.hashed;
	}
	return ahead_of_time;
}

static void
test_all_come_as_they_are(void)
{
	g_autoptr(Place) place = make_place();
	const SourceSeen seen = { .ahead = true };

	g_assert_cmpint(take_all(place, &seen, 1), >, FILES / 2);
	g_assert_cmpint(take_all(place, &seen, 3), >, FILES / 3 / 2);
	g_assert_cmpint(take_all(place, &seen, 150), ==, 0);
}

/* Where a box is a copy of this process there must be no thread. */
static void
test_only_where_it_may(void)
{
	g_autoptr(Place) place = make_place();
	const SourceSeen seen = { .ahead = false };

	g_assert_cmpint(take_all(place, &seen, 1), ==, 0);
	g_assert_cmpint(take_all(place, NULL, 1), ==, 0);
}

static void
test_it_ends_where_files_are_known(void)
{
	g_autoptr(Place) place = make_place();
	g_autoptr(Folder) folder = list(place);
	g_autofree char *last = folder_path(folder, FILES - 2);
	Asked asked = { .seen_from = 45 };
	const SourceSeen seen = { .ask = ask, .data = &asked, .before = G_MAXINT64, .ahead = true };
	g_autoptr(Ahead) ahead = ahead_new(folder, &seen);

	for (int i = 0; i < FILES; i++) {
		g_auto(SourceItem) item = { 0 };
		SourceNext next = take(ahead, folder, (size_t)i, &item, NULL);

		/* A thread that goes on would have read it long ago. */
		if (i == FILES - 3)
			g_assert_cmpint(g_unlink(last), ==, 0);
		if (i == FILES - 2)
			g_assert_cmpint(next, ==, SOURCE_SKIP);
		else
			g_assert_cmpint(next, ==, i < 45 ? SOURCE_ITEM : SOURCE_SEEN);
		g_assert_true(!item.raw == (i >= 45));
	}
	g_assert_cmpint(asked.asked, ==, FILES - 1);
}

static void
test_it_can_be_left_anywhere(void)
{
	g_autoptr(Place) place = make_place();
	const SourceSeen seen = { .ahead = true };

	for (int end = 0; end < 48; end++) {
		g_autoptr(Folder) folder = list(place);
		g_autoptr(Ahead) ahead = ahead_new(folder, &seen);

		for (int i = 0; i < end; i++) {
			g_auto(SourceItem) item = { 0 };

			g_assert_cmpint(
				take(ahead, folder, (size_t)i, &item, NULL), ==, SOURCE_ITEM);
		}
	}
}

/* A mail reader moves files while they are read. */
static void
test_what_is_gone_is_said(void)
{
	g_autoptr(Place) place = make_place();
	g_autoptr(Folder) folder = list(place);
	const SourceSeen seen = { .ahead = true };
	g_autoptr(Ahead) ahead = ahead_new(folder, &seen);
	g_autofree char *path = folder_path(folder, 44);

	g_assert_cmpint(g_unlink(path), ==, 0);
	for (int i = 0; i < 48; i++) {
		g_auto(SourceItem) item = { 0 };
		g_autoptr(GError) error = NULL;
		SourceNext next = take(ahead, folder, (size_t)i, &item, &error);

		g_assert_cmpint(next, ==, i == 44 ? SOURCE_SKIP : SOURCE_ITEM);
		if (i == 44)
			g_assert_error(error, IMPORT_ERROR, IMPORT_ERROR_VANISHED);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ahead/all-come-as-they-are", test_all_come_as_they_are);
	g_test_add_func("/ahead/only-where-it-may", test_only_where_it_may);
	g_test_add_func("/ahead/it-ends-where-files-are-known", test_it_ends_where_files_are_known);
	g_test_add_func("/ahead/it-can-be-left-anywhere", test_it_can_be_left_anywhere);
	g_test_add_func("/ahead/what-is-gone-is-said", test_what_is_gone_is_said);
	return g_test_run();
}
