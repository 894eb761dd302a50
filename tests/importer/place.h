/* place.h - a folder for one test, gone with its Place; and where the real mail is */
#ifndef TESTS_IMPORTER_PLACE_H
#define TESTS_IMPORTER_PLACE_H

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct Place {
	char *path;
} Place;

static inline Place *
place_new(void)
{
	Place *place = g_new0(Place, 1);
	g_autoptr(GError) error = NULL;

	place->path = g_dir_make_tmp("lazaret-test-XXXXXX", &error);
	g_assert_no_error(error);
	return place;
}

static inline void
place_remove(const char *path)
{
	g_autoptr(GDir) folder = NULL;
	const char *name;

	if (!g_file_test(path, G_FILE_TEST_IS_SYMLINK))
		folder = g_dir_open(path, 0, NULL);
	while (folder && (name = g_dir_read_name(folder))) {
		g_autofree char *inner = g_build_filename(path, name, NULL);

		place_remove(inner);
	}
	g_remove(path);
}

static inline void
place_free(Place *place)
{
	place_remove(place->path);
	g_free(place->path);
	g_free(place);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Place, place_free)

static inline char *
place_path(const Place *place, const char *name)
{
	return g_build_filename(place->path, name, NULL);
}

static inline void
place_folder(const Place *place, const char *name)
{
	g_autofree char *path = place_path(place, name);

	g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
}

static inline void
place_add_bytes(const Place *place, const char *name, const char *bytes, size_t length)
{
	g_autofree char *path = place_path(place, name);
	g_autofree char *folder = g_path_get_dirname(path);

	g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
}

static inline void
place_add_only(const Place *place, const char *name, const char *text)
{
	place_add_bytes(place, name, text, strlen(text));
}

/* Its path; yours. */
static inline char *
place_add(const Place *place, const char *name, const char *text)
{
	place_add_only(place, name, text);
	return place_path(place, name);
}

/* The folder @name of the real mail, or NULL and the test is skipped. */
static inline char *
place_corpus(const char *name)
{
	const char *corpus = g_getenv("CORPUS");
	g_autofree char *path = g_build_filename(corpus ? corpus : "../shared/corpus", name, NULL);

	if (g_file_test(path, G_FILE_TEST_IS_DIR))
		return g_steal_pointer(&path);
	g_test_skip("no corpus: set CORPUS");
	return NULL;
}

#endif
