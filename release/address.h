/* address.h - which addresses and host names may stand in an envelope
 *
 * Envelope addresses come out of hostile mail and end in an SMTP command line, an
 * argument vector and a header field: this is the one place that lets them pass.
 */
#ifndef RELEASE_ADDRESS_H
#define RELEASE_ADDRESS_H

#include <glib.h>
#include <stdbool.h>

/* @address is a Mailbox of RFC 5321 section 4.1.2, or a local part alone, in ASCII or
 * UTF-8 (RFC 6531): no blank, comma, bracket or comment outside a quoted string, no
 * control character and no angle bracket anywhere.  RELEASE_ERROR_ADDRESS says why not. */
bool address_check(const char *address, GError **error);

/* Letters, digits, dots, hyphens and underscores, not beginning with a hyphen. */
bool host_name_is_plain(const char *host);

#endif
