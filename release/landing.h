/* landing.h - links that lead to a page of the organisation's own first
 *
 * A rewritten link is the prefix, the target with every byte but RFC 3986's unreserved ones
 * as %XX, "&hmac=" and 64 hex digits: HMAC-SHA256 (RFC 2104) over the target's bytes.  So the
 * page can show where a link leads, and goes on to what we wrote and to nothing else.
 */
#ifndef RELEASE_LANDING_H
#define RELEASE_LANDING_H

#include <glib.h>
#include <stdbool.h>

typedef struct Landing Landing;

/* @prefix is an http(s) URL that ends where the value of a parameter begins:
 * "https://go.example.org/?u=".  RELEASE_ERROR_LANDING. */
bool landing_check(const char *prefix, GError **error);

/* The file at @key_path is read with secret_read(); one line end at its end is no part of
 * the key, which must have 16 bytes.  RELEASE_ERROR_LANDING or RELEASE_ERROR_SECRET. */
Landing *landing_new(const char *prefix, const char *key_path, GError **error);
void landing_free(Landing *landing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Landing, landing_free)

/* Borrowed. */
const char *landing_prefix(const Landing *landing);
/* Yours. */
char *landing_link(const Landing *landing, const char *target);

#endif
