#include "importer/log_rotated.h"

#include <string.h>
#include <sys/stat.h>

#include "importer/log_file.h"

/* A log and when it last changed. */
typedef struct Aged {
	char *path;
	int64_t changed; /* nanoseconds */
} Aged;

static void
aged_free(Aged *aged)
{
	g_free(aged->path);
	g_free(aged);
}

static Aged *
aged_new(const char *path)
{
	Aged *aged = g_new0(Aged, 1);
	struct stat status;

	aged->path = g_strdup(path);
	aged->changed = G_MAXINT64;
	if (strcmp(path, "-") != 0 && stat(path, &status) == 0)
		aged->changed = status.st_mtim.tv_sec * G_GINT64_CONSTANT(1000000000) +
			status.st_mtim.tv_nsec;
	return aged;
}

static int
compare_ages(gconstpointer a, gconstpointer b)
{
	const Aged *one = *(const Aged *const *)a;
	const Aged *other = *(const Aged *const *)b;

	return (one->changed > other->changed) - (one->changed < other->changed);
}

/* Those from @first on. */
static GPtrArray *
paths_of(GPtrArray *logs, guint first)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

	for (guint i = first; i < logs->len; i++)
		g_ptr_array_add(paths, g_strdup(((Aged *)g_ptr_array_index(logs, i))->path));
	return paths;
}

static GPtrArray *
siblings(const char *path)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *base = g_path_get_basename(path);
	g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
	GPtrArray *logs = g_ptr_array_new_with_free_func((GDestroyNotify)aged_free);
	const char *entry;

	while (entries && (entry = g_dir_read_name(entries))) {
		g_autofree char *sibling = NULL;
		size_t length = strlen(base);

		if (!g_str_has_prefix(entry, base) || !strchr(".-", entry[length]) ||
			!entry[length])
			continue;
		sibling = g_build_filename(folder, entry, NULL);
		if (g_file_test(sibling, G_FILE_TEST_IS_REGULAR))
			g_ptr_array_add(logs, aged_new(sibling));
	}
	g_ptr_array_sort(logs, compare_ages);
	return logs;
}

GPtrArray *
log_rotated_since(const char *path, const char *name)
{
	g_autoptr(GPtrArray) logs = siblings(path);

	for (guint i = 0; i < logs->len; i++) {
		const Aged *aged = g_ptr_array_index(logs, i);
		g_autofree char *found = log_file_name(aged->path, NULL);

		if (found && strcmp(found, name) == 0)
			return paths_of(logs, i);
	}
	return paths_of(logs, logs->len);
}

GPtrArray *
log_by_age(const char *const *paths)
{
	g_autoptr(GPtrArray) logs = g_ptr_array_new_with_free_func((GDestroyNotify)aged_free);

	for (; *paths; paths++)
		g_ptr_array_add(logs, aged_new(*paths));
	g_ptr_array_sort(logs, compare_ages);
	return paths_of(logs, 0);
}
