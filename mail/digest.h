/* digest.h - SHA-256, the address of every raw message and attachment */
#ifndef MAIL_DIGEST_H
#define MAIL_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE 32
#define DIGEST_HEX  65 /* 64 lower-case hex digits and the NUL */

void digest_sha256(const void *bytes, size_t length, uint8_t digest[DIGEST_SIZE]);
/* HMAC-SHA256 (RFC 2104) over @bytes. */
void digest_hmac(const void *key, size_t key_length, const void *bytes, size_t length,
	uint8_t digest[DIGEST_SIZE]);
void digest_hex(const uint8_t digest[DIGEST_SIZE], char hex[DIGEST_HEX]);

#endif
