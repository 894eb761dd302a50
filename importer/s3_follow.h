/* s3_follow.h - messages that a notification says are in a bucket
 *
 * Anybody can write a file that says so: followed is only to the buckets, and prefixes in
 * them, that the site names (S3Settings.buckets), at the endpoint of its settings.
 */
#ifndef IMPORTER_S3_FOLLOW_H
#define IMPORTER_S3_FOLLOW_H

#include "importer/source.h"
#include "mail/bundle.h"

typedef struct S3Follow S3Follow;

/* Nothing is connected to; NULL only with *error. */
S3Follow *s3_follow_new(const SourceOpening *opening, GError **error);
void s3_follow_free(S3Follow *follow);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(S3Follow, s3_follow_free)

void s3_follow_heed(S3Follow *follow, int interrupt);

/* As bundled_take(), of an entry with a place.  FAILED where the server is the trouble. */
SourceNext s3_follow_take(
	S3Follow *follow, Bundled *bundled, const char *origin, SourceItem *item, GError **error);

#endif
