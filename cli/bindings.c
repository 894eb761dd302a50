#include "cli/bindings.h"

#include <string.h>

#include "tui/keymap.h"

/* Does @line name @key? */
static bool
is_line_of(const char *line, const char *key)
{
	size_t length = strlen(key);

	while (*line == ' ' || *line == '\t')
		line++;
	if (strncmp(line, key, length) != 0)
		return false;
	line += length;
	while (*line == ' ' || *line == '\t')
		line++;
	return *line == '=';
}

/* GKeyFile does not say where it read something: the last such line, as there. */
static int
line_of(char **lines, const char *key)
{
	bool inside = false;
	int found = 0;

	for (int i = 0; lines[i]; i++) {
		if (*lines[i] == '[')
			inside = g_str_has_prefix(lines[i], "[" BINDINGS_GROUP "]");
		else if (inside && is_line_of(lines[i], key))
			found = i + 1;
	}
	return found;
}

GPtrArray *
bindings_read(GKeyFile *file, const char *text)
{
	g_autoptr(GPtrArray) bindings =
		g_ptr_array_new_with_free_func((GDestroyNotify)key_binding_free);
	g_auto(GStrv) actions = g_key_file_get_keys(file, BINDINGS_GROUP, NULL, NULL);
	g_auto(GStrv) lines = g_strsplit(text ? text : "", "\n", -1);

	for (char **action = actions; action && *action; action++) {
		/* As it stands there: the backslash is a key like any other. */
		g_autofree char *keys = g_key_file_get_value(file, BINDINGS_GROUP, *action, NULL);

		g_ptr_array_add(bindings,
			key_binding_new(*action, g_strstrip(keys), line_of(lines, *action)));
	}
	return g_steal_pointer(&bindings);
}
