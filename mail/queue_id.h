/* queue_id.h - what Postfix calls a mail, in its log and in its Received fields */
#ifndef MAIL_QUEUE_ID_H
#define MAIL_QUEUE_ID_H

#include <stdbool.h>

/* @text has the form of one (global/mail_queue.h of Postfix 3): a short one is hexadecimal, a
 * long one has 52 letters and digits without vowels, and a z between its time and its file. */
bool queue_id_is(const char *text);

/* A long one is never given again; a short one is, unless enable_long_queue_ids is yes. */
bool queue_id_is_long(const char *queue_id);

/* @text as a log of Postfix has it: what can't be printed in ASCII is '?'.  Yours. */
char *text_as_logged(const char *text);

#endif
