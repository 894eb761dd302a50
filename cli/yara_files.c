#include "cli/yara_files.h"

#include <string.h>

#include "cli/command.h"
#include "cli/site.h"

enum {
	MAX_FILES = 5000,
	MAX_BYTES = 64 * 1024 * 1024, /* of all of them */
};

static void
yara_file_free(YaraFile *file)
{
	g_free(file->name);
	g_free(file->text);
	g_free(file);
}

static bool
fail(GError **error, const char *folder, const char *name, const char *words)
{
	g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "yara-rules: %s%s%s: %s", folder,
		*name ? "/" : "", name, words);
	return false;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
list_names(const char *folder, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) inner = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, &inner);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		if (*name != '.' &&
			(g_str_has_suffix(name, ".yar") || g_str_has_suffix(name, ".yara")))
			g_ptr_array_add(names, g_strdup(name));
	}
	/* No rules look at nothing, which must not pass for rules that find nothing. */
	if (names->len > 0 && names->len <= MAX_FILES) {
		g_ptr_array_sort(names, compare_names);
		return g_steal_pointer(&names);
	}
	fail(error, folder, "",
		inner                    ? inner->message
			: names->len > 0 ? "too many files"
					 : "no *.yar and no *.yara in it");
	return NULL;
}

GPtrArray *
yara_files_read(const char *folder, GError **error)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func((GDestroyNotify)yara_file_free);
	g_autoptr(GPtrArray) names = list_names(folder, error);
	size_t bytes = 0;

	for (guint i = 0; names && i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_autoptr(GError) inner = NULL;
		YaraFile *file = g_new0(YaraFile, 1);

		g_ptr_array_add(files, file);
		file->name = g_strdup(name);
		file->text = site_read_file(path, &inner);
		if (!file->text) {
			fail(error, folder, name, inner->message);
			return NULL;
		}
		bytes += strlen(file->text);
		if (bytes > MAX_BYTES) {
			fail(error, folder, "", "more rules than 64 MB");
			return NULL;
		}
	}
	return names ? g_steal_pointer(&files) : NULL;
}

YaraRules *
yara_files_compile(const GPtrArray *files, GError **error)
{
	g_autoptr(YaraRules) rules = yara_rules_new();
	g_autoptr(GError) inner = NULL;

	for (guint i = 0; i < files->len; i++) {
		const YaraFile *file = g_ptr_array_index(files, i);

		if (yara_rules_add(rules, file->name, file->text, &inner))
			continue;
		g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "yara-rules: %s: %s", file->name,
			inner->message);
		return NULL;
	}
	if (yara_rules_finish(rules, &inner))
		return g_steal_pointer(&rules);
	g_set_error(error, CLI_ERROR, CLI_ERROR_CONFIG, "yara-rules: %s", inner->message);
	return NULL;
}
