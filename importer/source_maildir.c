#include "importer/file.h"
#include "importer/folder.h"
#include "importer/source.h"

#include <string.h>

typedef struct Maildir {
	char *path;
	Folder *folder;
	size_t next;
	/* Unique names (what stands before the ':') of messages that were gone when their
	 * turn came: a mail reader moves them from new to cur and renames them there. */
	GHashTable *gone;
	bool second_look; /* only for what was gone */
	const SourceSeen *seen;
} Maildir;

static void
maildir_close(void *state)
{
	Maildir *maildir = state;

	if (!maildir)
		return;
	g_free(maildir->path);
	folder_free(maildir->folder);
	g_hash_table_unref(maildir->gone);
	g_free(maildir);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Maildir, maildir_close)

static bool
maildir_detect(const SourceProbe *probe)
{
	return probe->folder && folder_is_maildir(probe->path);
}

static bool
list(Maildir *maildir, GError **error)
{
	g_autoptr(Folder) folder = folder_new(maildir->path);

	if (!folder_add_messages(folder, "cur", error) ||
		!folder_add_messages(folder, "new", error))
		return false;
	folder_sort(folder);
	g_clear_pointer(&maildir->folder, folder_free);
	maildir->folder = g_steal_pointer(&folder);
	maildir->next = 0;
	return true;
}

static void *
maildir_open(const SourceOpening *opening, GError **error)
{
	g_autoptr(Maildir) maildir = g_new0(Maildir, 1);

	maildir->path = g_strdup(opening->path);
	maildir->seen = opening->seen;
	maildir->gone = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (!list(maildir, error))
		return NULL;
	return g_steal_pointer(&maildir);
}

static char *
unique_name(const char *path)
{
	char *name = g_path_get_basename(path);

	name[strcspn(name, ":")] = '\0';
	return name;
}

static SourceNext
take(Maildir *maildir, const char *path, SourceItem *item, GError **error)
{
	g_autoptr(GError) failure = NULL;
	SourceNext next = file_take_message(path, FILE_NO_FOLLOW, maildir->seen, item, &failure);

	if (next == SOURCE_ITEM)
		item->origin = g_strconcat("maildir:", path, NULL);
	if (next != SOURCE_SKIP)
		return next;
	if (g_error_matches(failure, IMPORT_ERROR, IMPORT_ERROR_VANISHED) &&
		!maildir->second_look) {
		g_hash_table_add(maildir->gone, unique_name(path));
		return SOURCE_END;
	}
	g_propagate_error(error, g_steal_pointer(&failure));
	return SOURCE_SKIP;
}

/* Takes the next entry; SOURCE_END when it is not for this look. */
static SourceNext
take_entry(Maildir *maildir, SourceItem *item, GError **error)
{
	size_t index = maildir->next++;
	g_autofree char *path = folder_path(maildir->folder, index);
	g_autofree char *name = unique_name(path);

	if (maildir->second_look && !g_hash_table_remove(maildir->gone, name))
		return SOURCE_END;
	if (folder_kind(maildir->folder, index) == ENTRY_MESSAGE)
		return take(maildir, path, item, error);
	folder_set_error(maildir->folder, index, error);
	return SOURCE_SKIP;
}

/* After the second look: what nobody moved was deleted, and is said. */
static SourceNext
tell_gone(Maildir *maildir, GError **error)
{
	GHashTableIter iterator;
	void *name;

	g_hash_table_iter_init(&iterator, maildir->gone);
	if (!g_hash_table_iter_next(&iterator, &name, NULL))
		return SOURCE_END;
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_VANISHED,
		"%s: message %s was removed while the folder was read", maildir->path,
		(const char *)name);
	g_hash_table_iter_remove(&iterator);
	return SOURCE_SKIP;
}

static SourceNext
maildir_next(void *state, SourceItem *item, GError **error)
{
	Maildir *maildir = state;

	for (;;) {
		while (maildir->next < folder_length(maildir->folder)) {
			SourceNext next = take_entry(maildir, item, error);

			if (next != SOURCE_END)
				return next;
		}
		if (maildir->second_look || g_hash_table_size(maildir->gone) == 0)
			return tell_gone(maildir, error);
		maildir->second_look = true;
		if (!list(maildir, error))
			return SOURCE_FAILED;
	}
}

static int64_t
maildir_total(void *state)
{
	const Maildir *maildir = state;

	return maildir->second_look ? -1 : (int64_t)folder_length(maildir->folder);
}

extern const SourceKind source_maildir;
const SourceKind source_maildir = {
	.name = "maildir",
	.summary = "a Maildir: what is in its cur and new",
	.detect = maildir_detect,
	.open = maildir_open,
	.next = maildir_next,
	.total = maildir_total,
	.close = maildir_close,
};
