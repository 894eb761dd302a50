#include "importer/tree.h"

#include <sys/stat.h>

#include "importer/file.h"
#include "importer/folder.h"
#include "importer/mover.h"
#include "importer/sniff.h"

typedef struct Tree {
	char *file;     /* the one file; NULL in a tree */
	Folder *folder; /* NULL with one file */
	size_t next;
	const Form *form; /* that all are in; NULL: any */
	Source *inner;    /* the file of several messages in the tree that is being read */
	SourceOptions for_inner;
	int interrupt; /* as source_heed() */
	const SourceSeen *seen;
	SourceSeen seen_inside; /* of a file of several: all of it is read */
	Mover *mover;           /* NULL: files stay */
} Tree;

void
tree_close(void *state)
{
	Tree *tree = state;

	if (!tree)
		return;
	g_free(tree->file);
	folder_free(tree->folder);
	source_close(tree->inner);
	mover_free(tree->mover);
	g_free(tree);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tree, tree_close)

static bool
open_mover(Tree *tree, const SourceOpening *opening, GError **error)
{
	const char *folder = opening->options->move_to;
	g_autofree char *apart = tree->file ? g_path_get_dirname(opening->path) : NULL;

	if (!folder)
		return true;
	tree->mover = mover_new(opening->path, folder, error);
	return tree->mover &&
		mover_check_outside(tree->mover, apart ? apart : opening->path, error);
}

static bool
list(Tree *tree, GError **error)
{
	const char *const *only = tree->seen ? tree->seen->only : NULL;

	if (!only && !folder_add_tree(tree->folder, error))
		return false;
	for (; only && *only; only++)
		folder_add_file(tree->folder, *only);
	folder_sort(tree->folder);
	return true;
}

void *
tree_open(const SourceOpening *opening, const Form *form, GError **error)
{
	g_autoptr(Tree) tree = g_new0(Tree, 1);
	struct stat status;

	tree->form = form;
	tree->seen = opening->seen;
	if (tree->seen)
		tree->seen_inside = *tree->seen;
	tree->seen_inside.only = NULL;
	tree->for_inner.password = opening->options->password;
	tree->for_inner.s3 = opening->options->s3;
	if (stat(opening->path, &status) < 0 || !S_ISDIR(status.st_mode))
		tree->file = g_strdup(opening->path);
	else
		tree->folder = folder_new(opening->path);
	if (!open_mover(tree, opening, error) || (tree->folder && !list(tree, error)))
		return NULL;
	return g_steal_pointer(&tree);
}

/* ---- one message in one file ---- */

static bool
open_form(const Form *form, const char *path, SourceItem *item, GError **error)
{
	if (!form->open(path, item, error)) {
		source_item_clear(item);
		return false;
	}
	if (g_bytes_get_size(item->raw) > 0)
		return true;
	source_item_clear(item);
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
		"%s: nothing follows what %s wrote, no message in it", path, form->name);
	return false;
}

static const Form *
form_here(const Tree *tree, const char *path, const SourceItem *item)
{
	size_t length;
	const char *bytes = g_bytes_get_data(item->raw, &length);

	if (tree->form || tree->file)
		return tree->form;
	return form_of(path, bytes, length);
}

/* What was kept before, and should have been moved then. */
static SourceNext
take_seen(Tree *tree, const char *path, Fate fate, GError **error)
{
	if (fate != FATE_KEPT || !tree->mover)
		return SOURCE_SEEN;
	return mover_move(tree->mover, path, error) ? SOURCE_SEEN : SOURCE_SKIP;
}

static SourceNext
take_file(Tree *tree, const char *path, FileLinks links, SourceItem *item, GError **error)
{
	Fate fate = FATE_LEFT_OUT;
	SourceNext next = file_take_message(path, links, tree->seen, &fate, item, error);
	const Form *form;

	if (next == SOURCE_SEEN)
		return take_seen(tree, path, fate, error);
	if (next != SOURCE_ITEM)
		return next;
	form = form_here(tree, path, item);
	if (form && !open_form(form, path, item, error))
		return SOURCE_SKIP;
	item->sender = source_from_line_sender(item->raw);
	item->origin = g_strconcat(form ? form->name : "eml", ":", path, NULL);
	item->token = tree->mover ? mover_note(tree->mover, path) : 0;
	return SOURCE_ITEM;
}

/* ---- the entries of a tree ---- */

static SourceNext
open_inner(Tree *tree, const char *kind, const char *path, SourceItem *item, GError **error)
{
	g_autofree char *spec = g_strconcat(kind, ":", path, NULL);
	SourceOptions options = tree->for_inner;

	tree->inner = source_find(spec, error);
	if (!tree->inner)
		return SOURCE_SKIP;
	if (!(source_takes(tree->inner) & TAKES_PASSWORD))
		options.password = NULL;
	if (source_start(
		    tree->inner, NULL, &options, tree->seen ? &tree->seen_inside : NULL, error)) {
		source_heed(tree->inner, tree->interrupt);
		return source_next(tree->inner, item, error);
	}
	g_clear_pointer(&tree->inner, source_close);
	return SOURCE_SKIP;
}

static bool
is_message(const Tree *tree, const char *path, const FileHead *head)
{
	if (tree->form)
		return tree->form->detect(path, head->bytes, head->length);
	return sniff_message(head->bytes, head->length) || form_of(path, head->bytes, head->length);
}

static SourceNext
take_by_content(Tree *tree, const char *path, SourceItem *item, GError **error)
{
	FileHead head;
	Fate fate = FATE_LEFT_OUT;
	SourceNext next = file_look(path, tree->seen, &fate);
	const char *kind = NULL;

	if (next == SOURCE_SEEN)
		return take_seen(tree, path, fate, error);
	if (next == SOURCE_LATER)
		return next;
	if (!file_read_head(path, FILE_NO_FOLLOW, &head, error))
		return SOURCE_SKIP;
	if (!tree->form)
		kind = source_kind_of_several(path, head.bytes, head.length);
	if (kind)
		return open_inner(tree, kind, path, item, error);
	if (!is_message(tree, path, &head))
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
	case ENTRY_PART:
		return SOURCE_OTHER;
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
	/* One of several broke off; the files after it are whole. */
	g_clear_pointer(&tree->inner, source_close);
	return SOURCE_SKIP;
}

SourceNext
tree_next(void *state, SourceItem *item, GError **error)
{
	Tree *tree = state;
	SourceNext next;

	if (tree->folder) {
		next = next_in_tree(tree, item, error);
		/* A file of several messages stays where it is, and its marks are not ours. */
		if (next == SOURCE_ITEM && tree->inner) {
			item->token = 0;
			g_clear_pointer(&item->mark, g_free);
		}
		return next;
	}
	if (tree->next++ > 0)
		return SOURCE_END;
	next = take_file(tree, tree->file, FILE_FOLLOW, item, error);
	return next == SOURCE_SKIP ? SOURCE_FAILED : next;
}

bool
tree_settle(void *state, const Settled *settled, size_t count, GError **error)
{
	Tree *tree = state;

	return !tree->mover || mover_settle(tree->mover, settled, count, error);
}

void
tree_heed(void *state, int interrupt)
{
	((Tree *)state)->interrupt = interrupt;
}

int64_t
tree_total(void *state)
{
	const Tree *tree = state;

	return tree->folder ? (int64_t)folder_length(tree->folder) : 1;
}
