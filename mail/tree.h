/* tree.h - the parts of a message, in every way some reader takes it apart; private to mail/
 *
 * Readers differ on mail that is made to be read differently: which of two
 * boundaries counts, what an unknown encoding means, whether a uuencoded block is
 * a file.  Each reading adds its parts; what they share stands once.
 */
#ifndef MAIL_TREE_H
#define MAIL_TREE_H

#include "mail/message.h"

/* Once a process at least, before tree_read(). */
void tree_prepare(void);

/* Sets message->parts and adds the defects of the structure.  A file in
 * uuencoded text is part "N.1" of text N; what only another boundary shows
 * stands below "other1", "other2", and what another encoding makes of part N is
 * "N.other1".  No two have one path. */
void tree_read(Message *message, const char *raw, size_t size);

#endif
