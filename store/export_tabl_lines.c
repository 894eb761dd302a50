#include "store/export_pages.h"
#include "store/tabl.h"

static const PageSize page_size = {
	.lines = TABL_CHUNK,
	.suffix = ".txt",
};

/* "sender-block", "url-block-until-2026-06-27" */
static char *
file_name(const TablGroup *group)
{
	static const char *const lists[TABL_LISTS] = {
		[TABL_SENDER] = "sender",
		[TABL_URL] = "url",
		[TABL_FILE] = "file",
	};
	g_autofree char *until =
		group->until ? g_strdup_printf("-until-%.10s", group->until) : g_strdup("");

	return g_strconcat(lists[group->list], "-", tabl_verb_name(group->verb), until, NULL);
}

static bool
write_group(const Export *export, const TablGroup *group, const char *name, GError **error)
{
	g_autoptr(Pages) pages = pages_new(&page_size, "", export, name);
	g_autoptr(GString) line = g_string_new(NULL);

	for (guint i = 0; i < group->entries->len; i++) {
		g_string_printf(line, "%s\n", (const char *)g_ptr_array_index(group->entries, i));
		pages_add(pages, line);
	}
	return pages_end(pages, error);
}

static void *
copy_entry(const void *entry, G_GNUC_UNUSED void *data)
{
	return g_strdup(entry);
}

/* Groups that end on the same day are one file: the portal asks for a day. */
static bool
write_groups(const Export *export, Tabl *tabl, GError **error)
{
	g_autoptr(GPtrArray) groups = tabl_groups(tabl);
	g_autofree char *name = NULL;
	TablGroup *day = NULL;

	for (guint i = 0; i < groups->len; i++) {
		TablGroup *group = g_ptr_array_index(groups, i);
		g_autofree char *next = file_name(group);

		if (day && g_str_equal(name, next)) {
			g_ptr_array_extend(day->entries, group->entries, copy_entry, NULL);
			continue;
		}
		if (day && !write_group(export, day, name, error))
			return false;
		day = group;
		g_free(name);
		name = g_steal_pointer(&next);
	}
	return !day || write_group(export, day, name, error);
}

static bool
run(const Export *export, GError **error)
{
	g_autoptr(Tabl) tabl = tabl_new(false);
	g_autoptr(GString) intro = g_string_new(
		"For the Tenant Allow/Block List of Microsoft 365, a file at a time, at most 20 lines each:\n"
		"those named block and allow are to be pasted into Block and Allow, on the page of their\n"
		"list; those named remove are to be looked up there and deleted.\n");

	for (size_t i = 0; tabl_warnings[i]; i++)
		g_string_append_printf(intro, "%s\n", tabl_warnings[i]);
	g_string_append_c(intro, '\n');
	return export->begin("read-me.txt", export->data, error) &&
		export_write(export, intro, error) && tabl_fill(tabl, export, "", error) &&
		write_groups(export, tabl, error);
}

extern const ExportFormat export_tabl_lines;

const ExportFormat export_tabl_lines = {
	.name = "tabl-lines",
	.summary = "Tenant Allow/Block List of Microsoft 365: files of at most 20 lines to paste",
	.folder = true,
	.fresh = true,
	.run = run,
};
