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

/* Lists one folder of the tree; its subfolders go to @ahead.  0 or errno. */
static int
walk_level(Folder *folder, GPtrArray *ahead, const char *name)
{
	g_autofree char *path = g_build_filename(folder->path, name, NULL);
	g_autoptr(DIR) handle = opendir(path);
	Level level = { .handle = handle, .name = name };
	const struct dirent *entry;

	if (!handle)
		return errno;
	level.maildir = folder_is_maildir(path);
	level.messages = *name && is_maildir_box(folder, name);
	level.apart = is_taken_apart(path);
	while ((entry = readdir(handle))) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			add_entry(folder, ahead, &level, entry);
	}
	return 0;
}

bool
folder_add_tree(Folder *folder, GError **error)
{
	g_autoptr(GPtrArray) ahead = g_ptr_array_new_with_free_func(g_free);
	int number;

	number = walk_level(folder, ahead, "");
	if (number != 0) {
		set_list_error(error, folder->path, number);
		return false;
	}
	while (ahead->len > 0) {
		g_autofree char *name = g_ptr_array_steal_index(ahead, ahead->len - 1);

		number = walk_level(folder, ahead, name);
		if (number != 0)
			append(folder, name, ENTRY_UNLISTED, number);
	}
	return true;
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
