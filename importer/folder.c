#include "importer/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "importer/sniff.h"
#include "importer/source.h"

typedef struct Entry {
	size_t name; /* offset in Folder.names */
	EntryKind kind;
	int number; /* errno of ENTRY_UNLISTED */
} Entry;

/* A million names must not cost a million allocations. */
struct Folder {
	char *path;
	GByteArray *names; /* relative paths, NUL after each */
	GArray *entries;   /* of Entry */
	FolderWalk walk;   /* or NULL */
	void *walk_data;
};

/* Where the walk stands: one folder of the tree. */
typedef struct Level {
	DIR *handle;
	const char *name; /* relative to the tree's top, "" there */
	bool maildir;     /* it has cur and new */
	bool messages;    /* it is such a cur or new */
	bool apart;       /* a message and what MailScanner found in it */
} Level;

static const char scanner_message[] = "message";

G_DEFINE_AUTOPTR_CLEANUP_FUNC(DIR, closedir)

Folder *
folder_new(const char *path)
{
	Folder *folder = g_new0(Folder, 1);

	folder->path = g_strdup(path);
	folder->names = g_byte_array_new();
	folder->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
	return folder;
}

void
folder_free(Folder *folder)
{
	if (!folder)
		return;
	g_free(folder->path);
	g_byte_array_unref(folder->names);
	g_array_unref(folder->entries);
	g_free(folder);
}

void
folder_walk(Folder *folder, FolderWalk walk, void *data)
{
	folder->walk = walk;
	folder->walk_data = data;
}

static void
set_list_error(GError **error, const char *path, int number)
{
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_NO_INPUT, "%s: %s", path, g_strerror(number));
}

static void
append(Folder *folder, const char *name, EntryKind kind, int number)
{
	Entry entry = { .name = folder->names->len, .kind = kind, .number = number };

	g_byte_array_append(folder->names, (const guint8 *)name, (guint)strlen(name) + 1);
	g_array_append_val(folder->entries, entry);
}

