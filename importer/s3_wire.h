/* s3_wire.h - signed requests to a store that speaks S3, several at a time
 *
 * What is asked for is begun, and finished in any order: while one is waited for, the others
 * go on.  A server that is busy, restarted or gone for a moment is asked again, each time
 * twice as long after; then LOST.  Other errors: STOPPED, and as s3_answer_judge() says.
 */
#ifndef IMPORTER_S3_WIRE_H
#define IMPORTER_S3_WIRE_H

#include <stdint.h>

#include "importer/s3_place.h"
#include "importer/source.h"

typedef struct S3Wire S3Wire;
typedef struct S3Exchange S3Exchange;

/* @credentials goes before the settings' own.  Nothing is connected to. */
S3Wire *s3_wire_new(const S3Settings *settings, const char *credentials, GError **error);
/* After what was begun on it. */
void s3_wire_free(S3Wire *wire);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(S3Wire, s3_wire_free)

/* As source_heed(). */
void s3_wire_heed(S3Wire *wire, int interrupt);

/* The host that requests about @bucket go to.  Yours. */
char *s3_wire_host(const S3Wire *wire, const char *bucket);

typedef struct S3Request {
	const char *method; /* one that has no body, or an empty one: GET, PUT, DELETE */
	const char *bucket;
	const char *key;            /* NULL: it is about the bucket */
	const char *query;          /* as SigV4 has it; NULL: none */
	const char *const *headers; /* "name:value", lower-case names; NULL: none */
	size_t most;                /* bytes of the answer */
	bool whole;                 /* and it has no less */
} S3Request;

S3Exchange *s3_wire_begin(S3Wire *wire, const S3Request *request);
/* The answer's body; it is kept by the exchange no more. */
GBytes *s3_wire_finish(S3Wire *wire, S3Exchange *exchange, GError **error);
/* What is not finished is given up. */
void s3_exchange_free(S3Exchange *exchange);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(S3Exchange, s3_exchange_free)

#endif
