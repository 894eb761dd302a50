/* keys.h - public keys of DKIM that are given: TXT records as zone files have them
 *
 *	SELECTOR._domainkey.DOMAIN TXT "v=DKIM1; k=rsa; " "p=MIIB..."
 *
 * A line each.  A time to live, IN and TXT may stand or not, so that what dig(1) prints
 * and what opendkim-genkey(8) writes can be used as it is; ( and ) carry strings over
 * several lines; a record without quotes is the rest of its line.  Lines that begin
 * with # or ; are comments.
 */
#ifndef MAIL_KEYS_H
#define MAIL_KEYS_H

#include <glib.h>

/* Of records (char *) by name, lower-case and without the last dot.  The last of two
 * of one name counts.  MAIL_ERROR_DATA names the line that is none. */
GHashTable *keys_parse(const char *text, GError **error);

/* Adds to @text the line that keys_parse() reads as @record of @name. */
void keys_append(GString *text, const char *name, const char *record);

#endif
