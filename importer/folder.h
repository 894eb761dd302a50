/* folder.h - the entries of a folder or a whole tree, in an order that is always the same */
#ifndef IMPORTER_FOLDER_H
#define IMPORTER_FOLDER_H

#include <glib.h>
#include <stdbool.h>

typedef enum {
	ENTRY_MESSAGE,  /* by its name or place it is a message, whatever is in it */
	ENTRY_FILE,     /* its content decides */
	ENTRY_PART,     /* of a message that stands beside it: no mail, whatever is in it */
	ENTRY_SPECIAL,  /* link, FIFO, socket, device: to be named and passed over */
	ENTRY_UNLISTED, /* a folder that can't be listed */
} EntryKind;

typedef struct Folder Folder;

/* An empty list of entries below @path. */
Folder *folder_new(const char *path);
void folder_free(Folder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Folder, folder_free)

/* Add what stands directly in the subfolder @name as messages; hidden names are
 * not messages (as in a Maildir).  False when it can't be listed. */
bool folder_add_messages(Folder *folder, const char *name, GError **error);

/* Add all of the tree: files called *.eml and those in a Maildir's cur and new as messages,
 * those beside a MailScanner's whole message as parts of it, others as files.  Hidden
 * entries are left out, but for hidden folders that are Maildirs (Maildir++ names its
 * folders so).  Links are not followed, so there are no loops. */
bool folder_add_tree(Folder *folder, GError **error);

/* The same for one file, by its whole path: as the above would add it; nothing when they would
 * not, or when it is not there. */
void folder_add_message(Folder *folder, const char *path);
void folder_add_file(Folder *folder, const char *path);
/* The same for all below the folder at @path. */
void folder_add_below(Folder *folder, const char *path);

/* Called with the whole path of each folder of a tree before it is listed. */
typedef void (*FolderWalk)(const char *path, void *data);
void folder_walk(Folder *folder, FolderWalk walk, void *data);

/* By the bytes of their paths: what a message's id follows. */
void folder_sort(Folder *folder);

size_t folder_length(const Folder *folder);
EntryKind folder_kind(const Folder *folder, size_t index);
/* Its whole path.  Yours. */
char *folder_path(const Folder *folder, size_t index);
/* Why it could not be listed or is passed over. */
void folder_set_error(const Folder *folder, size_t index, GError **error);

bool folder_is_maildir(const char *path);

#endif
