#include "importer/rewrite.h"

#include <string.h>

#include "importer/box.h"
#include "importer/source.h"

static GBytes *
run(BoxJob job, GBytes *raw, const char *detail, GError **error)
{
	g_auto(BoxReply) reply = { 0 };

	if (!box_run(NULL, job, raw, detail, &reply, error))
		return NULL;
	if (!reply.bytes)
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
			"not all links can be rewritten: %s",
			reply.fault ? reply.fault : "the parser gave up");
	return g_steal_pointer(&reply.bytes);
}

/* What the box is to put where. */
static char *
table_of(GBytes *found, const char *prefix, MakeLink make, void *data)
{
	gsize size;
	const char *bytes = g_bytes_get_data(found, &size);
	g_autofree char *lines = size ? g_strndup(bytes, size) : g_strdup("");
	GString *table = g_string_new(prefix);

	g_string_append_c(table, '\n');
	for (char *line = lines, *next; *line; line = next) {
		size_t length = strcspn(line, "\n");
		g_autofree char *target = g_strndup(line, length);
		g_autofree char *link = strchr(target, '\t') ? NULL : make(target, data);

		next = line + length + (line[length] == '\n');
		if (link)
			g_string_append_printf(table, "%s\t%s\n", target, link);
	}
	return g_string_free(table, FALSE);
}

GBytes *
rewrite_in_box(
	GBytes *raw, const char *prefix, MakeLink make, void *data, int *links, GError **error)
{
	g_autoptr(GBytes) found = NULL;
	g_autoptr(GBytes) written = NULL;
	g_autofree char *table = NULL;
	const char *end;
	const char *bytes;
	gsize size;

	box_prepare();
	found = run(BOX_LINKS, raw, NULL, error);
	if (!found)
		return NULL;
	table = table_of(found, prefix, make, data);
	written = run(BOX_REWRITE, raw, table, error);
	if (!written)
		return NULL;
	bytes = g_bytes_get_data(written, &size);
	end = memchr(bytes, '\n', size);
	if (!end) {
		g_set_error(
			error, IMPORT_ERROR, IMPORT_ERROR_BOX, "the parser answered with nonsense");
		return NULL;
	}
	*links = (int)CLAMP(g_ascii_strtoll(bytes, NULL, 10), 0, G_MAXINT);
	return g_bytes_new_from_bytes(
		written, (gsize)(end + 1 - bytes), size - (gsize)(end + 1 - bytes));
}
