#include "release/landing.h"

#include <string.h>

#include "mail/digest.h"
#include "mail/url.h"
#include "release/secret.h"
#include "release/transport.h"

enum {
	SHORTEST_KEY = 16, /* bytes */
	LONGEST_PREFIX = 200,
};

struct Landing {
	char *prefix;
	char *key;
};

void
landing_free(Landing *landing)
{
	if (!landing)
		return;
	g_free(landing->prefix);
	secret_free(landing->key);
	g_free(landing);
}

/* It goes into text, into attributes and into header fields as it is. */
static bool
is_plain(const char *prefix)
{
	for (const char *at = prefix; *at; at++)
		if (!g_ascii_isgraph(*at) || strchr("\"'<>`\\#%;", *at))
			return false;
	return true;
}

bool
landing_check(const char *prefix, GError **error)
{
	g_autoptr(Url) url = url_parse(prefix);
	bool web = g_str_has_prefix(prefix, "http://") || g_str_has_prefix(prefix, "https://");

	if (web && url_is_web(url) && is_plain(prefix) && strchr(url->path, '?') &&
		g_str_has_suffix(prefix, "=") && strlen(prefix) <= LONGEST_PREFIX)
		return true;
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_LANDING,
		"'%.80s' is no web address that ends where a parameter's value begins, as "
		"https://go.example.org/?u= does",
		prefix);
	return false;
}

static char *
read_key(const char *path, GError **error)
{
	g_autoptr(Secret) key = secret_read(path, error);
	size_t length = key ? strlen(key) : 0;

	if (!key)
		return NULL;
	/* A line end is no part of it, whichever editor wrote it. */
	if (key[length - 1] == '\n')
		key[--length] = '\0';
	if (length > 0 && key[length - 1] == '\r')
		key[--length] = '\0';
	if (length >= SHORTEST_KEY)
		return g_steal_pointer(&key);
	g_set_error(error, RELEASE_ERROR, RELEASE_ERROR_LANDING,
		"%s: a key must have %d bytes: openssl rand -hex 32 makes one", path, SHORTEST_KEY);
	return NULL;
}

Landing *
landing_new(const char *prefix, const char *key_path, GError **error)
{
	g_autoptr(Landing) landing = g_new0(Landing, 1);

	if (!landing_check(prefix, error))
		return NULL;
	landing->prefix = g_strdup(prefix);
	landing->key = read_key(key_path, error);
	return landing->key ? g_steal_pointer(&landing) : NULL;
}

const char *
landing_prefix(const Landing *landing)
{
	return landing->prefix;
}

char *
landing_link(const Landing *landing, const char *target)
{
	GString *link = g_string_new(landing->prefix);
	uint8_t digest[DIGEST_SIZE];
	char hex[DIGEST_HEX];

	digest_hmac(landing->key, strlen(landing->key), target, strlen(target), digest);
	digest_hex(digest, hex);
	for (const char *at = target; *at; at++) {
		if (g_ascii_isalnum(*at) || strchr("-._~", *at))
			g_string_append_c(link, *at);
		else
			g_string_append_printf(link, "%%%02X", (guchar)*at);
	}
	g_string_append_printf(link, "&hmac=%s", hex);
	return g_string_free(link, FALSE);
}
