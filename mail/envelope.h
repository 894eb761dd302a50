/* envelope.h - what the envelope was, from the fields a gateway left; private to mail/ */
#ifndef MAIL_ENVELOPE_H
#define MAIL_ENVELOPE_H

#include "mail/message.h"

/* Fills @message->envelope; its hops and auth results must be filled.  What nobody but
 * a gateway can have written is believed, the rest stays unknown. */
void envelope_read(Message *message);

#endif
