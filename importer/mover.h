/* mover.h - files of a source whose messages are kept go to another folder
 *
 * A file keeps its place below the source's folder.  Nothing is overwritten: where another
 * file has the name, the newcomer gets a number.  Within a file system it is renamed; across,
 * it is copied, on the disk, and then removed, so that at any moment it is whole in at least
 * one of the two places.  What became another file since it was read stays.
 */
#ifndef IMPORTER_MOVER_H
#define IMPORTER_MOVER_H

#include "importer/source.h"

typedef struct Mover Mover;

/* From below @root (or @root itself, a file) to below @folder, which is made, with its
 * parents, when it is not there. */
Mover *mover_new(const char *root, const char *folder, GError **error);
void mover_free(Mover *mover);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mover, mover_free)

/* @folder, as it is found: physical and absolute. */
const char *mover_folder(const Mover *mover);

/* What is moved to a place that the source reads would come in again.  IMPORT_ERROR_USAGE where
 * the new folder is @path or below it. */
bool mover_check_outside(const Mover *mover, const char *path, GError **error);

/* The file at @path was read; its token for settle(). */
int64_t mover_note(Mover *mover, const char *path);
/* Moves those that were kept, forgets the others.  Goes on behind what can't be moved. */
bool mover_settle(Mover *mover, const Settled *settled, size_t count, GError **error);
/* One whose message is known to be kept. */
bool mover_move(Mover *mover, const char *path, GError **error);

#endif
