/* peer.h - what our connections to servers have in common, whatever is spoken on them */
#ifndef SYSTEM_PEER_H
#define SYSTEM_PEER_H

#include <curl/curl.h>
#include <stdbool.h>

/* For libcurl: @scheme and nothing else is spoken, with the server that is named: no proxy of
 * the environment, no .netrc, no redirection.  TLS is 1.2 at least, with a certificate that is
 * good and names the host.  @ca_file: certificates (PEM) that are trusted beside no other;
 * NULL: the system's. */
void peer_set(CURL *curl, const char *scheme, const char *ca_file);

/* @host is this machine, by its name. */
bool peer_is_local(const char *host);

#endif
