/* message_bytes.h - a message's raw mail and body, in the store and out; private to store/ */
#ifndef STORE_MESSAGE_BYTES_H
#define STORE_MESSAGE_BYTES_H

#include "store/message_rows.h"

/* Of `raw AS r`: what raw_of_row() needs. */
#define RAW_COLUMNS "r.zstd, r.size, r.bale, r.at, r.sha256"
enum {
	RAW_COLUMN_COUNT = 5
};

/* The mail whose RAW_COLUMNS are the first of @stmt.  *raw is NULL where there are no bytes of
 * that digest: the store is damaged. */
bool raw_of_row(Store *store, sqlite3_stmt *stmt, GBytes **raw, GError **error);

/* Sets @add->raw. */
bool message_add_raw(Addition *add, GError **error);
bool message_add_body(Addition *add, GError **error);

/* Into @message.  *whole is false when it can't be read: another version wrote it, or it is
 * damaged. */
bool message_load_body(Store *store, int64_t id, Message *message, bool *whole, GError **error);

#endif
