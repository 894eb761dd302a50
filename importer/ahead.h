/* ahead.h - files of a folder, read before they are asked for
 *
 * A thread reads on while whoever asks is busy.  It begins when file after file is new, and ends
 * with the first that is not: what an earlier import read is looked at, and not read again.
 */
#ifndef IMPORTER_AHEAD_H
#define IMPORTER_AHEAD_H

#include "importer/file.h"
#include "importer/folder.h"

typedef struct Ahead Ahead;

/* Of @folder, which stays as it is until ahead_free(). */
Ahead *ahead_new(const Folder *folder, const SourceSeen *seen);
void ahead_free(Ahead *ahead);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ahead, ahead_free)

/* As file_take_message() of entry @index, a message, at @path.  Each @index is
 * larger than the one before. */
SourceNext ahead_take(
	Ahead *ahead, size_t index, const char *path, Fate *fate, SourceItem *item, GError **error);

#endif
