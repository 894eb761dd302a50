/* dkim_key.h - the public key in a TXT record (RFC 6376 section 3.6.1, RFC 8463);
 * private to mail/dkim*.c */
#ifndef MAIL_DKIM_KEY_H
#define MAIL_DKIM_KEY_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/digest.h"

typedef struct DkimKey DkimKey;

/* Never NULL: a record that holds no key gives one that verifies nothing. */
DkimKey *dkim_key_new(const char *record);
void dkim_key_free(DkimKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DkimKey, dkim_key_free)

/* It was taken back: the record is there, its p= is empty. */
bool dkim_key_is_revoked(const DkimKey *key);
/* Good for mail signed with @algorithm, "rsa-sha256" or "ed25519-sha256". */
bool dkim_key_suits(const DkimKey *key, const char *algorithm);
/* t=s: i= must name the domain itself. */
bool dkim_key_is_strict(const DkimKey *key);
/* Its size; 0 where there is none. */
int dkim_key_bits(const DkimKey *key);
/* It is long enough that nobody has computed the private one: 1024 bits of RSA
 * (RFC 8301 section 3.2). */
bool dkim_key_is_strong(const DkimKey *key);

bool dkim_key_verifies(const DkimKey *key, const uint8_t digest[DIGEST_SIZE], const void *signature,
	size_t length);

/* Load what verifying needs from files.  Before the box closes. */
void dkim_key_prepare(void);

#endif
