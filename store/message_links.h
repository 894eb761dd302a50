/* message_links.h - a message's links, in the store and out; private to store/
 *
 * They are packed and compressed, all of a message in one row: as rows of their own they took
 * as much as the texts.  Messages of older stores have theirs as rows.
 */
#ifndef STORE_MESSAGE_LINKS_H
#define STORE_MESSAGE_LINKS_H

#include "store/message_rows.h"

bool message_add_links(Addition *add, GError **error);
bool message_remove_links(Addition *add, GError **error);
/* Adds them to @message.  *whole is false, and there are none, where they can't be read: another
 * version wrote them, or they are damaged. */
bool message_load_links(Store *store, int64_t id, Message *message, bool *whole, GError **error);

/* What SQL asks of a row of links:
 * link_ends(zstd, size)   JSON array with [domain or null, final] of each;
 * link_holds(zstd, size, needle, prefix): does a URL of one, as written, final or between, hold
 *   NEEDLE, as holds() would say? */
bool links_register(Store *store);

#endif