/* The file type of @entry; some file systems don't tell it with the name. */
static unsigned char
entry_type(DIR *handle, const struct dirent *entry)
{
	struct stat status;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type;
	if (fstatat(dirfd(handle), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return DT_REG; /* reading it will say what is wrong */
	return (unsigned char)IFTODT(status.st_mode);
}

static char *
join(const char *folder, const char *name)
{
	return *folder ? g_build_filename(folder, name, NULL) : g_strdup(name);
}

static bool
is_folder(const char *parent, const char *name)
{
	g_autofree char *path = g_build_filename(parent, name, NULL);
	struct stat status;

	return lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool
folder_is_maildir(const char *path)
{
	return is_folder(path, "cur") && is_folder(path, "new");
}

bool
folder_add_messages(Folder *folder, const char *name, GError **error)
{
	g_autofree char *path = g_build_filename(folder->path, name, NULL);
	g_autoptr(DIR) handle = opendir(path);
	const struct dirent *entry;

	if (!handle) {
		set_list_error(error, path, errno);
		return false;
	}
	while ((entry = readdir(handle))) {
		g_autofree char *relative = NULL;
		unsigned char type;

		if (entry->d_name[0] == '.')
			continue;
		type = entry_type(handle, entry);
		if (type == DT_DIR)
			continue;
		relative = join(name, entry->d_name);
		append(folder, relative, type == DT_REG ? ENTRY_MESSAGE : ENTRY_SPECIAL, 0);
	}
	return true;
}

static bool
wants_folder(const Folder *folder, const Level *level, const char *name, const char *relative)
{
	g_autofree char *path = NULL;

	if (level->messages || (level->maildir && strcmp(name, "tmp") == 0))
		return false;
	if (name[0] != '.')
		return true;
	path = g_build_filename(folder->path, relative, NULL);
	return folder_is_maildir(path);
}

static EntryKind
kind_of(const Level *level, const char *name)
{
	if (level->apart)
		return strcmp(name, scanner_message) == 0 ? ENTRY_FILE : ENTRY_PART;
	return level->messages || sniff_message_name(name) ? ENTRY_MESSAGE : ENTRY_FILE;
}

static void
add_entry(Folder *folder, GPtrArray *ahead, const Level *level, const struct dirent *entry)
{
	g_autofree char *relative = join(level->name, entry->d_name);

	switch (entry_type(level->handle, entry)) {
	case DT_DIR:
		if (wants_folder(folder, level, entry->d_name, relative))
			g_ptr_array_add(ahead, g_steal_pointer(&relative));
		break;
	case DT_REG:
		if (entry->d_name[0] != '.')
			append(folder, relative, kind_of(level, entry->d_name), 0);
		break;
	default:
		if (entry->d_name[0] != '.')
			append(folder, relative, ENTRY_SPECIAL, 0);
	}
}

static bool
is_maildir_box(const Folder *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder->path, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);
	g_autofree char *last = g_path_get_basename(name);

	return (strcmp(last, "cur") == 0 || strcmp(last, "new") == 0) && folder_is_maildir(parent);
}

/* YYYYMMDD/ID of a MailScanner's quarantine, with the whole message and, beside it, what was
 * infected in it (documented: Quarantine Whole Message). */
static bool
is_taken_apart(const char *path)
{
	g_autofree char *day = g_path_get_dirname(path);
	g_autofree char *message = g_build_filename(path, scanner_message, NULL);
	struct stat status;

	return sniff_day_name(day) && lstat(message, &status) == 0 && S_ISREG(status.st_mode);
}

static Level
level_of(const Folder *folder, const char *name, const char *path)
{
	return (Level){
		.name = name,
		.maildir = folder_is_maildir(path),
		.messages = *name && is_maildir_box(folder, name),
		.apart = is_taken_apart(path),
	};
}

/* Lists one folder of the tree; its subfolders go to @ahead.  0 or errno. */
static int
walk_level(Folder *folder, GPtrArray *ahead, const char *name)
{
	g_autofree char *path = g_build_filename(folder->path, name, NULL);
	g_autoptr(DIR) handle = NULL;
	Level level;
	const struct dirent *entry;

	/* First: what comes while it is listed must not be missed. */
	if (folder->walk)
		folder->walk(path, folder->walk_data);
	handle = opendir(path);
	if (!handle)
		return errno;
	level = level_of(folder, name, path);
	level.handle = handle;
	while ((entry = readdir(handle))) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			add_entry(folder, ahead, &level, entry);
	}
	return 0;
}

static void
walk_ahead(Folder *folder, GPtrArray *ahead)
{
	while (ahead->len > 0) {
		g_autofree char *name = g_ptr_array_steal_index(ahead, ahead->len - 1);
		int number = walk_level(folder, ahead, name);

		if (number != 0)
			append(folder, name, ENTRY_UNLISTED, number);
	}
}

bool
folder_add_tree(Folder *folder, GError **error)
{
	g_autoptr(GPtrArray) ahead = g_ptr_array_new_with_free_func(g_free);
	int number = walk_level(folder, ahead, "");

	if (number != 0) {
		set_list_error(error, folder->path, number);
		return false;
	}
	walk_ahead(folder, ahead);
	return true;
}

/* ---- one by one ---- */

/* What @path is relative to the tree's top; NULL: it is not below, or hidden. */
static const char *
name_below(const Folder *folder, const char *path)
{
	size_t length = strlen(folder->path);
	const char *last = strrchr(path, '/');

	if (strncmp(path, folder->path, length) != 0 || path[length] != '/' || last[1] == '.')
		return NULL;
	return path + length + 1;
}

static void
add_one(Folder *folder, const char *path, const char *name, EntryKind kind)
{
	struct stat status;

	if (lstat(path, &status) == 0 && !S_ISDIR(status.st_mode))
		append(folder, name, S_ISREG(status.st_mode) ? kind : ENTRY_SPECIAL, 0);
}

void
folder_add_message(Folder *folder, const char *path)
{
	const char *name = name_below(folder, path);

	if (name)
		add_one(folder, path, name, ENTRY_MESSAGE);
}

/* Of the folder that the entry @name stands in. */
static Level
level_above(const Folder *folder, const char *path, const char *name, char **above)
{
	g_autofree char *whole = g_path_get_dirname(path);
	const char *slash = strrchr(name, '/');

	*above = slash ? g_strndup(name, (gsize)(slash - name)) : g_strdup("");
	return level_of(folder, *above, whole);
}

void
folder_add_file(Folder *folder, const char *path)
{
	const char *name = name_below(folder, path);
	g_autofree char *above = NULL;
	Level level;

	if (!name)
		return;
	level = level_above(folder, path, name, &above);
	add_one(folder, path, name, kind_of(&level, strrchr(path, '/') + 1));
}

void
folder_add_below(Folder *folder, const char *path)
{
	g_autoptr(GPtrArray) ahead = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *above = NULL;
	const char *name = path + strlen(folder->path) + 1;
	g_autofree char *last = g_path_get_basename(path);
	Level level = level_above(folder, path, name, &above);

	if (!wants_folder(folder, &level, last, name))
		return;
	g_ptr_array_add(ahead, g_strdup(name));
	walk_ahead(folder, ahead);
}

static int
compare(gconstpointer a, gconstpointer b, gpointer names)
{
	const Entry *left = a;
	const Entry *right = b;

	return strcmp((const char *)names + left->name, (const char *)names + right->name);
}

void
folder_sort(Folder *folder)
{
	g_array_sort_with_data(folder->entries, compare, folder->names->data);
}

size_t
folder_length(const Folder *folder)
{
	return folder->entries->len;
}

static const Entry *
entry_at(const Folder *folder, size_t index)
{
	g_assert(index < folder->entries->len);
	return &g_array_index(folder->entries, Entry, index);
}

EntryKind
folder_kind(const Folder *folder, size_t index)
{
	return entry_at(folder, index)->kind;
}

char *
folder_path(const Folder *folder, size_t index)
{
	return g_build_filename(folder->path,
		(const char *)folder->names->data + entry_at(folder, index)->name, NULL);
}

void
folder_set_error(const Folder *folder, size_t index, GError **error)
{
	const Entry *entry = entry_at(folder, index);
	g_autofree char *path = folder_path(folder, index);

	if (entry->kind == ENTRY_UNLISTED)
		set_list_error(error, path, entry->number);
	else
		g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_DATA,
			"%s: a link or special file, passed over", path);
}
