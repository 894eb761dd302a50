#include "importer/s3_place.h"

#include <string.h>

#include "importer/connection.h"
#include "importer/source.h"
#include "system/peer.h"
#include "system/sigv4.h"

enum {
	PORT_HTTPS = 443,
	PORT_HTTP = 80,
	MIN_BUCKET = 3, /* letters */
	MAX_BUCKET = 63,
};

const char *const s3_addressing_names[] = {
	[S3_ADDRESSING_AUTO] = "auto",
	[S3_ADDRESSING_PATH] = "path",
	[S3_ADDRESSING_HOST] = "host",
	NULL,
};

static bool
refuse(GError **error, const char *what, const char *why)
{
	g_set_error(error, IMPORT_ERROR, IMPORT_ERROR_USAGE, "%s: %s", what, why);
	return false;
}

/* ---- buckets and keys ---- */

void
s3_place_clear(S3Place *place)
{
	g_clear_pointer(&place->bucket, g_free);
	g_clear_pointer(&place->prefix, g_free);
}

/* As Amazon names new ones; what is a label of a host, or several. */
static bool
is_bucket(const char *name)
{
	size_t length = strlen(name);

	return length >= MIN_BUCKET && length <= MAX_BUCKET &&
		strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") == length &&
		g_ascii_isalnum(name[0]) && g_ascii_isalnum(name[length - 1]) &&
		!strstr(name, "..");
}

static bool
is_text(const char *text)
{
	if (strlen(text) > S3_MAX_KEY || !g_utf8_validate(text, -1, NULL))
		return false;
	for (; *text; text = g_utf8_next_char(text))
		if (g_unichar_iscntrl(g_utf8_get_char(text)))
			return false;
	return true;
}

bool
s3_key_is_plain(const char *key)
{
	g_auto(GStrv) steps = g_strsplit(key, "/", -1);

	for (char **step = steps; *step; step++)
		if (strcmp(*step, ".") == 0 || strcmp(*step, "..") == 0)
			return false;
	return *key && is_text(key);
}

bool
s3_place_parse(const char *text, S3Place *place, GError **error)
{
	const char *slash = strchrnul(text, '/');
	g_autofree char *bucket = g_strndup(text, (gsize)(slash - text));
	const char *prefix = *slash ? slash + 1 : "";

	if (!is_bucket(bucket))
		return refuse(error, "s3",
			"not of the form s3://BUCKET/PREFIX, where a bucket's name has 3 to 63 letters in "
			"lower case, digits, dots and hyphens");
	if (!is_text(prefix))
		return refuse(error, "s3", "no objects have such a prefix");
	place->bucket = g_steal_pointer(&bucket);
	place->prefix = g_strdup(prefix);
	return true;
}

bool
s3_places_have(const char *const *places, const char *bucket, const char *key)
{
	for (; places && *places; places++) {
		g_auto(S3Place) place = { 0 };

		if (s3_place_parse(*places, &place, NULL) && strcmp(place.bucket, bucket) == 0 &&
			g_str_has_prefix(key, place.prefix))
			return true;
	}
	return false;
}

/* ---- the endpoint ---- */

void
s3_endpoint_clear(S3Endpoint *endpoint)
{
	g_clear_pointer(&endpoint->region, g_free);
	g_clear_pointer(&endpoint->host, g_free);
}

static bool
is_region(const char *region)
{
	size_t length = strlen(region);

	return length > 0 && length < 64 &&
		strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

static bool
read_url(const char *url, S3Endpoint *endpoint, GError **error)
{
	g_autofree char *server = NULL;
	const char *fault;

	endpoint->tls = g_str_has_prefix(url, "https://");
	if (!endpoint->tls && !g_str_has_prefix(url, "http://"))
		return refuse(error, url, "not of the form https://HOST");
	server = g_strdup(strstr(url, "://") + 3);
	if (g_str_has_suffix(server, "/"))
		server[strlen(server) - 1] = '\0';
	endpoint->port = endpoint->tls ? PORT_HTTPS : PORT_HTTP;
	fault = connection_read_server(server, &endpoint->host, &endpoint->port);
	if (fault)
		return refuse(error, url, fault);
	if (!endpoint->tls && !peer_is_local(endpoint->host))
		return refuse(error, url, "mail goes through https alone, but on this machine");
	return true;
}

static void
name_amazon(S3Endpoint *endpoint)
{
	const char *suffix = g_str_has_prefix(endpoint->region, "cn-") ? ".cn" : "";

	endpoint->host = g_strdup_printf("s3.%s.amazonaws.com%s", endpoint->region, suffix);
	endpoint->port = PORT_HTTPS;
	endpoint->tls = endpoint->amazon = true;
}

bool
s3_endpoint_parse(const char *url, const char *region, S3Addressing addressing,
	S3Endpoint *endpoint, GError **error)
{
	g_auto(S3Endpoint) read = { 0 };

	read.region = g_strdup(region ? region : "us-east-1");
	read.addressing = addressing;
	if (!is_region(read.region))
		return refuse(error, read.region, "no region is called so");
	if (!url)
		name_amazon(&read);
	else if (!read_url(url, &read, error))
		return false;
	*endpoint = read;
	read = (S3Endpoint){ 0 };
	return true;
}

/* Amazon's certificate is for one label before its host. */
static bool
is_host_of_its_own(const S3Endpoint *endpoint, const char *bucket)
{
	switch (endpoint->addressing) {
	case S3_ADDRESSING_AUTO:
		return endpoint->amazon && !strchr(bucket, '.');
	case S3_ADDRESSING_PATH:
		return false;
	case S3_ADDRESSING_HOST:
		return true;
	}
	g_assert_not_reached();
}

char *
s3_endpoint_host(const S3Endpoint *endpoint, const char *bucket)
{
	bool own = is_host_of_its_own(endpoint, bucket);
	GString *host = g_string_new(own ? bucket : NULL);

	if (own)
		g_string_append_c(host, '.');
	g_string_append(host, endpoint->host);
	if (endpoint->port != (endpoint->tls ? PORT_HTTPS : PORT_HTTP))
		g_string_append_printf(host, ":%d", endpoint->port);
	return g_string_free(host, FALSE);
}

char *
s3_endpoint_path(const S3Endpoint *endpoint, const char *bucket, const char *key)
{
	GString *path = g_string_new("/");
	g_autofree char *escaped = key ? sigv4_escape(key, "/") : NULL;

	if (!is_host_of_its_own(endpoint, bucket))
		g_string_append_printf(path, "%s%s", bucket, escaped ? "/" : "");
	if (escaped)
		g_string_append(path, escaped);
	return g_string_free(path, FALSE);
}
