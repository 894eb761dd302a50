#include "system/sigv4.h"

#include <glib.h>
#include <string.h>

#include "mail/digest.h"

#define ALGORITHM "AWS4-HMAC-SHA256"

enum {
	DAY = 8, /* letters of a date that say the day */
};

void
sigv4_date(int64_t now, char date[SIGV4_DATE])
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(now);
	g_autofree char *text = time ? g_date_time_format(time, "%Y%m%dT%H%M%SZ") : NULL;

	g_strlcpy(date, text ? text : "", SIGV4_DATE);
}

char *
sigv4_escape(const char *text, const char *kept)
{
	GString *escaped = g_string_sized_new(strlen(text) + 16);

	for (; *text; text++) {
		if (g_ascii_isalnum(*text) || strchr("-._~", *text) || strchr(kept, *text))
			g_string_append_c(escaped, *text);
		else
			g_string_append_printf(escaped, "%%%02X", (guchar)*text);
	}
	return g_string_free(escaped, FALSE);
}

/* "host;x-amz-date" */
static char *
names_of(const char *const *headers)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (; *headers; headers++)
		g_string_append_printf(names, "%s%.*s", names->len ? ";" : "",
			(int)strcspn(*headers, ":"), *headers);
	return g_string_free(g_steal_pointer(&names), FALSE);
}

static const char *
value_of(const char *const *headers, const char *name)
{
	size_t length = strlen(name);

	for (; *headers; headers++)
		if (strncmp(*headers, name, length) == 0 && (*headers)[length] == ':')
			return *headers + length + 1;
	g_assert_not_reached();
}

static char *
hash_of(const SigV4 *request, const char *names)
{
	g_autofree char *headers = g_strjoinv("\n", (char **)request->headers);
	g_autofree char *canonical = g_strdup_printf("%s\n%s\n%s\n%s\n\n%s\n%s", request->method,
		request->path, request->query, headers, names,
		value_of(request->headers, "x-amz-content-sha256"));

	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, canonical, -1);
}

static void
link_key(uint8_t key[DIGEST_SIZE], const char *text)
{
	uint8_t next[DIGEST_SIZE];

	digest_hmac(key, DIGEST_SIZE, text, strlen(text), next);
	memcpy(key, next, DIGEST_SIZE);
	explicit_bzero(next, DIGEST_SIZE);
}

/* A key of the day, the region and the service, made of the secret. */
static void
make_key(const SigV4 *request, const AwsKeys *keys, uint8_t key[DIGEST_SIZE])
{
	char secret[sizeof("AWS4") + AWS_KEY];
	g_autofree char *day = g_strndup(request->date, DAY);

	g_snprintf(secret, sizeof(secret), "AWS4%s", keys->secret);
	digest_hmac(secret, strlen(secret), day, DAY, key);
	explicit_bzero(secret, sizeof(secret));
	link_key(key, request->region);
	link_key(key, request->service);
	link_key(key, "aws4_request");
}

char *
sigv4_authorization(const SigV4 *request, const AwsKeys *keys)
{
	g_autofree char *names = names_of(request->headers);
	g_autofree char *hash = hash_of(request, names);
	g_autofree char *scope = g_strdup_printf(
		"%.*s/%s/%s/aws4_request", DAY, request->date, request->region, request->service);
	g_autofree char *text =
		g_strdup_printf(ALGORITHM "\n%s\n%s\n%s", request->date, scope, hash);
	uint8_t key[DIGEST_SIZE];
	uint8_t signature[DIGEST_SIZE];
	char hex[DIGEST_HEX];

	make_key(request, keys, key);
	digest_hmac(key, DIGEST_SIZE, text, strlen(text), signature);
	explicit_bzero(key, DIGEST_SIZE);
	digest_hex(signature, hex);
	return g_strdup_printf(ALGORITHM " Credential=%s/%s,SignedHeaders=%s,Signature=%s",
		keys->id, scope, names, hex);
}
