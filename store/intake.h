/* intake.h - what the store remembers of the sources of its messages
 *
 * A mark is where a source stood, in the source's own words.  A key stands for one file as
 * it is, its bytes and its age (importer/file.h makes them): what was read as it is need not
 * be read again.  Both are written in the transaction that keeps the messages.
 */
#ifndef STORE_INTAKE_H
#define STORE_INTAKE_H

#include "store/message.h"

/* *mark is NULL when there is none.  Yours. */
bool store_source_mark(Store *store, const char *source, char **mark, GError **error);
bool store_batch_mark(StoreBatch *batch, const char *source, const char *mark, GError **error);

bool store_has_seen(Store *store, int64_t key, bool *seen, GError **error);
bool store_batch_seen(StoreBatch *batch, int64_t key, GError **error);

#endif
