/* queue_file.h - a message as Postfix has it in a file of its queue
 *
 * Records of a type, a length and bytes (global/record.h, rec_type.h of Postfix 3): the
 * envelope, then the lines of the message, with pointers where a milter changed something.
 */
#ifndef IMPORTER_QUEUE_FILE_H
#define IMPORTER_QUEUE_FILE_H

#include "importer/source.h"

bool queue_file_is(const char *bytes, size_t length);

/* Makes of @item->raw, the file, the message with its envelope: those recipients that did not
 * get it yet.  NULL, or what is wrong in words. */
const char *queue_file_open(SourceItem *item);

#endif
