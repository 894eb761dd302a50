/* known_host.h - hosts where anybody can put a page */
#ifndef MAIL_KNOWN_HOST_H
#define MAIL_KNOWN_HOST_H

#include <stdbool.h>
#include <stdint.h>

/* LINK_STORAGE or LINK_FREE_HOSTING for @host (lower-case, ASCII); 0 for one like
 * any other. */
uint32_t known_host_flags(const char *host);

/* @host is no one's alone: one of these services', or so far above or below it that it still
 * stands for pages of many.  What a customer has as a registrable domain of its own
 * (evil.github.io, by the public suffix list) is that customer's. */
bool known_host_is_shared(const char *host);

/* @host is @name or below it; "google.*" is google.com and any country's:
 * google.de, www.google.co.uk, but not google.shop or google.evil.example. */
bool known_host_is(const char *host, const char *name);

#endif
