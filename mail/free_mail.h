/* free_mail.h - domains where anyone has an address */
#ifndef MAIL_FREE_MAIL_H
#define MAIL_FREE_MAIL_H

#include <stdbool.h>

/* @domain (registrable) gives addresses to whoever asks, or to all its customers. */
bool free_mail_is(const char *domain);

#endif
