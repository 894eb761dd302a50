/* pack.h - a Message as one flat value, to carry it out of the box
 *
 * The reader doesn't trust the writer: whatever the bytes are, message_unpack()
 * gives a well-formed Message or NULL.
 */
#ifndef MAIL_PACK_H
#define MAIL_PACK_H

#include "mail/message.h"

GBytes *message_pack(const Message *message);
Message *message_unpack(GBytes *packed);

/* What the store keeps for showing, but for what has tables of its own: header fields,
 * texts, results, hops, defects, inconsistencies.  False when @packed is none, or of
 * another version than this program writes: then it must be made anew from the mail. */
GBytes *message_pack_body(const Message *message);
bool message_unpack_body(GBytes *packed, Message *message);
/* The links alone, which have a table of their own.  False likewise: then @message has none. */
GBytes *message_pack_links(const Message *message);
bool message_unpack_links(const void *packed, size_t size, Message *message);
/* What message_pack_body() makes of the same message, out of what message_pack() made, which
 * must be as message_unpack() takes it. */
GBytes *message_packed_body(GBytes *packed);

#endif
