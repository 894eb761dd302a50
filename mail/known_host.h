/* known_host.h - hosts where anybody can put a page, or send a reader elsewhere */
#ifndef MAIL_KNOWN_HOST_H
#define MAIL_KNOWN_HOST_H

#include <stdint.h>

/* LINK_SHORTENER, LINK_REDIRECTOR or LINK_FREE_HOSTING for @host (lower-case,
 * ASCII) and @path ("/..." or ""); 0 for a host like any other. */
uint32_t known_host_flags(const char *host, const char *path);

#endif
