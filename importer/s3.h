/* s3.h - buckets and their objects, as far as an import needs them
 *
 * Source: Amazon S3 API Reference, ListObjectsV2, GetObject, CopyObject, DeleteObject.
 * Errors are those of s3_wire.h.
 */
#ifndef IMPORTER_S3_H
#define IMPORTER_S3_H

#include "importer/s3_wire.h"

typedef struct S3Object {
	char *key;
	char *etag; /* of these bytes, in quotes; NULL: the store says none that goes into a line */
	char *modified;
	int64_t size;
} S3Object;
void s3_object_free(S3Object *object);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(S3Object, s3_object_free)

typedef struct S3Page {
	GPtrArray *objects; /* of S3Object, by key */
	char *next;         /* token of the page behind; NULL: this is the last */
} S3Page;
void s3_page_clear(S3Page *page);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(S3Page, s3_page_clear)

/* @token: of the page before; NULL: from the beginning. */
S3Exchange *s3_begin_list(S3Wire *wire, const S3Place *place, const char *token);
bool s3_finish_list(S3Wire *wire, S3Exchange *exchange, S3Page *page, GError **error);

/* The bytes of an object, which must still be those that it was listed with; or, with no more
 * known of it than its key, those it has now, up to SOURCE_MAX_MESSAGE. */
S3Exchange *s3_begin_get(S3Wire *wire, const char *bucket, const S3Object *object);

/* To another key of the bucket, while it is as it was listed. */
S3Exchange *s3_begin_copy(
	S3Wire *wire, const char *bucket, const S3Object *object, const char *target);
S3Exchange *s3_begin_delete(S3Wire *wire, const char *bucket, const S3Object *object);

/* For those two. */
bool s3_finish(S3Wire *wire, S3Exchange *exchange, GError **error);

/* What it is seen as (SourceSeen): as good as never the same of two objects, of one and what it
 * was before, or of one with two envelopes (NULL: none). */
int64_t s3_seen_key(
	const S3Wire *wire, const char *bucket, const S3Object *object, const Envelope *envelope);

/* It is what stands for a folder, or what SES puts where a receipt rule begins to point to. */
bool s3_is_no_mail(const char *key, int64_t size);

#endif
