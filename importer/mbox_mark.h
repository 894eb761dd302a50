/* mbox_mark.h - where the reading of an mbox that grows stood, as SourceItem.mark
 *
 * With the place go the bytes around it and the file's first ones, as a digest: a mailbox that
 * was begun anew, or rewritten by a mail reader, is read from its beginning.
 */
#ifndef IMPORTER_MBOX_MARK_H
#define IMPORTER_MBOX_MARK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct MboxPlace {
	int64_t offset; /* of a message's From_ line */
	int64_t number; /* of messages before it */
} MboxPlace;

/* NULL when the file can't be read there. */
char *mbox_mark(int file, MboxPlace place);
/* False: the file is not the one that @mark was made of, or has lost what stood there. */
bool mbox_mark_find(int file, const char *mark, MboxPlace *place);

#endif
