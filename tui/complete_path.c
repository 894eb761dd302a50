#include "tui/complete.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

enum {
	MOST_ENTRIES = 5000, /* of a folder that are looked at */
};

/* Follows links: what one leads to is what would be written to. */
static bool
is_folder(DIR *folder, const struct dirent *entry)
{
	struct stat about;

	if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	return fstatat(dirfd(folder), entry->d_name, &about, 0) == 0 && S_ISDIR(about.st_mode);
}

static bool
is_offered(const char *name, const char *prefix)
{
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	return g_str_has_prefix(name, prefix) && (*name != '.' || *prefix == '.');
}

static int
by_name(const void *one, const void *other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

/* Of char *, in order; a folder's ends in a slash. */
static GPtrArray *
names_in(const char *path, const char *prefix, bool only_folders)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	DIR *folder = opendir(path);
	const struct dirent *entry;

	for (int i = 0; folder && i < MOST_ENTRIES && (entry = readdir(folder)); i++) {
		bool into;

		if (!is_offered(entry->d_name, prefix))
			continue;
		into = is_folder(folder, entry);
		if (into || !only_folders)
			g_ptr_array_add(names, g_strconcat(entry->d_name, into ? "/" : "", NULL));
	}
	if (folder)
		(void)closedir(folder);
	g_ptr_array_sort(names, by_name);
	return names;
}

void
complete_path(Completion *completion, const char *path, bool only_folders)
{
	const char *slash = strrchr(path, '/');
	const char *prefix = slash ? slash + 1 : path;
	g_autofree char *above = g_strndup(path, (gsize)(prefix - path));
	g_autofree char *folder = shell_word_home(*above ? above : ".");
	g_autoptr(GPtrArray) names = names_in(folder, prefix, only_folders);

	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		g_autofree char *whole = g_strconcat(above, name, NULL);

		completion_add(completion, whole, NULL, g_str_has_suffix(name, "/"));
	}
}

Completion *
complete_folder_line(const char *line, gsize cursor)
{
	Completion *completion = completion_new(0, strlen(line));
	g_autofree char *path = g_strndup(line, cursor);

	complete_path(completion, path, true);
	return completion;
}
