#include "mail/dkim_key.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "mail/dkim_tag.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)

enum {
	MAX_RECORD = 8192, /* a key of 16384 bits and all its tags */
	LEAST_RSA_BITS = 1024,
};

struct DkimKey {
	EVP_PKEY *key; /* NULL if it could not be read */
	bool ed25519;  /* else RSA */
	bool revoked;
	bool usable; /* for mail, and for SHA-256 */
	bool strict;
};

typedef enum {
	TAG_V,
	TAG_K,
	TAG_H,
	TAG_S,
	TAG_T,
	TAG_P,
	TAGS
} KeyTag;

static const char *const tag_names[TAGS] = { "v", "k", "h", "s", "t", "p" };

/* RFC 6376 wants SubjectPublicKeyInfo; some publish the RSAPublicKey inside it, as its
 * text and not its examples say. */
static EVP_PKEY *
read_rsa(const uint8_t *bytes, size_t length)
{
	const uint8_t *at = bytes;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)length);

	at = bytes;
	if (!key)
		key = d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, (long)length);
	if (key && EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)
		g_clear_pointer(&key, EVP_PKEY_free);
	return key;
}

static EVP_PKEY *
read_key(const char *base64, bool ed25519)
{
	gsize length = 0;
	g_autofree uint8_t *bytes = g_base64_decode(base64, &length);

	if (ed25519)
		return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, bytes, length);
	return read_rsa(bytes, length);
}

/* One of the words between colons; the tag that does not stand allows all. */
static bool
allows(const DkimTag *tag, const char *word)
{
	g_auto(GStrv) words = tag->value ? g_strsplit(tag->value, ":", 100) : NULL;

	return !words || g_strv_contains((const char *const *)words, word);
}

static void
fill(DkimKey *key, const DkimTag tags[TAGS])
{
	const char *type = tags[TAG_K].value ? tags[TAG_K].value : "rsa";
	const char *version = tags[TAG_V].value;

	if ((version && strcmp(version, "DKIM1") != 0) || !tags[TAG_P].value)
		return;
	key->revoked = !*tags[TAG_P].value;
	key->ed25519 = strcmp(type, "ed25519") == 0;
	key->strict = tags[TAG_T].value && allows(&tags[TAG_T], "s");
	key->usable = allows(&tags[TAG_H], "sha256") &&
		(allows(&tags[TAG_S], "*") || allows(&tags[TAG_S], "email"));
	if (key->ed25519 || strcmp(type, "rsa") == 0)
		key->key = read_key(tags[TAG_P].value, key->ed25519);
}

DkimKey *
dkim_key_new(const char *record)
{
	DkimKey *key = g_new0(DkimKey, 1);
	DkimTag tags[TAGS] = { { NULL } };
	size_t length = strlen(record);

	if (length <= MAX_RECORD && dkim_tags_read(record, length, tag_names, tags, TAGS))
		fill(key, tags);
	dkim_tags_clear(tags, TAGS);
	return key;
}

void
dkim_key_free(DkimKey *key)
{
	if (!key)
		return;
	EVP_PKEY_free(key->key);
	g_free(key);
}

bool
dkim_key_is_revoked(const DkimKey *key)
{
	return key->revoked;
}

bool
dkim_key_suits(const DkimKey *key, const char *algorithm)
{
	return key->key && key->usable &&
		strcmp(algorithm, key->ed25519 ? "ed25519-sha256" : "rsa-sha256") == 0;
}

bool
dkim_key_is_strict(const DkimKey *key)
{
	return key->strict;
}

int
dkim_key_bits(const DkimKey *key)
{
	return key->key ? EVP_PKEY_get_bits(key->key) : 0;
}

bool
dkim_key_is_strong(const DkimKey *key)
{
	return key->ed25519 || dkim_key_bits(key) >= LEAST_RSA_BITS;
}

static bool
verify_rsa(EVP_PKEY *key, const uint8_t *digest, const uint8_t *signature, size_t length)
{
	g_autoptr(EVP_PKEY_CTX) context = EVP_PKEY_CTX_new(key, NULL);

	return context && EVP_PKEY_verify_init(context) > 0 &&
		EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0 &&
		EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) > 0 &&
		EVP_PKEY_verify(context, signature, length, digest, DIGEST_SIZE) == 1;
}

/* The digest itself is what was signed (RFC 8463 section 3). */
static bool
verify_ed25519(EVP_PKEY *key, const uint8_t *digest, const uint8_t *signature, size_t length)
{
	g_autoptr(EVP_MD_CTX) context = EVP_MD_CTX_new();

	return context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) > 0 &&
		EVP_DigestVerify(context, signature, length, digest, DIGEST_SIZE) == 1;
}

bool
dkim_key_verifies(
	const DkimKey *key, const uint8_t digest[DIGEST_SIZE], const void *signature, size_t length)
{
	if (!key->key)
		return false;
	return key->ed25519 ? verify_ed25519(key->key, digest, signature, length)
			    : verify_rsa(key->key, digest, signature, length);
}

/* libcrypto reads its settings and finds its algorithms when it is first used: a key of
 * each kind that verifies nothing.  They are RFC 8463's (appendix A.2). */
void
dkim_key_prepare(void)
{
	static const char *const records[] = {
		"k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
		"p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQi"
		"Y/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBf"
		"O2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB",
	};
	static const uint8_t nothing[512];

	for (size_t i = 0; i < G_N_ELEMENTS(records); i++) {
		g_autoptr(DkimKey) key = dkim_key_new(records[i]);

		(void)dkim_key_verifies(key, nothing, nothing, 64);
	}
}
