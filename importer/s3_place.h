/* s3_place.h - where a bucket is, and what in it is meant
 *
 * Where requests go is said by the site's settings alone, endpoint and region: of what a
 * notification, an object's key or a server says nothing becomes part of a host.
 */
#ifndef IMPORTER_S3_PLACE_H
#define IMPORTER_S3_PLACE_H

#include <glib.h>
#include <stdbool.h>

enum {
	S3_MAX_KEY = 1024, /* bytes */
};

typedef enum {
	S3_ADDRESSING_AUTO, /* Amazon's bucket is a host, unless its name has dots; else a path */
	S3_ADDRESSING_PATH, /* https://HOST/BUCKET/KEY */
	S3_ADDRESSING_HOST, /* https://BUCKET.HOST/KEY */
} S3Addressing;
/* NULL-terminated, in that order. */
extern const char *const s3_addressing_names[];

typedef struct S3Place {
	char *bucket;
	char *prefix; /* of keys; "" for all */
} S3Place;
void s3_place_clear(S3Place *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(S3Place, s3_place_clear)

/* Reads "BUCKET" or "BUCKET/PREFIX", which is meant as it stands, without %XX.
 * IMPORT_ERROR_USAGE. */
bool s3_place_parse(const char *text, S3Place *place, GError **error);

/* Whether the key could be asked for as what it is: of UTF-8, without control characters, and
 * without "." and ".." between slashes, which servers on the way take for steps. */
bool s3_key_is_plain(const char *key);

/* Whether one of @places, each as s3_place_parse() reads it, has that object in it. */
bool s3_places_have(const char *const *places, const char *bucket, const char *key);

typedef struct S3Endpoint {
	char *region;
	char *host; /* a name, an address, or an IPv6 address in brackets */
	int port;
	bool tls;
	S3Addressing addressing;
	bool amazon; /* it is Amazon's own */
} S3Endpoint;
void s3_endpoint_clear(S3Endpoint *endpoint);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(S3Endpoint, s3_endpoint_clear)

/* @url is "https://HOST[:PORT]", "http://" only of this machine; NULL: Amazon's of @region,
 * which is us-east-1 where it is NULL.  IMPORT_ERROR_USAGE. */
bool s3_endpoint_parse(const char *url, const char *region, S3Addressing addressing,
	S3Endpoint *endpoint, GError **error);

/* The host, with its port where that is not the usual one, and the path that requests about
 * @bucket have, and about an object of it (@key, NULL: none).  Yours. */
char *s3_endpoint_host(const S3Endpoint *endpoint, const char *bucket);
char *s3_endpoint_path(const S3Endpoint *endpoint, const char *bucket, const char *key);

#endif
