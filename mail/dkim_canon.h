/* dkim_canon.h - the bytes that a DKIM signature speaks of (RFC 6376 section 3.4);
 * private to mail/dkim*.c
 *
 * On the wire every line ended with CRLF; what is stored may have LF alone.  Both give
 * the same bytes here; a CR without LF stays what it is.
 */
#ifndef MAIL_DKIM_CANON_H
#define MAIL_DKIM_CANON_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/digest.h"
#include "mail/header.h"

typedef enum {
	CANON_SIMPLE,
	CANON_RELAXED,
} Canon;

/* A SHA-256 that is fed byte by byte. */
typedef struct CanonHash CanonHash;

/* Of no more than the first @limit bytes. */
CanonHash *canon_hash_new(int64_t limit);
void canon_hash_free(CanonHash *hash);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CanonHash, canon_hash_free)
/* Once, at the end. */
void canon_hash_finish(CanonHash *hash, uint8_t digest[DIGEST_SIZE]);
/* Bytes that came, those beyond the limit among them. */
int64_t canon_hash_length(const CanonHash *hash);

void canon_field(CanonHash *hash, const HeaderSpan *field, Canon canon);
/* The signature's own field: without what stands from @skip to @resume, the value of
 * its b=, and without its line end (section 3.7). */
void canon_signature(CanonHash *hash, const HeaderSpan *field, Canon canon, const char *skip,
	const char *resume);
void canon_body(CanonHash *hash, const char *body, size_t size, Canon canon);

#endif
