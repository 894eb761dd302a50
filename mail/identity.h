/* identity.h - who sent it: the account together with the aligned DKIM domain; private to mail/ */
#ifndef MAIL_IDENTITY_H
#define MAIL_IDENTITY_H

#include "mail/message.h"

/* Fills account_domain, authenticated and what of SesOrigin the links show. */
void identity_read(Message *message);

#endif
