/* part.h - from decoded parts to texts, links and attachments; private to mail/ */
#ifndef MAIL_PART_H
#define MAIL_PART_H

#include "mail/message.h"

/* Fills texts, links and attachments from message->parts. */
void part_read_all(Message *message, const Site *site);

/* Adds the links in @bytes that are not known yet, as LINK_SCAN: no reader would
 * show them, some reader might. */
void part_scan(Message *message, const char *bytes, size_t length, const char *where);

#endif
