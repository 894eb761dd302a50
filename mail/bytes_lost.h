/* bytes_lost.h - has an export destroyed the message?  Private to mail/ */
#ifndef MAIL_BYTES_LOST_H
#define MAIL_BYTES_LOST_H

#include "mail/message.h"

/* Adds DEFECT_BYTES_LOST where '?' stands for 8-bit bytes in @raw: what is left of a message
 * that was decoded as ASCII, as the first example of Export-QuarantineMessage's manual does.
 * @message's signatures must have been verified.  Linear in @size. */
void bytes_lost_check(Message *message, const char *raw, size_t size);

#endif
