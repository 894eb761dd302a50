#include "importer/file.h"
#include "importer/folder.h"
#include "importer/sniff.h"
#include "importer/source.h"

#include <sys/stat.h>

/* One file, or a tree of files: messages, mboxes and Maildirs mixed. */
typedef struct Tree {
	char *file;     /* the one file; NULL in a tree */
	Folder *folder; /* NULL with one file */
	size_t next;
	Source *inner; /* the mbox in the tree that is being read */
	const SourceSeen *seen;
} Tree;

static void
tree_close(void *state)
{
	Tree *tree = state;

	if (!tree)
		return;
	g_free(tree->file);
	folder_free(tree->folder);
	source_close(tree->inner);
	g_free(tree);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tree, tree_close)

static bool
tree_detect(const SourceProbe *probe)
{
	return probe->folder || sniff_message_name(probe->path) ||
		sniff_message(probe->head, probe->length);
}

static void *
tree_open(const SourceOpening *opening, GError **error)
{
	g_autoptr(Tree) tree = g_new0(Tree, 1);
	struct stat status;

	tree->seen = opening->seen;
	if (stat(opening->path, &status) < 0 || !S_ISDIR(status.st_mode)) {
		tree->file = g_strdup(opening->path);
		return g_steal_pointer(&tree);
	}
	tree->folder = folder_new(opening->path);
	if (!folder_add_tree(tree->folder, error))
		return NULL;
	folder_sort(tree->folder);
	return g_steal_pointer(&tree);
}

static SourceNext
take_file(const Tree *tree, const char *path, FileLinks links, SourceItem *item, GError **error)
{
	SourceNext next = file_take_message(path, links, tree->seen, item, error);

	if (next != SOURCE_ITEM)
		return next;
	item->sender = source_from_line_sender(item->raw);
	item->origin = g_strconcat("eml:", path, NULL);
	return SOURCE_ITEM;
}

static SourceNext
take_by_content(Tree *tree, const char *path, SourceItem *item, GError **error)
{
	FileHead head;

	if (!file_read_head(path, FILE_NO_FOLLOW, &head, error))
		return SOURCE_SKIP;
	if (sniff_mbox(head.bytes, head.length)) {
		g_autofree char *spec = g_strconcat("mbox:", path, NULL);

		tree->inner = source_open(spec, error);
		return tree->inner ? source_next(tree->inner, item, error) : SOURCE_SKIP;
	}
	if (!sniff_message(head.bytes, head.length))
		return SOURCE_OTHER;
	return take_file(tree, path, FILE_NO_FOLLOW, item, error);
}

static SourceNext
take_entry(Tree *tree, size_t index, SourceItem *item, GError **error)
{
	g_autofree char *path = folder_path(tree->folder, index);

	switch (folder_kind(tree->folder, index)) {
	case ENTRY_MESSAGE:
		return take_file(tree, path, FILE_NO_FOLLOW, item, error);
	case ENTRY_FILE:
		return take_by_content(tree, path, item, error);
	case ENTRY_SPECIAL:
	case ENTRY_UNLISTED:
		break;
	}
	folder_set_error(tree->folder, index, error);
	return SOURCE_SKIP;
}

static SourceNext
next_in_tree(Tree *tree, SourceItem *item, GError **error)
{
	SourceNext next = SOURCE_END;

	if (tree->inner)
		next = source_next(tree->inner, item, error);
	while (next == SOURCE_END) {
		g_clear_pointer(&tree->inner, source_close);
		if (tree->next == folder_length(tree->folder))
			return SOURCE_END;
		next = take_entry(tree, tree->next++, item, error);
	}
	if (next != SOURCE_FAILED)
		return next;
	/* One mbox broke off; the files after it are whole. */
	g_clear_pointer(&tree->inner, source_close);
	return SOURCE_SKIP;
}

static SourceNext
tree_next(void *state, SourceItem *item, GError **error)
{
	Tree *tree = state;
	SourceNext next;

	if (tree->folder)
		return next_in_tree(tree, item, error);
	if (tree->next++ > 0)
		return SOURCE_END;
	next = take_file(tree, tree->file, FILE_FOLLOW, item, error);
	return next == SOURCE_SKIP ? SOURCE_FAILED : next;
}

static int64_t
tree_total(void *state)
{
	const Tree *tree = state;

	return tree->folder ? (int64_t)folder_length(tree->folder) : 1;
}

extern const SourceKind source_eml;
const SourceKind source_eml = {
	.name = "eml",
	.summary = "a message in a file, plain or .gz; or a folder tree of them",
	.detect = tree_detect,
	.open = tree_open,
	.next = tree_next,
	.total = tree_total,
	.close = tree_close,
};
