#include "mail/digest.h"

#include <glib.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

void
digest_sha256(const void *bytes, size_t length, uint8_t digest[DIGEST_SIZE])
{
	int done = EVP_Digest(bytes, length, digest, NULL, EVP_sha256(), NULL);

	g_assert(done == 1);
}

void
digest_hmac(const void *key, size_t key_length, const void *bytes, size_t length,
	uint8_t digest[DIGEST_SIZE])
{
	const unsigned char *done =
		HMAC(EVP_sha256(), key, (int)key_length, bytes, length, digest, NULL);

	g_assert(done);
}

void
digest_hex(const uint8_t digest[DIGEST_SIZE], char hex[DIGEST_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	hex[DIGEST_HEX - 1] = '\0';
}
