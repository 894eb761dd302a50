/* address.h - which addresses and host names may stand in an envelope
 *
 * Envelope addresses come out of hostile mail, off a command line and from an analyst,
 * and end in an SMTP command line, an argument vector and a header field: this is the
 * one answer to whether one may.
 */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include <stdbool.h>

/* Why @address can't stand in an envelope, in words behind "it"; NULL when it can: when it
 * is a Mailbox of RFC 5321 section 4.1.2, or a local part alone, in ASCII or UTF-8
 * (RFC 6531), with no blank, comma, bracket or comment outside a quoted string, no control
 * character and no angle bracket anywhere.  The null sender, "", is no address. */
const char *address_fault(const char *address);

/* @plain, an address as it is without the quoting of RFC 5321 section 4.1.2, such as
 * "a b@example.org", as it stands in an envelope: "\"a b\"@example.org".  Yours. */
char *address_quoted(const char *plain);
/* The same; NULL where it can't stand in an envelope. */
char *address_for_envelope(const char *plain);

/* @address with its host in lower case: a host has no case (RFC 5321 section 2.4).  What
 * stands before it is for that host alone to read, and stays. */
char *address_normal(const char *address);

/* @words, a server's say, for a log: every address in it is "[address]", and so is the local part
 * of @known by itself, where @known is an address and not NULL.  Yours. */
char *address_hide(const char *words, const char *known);

/* Letters, digits, dots, hyphens and underscores, not beginning with a hyphen. */
bool host_name_is_plain(const char *host);

#endif
