/* file.h - open and read files that may be anything, without hanging on one */
#ifndef IMPORTER_FILE_H
#define IMPORTER_FILE_H

#include <glib.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <zlib.h>

#include "importer/source.h"

G_DEFINE_AUTO_CLEANUP_FREE_FUNC(gzFile, gzclose, NULL)

typedef enum {
	FILE_FOLLOW,    /* a path the user gave */
	FILE_NO_FOLLOW, /* a name found in a folder: a symbolic link is not a message */
} FileLinks;

enum {
	FILE_HEAD = 4096
};

typedef struct FileHead {
	char bytes[FILE_HEAD];
	size_t length;
} FileHead;

/* A descriptor of a regular file, or -1. */
int file_open(const char *path, FileLinks links, GError **error);

/* The same as a stream that unpacks gzip and leaves other files as they are. */
gzFile file_open_stream(const char *path, FileLinks links, GError **error);

/* The same of an open file, from where it stands.  Takes @descriptor. */
gzFile file_stream_of(int descriptor);
/* It begins as gzip does. */
bool file_is_gzip(int descriptor);

/* Up to @size bytes; less only at the end, -1 on error.  A gzip file that
 * breaks off is an error after its last whole bytes. */
ssize_t file_read_stream(gzFile file, const char *path, void *bytes, size_t size, GError **error);

bool file_read_head(const char *path, FileLinks links, FileHead *head, GError **error);

/* One whole message, unpacked when it is gzip.  An empty file, one above
 * SOURCE_MAX_MESSAGE and one that changes while it is read are errors. */
GBytes *file_read_message(const char *path, FileLinks links, GError **error);

/* The same into @item, with the file's key; not read when it was seen as it is (@seen, which
 * may be NULL): then *fate says what became of it.  ITEM, SEEN, LATER or SKIP. */
SourceNext file_take_message(const char *path, FileLinks links, const SourceSeen *seen, Fate *fate,
	SourceItem *item, GError **error);
/* The same in two steps, of which the first asks nobody and may be another thread's. */
typedef struct FileRead {
	struct stat status; /* all 0: it could not be opened */
	GBytes *raw;        /* NULL: @failure says why */
	uint8_t sha256[DIGEST_SIZE];
	GError *failure;
} FileRead;
void file_read_clear(FileRead *read);
void file_read(const char *path, FileLinks links, FileRead *read);
SourceNext file_take_read(const char *path, FileRead *read, const SourceSeen *seen, Fate *fate,
	SourceItem *item, GError **error);
/* Whether that would say SEEN or LATER of a file found in a folder, else ITEM; nothing is
 * opened. */
SourceNext file_look(const char *path, const SourceSeen *seen, Fate *fate);
/* As SourceSeen.changing has it; false where nobody watches. */
bool file_is_changing(
	const char *path, const struct stat *status, bool several, const SourceSeen *seen);

/* What can be read of @descriptor (a pipe), at most @size bytes; waits for it.  0 at its end, -1
 * on error; IMPORT_ERROR_STOPPED where @interrupt, that of source_heed(), ended the wait.  @name
 * is for errors. */
ssize_t file_read_waiting(
	int descriptor, int interrupt, const char *name, void *bytes, size_t size, GError **error);

/* All of it, up to SOURCE_MAX_MESSAGE. */
GBytes *file_read_pipe(int descriptor, int interrupt, const char *name, GError **error);

#endif
