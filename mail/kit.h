/* kit.h - header fields by which a phishing kit is known */
#ifndef MAIL_KIT_H
#define MAIL_KIT_H

#include <stdbool.h>

#include "mail/message.h"

/* The names; ends with NULL. */
extern const char *const kit_headers[];

/* Apple's own mail bears them rightly. */
bool kit_is_meant(const Message *message);

/* The first of them that @message has, NULL if there is none or the mail is Apple's. */
const char *kit_header(const Message *message);

#endif
